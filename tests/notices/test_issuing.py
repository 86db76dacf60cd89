"""Issuing: rows and jobs stand or fall together, and one form makes one notice."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError

from notices.facts import Kind
from notices.issuing import (
    By,
    DifferentNotice,
    NotOpened,
    Paper,
    acknowledge,
    issue,
    number_of,
    open_notice,
)
from notices.model import Attempt, Notice, Service
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, NOOR, OKAFOR, RENEE
from tests.notices.samples import APPEAR, COUNSEL, DELEGATE, NOW, SAMPLES, issue_sample

LATER = NOW + timedelta(hours=1)


async def counts(database: Database) -> tuple[int, int, int, int]:
    """How many notices, services, attempts and deliver jobs there are."""
    async with database.system_transaction() as session:
        row = await session.execute(
            sa.text(
                "select (select count(*) from notice), (select count(*) from service),"
                " (select count(*) from attempt), (select count(*) from procrastinate_jobs"
                " where task_name = 'deliver')"
            )
        )
    notices, services, attempts, jobs = row.one()
    return notices, services, attempts, jobs


async def issue_one(database: Database, **change: Any) -> Notice:
    """Issue the sample in a transaction of its own, as the registry officer does."""
    async with database.transaction(RENEE.id) as session:
        return await issue_sample(session, **change)


async def service_of(database: Database, notice: Notice, person: UUID = CLAIRE.id) -> Service:
    """What this person was served."""
    async with database.system_transaction() as session:
        return (
            await session.scalars(
                sa.select(Service).where(
                    Service.notice_id == notice.id, Service.person_id == person
                )
            )
        ).one()


async def test_inbox_and_mail_come_with_the_notice(database: Database) -> None:
    """Everybody has it in the inbox; those with an address get one mail, one job each."""
    notice = await issue_one(database)

    assert await counts(database) == (1, 3, 2, 2)
    delegate = await service_of(database, notice, AMIRA.id)
    assert (delegate.capacity, delegate.why, delegate.language) == ("copy", "delegate", "fr")
    assert delegate.placed_at == NOW


async def test_a_rollback_takes_everything_with_it(database: Database) -> None:
    """If the caller's transaction fails, nobody is told anything."""

    async def fail() -> None:
        async with database.transaction(RENEE.id) as session:
            await issue_sample(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await counts(database) == (0, 0, 0, 0)


@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
async def test_what_was_said_is_read_back(database: Database, facts: Kind) -> None:
    """Wording and subject are fixed in both languages, for every kind."""
    notice = await issue_one(database, facts=facts)

    async with database.system_transaction() as session:
        stored = await session.get_one(Notice, notice.id)

    assert facts.to_json() == stored.facts
    assert stored.wording("en").text
    assert stored.wording("fr").subject == stored.subject("fr") != stored.subject("en")


async def test_the_same_form_twice_is_one_notice(database: Database) -> None:
    """A double click, a retry, the Back button: the same notice, nobody told twice."""
    form = uuid4()
    first = await issue_one(database, notice_id=form)
    second = await issue_one(database, notice_id=form, now=LATER)

    assert first.number == second.number
    assert second.issued_at == NOW
    assert await counts(database) == (1, 3, 2, 2)


async def test_two_at_the_same_moment_are_one_notice(database: Database) -> None:
    """Two requests with one form race; one issues, the other finds it."""
    form = uuid4()
    notices = await asyncio.gather(*(issue_one(database, notice_id=form) for _ in range(5)))

    assert len({notice.number for notice in notices}) == 1
    assert await counts(database) == (1, 3, 2, 2)


@pytest.mark.parametrize("change", [{"facts": SAMPLES[1]}, {"case_id": OKAFOR}, {"language": "fr"}])
async def test_a_used_form_cannot_say_something_else(
    database: Database, change: dict[str, Any]
) -> None:
    """Other facts under the same form are refused, not silently dropped."""
    form = uuid4()
    await issue_one(database, notice_id=form)

    with pytest.raises(DifferentNotice):
        async with database.system_transaction() as session:
            await issue_sample(session, notice_id=form, **change)

    assert await counts(database) == (1, 3, 2, 2)


async def test_somebody_reached_twice_is_served_once(database: Database) -> None:
    """Service wins over a copy, whatever the order, and one person has one inbox row."""
    twice = replace(DELEGATE, person_id=CLAIRE.id)
    notice = await issue_one(database, recipients=[COUNSEL, twice])

    assert await counts(database) == (1, 1, 1, 1)
    assert (await service_of(database, notice)).capacity == "service"


async def test_mails_wait_while_the_notice_can_be_recalled(database: Database) -> None:
    """The inbox is filled at once; the mail and its job are due when the officer said."""
    await issue_one(database, leaves_at=LATER)

    async with database.system_transaction() as session:
        due = (await session.scalars(sa.select(Attempt.due_at))).all()
        jobs = await session.scalars(sa.text("select scheduled_at from procrastinate_jobs"))
        assert {LATER} == {*due, *jobs}


async def test_issuing_costs_few_statements(database: Database) -> None:
    """Notice, services and attempts are one statement each, and one job for each mail."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement.lower())

    listen(database.engine.sync_engine, "before_cursor_execute", hear)
    await issue_one(database)

    assert sum(statement.startswith("insert") for statement in said) == 3
    assert len(said) <= 5


async def test_the_paper_is_whole(database: Database) -> None:
    """Key, fingerprint and size of the PDF belong to the notice together."""
    await issue_one(database, paper=Paper(key="k", sha256="a" * 64, size=9))

    with pytest.raises(IntegrityError, match="notice_pdf_is_whole"):
        async with database.system_transaction() as session:
            await session.execute(sa.update(Notice).values(pdf_key=None))


def test_a_number_belongs_to_its_form() -> None:
    """The same form gives the same number; letters that look alike are not in it."""
    form = UUID("0f6f2d1e-7c55-4c3b-9a44-2f6b1d3c8e10")
    numbers = {number_of(uuid4()) for _ in range(5000)}

    assert number_of(form) == number_of(form)
    assert len(numbers) == 5000
    assert not set("".join(numbers)) & set("01OILSZBU")


async def test_only_the_first_opening_counts(database: Database) -> None:
    """Who opened it and when is evidence: a second reader changes nothing."""
    service = await service_of(database, await issue_one(database))
    async with database.transaction(AMIRA.id) as session:
        assert await open_notice(session, service.id, by=By(AMIRA.id, AMIRA.name), now=NOW)
        assert not await open_notice(session, service.id, by=By(CLAIRE.id, CLAIRE.name), now=LATER)

    async with database.system_transaction() as session:
        opened = await session.get_one(Service, service.id)
        assert (NOW, AMIRA.id, AMIRA.name) == (
            opened.opened_at,
            opened.opened_by,
            opened.opened_by_name,
        )


async def test_acknowledging_is_an_act_of_its_own(database: Database) -> None:
    """It comes after opening, is recorded once, and says who did it."""
    service = await service_of(database, await issue_one(database))
    by = By(CLAIRE.id, CLAIRE.name)
    async with database.transaction(CLAIRE.id) as session:
        with pytest.raises(NotOpened):
            await acknowledge(session, service.id, by=by, now=NOW)
        await open_notice(session, service.id, by=by, now=NOW)
        assert await acknowledge(session, service.id, by=by, now=LATER)
    async with database.transaction(CLAIRE.id) as session:
        assert not await acknowledge(session, service.id, by=by, now=LATER + timedelta(days=1))

    acknowledged = await service_of(database, Notice(id=service.notice_id))
    assert (LATER, CLAIRE.name) == (
        acknowledged.acknowledged_at,
        acknowledged.acknowledged_by_name,
    )


@pytest.mark.parametrize(
    ("table", "values", "constraint"),
    [
        (
            Service,
            {"acknowledged_at": NOW, "acknowledged_by": CLAIRE.id, "acknowledged_by_name": "C"},
            "service_opened_before_acknowledged",
        ),
        (Service, {"opened_at": NOW}, "service_opened_by_whom"),
        (Service, {"case_id": OKAFOR}, "same_case"),
        (Service, {"capacity": "rumour"}, "service_capacity"),
        (Attempt, {"address": ""}, "attempt_has_address"),
        (Attempt, {"case_id": OKAFOR}, "attempt_same_case"),
        (Attempt, {"state": "lost"}, "attempt_state"),
        (Attempt, {"state": "accepted", "tries": 1, "tried_at": NOW}, "attempt_settled_when"),
        (Attempt, {"state": "sending"}, "attempt_tried_when"),
        (Notice, {"language": "de"}, "notice_language"),
    ],
)
async def test_the_database_refuses_what_cannot_be(
    database: Database, table: type[Any], values: dict[str, Any], constraint: str
) -> None:
    """What must never be written is impossible, not only unusual."""
    await issue_one(database)

    with pytest.raises(IntegrityError, match=constraint):
        async with database.system_transaction() as session:
            await session.execute(sa.update(table).values(values))


async def test_a_delegates_copy_is_never_service(database: Database) -> None:
    """Service on a delegate would be no service: the database refuses it."""
    served = replace(DELEGATE, capacity="service")

    with pytest.raises(IntegrityError, match="delegate_gets_copy"):
        await issue_one(database, recipients=[served])


async def test_a_notice_may_have_nobody_to_mail(database: Database) -> None:
    """People without an address, or nobody at all, are no error: the letter comes after."""
    async with database.system_transaction() as session:
        notice = await issue(
            session,
            notice_id=uuid4(),
            case_id=NOOR,
            facts=APPEAR,
            language="en",
            recipients=[],
            issued_by=By(None, "Dossier"),
            now=NOW,
        )

    assert notice.issued_by is None
    assert await counts(database) == (1, 0, 0, 0)
