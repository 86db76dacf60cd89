"""The courier: every mail at least once, at most one more after a crash, never silently none."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.channels import Deferred, Outcome, Smtp
from notices.courier import GRACE, LEASE, Claim, deliver, sweep
from notices.facts import Kind, Language
from notices.issuing import GIVE_UP_AFTER
from notices.model import Attempt, Notice
from storage.database import Database
from tests.cast import CLAIRE, NOOR
from tests.notices.mailroom import Mailroom, free_port
from tests.notices.samples import COUNSEL, HEAD, NOW, SAMPLES, issue_sample


async def issue_to_claire(database: Database, facts: Kind = SAMPLES[0]) -> UUID:
    """Issue a notice that makes one mail; the attempt's id."""
    async with database.system_transaction() as session:
        notice = await issue_sample(session, facts, recipients=[COUNSEL])
        found = sa.select(Attempt.id).join(Attempt.service).filter_by(notice_id=notice.id)
        return (await session.scalars(found)).one()


async def attempt_of(database: Database, attempt_id: UUID) -> Attempt:
    """The attempt as it stands."""
    async with database.system_transaction() as session:
        return await session.get_one(Attempt, attempt_id)


async def jobs_of(database: Database, attempt_id: UUID) -> Sequence[datetime | None]:
    """When each job for this attempt is due, oldest first."""
    async with database.system_transaction() as session:
        return (
            await session.scalars(
                sa.text(
                    "select scheduled_at from procrastinate_jobs where task_name = 'deliver' "
                    "and args->>'attempt' = :attempt order by id"
                ),
                {"attempt": str(attempt_id)},
            )
        ).all()


class Killed(Smtp):
    """A courier that dies after the server took the mail, before anything is recorded."""

    async def send(
        self, address: str, *, language: Language, message_id: str, at: datetime
    ) -> Outcome:
        """Send, and die."""
        await super().send(address, language=language, message_id=message_id, at=at)
        raise SystemError


async def test_a_mail_goes_out_once(database: Database, mailroom: Mailroom) -> None:
    """Its job may run again and again; the person gets one mail, and when is recorded."""
    attempt = await issue_to_claire(database)
    for minutes in range(3):
        await deliver(database, mailroom.channel(), attempt, NOW + timedelta(minutes=minutes))

    sent = await attempt_of(database, attempt)
    assert len(mailroom.mails) == 1
    assert (sent.state, sent.tries, sent.tried_at) == ("accepted", 1, NOW)
    assert sent.settled_at is not None
    assert NOW <= sent.settled_at < NOW + timedelta(seconds=10)
    assert "queued as 7" in (sent.detail or "")
    assert mailroom.messages[0]["Message-ID"] == sent.message_id


async def test_racing_couriers_send_one_mail(database: Database, mailroom: Mailroom) -> None:
    """Ten workers take the same job at the same moment."""
    attempt = await issue_to_claire(database)
    await asyncio.gather(*(deliver(database, mailroom.channel(), attempt, NOW) for _ in range(10)))

    assert len(mailroom.mails) == 1


async def test_a_mail_never_leaves_early(database: Database, mailroom: Mailroom) -> None:
    """A job that comes before its time waits: the notice may still be recalled."""
    attempt = await issue_to_claire(database)
    await deliver(database, mailroom.channel(), attempt, NOW - timedelta(seconds=1))

    assert mailroom.mails == []


async def test_a_server_that_is_down_is_tried_later(database: Database) -> None:
    """The attempt is deferred, not lost, and its next job is queued with it."""
    attempt = await issue_to_claire(database)
    await deliver(database, Mailroom(port=free_port()).channel(), attempt, NOW)

    deferred = await attempt_of(database, attempt)
    assert (deferred.state, deferred.settled_at) == ("deferred", None)
    wait = deferred.due_at - NOW
    assert timedelta(seconds=45) < wait < timedelta(seconds=90)
    assert [None, deferred.due_at] == await jobs_of(database, attempt)


async def test_a_greylisted_mail_arrives(database: Database, mailroom: Mailroom) -> None:
    """A server that says "later" gets the same mail later, and takes it."""
    attempt = await issue_to_claire(database)
    mailroom.rcpt = "450 4.2.1 greylisted"
    await deliver(database, mailroom.channel(), attempt, NOW)
    mailroom.rcpt = "250 OK"
    due_at = (await attempt_of(database, attempt)).due_at
    await deliver(database, mailroom.channel(), attempt, due_at)

    assert (
        (await attempt_of(database, attempt)).state,
        (await attempt_of(database, attempt)).tries,
    ) == ("accepted", 2)
    assert len(mailroom.mails) == 1


async def test_after_three_days_it_is_given_up_loudly(
    database: Database, mailroom: Mailroom
) -> None:
    """The waits grow, the end comes within 72 hours, and the last answer is kept."""
    attempt = await issue_to_claire(database)
    mailroom.rcpt = "451 4.3.0 busy"
    waits: list[timedelta] = []
    now = NOW
    while (await attempt_of(database, attempt)).state != "undeliverable":
        await deliver(database, mailroom.channel(), attempt, now)
        due_at = (await attempt_of(database, attempt)).due_at
        waits.append(due_at - now)
        now = due_at

    given_up = await attempt_of(database, attempt)
    assert 20 < given_up.tries < 40
    assert waits[0] < waits[4] < waits[8]
    assert max(waits) < timedelta(hours=5)
    assert given_up.settled_at is not None
    assert timedelta(hours=66) < given_up.settled_at - NOW < GIVE_UP_AFTER
    assert "given up" in (given_up.detail or "")
    assert "451 4.3.0 busy" in (given_up.detail or "")


async def test_a_dead_address_is_marked_at_once(database: Database, mailroom: Mailroom) -> None:
    """5xx ends the attempt in the transaction that marks the address: never "served"."""
    attempt = await issue_to_claire(database)
    mailroom.rcpt = "550 5.1.1 no such person"
    marked: list[tuple[UUID, str, str]] = []

    async def mark(session: AsyncSession, claim: Claim, detail: str) -> None:
        dead = await session.get_one(Attempt, claim.attempt_id)
        marked.append((claim.person_id, claim.address, dead.state))

    for _ in range(2):
        await deliver(database, mailroom.channel(), attempt, NOW, bad_address=mark)

    dead = await attempt_of(database, attempt)
    assert dead.state == "undeliverable"
    assert dead.detail == "550 5.1.1 no such person"
    assert [(CLAIRE.id, CLAIRE.email, "undeliverable")] == marked
    assert await jobs_of(database, attempt) == [None]


async def test_a_crash_doubles_one_mail_at_most(database: Database, mailroom: Mailroom) -> None:
    """Sent but not recorded: it goes once more after the lease, and is known to be the same."""
    attempt = await issue_to_claire(database)
    with pytest.raises(SystemError):
        await deliver(database, Killed(**vars(mailroom.channel())), attempt, NOW)
    await deliver(database, mailroom.channel(), attempt, NOW + LEASE - timedelta(seconds=1))
    assert len(mailroom.mails) == 1

    for seconds in range(3):
        await deliver(
            database, mailroom.channel(), attempt, NOW + LEASE + timedelta(seconds=seconds)
        )

    assert len(mailroom.mails) == 2
    assert len({mail["Message-ID"] for mail in mailroom.messages}) == 1
    assert (await attempt_of(database, attempt)).state == "accepted"


async def test_a_courier_that_was_overtaken_does_not_undo(
    database: Database, mailroom: Mailroom
) -> None:
    """Slower than its lease, it comes back with a failure: the mail stays accepted."""
    attempt = await issue_to_claire(database)

    class Overtaken(Smtp):
        async def send(
            self, address: str, *, language: Language, message_id: str, at: datetime
        ) -> Outcome:
            await deliver(database, mailroom.channel(), attempt, NOW + LEASE)
            return Deferred("too slow")

    await deliver(database, Overtaken(**vars(mailroom.channel())), attempt, NOW)

    assert (await attempt_of(database, attempt)).state == "accepted"
    assert len(mailroom.mails) == 1


async def test_a_lost_job_is_found_by_the_sweep(database: Database, mailroom: Mailroom) -> None:
    """Nothing is queued for it any more: the sweep queues it, once, and it arrives."""
    attempt = await issue_to_claire(database)
    late = NOW + GRACE + timedelta(seconds=1)

    assert await sweep(database, NOW + GRACE) == 0
    assert await sweep(database, late) == 1
    assert await sweep(database, late) == 0
    assert await jobs_of(database, attempt) == [None, None]
    await deliver(database, mailroom.channel(), attempt, late)
    assert len(mailroom.mails) == 1
    assert await sweep(database, late + timedelta(days=1)) == 0


async def test_a_dead_couriers_mail_is_found_by_the_sweep(
    database: Database, mailroom: Mailroom
) -> None:
    """A mail that is "being sent" by nobody is taken up again."""
    attempt = await issue_to_claire(database)
    with pytest.raises(SystemError):
        await deliver(database, Killed(**vars(mailroom.channel())), attempt, NOW)

    assert await sweep(database, NOW + LEASE) == 0
    assert await sweep(database, NOW + LEASE + GRACE + timedelta(seconds=1)) == 1


async def test_a_recalled_notice_is_never_mailed(database: Database, mailroom: Mailroom) -> None:
    """Its job finds nothing to do, and the sweep leaves it alone."""
    attempt = await issue_to_claire(database)
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Notice).values(
                recalled_at=NOW, recalled_by=CLAIRE.id, recalled_by_name=CLAIRE.name
            )
        )
    await deliver(database, mailroom.channel(), attempt, NOW)

    assert mailroom.mails == []
    assert await sweep(database, NOW + timedelta(days=1)) == 0


async def test_who_lost_the_case_gets_no_mail(database: Database, mailroom: Mailroom) -> None:
    """Asked right before: the mail is withdrawn, with its time, untried, and never comes back."""
    attempt = await issue_to_claire(database)
    asked: list[UUID] = []

    async def gone(session: AsyncSession, service_id: UUID) -> bool:
        asked.append(service_id)
        return False

    for _ in range(2):
        await deliver(database, mailroom.channel(), attempt, NOW, still=gone)

    withdrawn = await attempt_of(database, attempt)
    assert mailroom.mails == []
    assert (withdrawn.state, withdrawn.settled_at) == ("withdrawn", NOW)
    assert (withdrawn.tries, withdrawn.tried_at) == (0, None)
    assert [withdrawn.service_id] == asked
    assert await sweep(database, NOW + timedelta(days=1)) == 0


async def test_a_deferred_mail_is_asked_about_again(database: Database, mailroom: Mailroom) -> None:
    """Tried while it was allowed, and not tried again once it is not."""
    attempt = await issue_to_claire(database)
    mailroom.rcpt = "450 4.2.1 greylisted"
    answers = [True, False]

    async def once(session: AsyncSession, service_id: UUID) -> bool:
        return answers.pop(0)

    await deliver(database, mailroom.channel(), attempt, NOW, still=once)
    mailroom.rcpt = "250 OK"
    due_at = (await attempt_of(database, attempt)).due_at
    await deliver(database, mailroom.channel(), attempt, due_at, still=once)

    withdrawn = await attempt_of(database, attempt)
    assert (withdrawn.state, withdrawn.tries) == ("withdrawn", 1)
    assert mailroom.mails == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
async def test_no_mail_shows_a_fact_of_the_case(
    database: Database, mailroom: Mailroom, facts: Kind, language: Language
) -> None:
    """Whoever reads over a shoulder learns nothing: not in a header, not in the text."""
    recipient = replace(COUNSEL, language=language, address="x@mail.example")
    async with database.system_transaction() as session:
        notice = await issue_sample(session, facts, recipients=[recipient])
        attempt = (await session.scalars(sa.select(Attempt.id))).one()
    await deliver(database, mailroom.channel(), attempt, NOW)

    [mail] = mailroom.messages
    shown = "\n".join(f"{name}: {value}" for name, value in mail.items()) + mail.get_content()
    said = [part["text"] for part in (*notice.parts_en, *notice.parts_fr)]
    secrets = {*leaves(facts.to_json()), *said}
    secrets |= {notice.number, str(notice.id), str(NOOR), notice.subject_en, notice.subject_fr}
    secrets |= {CLAIRE.name, "Renée Gagnon", "Noor", HEAD.tribunal.en, HEAD.tribunal.fr, "Dari"}
    assert not [secret for secret in secrets if secret.lower() in shown.lower()]


def leaves(value: Any) -> set[str]:  # noqa: ANN401 - JSON
    """Every text that stands in facts."""
    if isinstance(value, str):
        return {value} if len(value) > 2 else set()
    if isinstance(value, dict):
        value = [*cast("dict[str, Any]", value).values()]
    return set[str]().union(*map(leaves, value or ()))
