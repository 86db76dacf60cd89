"""Reminders: one neutral mail for each thing and day, to whom it concerns when it goes out."""

from datetime import UTC, datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from portal.models import Account, Hearing, Preference, Reminder
from portal.parts import Parts
from portal.reminding import mail_reminder, remind
from portal.worker import tasks_for
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, CLAIRE_TO_JONAS, JONAS, NOOR, TORONTO
from tests.conftest import Browser
from tests.portal.approvals.putting import let_prepare, prepared_and_asked, rounds, send_back
from tests.portal.delegations.lending import change

# In Toronto; at night, reminders wait.
NOON = datetime.combine(datetime.now(TORONTO).date(), time(12), TORONTO).astimezone(UTC)


@pytest.fixture
async def draft(browser: Browser, database: Database) -> str:
    """A draft of Jonas's that waits for Claire; the hearing that sets limits is 100 days away."""
    await let_prepare(database)
    await hearing_in(database, days=100)
    return await prepared_and_asked(browser)


async def hearing_in(database: Database, *, days: int) -> None:
    """The Noors' hearing takes place so many days from now."""
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Hearing)
            .where(Hearing.case_id == NOOR)
            .values(
                local_start=sa.text(f"localtimestamp + interval '{days} days'"),
                starts_at=sa.text(f"now() + interval '{days} days'"),
            )
        )


async def reminders(database: Database) -> list[Reminder]:
    """All that were made."""
    async with database.system_transaction() as session:
        return list(await session.scalars(sa.select(Reminder).order_by(Reminder.made_at)))


async def to_whom(database: Database) -> set[tuple[str, UUID]]:
    """Who is reminded of which kind of thing."""
    return {(one.kind, one.person_id) for one in await reminders(database)}


async def deliver(portal: Parts) -> list[EmailMessage]:
    """Do every reminder's job; the mails that are in the folder then."""
    for one in await reminders(portal.database):
        await mail_reminder(portal, one.id, now=NOON)
    folder = portal.caught_mail
    assert folder is not None
    parser = BytesParser(_class=EmailMessage, policy=policy.default)
    return [parser.parsebytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


async def jobs(database: Database) -> int:
    """How many mails are queued."""
    async with database.login_transaction() as session:
        counted = await session.scalar(
            sa.text("select count(*) from procrastinate_jobs where task_name = 'mail_reminder'")
        )
    return int(counted or 0)


async def test_two_days_before_the_limit_those_who_can_answer_are_reminded(
    portal: Parts, draft: str
) -> None:
    """Claire and Amira, not Jonas who asked; once, however often the hour strikes."""
    now = datetime.now(UTC)
    early = await remind(portal, now=now)
    await hearing_in(portal.database, days=11)

    first, second = await remind(portal, now=now), await remind(portal, now=now)

    assert (early, first, second) == (0, 2, 0)
    assert await to_whom(portal.database) == {("approval", CLAIRE.id), ("approval", AMIRA.id)}
    assert await jobs(portal.database) == 2


async def test_a_draft_that_waited_two_days_is_recalled_once(portal: Parts, draft: str) -> None:
    """Without any limit near; the day after and the week after it is the same reminder."""
    asked = (await rounds(portal.database))[0].asked_at

    counts = [
        await remind(portal, now=asked + after)
        for after in (timedelta(hours=47), timedelta(days=2), timedelta(days=3), timedelta(days=9))
    ]

    assert counts == [0, 2, 0, 0]


async def test_the_mail_tells_nothing(portal: Parts, draft: str) -> None:
    """Neither names nor numbers nor what waits; in the reader's language; with the way to sign in."""
    async with portal.database.system_transaction() as session:
        await session.execute(
            sa.text("update person set language = 'fr' where id = :id"), {"id": AMIRA.id}
        )
    await remind(portal, now=datetime.now(UTC) + timedelta(days=3))

    mails = await deliver(portal)

    told = {str(mail["to"]): mail for mail in mails}
    assert set(told) == {CLAIRE.email, AMIRA.email}
    assert told[CLAIRE.email]["subject"] == "Something is still waiting for you in Dossier"
    assert told[AMIRA.email]["subject"] == "Quelque chose vous attend toujours dans Dossier"
    for mail in mails:
        text = mail.get_content()
        assert f"{portal.settings.public_url}/sign-in" in text
        for secret in ("Noor", "TC6", "Jonas", "Roy", "Tremblay", "Haddad", "statement", "draft"):
            assert secret not in text + str(mail["subject"])
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert all(one.sent_at for one in await reminders(portal.database))
    assert len(await deliver(portal)) == 2


async def test_at_night_a_reminder_waits_for_the_morning(portal: Parts, draft: str) -> None:
    """Claire's telephone stays dark at 23:00; the job is there for 8:00, in her zone."""
    await remind(portal, now=datetime.now(UTC) + timedelta(days=3))
    at_night = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

    for one in await reminders(portal.database):
        await mail_reminder(portal, one.id, now=at_night)

    assert list((portal.caught_mail or Path()).glob("*.eml")) == []
    async with portal.database.login_transaction() as session:
        asked = sa.text(
            "select distinct scheduled_at from procrastinate_jobs where scheduled_at > :n"
        )
        later = (await session.scalars(asked, {"n": at_night})).all()
    assert later == [datetime(2026, 11, 23, 13, 0, tzinfo=UTC)]


async def test_who_stopped_reminders_gets_none(portal: Parts, draft: str) -> None:
    """Claire stopped them; Amira is reminded all the same."""
    async with portal.database.system_transaction() as session:
        stopped = {"reminders_stopped_at": NOON, "reminders_stopped_by": "link"}
        session.add(Preference(person_id=CLAIRE.id, **stopped))
    await remind(portal, now=datetime.now(UTC) + timedelta(days=3))

    assert [str(mail["to"]) for mail in await deliver(portal)] == [AMIRA.email]


async def test_what_was_answered_meanwhile_is_not_mailed(
    portal: Parts, browser: Browser, draft: str
) -> None:
    """Between the hour and the mail Claire sends it back: nobody is written to."""
    await remind(portal, now=datetime.now(UTC) + timedelta(days=3))
    await browser.sign_in(CLAIRE)
    await send_back(browser, portal.database, "Page 3 is missing.")

    assert await deliver(portal) == []


async def test_who_may_no_longer_file_is_not_mailed(portal: Parts, draft: str) -> None:
    """Claire ends Amira's loan between the hour and the mail; Claire herself is written to."""
    await remind(portal, now=datetime.now(UTC) + timedelta(days=3))
    now = datetime.now(UTC) - timedelta(seconds=1)
    await change(portal.database, CLAIRE_TO_AMIRA, ended_at=now, ended_by=CLAIRE.id)

    mails = await deliver(portal)

    assert [str(mail["to"]) for mail in mails] == [CLAIRE.email]


async def test_an_address_that_failed_is_left_alone(portal: Parts, draft: str) -> None:
    """The registry knows already that mail to Claire comes back."""
    async with portal.database.system_transaction() as session:
        account = await session.get_one(Account, CLAIRE.id)
        account.mail_failed_at, account.mail_failure = datetime.now(UTC), "550 no such user"
    await remind(portal, now=datetime.now(UTC) + timedelta(days=3))

    mails = await deliver(portal)

    assert [str(mail["to"]) for mail in mails] == [AMIRA.email]


async def test_both_sides_of_a_loan_are_told_before_it_lapses(portal: Parts) -> None:
    """On the 75th idle day Amira and Claire, once; Jonas's loan was used and nobody is told."""
    now = datetime.now(UTC)
    for key, used in ((CLAIRE_TO_AMIRA, 76), (CLAIRE_TO_JONAS, 60)):
        long_ago = now - timedelta(days=200)
        await change(
            portal.database,
            key,
            starts_at=long_ago,
            accepted_at=long_ago,
            last_used_at=now - timedelta(days=used),
        )

    first, second = await remind(portal, now=now), await remind(portal, now=now + timedelta(days=1))

    assert (first, second) == (2, 0)
    assert await to_whom(portal.database) == {("lapse", AMIRA.id), ("lapse", CLAIRE.id)}
    mails = await deliver(portal)
    assert {str(mail["to"]) for mail in mails} == {AMIRA.email, CLAIRE.email}


async def test_a_loan_that_was_used_meanwhile_is_not_mailed_about(portal: Parts) -> None:
    """Used, ended or running out anyway before it would lapse: nothing to say."""
    now = datetime.now(UTC)
    used = now - timedelta(days=76)
    old = {"starts_at": used, "accepted_at": used}
    await change(portal.database, CLAIRE_TO_AMIRA, **old)
    await change(portal.database, CLAIRE_TO_JONAS, **old, ends_at=now + timedelta(days=3))
    made = await remind(portal, now=now)
    await change(portal.database, CLAIRE_TO_AMIRA, last_used_at=now)

    assert made == 2
    assert JONAS.id not in {one.person_id for one in await reminders(portal.database)}
    assert await deliver(portal) == []


async def test_the_hour_is_kept_by_the_worker(portal: Parts) -> None:
    """Both jobs are known to the worker, and one of them comes by itself every hour."""
    app: Any = tasks_for(portal)

    assert {"remind", "mail_reminder"} <= set(app.tasks)
    crons = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
    }
    assert crons["remind"] == "7 * * * *"
