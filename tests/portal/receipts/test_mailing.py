"""Who filed is told by mail that something was received, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
import sqlalchemy as sa

from notices.channels import Smtp
from notices.courier import deliver
from notices.suppressing import suppress
from portal.documents.telling import tell
from portal.models import Account, Submission
from portal.parts import Parts
from portal.people.mailing import MailDeferred
from portal.receipts.mailing import mail_receipt
from tests.cast import AMIRA, CLAIRE, FARIDA, NOOR, Character
from tests.conftest import Browser
from tests.portal.documents.conftest import file_one, submissions
from tests.samples import pdf
from tests.servers import free_ports


def mails(portal: Parts) -> list[EmailMessage]:
    """Every mail that was caught."""
    assert portal.caught_mail is not None
    parser = BytesParser(policy=default)
    return [parser.parsebytes(path.read_bytes()) for path in portal.caught_mail.glob("*.eml")]


async def filed_by(browser: Browser, person: Character) -> Submission:
    """File one file as this person."""
    await browser.sign_in(person)
    await file_one(browser, "Declaration of my brother.pdf", pdf())
    return (await submissions(browser.portal.database))[-1]


async def jobs(portal: Parts, task: str) -> list[str]:
    """What waits to be done for which submission."""
    async with portal.database.system_transaction() as session:
        asked = sa.text("select args ->> 'submission' from procrastinate_jobs where task_name = :t")
        return list(await session.scalars(asked, {"t": task}))


async def test_the_mail_is_queued_with_the_filing(browser: Browser) -> None:
    """One job in the transaction of the filing: pressed twice, it is there once."""
    submission = await filed_by(browser, CLAIRE)

    await browser.post(f"/submissions/{submission.id}/filing")

    assert await jobs(browser.portal, "mail_receipt") == [str(submission.id)]


async def test_a_filing_that_fails_queues_nothing(browser: Browser) -> None:
    """An empty draft is not filed, and nobody is written to."""
    await browser.sign_in(CLAIRE)
    draft = (await browser.post(f"/cases/{NOOR}/submissions")).headers["location"]

    await browser.post(f"{draft}/filing")

    assert await jobs(browser.portal, "mail_receipt") == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Dossier has received what you sent"),
        ("fr", "Dossier a reçu ce que vous avez envoyé"),
    ],
)
async def test_the_mail_says_only_that_something_was_received(
    browser: Browser, language: str, subject: str
) -> None:
    """In the filer's own language; no name, number, case, file or time, and no link but the door."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text("update person set language = :language where id = :id"),
            {"language": language, "id": FARIDA.id},
        )
    submission = await filed_by(browser, FARIDA)

    await mail_receipt(browser.portal, submission.id)

    [mail] = mails(browser.portal)
    assert (mail["To"], mail["Subject"]) == (FARIDA.email, subject)
    said = mail.as_string() + mail.get_content()
    for secret in ("Noor", "Farida", "brother", "TC6", str(submission.receipt), str(submission.id)):
        assert secret not in said.replace(FARIDA.email, "")
    assert "/sign-in" in mail.get_content()
    assert mail.get_content().count("http") == 1


async def test_sent_twice_it_is_one_mail(browser: Browser) -> None:
    """A worker that died between sending and saying so sends the same Message-ID again."""
    submission = await filed_by(browser, CLAIRE)

    await mail_receipt(browser.portal, submission.id)
    await mail_receipt(browser.portal, submission.id)

    assert len({mail["Message-ID"] for mail in mails(browser.portal)}) == 1


async def test_filer_and_principal_each_have_one_mail(browser: Browser) -> None:
    """Amira files for Claire: she is told of the receipt, Claire by the notice to all others."""
    portal = browser.portal
    submission = await filed_by(browser, AMIRA)

    await mail_receipt(portal, submission.id)
    await tell(portal, submission.id)
    async with portal.database.system_transaction() as session:
        asked = sa.text("select id, due_at from attempt")
        attempts = (await session.execute(asked)).all()
    for attempt in attempts:
        await deliver(portal.database, portal.channel, attempt.id, attempt.due_at)

    addressed = [str(mail["To"]) for mail in mails(portal)]
    assert (addressed.count(AMIRA.email), addressed.count(CLAIRE.email)) == (1, 1)


async def test_a_bad_address_is_marked_and_not_written_to_again(browser: Browser) -> None:
    """The registry sees it on its desk; another filing sends nothing there."""
    portal = browser.portal
    submission = await filed_by(browser, CLAIRE)
    async with portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Account).where(Account.person_id == CLAIRE.id).values(email="a@b.ca, c@evil")
        )

    await mail_receipt(portal, submission.id)

    async with portal.database.system_transaction() as session:
        account = await session.scalar(sa.select(Account).where(Account.person_id == CLAIRE.id))
        assert account is not None
        assert account.mail_failed_at is not None
    await mail_receipt(portal, submission.id)
    assert mails(portal) == []


async def test_with_another_address_the_mark_goes(browser: Browser) -> None:
    """A mark belongs to an address; one that is known to fail brings its own along."""
    portal = browser.portal
    submission = await filed_by(browser, CLAIRE)
    async with portal.database.system_transaction() as session:
        account = await session.get_one(Account, CLAIRE.id)
        account.mail_failed_at, account.mail_failure = datetime.now(UTC), "550 no such user"
        await suppress(
            session, "dead@example.org", why="bounced", detail="x", since=datetime.now(UTC)
        )
        await session.flush()
        account.email = "new@example.org"
    await mail_receipt(portal, submission.id)
    async with portal.database.system_transaction() as session:
        (await session.get_one(Account, CLAIRE.id)).email = "dead@example.org"
    await mail_receipt(portal, submission.id)

    assert [str(mail["To"]) for mail in mails(portal)] == ["new@example.org"]
    async with portal.database.system_transaction() as session:
        assert (await session.get_one(Account, CLAIRE.id)).mail_failed_at is not None


async def test_after_three_days_nobody_tries_any_more(browser: Browser) -> None:
    """The receipt waits in the portal all the same."""
    submission = await filed_by(browser, CLAIRE)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text("update submission set filed_at = now() - interval '73 hours'")
        )

    await mail_receipt(browser.portal, submission.id)

    assert mails(browser.portal) == []


async def test_a_mail_server_that_does_not_answer_is_tried_again(browser: Browser) -> None:
    """The job is done again later; nothing is marked and nothing is lost."""
    [port] = free_ports(1)
    nobody_there = Smtp(
        sender="no-reply@example.org", link="x", host="127.0.0.1", port=port, tls="none"
    )
    portal = replace(browser.portal, channel=nobody_there)
    submission = await filed_by(browser, CLAIRE)

    with pytest.raises(MailDeferred):
        await mail_receipt(portal, submission.id)
