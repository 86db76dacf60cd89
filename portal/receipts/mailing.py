"""Mailing who filed something that it came in; the others on the case have a notice of it."""

from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from notices.channels import Undeliverable
from notices.issuing import GIVE_UP_AFTER
from portal.models import Account, Person, Request, Submission
from portal.parts import Parts
from portal.people.mailing import send
from portal.people.signing_in import mark_address

PAGE = "mail/received.{language}.txt"


async def mail_receipt(portal: Parts, submission_id: UUID) -> None:
    """Send the mail that says only that something was received; may raise MailDeferred.

    Sent twice (the process died between), it is one mail to whoever reads it: same Message-ID.
    """
    await _mail(portal, submission_id, _addressed(submission_id))


async def mail_request(portal: Parts, request_id: UUID) -> None:
    """The same to who asked something of the registry."""
    asked = (
        sa.select(Person.id, Person.language, Account.email)
        .join(Request, Request.asked_by == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Request.id == request_id, Account.mail_failed_at.is_(None))
        .where(Request.asked_at > sa.func.now() - GIVE_UP_AFTER)
    )
    await _mail(portal, request_id, asked)


async def _mail(portal: Parts, key: UUID, addressed: sa.Select[*tuple[Any, ...]]) -> None:
    """One mail to whoever this finds, if anybody; `key`: of what came in."""
    async with portal.database.system_transaction() as session:
        filer = (await session.execute(addressed)).one_or_none()
    if filer is None:
        return
    outcome = await send(
        portal,
        uuid5(key, PAGE),
        filer.email,
        language="fr" if filer.language == "fr" else "en",
        page=PAGE,
        link=f"{portal.settings.public_url}/sign-in",
        person_id=filer.id,
    )
    if isinstance(outcome, Undeliverable):
        async with portal.database.system_transaction() as session:
            await mark_address(session, filer.id, filer.email, outcome.detail)


def _addressed(submission_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    """Who filed it and where mail reaches them; nobody after three days of trying."""
    return (
        sa.select(Person.id, Person.language, Account.email)
        .join(Submission, Submission.filed_by == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Submission.id == submission_id, Account.mail_failed_at.is_(None))
        .where(Submission.filed_at > sa.func.now() - GIVE_UP_AFTER)
    )
