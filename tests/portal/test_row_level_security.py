"""With the application's gate taken away the database still shows a stranger nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from notices.letters import Letter, Mailing
from notices.model import Attempt, Notice, Service
from portal.audit import Actor, record
from portal.models import (
    Acting,
    Appeal,
    Appellant,
    Approval,
    Batch,
    BatchRow,
    Booking,
    Designation,
    Document,
    Finding,
    Picture,
    PostalAddress,
    ReceiptPaper,
    Request,
    RequestDecision,
    Retainer,
    Review,
    Seal,
    SealReader,
    Standing,
    Submission,
    Suspension,
    Telephone,
    Upload,
    Withdrawal,
    visible_authority,
)
from portal.settings import Settings
from storage.database import Base, Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    DINA,
    FARIDA,
    HEARING,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    OKAFOR,
    RENEE,
    SAM,
    VICTOR,
    Character,
    known,
)
from tests.invited import invited

NOW = datetime.now(UTC)

# Every table that hangs off a case, by the column that says so.
CASE_BOUND = sorted(
    table.name
    for table in Base.metadata.tables.values()
    if "case_id" in table.columns or table.name == "case"
)


@pytest.fixture(autouse=True)
async def full_case(database: Database, tmp_path: Path) -> None:
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
        session.add(_batch())
        session.add(Finding(kind="missing", object_key="ab/x", case_id=NOOR))
        session.add(_notice())
        await session.flush()
        session.add(_service())
        await session.flush()
        rows = [
            _batch_row(),
            _attempt(),
            _letter(),
            *_lent(),
            *_reviewed(),
            _booking(),
            _retainer(),
            _request(),
        ]
        session.add_all(rows)
        await session.flush()
        session.add(_appeal())
        await session.flush()
        about = {"party_id": known("TC6-01483"), "claim_party_id": known("TC6-01482")}
        session.add(Appellant(case_id=NOOR, **about))
        session.add(_decision())
        await invited(session, Settings(state=tmp_path))
        await session.flush()
        session.add(SealReader(seal_id=known("seal"), person_id=CLAIRE.id, case_id=NOOR, name="C"))
        await record(session, NOOR, "case.opened", by=Actor(None, "test"), title="x")


def _request() -> Request:
    """What Claire asked of the registry."""
    asked = {"kind": "change_of_date", "number": "Q-TEST", "side": "person"}
    names = {"principal_name": CLAIRE.name, "asker_name": CLAIRE.name}
    whose = {"principal_id": CLAIRE.id, "asked_by": CLAIRE.id}
    return Request(id=known("request"), case_id=NOOR, facts={}, **asked, **names, **whose)


def _decision() -> RequestDecision:
    by = {"decided_by": RENEE.id, "decider_name": RENEE.name}
    about = {"notice_id": known("notice"), "request_id": known("request"), "case_id": NOOR}
    return RequestDecision(**about, **by, outcome="granted")


def _booking() -> Booking:
    during: Range[object] = Range(NOW, NOW + timedelta(hours=3))
    named = {"kind": "member", "resource": "j. roy", "label": "J. Roy", "during": during}
    return Booking(hearing_id=HEARING, case_id=NOOR, sitting_id=NOOR, **named)


def _appeal() -> Appeal:
    """As if the Noors' case were the appeal that Claire had filed for somebody else's claim."""
    day = NOW.date()
    filed = {"filed_by": CLAIRE.id, "filer_name": CLAIRE.name, "receipt": "A-TEST-01"}
    for_whom = {"principal_id": CLAIRE.id, "principal_name": CLAIRE.name}
    return Appeal(
        case_id=NOOR,
        claim_case_id=OKAFOR,
        reasons_received_on=day,
        received_how="stated",
        judged={},
        **filed,
        **for_whom,
    )


def _retainer() -> Retainer:
    """Claire's, from before she stood in the case: recorded."""
    said = {"division": "rpd", "file_number": "TC6-01482", "family_name": "Noor"}
    paid = {"member_of": "Law Society of Ontario", "member_number": "12345A"}
    answered = {"outcome": "recorded", "answered_at": NOW, "answered_by": RENEE.id}
    answered |= {"answered_by_name": RENEE.name, "case_id": NOOR}
    return Retainer(asked_by=CLAIRE.id, asked_by_name=CLAIRE.name, **said, **paid, **answered)


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


def _batch() -> Batch:
    facts = {"pasted": "TC6-01482", "kind": "general_letter"}
    by = {"begun_by": RENEE.id, "begun_by_name": RENEE.name}
    return Batch(id=known("batch"), division="rpd", **facts, **by)


def _batch_row() -> BatchRow:
    row: dict[str, Any] = {
        "place": 1,
        "line": 1,
        "written": "TC6-01482",
        "columns": {},
        "state": "ready",
    }
    return BatchRow(batch_id=known("batch"), division="rpd", case_id=NOOR, **row)


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
        leaves_at=NOW,
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


def _letter() -> Letter:
    return Letter(service_id=known("service"), case_id=NOOR, why="unopened", asked_by_name="test")


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
        Designation(
            standing_id=known(f"standing {DINA.email}"),
            party_id=known("TC6-01483"),
            case_id=NOOR,
            why="unable",
        ),
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


async def test_nobody_reads_where_a_letter_went(database: Database) -> None:
    """What was written on an envelope is on paper and nowhere on a page, the registry's included."""
    for column in ("lines", "country"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.transaction(RENEE.id) as session:
                await session.execute(sa.text(f"select {column} from letter"))


async def test_a_postal_address_is_the_registrys_and_the_persons_own(database: Database) -> None:
    """Farida's is seen by her and by the officer of her division: not even by her counsel."""
    recorded = {"recorded_by": RENEE.id, "recorded_by_name": RENEE.name}
    async with database.system_transaction() as session:
        session.add(PostalAddress(person_id=FARIDA.id, lines=["1 Rue"], **recorded))

    everybody = (FARIDA, RENEE, CLAIRE, AMIRA, JONAS, MARC, SAM, LOUIS, VICTOR)
    seen: list[str] = []
    for person in everybody:
        async with database.transaction(person.id) as session:
            if await _count(session, "postal_address"):
                seen.append(person.name)
    async with database.transaction(None) as session:
        assert await _count(session, "postal_address") == 0

    assert seen == [FARIDA.name, RENEE.name]


@pytest.mark.parametrize("kind", [PostalAddress, Telephone])
async def test_contact_details_are_changed_by_oneself_and_the_registry(
    database: Database, kind: type[PostalAddress | Telephone]
) -> None:
    """Counsel cannot turn where a client's letters go; an officer of another division neither."""
    where: dict[str, Any] = {"lines": ["1 Rue"]} if kind is PostalAddress else {"number": "911"}
    for person in (CLAIRE, DINA, MARC, VICTOR):
        recorded = {"recorded_by": person.id, "recorded_by_name": person.name}
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with database.transaction(person.id) as session:
                session.add(kind(person_id=FARIDA.id, **where, **recorded))
    for person in (FARIDA, RENEE):
        recorded = {"recorded_by": person.id, "recorded_by_name": person.name}
        async with database.transaction(person.id) as session:
            await session.execute(
                sa.update(kind).values(ended_at=NOW, ended_by=person.id, ended_by_name="test")
            )
            session.add(kind(person_id=FARIDA.id, **where, **recorded))


@pytest.mark.parametrize("kind", [PostalAddress, Telephone])
async def test_who_represents_somebody_without_an_account_changes_it_for_them(
    database: Database, kind: type[PostalAddress | Telephone]
) -> None:
    """Claire and Dina for Laila, who has no account; not her mother by herself, no other delegate."""
    where: dict[str, Any] = {"lines": ["1 Rue"]} if kind is PostalAddress else {"number": "911"}
    laila = known("TC6-01483")
    for person in (MARC, LOUIS, SAM, JONAS, AMIRA, FARIDA, VICTOR):
        recorded = {"recorded_by": person.id, "recorded_by_name": person.name}
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with database.transaction(person.id) as session:
                session.add(kind(party_id=laila, **where, **recorded))
    for person in (CLAIRE, DINA):
        recorded = {"recorded_by": person.id, "recorded_by_name": person.name}
        async with database.transaction(person.id) as session:
            await session.execute(
                sa.update(kind).values(ended_at=NOW, ended_by=person.id, ended_by_name="test")
            )
            session.add(kind(party_id=laila, **where, **recorded))
    seen: list[str] = []
    for person in (FARIDA, RENEE, CLAIRE, DINA, AMIRA, JONAS, MARC, SAM, LOUIS, VICTOR):
        async with database.transaction(person.id) as session:
            if await _count(session, kind.__tablename__):
                seen.append(person.name)
    assert seen == [RENEE.name, CLAIRE.name, DINA.name]


async def test_a_retainer_is_its_counsels_and_the_divisions(database: Database) -> None:
    """Who else is on the case does not see what counsel declared, nor does another division."""
    for person, rows in ((CLAIRE, 1), (RENEE, 1), (FARIDA, 0), (AMIRA, 0), (MARC, 0), (VICTOR, 0)):
        async with database.transaction(person.id) as session:
            assert await _count(session, "retainer") == rows, person.name


async def test_nobody_answers_a_retainer_of_his_own(database: Database) -> None:
    """Counsel declares; only the registry finds the case and answers."""
    said = {"division": "rpd", "file_number": "TC6-01482", "family_name": "Noor"}
    said |= {"asked_by_name": SAM.name, "member_of": "x", "member_number": "1"}
    for person, more in ((SAM, {"case_id": NOOR}), (FARIDA, {}), (RENEE, {})):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with database.transaction(person.id) as session:
                session.add(Retainer(asked_by=person.id, **said, **more))
    async with database.transaction(SAM.id) as session:
        session.add(Retainer(id=known("retainer of Sam"), asked_by=SAM.id, **said))
    async with database.transaction(SAM.id) as session:
        changed = await session.scalars(
            sa.update(Retainer).values(case_id=NOOR).returning(Retainer.id)
        )
        assert changed.all() == []


async def test_a_client_ends_the_place_of_counsel_and_nothing_else(database: Database) -> None:
    """Not that of the Minister's counsel, not into the future, not given back; others end none."""
    over = {"ends_at": sa.func.now(), "ended_how": "revoked"}
    claires = Standing.id == known(f"standing {CLAIRE.email}")
    for person in (CLAIRE, AMIRA, MARC, LOUIS, SAM, VICTOR):
        async with database.transaction(person.id) as session:
            ended = sa.update(Standing).values(ended_by=person.id, **over).returning(Standing.id)
            assert (await session.scalars(ended)).all() == [], person.name
    async with database.transaction(FARIDA.id) as session:
        others = sa.update(Standing).where(Standing.role != "counsel")
        ended = others.values(ended_by=FARIDA.id, **over).returning(Standing.id)
        assert (await session.scalars(ended)).all() == []
    for wrong in (
        {"person_id": SAM.id},
        {"ended_by": RENEE.id},
        {"ends_at": NOW + timedelta(days=1)},
        {"case_id": known("case of Louis's client")},
    ):
        said = over | {"ended_by": FARIDA.id} | wrong
        with pytest.raises(ProgrammingError, match=r"nothing else|row-level security"):
            async with database.transaction(FARIDA.id) as session:
                await session.execute(sa.update(Standing).where(claires).values(**said))
    async with database.transaction(FARIDA.id) as session:
        said = over | {"ended_by": FARIDA.id}
        await session.execute(sa.update(Standing).where(claires).values(**said))
    back = {"ends_at": None, "ended_how": None, "ended_by": None}
    with pytest.raises(ProgrammingError, match="nothing else"):
        async with database.transaction(FARIDA.id) as session:
            await session.execute(sa.update(Standing).where(claires).values(**back))


async def test_a_mailing_is_seen_by_its_division(database: Database) -> None:
    """What one division's registry printed is nobody else's business."""
    async with database.system_transaction() as session:
        facts = {"day": NOW.date(), "made_by_name": "test", "letters": 1}
        session.add(Mailing(division="rpd", office="toronto", **facts))

    for person, rows in ((RENEE, 1), (VICTOR, 0), (CLAIRE, 0), (FARIDA, 0)):
        async with database.transaction(person.id) as session:
            assert await _count(session, "mailing") == rows, person.name


async def test_only_the_registry_sets_the_legal_date(database: Database) -> None:
    """A reader may mark a notice as opened, and never say when the law takes it for received."""
    said = {
        "legal_on": NOW.date(),
        "legal_set_at": NOW,
        "legal_set_by": CLAIRE.id,
        "legal_set_by_name": CLAIRE.name,
        "legal_why": "mine",
    }
    with pytest.raises(ProgrammingError, match="the registry sets"):
        async with database.transaction(CLAIRE.id) as session:
            await session.execute(sa.update(Service).values(**said))
    async with database.transaction(RENEE.id) as session:
        await session.execute(sa.update(Service).values(**said))
        assert await session.scalar(sa.select(Service.legal_on)) == NOW.date()


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


@pytest.mark.parametrize(
    ("person", "held"),
    [(CLAIRE, 1), (JONAS, 1), (MARC, 1), (RENEE, 1), (LOUIS, 0), (VICTOR, 0), (SAM, 0)],
    ids=lambda one: getattr(one, "name", str(one)),
)
async def test_the_question_for_a_months_hearings_asks_for_authority(
    database: Database, person: Character, held: int
) -> None:
    """It runs as the owner of the tables, and shows nobody a hearing of a case that is not theirs."""
    asked = "select count(*) from portal_hearings('2020-01-01', '2100-01-01') where id = :id"
    async with database.transaction(person.id) as session:
        assert await session.scalar(sa.text(asked), {"id": HEARING}) == held
