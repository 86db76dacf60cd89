"""Finding a case as officers ask for it: a number, part of a name, a UCI, in any order and case."""

import pytest
import sqlalchemy as sa

from portal.cases.listing import sought
from portal.models import Case, Party
from tests.cast import CLAIRE, NOOR, OKAFOR, RENEE, VICTOR, known
from tests.conftest import Browser


@pytest.mark.parametrize(
    "search",
    [
        "TC6-01482",
        "tc6-01482",
        "TC6-01482/83",
        "01483",
        "noor",
        "FARIDA noor",
        "noor laila",
        "Noor, F.",
        "11-2233-4455",
        "1122334455",
        "11 2233 4455",
    ],
)
async def test_the_noors_are_found(browser: Browser, search: str) -> None:
    """By number, name or UCI, with dashes or without; and nobody else with them."""
    await browser.sign_in(RENEE)

    page = await browser.get("/cases", params={"q": search})

    assert f"/cases/{NOOR}" in page.text
    assert f"/cases/{OKAFOR}" not in page.text


@pytest.mark.parametrize("search", ["Beyonce O'Hara", "beyoncé o’hara", "BEYONCE", "o'h"])
async def test_accents_and_apostrophes_do_not_hide_a_name(browser: Browser, search: str) -> None:
    """A name is found however the keyboard at hand writes it."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Party).where(Party.id == known("V")).values(name="Beyoncé O’Hara")
        )
    await browser.sign_in(RENEE)

    page = await browser.get("/cases", params={"q": search})

    assert f"/cases/{OKAFOR}" in page.text


async def test_nothing_found_is_said(browser: Browser) -> None:
    """What a wildcard would match matches nothing: it is only a character."""
    await browser.sign_in(RENEE)

    for search in ("nobody at all", "%", "_"):
        page = await browser.get("/cases", params={"q": search})
        assert f"No case matches “{search}”" in page.text


async def test_a_search_finds_only_what_one_may_see(browser: Browser) -> None:
    """Victor's division has no Noors; Claire finds hers and not Louis's."""
    await browser.sign_in(VICTOR)
    assert str(NOOR) not in (await browser.get("/cases?q=noor")).text

    await browser.sign_in(CLAIRE)
    assert str(NOOR) in (await browser.get("/cases?q=noor")).text
    assert str(OKAFOR) not in (await browser.get("/cases?q=abebe")).text


async def test_row_level_security_answers_the_search_itself(browser: Browser) -> None:
    """Asked straight, the database finds a stranger nothing."""
    for person, found in ((RENEE, [NOOR]), (CLAIRE, [NOOR]), (VICTOR, []), (None, [])):
        async with browser.portal.database.transaction(person and person.id) as session:
            ids = await session.scalars(sa.select(sa.func.portal_found(["noor"])))
            assert list(ids) == found
            cases = await session.scalars(sa.select(Case.id).where(Case.title.like("Noor%")))
            assert list(cases) == found


def test_words_are_few_and_numbers_are_whole() -> None:
    """A family's number is searched by its first; a UCI is one word; long searches are cut."""
    assert sought("TB6-03419/20/21") == ["TB6-03419"]
    assert sought("1122 3344") == ["11223344"]
    assert sought("a b c d e f g h i j") == list("abcdefgh")
    assert sought(" , ; ") == []
