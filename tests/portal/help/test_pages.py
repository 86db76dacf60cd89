"""Help for everybody, and a case in a language that its person reads, to its people alone."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from markupsafe import Markup

from portal.help.saying import Saying
from portal.locale.tongue import ENGLISH, TONGUES
from portal.models import Hearing
from portal.rules.help import HELP
from storage.database import Database
from tests.cast import AMIRA, FARIDA, HEARING, JONAS, NOOR, SAM, Character
from tests.conftest import Browser
from tests.portal.inbox.served import copy_of, serve

CODES = sorted(TONGUES)


async def change(database: Database, **values: Any) -> date:
    """Change the Noors' hearing; the day it is on."""
    async with database.system_transaction() as session:
        if values:
            await session.execute(sa.update(Hearing).where(Hearing.id == HEARING).values(**values))
        return (await session.get_one(Hearing, HEARING, populate_existing=True)).local_start.date()


async def case_in(browser: Browser, code: str, who: Character = FARIDA, case: UUID = NOOR) -> str:
    """The page of a case in this language, as this person sees it."""
    await browser.sign_in(who)
    answer = await browser.get(f"/cases/{case}/in/{code}")
    assert answer.status_code == 200
    return answer.text


def text_of(page: str) -> str:
    """What the page says, without its tags and marks."""
    return " ".join(re.sub(r"<[^>]+>", "", page).replace("\u2060°", "").split())


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_help_names_whom_to_call(browser: Browser, language: str) -> None:
    """Every office and every legal aid plan of the rules, and the emergency number; no account."""
    browser.cookies.set("language", language)

    page = (await browser.get("/help")).text

    for row in (*HELP.registry.values(), *HELP.legal, HELP.complaint):
        if row.phone:
            assert f'href="tel:{row.phone.replace("-", "")}"' in page
    assert 'href="tel:911"' in page
    assert all(row.name[language] in page for row in HELP.legal)


@pytest.mark.parametrize("place", ["privacy", "accessibility", "safety", "complaint"])
async def test_the_foot_of_every_page_finds_its_place_on_help(browser: Browser, place: str) -> None:
    """The anchors that pages and letters lead to stay."""
    assert f'id="{place}"' in (await browser.get("/help")).text


async def test_help_says_its_things_in_short_sentences(browser: Browser) -> None:
    """Fifteen words at most, and no word that testers did not know."""
    page = (await browser.get("/help")).text
    main = page[page.index("<main") : page.index("</main>")]
    blocks = re.findall(r"<(?:p|li|h2)[^>]*>(.*?)</(?:p|li|h2)>", main, re.DOTALL)
    sentences = [one for block in blocks for one in re.split(r"(?<=[.?!:])\s", text_of(block))]

    assert len(sentences) > 25
    assert [one for one in sentences if len(one.split()) > 15] == []
    assert [one for one in sentences if re.search("deadline|get in touch", one.lower())] == []


async def test_languages_are_named_by_themselves(browser: Browser) -> None:
    """Who reads only one of them finds it, in its own script, and so does a screen reader."""
    page = (await browser.get("/help")).text

    for code, one in TONGUES.items():
        assert (
            f'href="/help/in/{code}" lang="{code}" hreflang="{code}" dir="{one.direction}">' in page
        )
        assert one.name in page


@pytest.mark.parametrize("code", CODES)
async def test_help_in_a_language_says_that_it_is_not_official_nor_checked(
    browser: Browser, code: str
) -> None:
    """In that language and in an official one, before anything else, with the way to what counts."""
    tongue = TONGUES[code]

    page = (await browser.get(f"/help/in/{code}")).text

    assert f'<html class="govuk-template" lang="{code}" dir="{tongue.direction}">' in page
    notice = page[page.index("govuk-inset-text") : page.index("<section")]
    assert tongue.phrases["unchecked"].text in notice
    assert tongue.phrases["official"].text in notice
    assert "This translation has not been checked by a person." in notice
    assert 'href="/language?to=fr&amp;next=/help"' in notice
    assert page.count("dossier-unchecked") > 25


@pytest.mark.parametrize("path", ["/help/in/en", "/help/in/xx", "/help/in/source", "/help/in/ES"])
async def test_a_language_that_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    """English and French are pages of their own."""
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("code", CODES)
async def test_the_hearing_is_told_in_the_language_and_in_an_official_one(
    browser: Browser, database: Database, code: str
) -> None:
    """Weekday and date in both, the same digits; time, link, interpreter and number as data."""
    day = await change(database)

    page = await case_in(browser, code)

    text = text_of(page)
    assert TONGUES[code].day(day) in text
    assert f"{day.day} {day:%B} {day.year}, 09:00, Toronto time (Eastern)" in text
    assert '<bdi dir="ltr" translate="no">09:00</bdi>' in page
    assert '<bdi dir="ltr" translate="no">Toronto</bdi>' in page
    assert '<bdi dir="auto" translate="no">Dari</bdi>' in page
    assert '<bdi dir="auto" translate="no">3:00</bdi>' in page
    assert "https://video.example.org/noor" in page
    assert "TC6-01482" in text


@pytest.mark.parametrize("code", CODES)
async def test_what_must_be_sent_is_told_with_its_day(
    browser: Browser, database: Database, code: str
) -> None:
    """The next limit of the case page: ten days before the hearing, by its official name too."""
    day = await change(database) - timedelta(days=10)

    page = await case_in(browser, code)

    assert TONGUES[code].phrases["due_send"].text.format(day=TONGUES[code].day(day)) in text_of(
        page
    )
    assert "Disclosure of documents" in page


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ({}, ["video_open", "quiet_room"], ["video_fails", "in_person_desk"]),
        ({"dial_in": "613-555-0199"}, ["video_open", "video_fails"], ["telephone_call"]),
        (
            {"mode": "telephone", "dial_in": "613-555-0199"},
            ["telephone_call"],
            ["telephone_wait", "video_open"],
        ),
        ({"mode": "telephone"}, ["telephone_wait"], ["telephone_call"]),
        ({"mode": "in_person", "place": "74 Victoria"}, ["in_person_desk"], ["video_open"]),
        ({"interpreter": None}, ["interpreter_needed"], ["interpreter_wrong"]),
    ],
)
async def test_what_to_do_depends_on_how_the_hearing_takes_place(
    browser: Browser,
    database: Database,
    values: dict[str, Any],
    said: list[str],
    unsaid: list[str],
) -> None:
    """By video, telephone or in person; with an interpreter or without."""
    await change(database, **values)

    text = text_of(await case_in(browser, "es"))

    def meant(key: str) -> str:
        return TONGUES["es"].phrases[key].text.format(phone="613-555-0199")

    assert [key for key in said if meant(key) not in text] == []
    assert [key for key in unsaid if meant(key) in text] == []


@pytest.mark.parametrize(
    ("values", "there"),
    [
        (
            {"cancelled_at": datetime.now(UTC), "cancelled_by": FARIDA.id, "cancelled_why": "x"},
            False,
        ),
        ({"starts_at": datetime.now(UTC) - timedelta(hours=2)}, True),
        ({"starts_at": datetime.now(UTC) - timedelta(hours=4)}, False),
    ],
)
async def test_a_hearing_that_is_over_or_cancelled_is_not_told(
    browser: Browser, database: Database, values: dict[str, Any], there: bool
) -> None:
    """One that goes on is: who comes late still finds the link."""
    await change(database, **values)

    page = await case_in(browser, "uk")

    assert ("video.example.org" in page) is there
    assert (TONGUES["uk"].phrases["no_hearing"].text in page) is not there


async def test_letters_are_only_counted(browser: Browser) -> None:
    """How many wait, and nothing of what they say; to who may not read them, not even that."""
    text = TONGUES["ht"].phrases["letters_waiting"].text.format(count=0)

    assert text in text_of(await case_in(browser, "ht"))
    assert text not in text_of(await case_in(browser, "ht", JONAS))


async def test_a_letter_counts_until_its_reader_opens_it(browser: Browser) -> None:
    """One notice was served on three people: each counts one, and nobody another's."""
    await serve(browser.portal)
    words = TONGUES["fa"].phrases["letters_waiting"].text
    mine = await copy_of(browser.portal, FARIDA)

    assert words.format(count=1) in text_of(await case_in(browser, "fa"))
    await browser.get(f"/notices/{mine.id}")
    assert words.format(count=0) in text_of(await case_in(browser, "fa"))
    assert words.format(count=1) in text_of(await case_in(browser, "fa", AMIRA))


async def test_who_sees_it_through_a_loan_is_told_so(browser: Browser) -> None:
    """In an official language, as everywhere, and marked as such."""
    page = await case_in(browser, "ar", AMIRA)

    line = page[: page.index("You are acting for")]
    assert line.rindex('<div lang="en" dir="ltr">') > line.index("<main")


async def test_strangers_find_nothing_whatever_the_language(browser: Browser) -> None:
    """The same as a case that is not there, and as a language that is not there."""
    await browser.sign_in(SAM)

    for code in ("ar", "xx"):
        assert (await browser.get(f"/cases/{NOOR}/in/{code}")).status_code == 404


@pytest.fixture
def half_checked() -> Callable[[str], Markup]:
    """Spanish, of which somebody has checked one text."""
    tongue = TONGUES["es"]
    checked = replace(tongue.phrases["complain"], by="A. Pérez", on=date(2026, 11, 1))
    return Saying(replace(tongue, phrases={**tongue.phrases, "complain": checked}))


def test_a_mark_stands_only_behind_what_nobody_has_checked(
    half_checked: Callable[[str], Markup],
) -> None:
    """And where some are checked, it is said to those who listen too."""
    assert half_checked("complain") == TONGUES["es"].phrases["complain"].text
    assert "°" in half_checked("absent")
    assert "(sin revisar)" in half_checked("absent")
    assert "(sin revisar)" not in Saying(TONGUES["es"])("absent")


def test_a_fact_is_escaped_and_kept_apart() -> None:
    """A name that looks like markup is a name; a number keeps its direction in Arabic."""
    said = Saying(TONGUES["ar"])("video_fails", phone="<b>1</b>")

    assert '<bdi dir="ltr" translate="no">&lt;b&gt;1&lt;/b&gt;</bdi>' in said


def test_every_text_is_used_on_some_page() -> None:
    """Nobody translates what nobody reads."""
    used = "".join(
        file.read_text("utf-8")
        for file in (*Path("templates/help").glob("*.html"), *Path("portal/help").glob("*.py"))
    )
    by_kind = {"hearing", "conference", "detention_review", "admissibility_hearing"}
    by_mode = {"video", "telephone", "in_person"}

    assert {key for key in ENGLISH if f'"{key}"' not in used} <= by_kind | by_mode


@pytest.mark.parametrize("code", CODES)
async def test_a_first_view_in_a_language_stays_small(browser: Browser, code: str) -> None:
    """Style and scripts may take 30 KB of a first view of 50, so the page has 20."""
    page = await case_in(browser, code)

    assert len(gzip.compress(page.encode(), 5)) < 12_000
