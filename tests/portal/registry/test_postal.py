"""Postal addresses: recorded as Canada Post writes them, kept as history, seen by nobody else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.models import Entry, PostalAddress
from portal.parts import Parts
from tests.cast import NOOR, RENEE
from tests.conftest import Browser
from tests.mailed import LINES
from tests.permission_table import PEOPLE, rows
from tests.portal.registry.posted import party
from tests.portal.registry.pressing import arrive, press
from tests.staged import Template, again
from tests.test_permissions import ask

TYPED = {
    "street": "123  Main St W, apt 4",
    "city": "Toronto",
    "province": "ON",
    "postal_code": "m5v2t6",
}


async def known(portal: Parts) -> list[PostalAddress]:
    """Every address there is, the first recorded first."""
    async with portal.database.system_transaction() as session:
        return list(await session.scalars(sa.select(PostalAddress).order_by(PostalAddress.since)))


async def form(browser: Browser) -> Response:
    """The form of Laila's address, as Renée gets it."""
    await browser.sign_in(RENEE)
    return await browser.get(f"/cases/{NOOR}/addresses/{(await party(browser.portal)).id}")


async def test_an_address_is_written_as_canada_post_does(browser: Browser) -> None:
    """Spaces tidied, the city in capitals, the code in two halves; the entry does not say where."""
    page = await form(browser)

    done = await press(browser, page, action="/addresses", **TYPED)
    await press(browser, page, action="/addresses", **TYPED)

    assert "TORONTO ON  M5V 2T6" in (await arrive(browser, done)).text
    (one,) = await known(browser.portal)
    assert one.lines == ["123 Main St W, apt 4", "TORONTO ON  M5V 2T6"]
    async with browser.portal.database.system_transaction() as session:
        said = await session.scalars(sa.select(Entry.facts).where(Entry.act == "address.recorded"))
        assert list(said) == [{"name": "Laila Noor"}]


async def test_a_changed_address_stays_as_history(browser: Browser) -> None:
    """The one before is ended with who and when, and shown below the form."""
    await press(browser, await form(browser), action="/addresses", **TYPED)
    await press(
        browser,
        await form(browser),
        action="/addresses",
        country="MX",
        abroad="Calle 45-B\n06000 Ciudad de México",
    )

    before, now = await known(browser.portal)
    assert (before.ended_by_name, now.ended_at) == (RENEE.name, None)
    assert (now.country, now.lines) == ("MX", ["Calle 45-B", "06000 Ciudad de México"])
    page = (await form(browser)).text
    assert "Addresses before" in page
    assert "Mexico" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"postal_code": "D5V 2T6"}, "Enter a Canadian postal code"),
        ({"postal_code": "M5V 2T"}, "Enter a Canadian postal code"),
        ({"province": "QC"}, "of another province"),
        ({"province": ""}, "Choose the province"),
        ({"street": ""}, "Enter the street"),
        ({"city": ""}, "Enter the city"),
        ({"street": "x" * 41}, "at most 40 characters"),
        ({"country": "MX"}, "as it is written in that country"),
        ({"country": "MX", "abroad": "a\nb\nc\nd\ne\nf"}, "at most 5 lines"),
        ({"country": "MX", "abroad": "x" * 41}, "at most 40 characters a line"),
    ],
)
async def test_what_no_postman_finds_is_refused(
    browser: Browser, typed: dict[str, str], sentence: str
) -> None:
    """The sentence says what is wrong, and nothing is recorded."""
    refused = await press(browser, await form(browser), action="/addresses", **(TYPED | typed))

    assert refused.status_code == 422
    assert sentence in refused.text
    assert await known(browser.portal) == []


@pytest.fixture
async def full(full_case: Template, tmp_path: Path) -> AsyncIterator[Parts]:
    """A portal over a copy of the full case, in which Farida's address stands."""
    with full_case.copied(tmp_path) as made:
        portal = again(made)
        yield portal
        await portal.database.close()


async def test_an_address_is_in_no_answer_to_anybody_else(
    full: Parts,
    full_case: Template,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Every page, asked by everybody: only the registry's own pages of addresses show it.

    Nor is it in an entry, a mail or the log.
    """
    shown: set[tuple[str, str]] = set()
    for row in (one for one in rows() if one.method == "GET"):
        for person in PEOPLE:
            answer = await ask(full, person, row, path=row.path(full_case.ids))
            if any(line.encode() in answer.content for line in LINES):
                shown.add((row.route, person.name if person else "nobody"))

    pages = {route for route, _ in shown}
    assert pages == {
        "/cases/{case_id:uuid}/addresses",
        "/cases/{case_id:uuid}/addresses/{whose_id:uuid}",
    }
    assert {name for _, name in shown} == {RENEE.name}
    assert [one.lines for one in await known(full)] == [LINES]
    async with full.database.system_transaction() as session:
        entries = json.dumps(list(await session.scalars(sa.select(Entry.facts))))
    caught = [path.read_text() for path in (full.caught_mail or Path("/nowhere")).glob("*.eml")]
    said = capfd.readouterr()
    for text in (entries, caplog.text, said.out, said.err, *caught):
        assert not any(line in text for line in LINES)
