"""Acknowledged, then perfected: the notice of the portal, and the record that completes the appeal."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from notices.model import Notice, Service
from portal.appeals.acknowledging import acknowledge_appeal
from portal.appeals.assembling import assembled
from portal.appeals.counting import record_due
from portal.models import Appeal, Document, Standing
from storage.database import Database
from tests.cast import CLAIRE, DINA, FARIDA, MARC, VICTOR, Character
from tests.conftest import Browser
from tests.portal.appeals.decided import acts_on, appeals, decide, filed, today
from tests.portal.documents.conftest import begin, file, send
from tests.portal.documents.test_arriving import text_of
from tests.samples import pdf


async def appealed(browser: Browser, by: Character = FARIDA, *, ago: int = 3) -> UUID:
    """The appeal that this person has filed against the decision, and is signed in."""
    await decide(browser.portal)
    await browser.sign_in(by)
    said = {"counsel": "acts"} if by == CLAIRE else {}
    await filed(browser, ago=ago, **said)
    [appeal] = await appeals(browser.portal.database)
    return appeal.case_id


async def drafted(browser: Browser, appeal_id: UUID, **kinds: str) -> str:
    """A draft in the appeal, with one file of each of these kinds, named for it."""
    draft = await begin(browser, appeal_id)
    for name in kinds:
        await send(browser, draft, f"{name}.pdf", pdf())
    async with browser.portal.database.system_transaction() as session:
        for name, kind in kinds.items():
            named = sa.update(Document).where(Document.name == f"{name}.pdf")
            await session.execute(named.values(type=kind, title=name, language="en"))
    return draft


async def test_the_portal_acknowledges_to_the_appellants_side(
    browser: Browser, database: Database
) -> None:
    """One notice, however often the job runs, with the day of the record; Minister's counsel none."""
    appeal_id = await appealed(browser)
    for _ in range(2):
        await acknowledge_appeal(browser.portal, appeal_id)

    async with database.system_transaction() as session:
        [notice] = await session.scalars(sa.select(Notice).where(Notice.case_id == appeal_id))
        served = await session.scalars(sa.select(Service).where(Service.notice_id == notice.id))
        people = {one.person_name: (one.capacity, one.person_id) for one in served}
    due = record_due(today() - timedelta(days=3), office="toronto").due

    assert notice.kind == "appeal_acknowledged"
    assert notice.facts["record_by"] == due.isoformat()
    assert "Refugee Protection Division of" in notice.facts["against"]["en"]
    assert "Section de la protection des réfugiés" in notice.facts["against"]["fr"]
    # Laila has no account, but her mother and her representative have: a letter goes to nobody
    # who is under age; nothing says how old she is, so one goes to her.
    assert set(people) == {FARIDA.name, DINA.name, "Laila Noor"}
    assert [act for act, _ in await acts_on(database, appeal_id)][-1] in {
        "notice.issued",
        "letter.asked",
    }


async def test_the_record_perfects_the_appeal(browser: Browser, database: Database) -> None:
    """Marked in the transaction of the filing, judged by 45 days; the receipt says so in both languages."""
    appeal_id = await appealed(browser)
    draft = await drafted(browser, appeal_id, record="appellants_record")

    receipt = await file(browser, draft)
    [appeal] = await appeals(database)
    page = text_of((await browser.get(f"{draft}/receipt")).text)
    case = text_of((await browser.get(f"/cases/{appeal_id}")).text)
    await browser.sign_in(FARIDA, language="fr")
    french = text_of((await browser.get(f"{draft}/receipt")).text)
    [perfected] = [facts for act, facts in await acts_on(database, appeal_id) if "perfec" in act]
    await browser.sign_in(VICTOR)
    desk = (await browser.get("/registry")).text

    assert str(appeal.perfected_by) in draft
    assert appeal.perfection is not None
    assert (appeal.perfection["code"], appeal.perfection["late"]) == ("rad_perfection", False)
    assert perfected == {"submission_id": str(appeal.perfected_by), "late": False}
    assert "Your appeal is perfected" in page
    assert "In time: Appellant’s record, which perfects the appeal" in page
    assert "mis en état" in french
    assert "Appeal perfected" in case
    assert receipt in (await browser.get(f"{draft}/receipt")).text
    assert "Appeals that are not perfected yet" not in desk


async def test_the_memorandum_alone_perfects_it_with_warnings(
    browser: Browser, database: Database
) -> None:
    """What is missing or too long is said before filing, and stops nobody."""
    appeal_id = await appealed(browser)
    draft = await drafted(browser, appeal_id, memo="memorandum")
    async with database.system_transaction() as session:
        await session.execute(sa.update(Document).values(pages=31))

    form = text_of((await browser.get(draft)).text)
    check = text_of((await browser.get(f"{draft}/check")).text)
    await file(browser, draft)
    [appeal] = await appeals(database)

    assert "31 of at most 30 pages" in form
    assert "Memorandum: 31 pages, where the rule allows 30." in check
    assert "it is not here: Notice of decision and written reasons." in check
    assert appeal.perfected_at is not None


async def test_other_papers_do_not_perfect_it(browser: Browser, database: Database) -> None:
    """New evidence alone is filed, and the appeal waits on; the check says so."""
    appeal_id = await appealed(browser)
    draft = await drafted(browser, appeal_id, evidence="new_evidence")

    check = text_of((await browser.get(f"{draft}/check")).text)
    await file(browser, draft)
    [appeal] = await appeals(database)

    assert "filing this does not perfect the appeal" in check
    assert appeal.perfected_at is None


async def test_a_late_record_is_asked_why_and_perfects(
    browser: Browser, database: Database
) -> None:
    """After 45 days: late, with reasons, as with any filing; and never refused."""
    appeal_id = await appealed(browser)
    async with database.system_transaction() as session:
        earlier = sa.update(Appeal).values(reasons_received_on=today() - timedelta(days=60))
        await session.execute(earlier)
    draft = await drafted(browser, appeal_id, record="appellants_record")

    form = text_of((await browser.get(draft)).text)
    await file(browser, draft)
    [appeal] = await appeals(database)
    page = text_of((await browser.get(f"{draft}/receipt")).text)

    assert "Why does it come late?" in form
    assert appeal.perfection is not None
    assert appeal.perfection["late"] is True
    assert "Late: Appellant’s record" in page
    assert "Your appeal is perfected" in page


async def test_it_is_perfected_once(browser: Browser, database: Database) -> None:
    """A second record is filed like any paper; the first is what perfected the appeal."""
    appeal_id = await appealed(browser)
    first = await drafted(browser, appeal_id, record="appellants_record")
    await file(browser, first)
    [before] = await appeals(database)

    second = await drafted(browser, appeal_id, again="memorandum")
    await file(browser, second)
    [after] = await appeals(database)

    assert (after.perfected_by, after.perfected_at) == (before.perfected_by, before.perfected_at)
    assert [act for act, _ in await acts_on(database, appeal_id)].count("appeal.perfected") == 1


async def test_the_ministers_record_perfects_nothing(browser: Browser, database: Database) -> None:
    """Minister's counsel who intervenes files a memorandum: the appeal still waits for its own."""
    appeal_id = await appealed(browser, CLAIRE)
    async with database.system_transaction() as session:
        session.add(
            Standing(
                case_id=appeal_id,
                person_id=MARC.id,
                role="ministers_counsel",
                starts_at=datetime.now(UTC) - timedelta(minutes=1),
                began_how="intervenes",
                recorded_by=VICTOR.id,
            )
        )
    await browser.sign_in(MARC)
    draft = await drafted(browser, appeal_id, memo="memorandum")

    await file(browser, draft)
    [appeal] = await appeals(database)

    assert appeal.perfected_at is None


async def test_what_was_filed_cannot_be_marked_otherwise(
    browser: Browser, database: Database
) -> None:
    """The rows of an appeal are the database's: a party changes neither day nor judgement."""
    await appealed(browser)
    changes: list[dict[str, Any]] = [
        {"judged": {}},
        {"reasons_received_on": today()},
        {"filed_by": MARC.id},
    ]
    for change in changes:
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.transaction(FARIDA.id) as session:
                await session.execute(sa.update(Appeal).values(**change))


def test_a_record_knows_its_order_and_what_it_lacks() -> None:
    """RAD Rules, r. 3(3): decision, transcript, refused, statement, evidence, law, memorandum."""
    rows = [_paper("memorandum", 12), _paper("decision_and_reasons", 9)]

    record = assembled(rows)
    whole = assembled([*rows, _paper("appellants_record", 80)])
    gone = assembled([_paper("memorandum", 12, withdrawn=True)])

    assert [part.kind.code for part in record.parts] == [
        "decision_and_reasons",
        "transcript",
        "refused_documents",
        "written_statement",
        "new_evidence",
        "legal_authorities",
        "memorandum",
    ]
    assert not record.in_order
    assert [part.kind.code for part in record.missing] == ["written_statement"]
    assert whole.missing == []
    assert "memorandum" in [part.kind.code for part in gone.missing]


def _paper(kind: str, pages: int, *, withdrawn: bool = False) -> Any:  # noqa: ANN401 - a row
    at = datetime.now(UTC) if withdrawn else None
    return Document(type=kind, pages=pages, withdrawn_at=at, exhibit="A-1")
