"""English and French are equal: every text is translated, and no page mixes the two."""

import re
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from bench.figures import record
from portal.leaving.routes import HARMLESS
from portal.locale.catalogue import kept, shortcomings
from portal.parts import Parts
from portal.web.language import LANGUAGES
from tests.cast import Character
from tests.conftest import Browser
from tests.permission_table import PEOPLE, Row, rows
from tests.staged import TYPED, Template, again
from tests.test_permissions import OWN_PAGE, visitor

PAGES = [row for row in rows() if row.method == "GET" and 200 in row.answers]
VOID = {"input", "meta", "link", "br", "hr", "img", "path"}
# Sentences end there; so do table cells, list items and whatever else is a block of its own.
INLINE = {"a", "strong", "em", "span", "abbr", "time", "b", "i"}


@pytest.fixture(scope="module")
def shared(full_case: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """A copy of the full case for those who look."""
    with full_case.copied(tmp_path_factory.mktemp("shared")) as portal:
        yield portal


@pytest.fixture
async def portal(shared: Parts) -> AsyncIterator[Parts]:
    """A portal over the copy."""
    portal = again(shared)
    yield portal
    await portal.database.close()


class Reader(HTMLParser):
    """Reads what a page says, block by block, and what is marked as not to be translated apart."""

    def __init__(self) -> None:
        """Nothing read yet."""
        super().__init__()
        self.blocks = [""]
        self.languages: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or note that what follows is a name or in another language."""
        facts = dict(attrs)
        if tag == "html":
            self.languages.append(facts.get("lang") or "")
        for name in ("placeholder", "aria-label", "title", "alt"):
            self.blocks += [facts.get(name) or "", ""]
        if tag not in INLINE:
            self.blocks.append("")
        if tag not in VOID:
            # A title repeats the heading, where names are marked as names.
            hidden = tag in {"script", "style", "template", "title"}
            foreign = self._is_foreign(tag, facts.get("lang"))
            self._open.append(foreign or hidden or facts.get("translate") == "no")

    def _is_foreign(self, tag: str, lang: str | None) -> bool:
        """Whether it is apart from the page's words; in a third language, all but the official ones."""
        if tag == "html":
            return lang not in LANGUAGES
        if lang is None:
            return bool(self._open and self._open[-1])
        return self.languages[0] in LANGUAGES or lang not in LANGUAGES

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        if tag not in VOID and self._open:
            self._open.pop()
        if tag not in INLINE:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        """Read on; a name stands as a dash, so that sentences around it still compare."""
        self.blocks[-1] += "–" if self._open and self._open[-1] else data

    @property
    def sentences(self) -> set[str]:
        """What is said, in sentences."""
        found: set[str] = set()
        for block in self.blocks:
            for sentence in re.split(r"(?<=[.!?])\s+", " ".join(block.split())):
                found.add(sentence.strip(" –·:,"))
        return found


def read(page: str) -> Reader:
    """A page, read."""
    reader = Reader()
    reader.feed(page)
    return reader


def readers(row: Row) -> list[Character | None]:
    """Those who are shown this page."""
    return [person for person, status in row.expected() if status == 200]


def test_every_text_is_translated_and_none_is_guessed() -> None:
    """The French catalogue has every text that is marked, none fuzzy, none with a wrong name in it."""
    missing = shortcomings()

    record("untranslated_strings", len(missing), limit=0, command="make test")
    assert missing == []


def test_french_keeps_its_spaces_before_double_signs() -> None:
    """A no-break space stands before : ; ? ! and inside guillemets, so that no line begins there."""
    wrong = [
        text
        for message in kept()
        if message.id and message.string
        for text in ([message.string] if isinstance(message.string, str) else message.string)
        if re.search(r"[^\s\u00a0\u202f][?!;»]|\w:(?=\s|$)|«[^\u00a0\u202f]| [:;?!»]", text)
        and not re.search(r"https?:|&\w+;", text)
    ]

    assert wrong == []


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
async def test_each_page_speaks_one_language(row: Row, portal: Parts, full_case: Template) -> None:
    """No sentence of a French page is one of the English page; both say which language they are."""
    for person in {p.calling if p else "": p for p in readers(row)}.values():
        async with visitor(portal, headers=OWN_PAGE) as browser:
            if person is not None:
                await browser.sign_in(person)
            texts = {
                language: await page(browser, row.path(full_case.ids), language, row.query)
                for language in ("en", "fr")
            }
        if not texts["en"]:
            continue
        english, french = read(texts["en"]), read(texts["fr"])
        same = {
            one
            for one in english.sentences & french.sentences
            if len(words(one)) >= 4 and one not in TYPED
        }

        assert [english.languages, french.languages] == spoken(row, "en", "fr")
        assert same == set()


def spoken(row: Row, *official: str) -> list[list[str]]:
    """Which language each of these pages says it is in: that of its address, if it has one."""
    return [["ar"] if "{language}" in row.route else [one] for one in official]


async def page(browser: Browser, path: str, language: str, query: dict[str, str]) -> str:
    """The page in this language, as chosen on this browser; nothing where it is no page."""
    browser.cookies.set("language", language)
    answer = await browser.get(path, params=query)
    assert answer.status_code == 200
    is_text = answer.headers.get("content-type", "").startswith("text/html")
    return answer.text if is_text and "<html" in answer.text else ""


def words(sentence: str) -> list[str]:
    """The words of a sentence: numbers, dashes and addresses are none."""
    return [one for one in sentence.split() if re.fullmatch(r"[^\W\d_][\w’'-]*[.,;:!?]?", one)]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
async def test_the_language_switch_stays_on_the_page(
    row: Row, portal: Parts, full_case: Template
) -> None:
    """The other language is one click away, and shows the same page."""
    person = readers(row)[0]
    async with visitor(portal, headers=OWN_PAGE) as browser:
        if person is not None:
            await browser.sign_in(person)
        path = row.path(full_case.ids)
        text = await page(browser, path, "en", row.query)
        if not text or row.route == HARMLESS:  # whose page that is, nothing on it may say
            return
        link = re.search(r'href="(/language\?to=fr&amp;next=[^"]+)"', text)
        assert link
        answer = await browser.get(link[1].replace("&amp;", "&"))
        there = answer.headers["location"]
        again = await browser.get(there)

    assert unquote(there).partition("?")[0] == path
    assert all(f"{name}={value}" in there for name, value in row.query.items())
    assert [read(again.text).languages] == spoken(row, "fr")


def test_everybody_reads_some_page() -> None:
    """The comparison above is not empty for anybody."""
    seen = {person for row in PAGES for person in readers(row)}

    assert seen == set(PEOPLE)
