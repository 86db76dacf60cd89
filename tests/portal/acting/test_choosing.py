"""For whom: asked where two are possible, remembered for that case, never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.models import Standing
from tests.cast import (
    AMIRA,
    CLAIRE,
    FARIDA,
    LOUIS,
    NOOR,
    OKAFOR,
    RENEE,
    lend,
)
from tests.conftest import Browser
from tests.portal.acting.lenders import (
    LOUIS_TO_AMIRA,
    QUESTION,
    choose,
    entries,
    remembered,
    two_lenders,
)
from tests.portal.delegations.lending import change
from tests.portal.registry.pressing import form_on
from tests.staged import CLEAN

FILE = f"/documents/{CLEAN}/file"


async def test_nothing_is_asked_where_one_answer_is_possible(browser: Browser) -> None:
    """Amira acts for Claire alone, and Claire for herself: both are led back to the case."""
    for person in (AMIRA, CLAIRE):
        await browser.sign_in(person)
        answer = await browser.get(f"{QUESTION}?next=/hearings")
        assert answer.headers["location"] == f"/cases/{NOOR}"


async def test_a_download_that_could_be_for_two_is_asked(staged: Browser) -> None:
    """The file comes only when Amira has said for whom, and the entry says what she said."""
    await two_lenders(staged.portal.database)
    await staged.sign_in(AMIRA)
    before = len(await entries(staged.portal.database, "document.read"))

    page = await staged.get(f"/documents/{CLEAN}")
    asked = await staged.get(FILE)
    unsaid = await entries(staged.portal.database, "document.read")
    back = await choose(staged, asked.headers["location"], LOUIS.id)
    got = await staged.get(FILE)

    assert "download>" not in page.text
    assert len(unsaid) == before
    assert back.headers["location"] == f"/documents/{CLEAN}"
    assert got.status_code == 200
    told = await entries(staged.portal.database, "document.read")
    assert told[-1] == (AMIRA.name, LOUIS.name, LOUIS_TO_AMIRA)


async def test_the_answer_holds_for_that_case_only_and_can_be_changed(browser: Browser) -> None:
    """The line at the top says for whom, and offers to change it; another case asks by itself."""
    database = browser.portal.database
    await two_lenders(database)
    await browser.sign_in(AMIRA)

    before = (await browser.get(f"/cases/{NOOR}")).text
    await choose(browser, f"{QUESTION}?next=/cases/{NOOR}", CLAIRE.id)
    claires = (await browser.get(f"/cases/{NOOR}")).text
    await choose(browser, f"{QUESTION}?next=/cases/{NOOR}", LOUIS.id)
    louis = (await browser.get(f"/cases/{NOOR}")).text

    assert "Choose for whom you act" in before
    assert 'You are acting for <strong translate="no">Claire Tremblay</strong>' in claires
    assert 'You are acting for <strong translate="no">Louis Okafor</strong>' in louis
    assert "Change" in louis
    assert await remembered(database) == [(NOOR, LOUIS.id)]
    assert OKAFOR not in dict(await remembered(database))


async def test_what_was_remembered_is_forgotten_when_the_loan_ends(browser: Browser) -> None:
    """Louis's loan ends: Amira acts for Claire, and is asked again when Louis lends anew."""
    database, now = browser.portal.database, datetime.now(UTC)
    await two_lenders(database)
    await browser.sign_in(AMIRA)
    await choose(browser, f"{QUESTION}?next=/cases/{NOOR}", LOUIS.id)

    await change(database, LOUIS_TO_AMIRA, ended_at=now, ended_by=LOUIS.id)
    alone = (await browser.get(f"/cases/{NOOR}")).text
    async with database.system_transaction() as session:
        again = await lend(session, LOUIS, AMIRA, cases=[NOOR])
    await change(database, again, accepted_at=datetime.now(UTC))
    anew = (await browser.get(f"/cases/{NOOR}")).text

    assert 'You are acting for <strong translate="no">Claire Tremblay</strong>' in alone
    assert "Choose for whom you act" not in alone
    assert "Choose for whom you act" in anew


async def test_only_those_who_may_be_meant_are_offered(browser: Browser) -> None:
    """Who lends no right to prepare is no answer to the question for whom one files."""
    await two_lenders(browser.portal.database)
    await browser.sign_in(AMIRA)

    draft = await browser.post(f"/cases/{NOOR}/submissions")
    asked = await browser.get(f"{QUESTION}?right=prepare")

    assert draft.headers["location"].startswith("/submissions/")
    assert "Claire Tremblay" in asked.text
    assert "Louis Okafor" not in asked.text


async def test_no_answer_is_a_mistake_and_a_stranger_is_none(browser: Browser) -> None:
    """Without a choice the question is asked again; who lent nothing cannot be chosen."""
    await two_lenders(browser.portal.database)
    await browser.sign_in(AMIRA)
    form = form_on(await browser.get(QUESTION), QUESTION).values

    nobody = await browser.post(QUESTION, data=form)
    farida = await browser.post(QUESTION, data=form | {"principal": str(FARIDA.id)})

    assert nobody.status_code == 422
    assert "Choose for whom you act" in nobody.text
    assert farida.status_code == 404
    assert await remembered(browser.portal.database) == []


@pytest.mark.parametrize("way", ["https://elsewhere.example/", "//elsewhere.example", "/\\x", "x"])
async def test_one_goes_on_within_the_portal_only(browser: Browser, way: str) -> None:
    """An address of another site is not gone to; the case is."""
    await two_lenders(browser.portal.database)
    await browser.sign_in(AMIRA)
    form = form_on(await browser.get(QUESTION), QUESTION).values

    answer = await browser.post(QUESTION, data=form | {"principal": str(CLAIRE.id), "next": way})

    assert answer.headers["location"] == f"/cases/{NOOR}"


async def test_ones_own_standing_comes_first(staged: Browser) -> None:
    """Whoever stands in the case acts in his or her own name, whatever others lent."""
    database = staged.portal.database
    await two_lenders(database)
    async with database.system_transaction() as session:
        session.add(
            Standing(
                case_id=NOOR,
                person_id=AMIRA.id,
                role="counsel",
                starts_at=datetime.now(UTC) - timedelta(days=1),
                began_how="recorded by the registry",
                recorded_by=RENEE.id,
            )
        )
    await staged.sign_in(AMIRA)

    page = await staged.get(f"/cases/{NOOR}")
    got = await staged.get(FILE)

    assert 'role="note"' not in page.text
    assert got.status_code == 200
    assert (await entries(database, "document.read"))[-1] == (AMIRA.name, None, None)
