"""Who goes on in an appeal, by each rule: parties, counsel, representatives, delegates."""

from datetime import UTC, datetime

import sqlalchemy as sa

from portal.models import Delegation, Standing
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    DINA,
    FARIDA,
    JONAS,
    MARC,
    NOOR,
    RENEE,
    SAM,
    VICTOR,
)
from tests.conftest import Browser
from tests.portal.appeals.decided import (
    CHILD,
    MOTHER,
    acts_on,
    appeals,
    decide,
    filed,
    places,
)
from tests.portal.documents.test_arriving import text_of

WITH_REQUEST = ["see", "read", "file", "receive", "request"]


async def lend_requests(database: Database) -> None:
    """Claire lends Amira the right to make requests too."""
    async with database.system_transaction() as session:
        loan = sa.update(Delegation).where(Delegation.id == CLAIRE_TO_AMIRA)
        await session.execute(loan.values(rights=WITH_REQUEST))


async def test_counsel_becomes_counsel_of_record_by_filing(
    browser: Browser, database: Database
) -> None:
    """RAD Rules, r. 18: Claire, who files and says she acts, stands in the appeal; Marc does not."""
    await decide(browser.portal)
    await browser.sign_in(CLAIRE)

    await filed(browser, counsel="acts")
    [appeal] = await appeals(database)

    assert await places(database, appeal.case_id) == {
        (CLAIRE.id, "counsel"),
        (FARIDA.id, "party"),
        (DINA.id, "designated_representative"),
    }


async def test_counsel_of_the_claim_who_does_not_file_is_not_carried(
    browser: Browser, database: Database
) -> None:
    """Farida files alone: Claire is no counsel in the appeal, and finds nothing there."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)
    await filed(browser)
    [appeal] = await appeals(database)

    assert (CLAIRE.id, "counsel") not in await places(database, appeal.case_id)
    for stranger in (CLAIRE, AMIRA, JONAS, MARC, SAM, RENEE):
        await browser.sign_in(stranger)
        assert (await browser.get(f"/cases/{appeal.case_id}")).status_code == 404, stranger.name
        assert (await browser.get(f"/appeals/{appeal.case_id}")).status_code == 404, stranger.name
    for known in (FARIDA, DINA, VICTOR):
        await browser.sign_in(known)
        assert (await browser.get(f"/cases/{appeal.case_id}")).status_code == 200, known.name
        assert (await browser.get(f"/appeals/{appeal.case_id}")).status_code == 200, known.name


async def test_counsel_who_only_files_keeps_the_receipt(
    browser: Browser, database: Database
) -> None:
    """A limited retainer ends with the service: the receipt is Claire's, the appeal is not."""
    await decide(browser.portal)
    await browser.sign_in(CLAIRE)

    answer = await filed(browser, counsel="none")
    [appeal] = await appeals(database)

    assert (await browser.get(answer.headers["location"])).status_code == 200
    assert (await browser.get(f"/cases/{appeal.case_id}")).status_code == 404
    assert (CLAIRE.id, "counsel") not in await places(database, appeal.case_id)


async def test_a_claimant_who_appeals_alone_takes_nobody_along(
    browser: Browser, database: Database
) -> None:
    """Farida's appeal has her as its only appellant: the children's representative has no place."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)

    await filed(browser, MOTHER)
    [appeal] = await appeals(database)

    assert await places(database, appeal.case_id) == {(FARIDA.id, "party")}


async def test_a_representative_goes_on_until_the_division_designates(
    browser: Browser, database: Database
) -> None:
    """Dina files for the child: she stands in the appeal, the entry says how, the desk shows it."""
    await decide(browser.portal)
    async with database.system_transaction() as session:
        ends = sa.update(Standing).where(Standing.person_id == DINA.id)
        comes_of_age = datetime(2031, 1, 1, tzinfo=UTC)
        await session.execute(ends.values(ends_at=comes_of_age))
    await browser.sign_in(DINA)

    await filed(browser, CHILD)
    [appeal] = await appeals(database)
    carried = [facts for act, facts in await acts_on(database, appeal.case_id) if "carried" in act]
    await browser.sign_in(VICTOR)
    desk = text_of((await browser.get("/registry")).text)
    async with database.system_transaction() as session:
        [standing] = await session.scalars(
            sa.select(Standing).where(Standing.case_id == appeal.case_id)
        )

    assert standing.role == "designated_representative"
    assert standing.ends_at == comes_of_age
    assert [one["name"] for one in carried] == [DINA.name]
    assert "IRPA 167(2)" in carried[0]["how"]
    assert "Appeals that are not perfected yet" in desk
    assert "Designate a representative" in desk


async def test_a_claimant_may_file_for_the_child_alone(
    browser: Browser, database: Database
) -> None:
    """Farida, accepted herself, appeals for Laila: she stands for her as a representative does."""
    await decide(browser.portal)
    await browser.sign_in(FARIDA)

    await filed(browser, CHILD)
    [appeal] = await appeals(database)

    assert await places(database, appeal.case_id) == {
        (FARIDA.id, "designated_representative"),
        (DINA.id, "designated_representative"),
    }


async def test_a_delegate_files_for_counsel(browser: Browser, database: Database) -> None:
    """Amira, lent requests on all of Claire's cases: "Amira for Claire", and she sees the appeal."""
    await decide(browser.portal)
    await lend_requests(database)
    await browser.sign_in(AMIRA)

    answer = await filed(browser, counsel="acts")
    [appeal] = await appeals(database)
    receipt = text_of((await browser.get(answer.headers["location"])).text)

    assert appeal.filed_by == AMIRA.id
    assert (appeal.principal_id, appeal.delegation_id) == (CLAIRE.id, CLAIRE_TO_AMIRA)
    assert "Amira Haddad for Claire Tremblay" in receipt
    assert (CLAIRE.id, "counsel") in await places(database, appeal.case_id)
    assert (await browser.get(f"/cases/{appeal.case_id}")).status_code == 200


async def test_a_list_of_cases_does_not_reach_the_appeal(
    browser: Browser, database: Database
) -> None:
    """Lent this claim only, Amira files, keeps the receipt, and does not see the appeal."""
    await decide(browser.portal)
    await lend_requests(database)
    async with database.system_transaction() as session:
        only = sa.text("insert into delegation_case values (:loan, :case)")
        await session.execute(only, {"loan": CLAIRE_TO_AMIRA, "case": NOOR})
        loan = sa.update(Delegation).where(Delegation.id == CLAIRE_TO_AMIRA)
        await session.execute(loan.values(all_cases=False))
    await browser.sign_in(AMIRA)

    answer = await filed(browser, counsel="acts")
    [appeal] = await appeals(database)
    receipt = await browser.get(answer.headers["location"])

    assert receipt.status_code == 200
    assert "You do not see the case of the appeal" in text_of(receipt.text)
    assert (await browser.get(f"/cases/{appeal.case_id}")).status_code == 404
    assert next(act for act, _ in await acts_on(database, appeal.case_id)) == "appeal.opened"
