"""With the application's gate taken away the database still shows a stranger nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from notices.model import Attempt, Notice, Service
from portal.audit import Actor, record
from portal.models import (
    Acting,
    Approval,
    Document,
    Finding,
    Picture,
    ReceiptPaper,
    Review,
    Seal,
    SealReader,
    Submission,
    Suspension,
    Upload,
    Withdrawal,
    visible_authority,
)
from storage.database import Base, Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    SAM,
    VICTOR,
    known,
)

NOW = datetime.now(UTC)

# Every table that hangs off a case, by the column that says so.
CASE_BOUND = sorted(
    table.name
    for table in Base.metadata.tables.values()
    if "case_id" in table.columns or table.name == "case"
)


@pytest.fixture(autouse=True)
async def full_case(database: Database) -> None:
    """Put a row of the Noors' case into every table, so that nothing is empty by accident."""
    async with database.system_transaction() as session:
        session.add(
            Submission(
                id=known("submission"),
                case_id=NOOR,
                drafted_by=CLAIRE.id,
                principal_id=CLAIRE.id,
                receipt="R-TEST-01",
                filed_at=NOW,
                filed_by=CLAIRE.id,
                filer_name=CLAIRE.name,
                principal_name=CLAIRE.name,
            )
        )
        await session.flush()
        session.add(
            Document(
                id=known("document"),
                case_id=NOOR,
                submission_id=known("submission"),
                name="affidavit.pdf",
                size=1,
                sha256="0" * 64,
                media_type="application/pdf",
                object_key="ab/x",
                kept_by=CLAIRE.id,
            )
        )
        session.add(ReceiptPaper(submission_id=known("submission"), sha256="0" * 64, case_id=NOOR))
        session.add(_unfinished())
        session.add(Finding(kind="missing", object_key="ab/x", case_id=NOOR))
        session.add(_notice())
        await session.flush()
        session.add(_service())
        await session.flush()
        session.add_all([_attempt(), *_lent(), *_reviewed()])
        await session.flush()
        session.add(SealReader(seal_id=known("seal"), person_id=CLAIRE.id, case_id=NOOR, name="C"))
        await record(session, NOOR, "case.opened", by=Actor(None, "test"), title="x")


def _unfinished() -> Upload:
    return Upload(
        case_id=NOOR,
        submission_id=known("submission"),
        begun_by=CLAIRE.id,
        name="half.pdf",
        size=9,
        object_key="ab/y",
        ends_at=NOW + timedelta(days=7),
    )


def _reviewed() -> list[Base]:
    """What the registry said of the document, a wish to take it back, and a seal."""
    about = {"document_id": known("document"), "case_id": NOOR}
    by = {"reviewed_by": RENEE.id, "reviewed_by_name": RENEE.name}
    return [
        Review(**about, **by, outcome="refused", reason="other"),
        Withdrawal(**about, why="x", asked_by=CLAIRE.id, asked_by_name=CLAIRE.name),
        # Lifted, or the document would be hidden from those who are asked about it below.
        Seal(id=known("seal"), **about, why="x", **_sealed()),
    ]


def _sealed() -> dict[str, Any]:
    sealed = {"sealed_by": RENEE.id, "sealed_by_name": RENEE.name}
    return sealed | {"lifted_at": NOW, "lifted_by": RENEE.id, "lifted_by_name": RENEE.name}


def _notice() -> Notice:
    return Notice(
        id=known("notice"),
        case_id=NOOR,
        number="N-TEST-01",
        kind="general_letter",
        facts={},
        language="en",
        subject_en="s",
        subject_fr="s",
        parts_en=[],
        parts_fr=[],
        issued_at=NOW,
        issued_by_name="test",
    )


def _service() -> Service:
    return Service(
        id=known("service"),
        notice_id=known("notice"),
        case_id=NOOR,
        person_id=CLAIRE.id,
        person_name=CLAIRE.name,
        capacity="service",
        why="counsel_of_record",
        language="en",
        placed_at=NOW,
    )


def _attempt() -> Attempt:
    return Attempt(
        service_id=known("service"),
        case_id=NOOR,
        address="claire@example.org",
        due_at=NOW,
        give_up_at=NOW,
        message_id="<test@example.org>",
    )


def _lent() -> list[Base]:
    """What acting for Claire, asking for her word and suspending her leave."""
    lifted = {"began_by": RENEE.id, "ended_at": NOW, "ended_by": RENEE.id}
    return [
        Acting(person_id=AMIRA.id, case_id=NOOR, principal_id=CLAIRE.id),
        Picture(document_id=known("document"), case_id=NOOR, failure="damaged"),
        Approval(
            submission_id=known("submission"),
            case_id=NOOR,
            principal_id=CLAIRE.id,
            asked_by=AMIRA.id,
            asked_by_name=AMIRA.name,
        ),
        Suspension(standing_id=known(f"standing {CLAIRE.email}"), case_id=NOOR, why="x", **lifted),
    ]


@pytest.mark.parametrize("table", CASE_BOUND)
async def test_a_stranger_sees_no_row(database: Database, table: str) -> None:
    """Whatever table is asked without a filter, a stranger gets zero rows of it."""
    async with database.system_transaction() as session:
        assert await _count(session, table) > 0

    async with database.transaction(SAM.id) as session:
        assert await _count(session, table) == 0
    async with database.transaction(None) as session:
        assert await _count(session, table) == 0


@pytest.mark.parametrize("table", CASE_BOUND)
async def test_somebody_elses_counsel_and_officer_see_no_row(
    database: Database, table: str
) -> None:
    """Counsel of another case and an officer of another division see nothing of the Noors'."""
    column = "id" if table == "case" else "case_id"
    for person in (LOUIS, VICTOR):
        async with database.transaction(person.id) as session:
            of_noor = await session.scalar(
                sa.text(f'select count(*) from "{table}" where {column} = :case'), {"case": NOOR}
            )
        assert of_noor == 0


async def test_what_is_one_sides_stays_there(database: Database) -> None:
    """Marc sees on the same case no draft that waits, no suspension, and not for whom one acts."""
    for person in (MARC, SAM, LOUIS, VICTOR):
        async with database.transaction(person.id) as session:
            for table in ("approval", "suspension", "acting"):
                assert await _count(session, table) == 0, (person.name, table)
    async with database.transaction(RENEE.id) as session:
        assert await _count(session, "suspension") == 1
        assert await _count(session, "acting") == 0


async def test_only_the_registry_suspends(database: Database) -> None:
    """Marc cannot suspend Claire, whatever he sends."""
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.transaction(MARC.id) as session:
            session.add(
                Suspension(
                    standing_id=known(f"standing {CLAIRE.email}"),
                    case_id=NOOR,
                    began_by=MARC.id,
                    why="mine",
                )
            )


async def test_only_the_right_to_read_shows_documents_and_notices(database: Database) -> None:
    """Jonas, lent `see`, has the case but none of its documents, notices, services or mails."""
    async with database.transaction(JONAS.id) as session:
        assert await _count(session, "case") == 1
        for table in ("document", "submission", "notice", "service", "attempt"):
            assert await _count(session, table) == 0


async def test_one_side_does_not_see_what_the_other_is_told(database: Database) -> None:
    """A notice served on Claire is seen by Farida, on her side, and not by Minister's counsel."""
    for person, rows in ((CLAIRE, 1), (AMIRA, 1), (FARIDA, 1), (MARC, 0)):
        async with database.transaction(person.id) as session:
            for table in ("notice", "service", "attempt"):
                assert await _count(session, table) == rows, (person.name, table)


async def test_nobody_reads_where_a_mail_went(database: Database) -> None:
    """The address of a service or an attempt is the couriers' business only."""
    for table in ("service", "attempt"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.transaction(RENEE.id) as session:
                await session.execute(sa.text(f"select address from {table}"))


async def test_names_are_seen_by_those_who_share_a_case(database: Database) -> None:
    """Sam sees himself and the registry; Farida sees those on her case; nobody sees passwords."""
    async with database.transaction(SAM.id) as session:
        names = set(await session.scalars(sa.text("select name from person")))
    async with database.transaction(FARIDA.id) as session:
        hers = set(await session.scalars(sa.text("select name from person")))
        with pytest.raises(ProgrammingError, match="permission denied"):
            await session.execute(sa.text("select password_hash from account"))

    assert names == {SAM.name, RENEE.name, VICTOR.name}
    assert CLAIRE.name in hers
    assert AMIRA.name in hers
    assert LOUIS.name not in hers


async def test_the_view_shows_ones_own_cases_only(database: Database) -> None:
    """`visible_authority` tells a stranger nothing of who is on a case."""
    async with database.transaction(SAM.id) as session:
        rows = (await session.execute(sa.select(visible_authority.c.case_id))).all()

    assert rows == []


async def test_entries_are_insert_only(database: Database) -> None:
    """Neither a person's role nor the jobs' may change or remove an entry."""
    for act in ("update entry set act = 'x'", "delete from entry", "truncate entry"):
        for enter in (database.transaction(RENEE.id), database.system_transaction()):
            with pytest.raises(ProgrammingError, match="permission denied"):
                async with enter as session:
                    await session.execute(sa.text(act))


async def test_nobody_records_an_entry_in_anothers_name(database: Database) -> None:
    """An entry's actor is the person whose transaction it is."""
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.transaction(CLAIRE.id) as session:
            await record(session, NOOR, "case.read", by=Actor(FARIDA.id, FARIDA.name))


async def test_a_readable_document_without_a_verdict_is_impossible(database: Database) -> None:
    """The table itself refuses `clean` where no verdict of the whole file is recorded."""
    for change in (
        {"state": "clean"},
        {"state": "clean", "judged_at": NOW, "reason": "clean", "scanned_with": "clamd"},
        {
            "state": "clean",
            "judged_at": NOW,
            "reason": "clean",
            "scanned_with": "clamd",
            "scanned_size": 2,
        },
    ):
        with pytest.raises(IntegrityError, match=r"readable_only_when_clean|judged_when"):
            async with database.system_transaction() as session:
                await session.execute(sa.update(Document).values(**change))


async def test_the_role_is_gone_after_the_transaction(database: Database) -> None:
    """A pooled connection keeps nothing of the person it served."""
    async with database.transaction(CLAIRE.id) as session:
        assert await session.scalar(sa.text("select current_user")) == "portal_app"
    async with database.login_transaction() as session:
        assert await session.scalar(sa.text("select current_user")) != "portal_app"
        assert not await session.scalar(sa.text("select current_setting('portal.person', true)"))


async def _count(session: AsyncSession, table: str) -> int:
    return int(await session.scalar(sa.text(f'select count(*) from "{table}"')) or 0)
