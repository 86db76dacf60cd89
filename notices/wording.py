"""What a notice says: facts and a language become a subject and parts, and parts become pages."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from html.parser import HTMLParser
from itertools import groupby
from typing import Any, ClassVar, Literal

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from notices.facts import LANGUAGES, Kind, Language
from notices.saying import say
from notices.templates import KINDS, TEMPLATES, environment

PartKind = Literal["row", "heading", "paragraph", "item", "law"]


@dataclass(frozen=True)
class Part:
    """One piece of a notice; a row has a label ("When"), and law comes after plain language."""

    kind: PartKind
    text: str
    label: str = ""


@dataclass(frozen=True)
class Wording:
    """A notice in one language. Only the parts are kept; text and page are made from them."""

    language: Language
    subject: str
    parts: Sequence[Part]

    @property
    def text(self) -> str:
        """The notice as plain text, subject left out."""
        colon = ":" if self.language == "en" else "\N{NO-BREAK SPACE}:"
        lead = {"row": "{label}" + colon + " ", "item": "- "}
        return "\n".join(
            lead.get(part.kind, "").format(label=part.label) + part.text for part in self.parts
        )

    @property
    def runs(self) -> list[tuple[str, list[Part]]]:
        """The parts, those of the same kind that follow each other together (a list, a table)."""
        return [(kind, list(run)) for kind, run in groupby(self.parts, lambda part: part.kind)]

    @property
    def html(self) -> Markup:
        """The notice for a page, subject left out; every fact in it is escaped."""
        page = _pages.get_template("notices/wording.html").render(wording=self)
        return Markup(page)  # noqa: S704 - rendered with autoescape, one line above

    def to_json(self) -> list[dict[str, str]]:
        """The parts as the database keeps them, so that a notice reads the same for ever."""
        return [asdict(part) for part in self.parts]


def wording(facts: Kind, language: Language) -> Wording:
    """Say these facts in this language."""
    words = _kinds.get_template(f"{facts.code}/{language}.html")
    stated = {field.name: getattr(facts, field.name) for field in fields(facts)}
    page = words.render(
        stated,
        title=facts.title,
        law=facts.law,
        reply_by=facts.reply_by,
        paragraphs=_paragraphs,
        language=language,
    )
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return Wording(language, reader.subject, tuple(reader.parts))


def both_wordings(facts: Kind, first: Language) -> tuple[Wording, Wording]:
    """Both languages, that of the proceedings first."""
    second = LANGUAGES[1 - LANGUAGES.index(first)]
    return wording(facts, first), wording(facts, second)


def fixed_wording(language: Language, subject: str, stored: list[dict[str, Any]]) -> Wording:
    """Read back what was said when the notice was issued."""
    return Wording(language, subject, tuple(Part(**part) for part in stored))


class _Reader(HTMLParser):
    """Reads a rendered template into parts. Facts are escaped there, so none can become a tag."""

    KINDS: ClassVar[dict[str, PartKind]] = {
        "dd": "row",
        "h2": "heading",
        "p": "paragraph",
        "li": "item",
    }

    def __init__(self) -> None:
        super().__init__()
        self.subject = ""
        self.parts: list[Part] = []
        self._label = ""
        self._said: list[str] = []
        self._law = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._said = []
        self._law = self._law or tag == "aside"

    def handle_data(self, data: str) -> None:
        self._said.append(data)

    def handle_endtag(self, tag: str) -> None:
        # Not str.split(): a no-break space belongs to the words.
        text = re.sub(r"[ \t\r\n]+", " ", "".join(self._said)).strip(" ")
        if tag == "h1":
            self.subject = text
        elif tag == "dt":
            self._label = text
        elif tag in self.KINDS:
            kind = "law" if self._law else self.KINDS[tag]
            label = self._label if kind == "row" else ""
            self.parts.append(Part(kind, text, label))


def _paragraphs(text: str) -> list[str]:
    """An officer's text, cut at its empty lines."""
    return [piece for piece in re.split(r"\s*\n\s*\n\s*", text.strip()) if piece]


@pass_context
def _finalize(context: Context, value: object) -> object:
    """Put every fact that a template shows into words of the template's language."""
    return say(value, context["language"])


_kinds = environment(KINDS)
_kinds.finalize = _finalize
_pages = environment(TEMPLATES)
