"""Printing an invitation: two new codes, the older ones ended, and a paper that nobody keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both, Language, Moment
from notices.invitation import Invitation, invitation_pdf
from notices.mailing import Sender
from portal.audit import Actor, record
from portal.joining.sealing import sealed
from portal.joining.spelling import Purpose, grouped, new_code
from portal.models import Case, InvitationLetter, LetterEnd, Party, PostalAddress
from portal.registry.invitations.listing import Invitee
from portal.registry.letters.folding import country_line
from portal.rules import rules
from portal.settings import Settings


class PrintedAlready(Exception):
    """This form has printed its letter: its codes were shown once, and are shown no more."""


class ClosedCase(Exception):
    """Nobody is invited into a case that is closed."""


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The two codes of one letter, in the clear: only until the paper is made."""

    join: str
    check: str


def draw_codes() -> Codes:
    """Two codes that nobody has."""
    return Codes(join=new_code(Purpose.join), check=new_code(Purpose.check))


async def address_of(session: AsyncSession, invitee: Invitee) -> list[str]:
    """The lines below the name, if it is recorded where letters go."""
    whose = (
        PostalAddress.party_id == invitee.who.party_id
        if invitee.who.party_id
        else PostalAddress.person_id == invitee.who.person_id
    )
    found = await session.scalar(
        sa.select(PostalAddress).where(whose, PostalAddress.ended_at.is_(None))
    )
    return [*found.lines, *country_line(found.country)] if found else []


def paper(
    settings: Settings,
    case: Case,
    invitee: Invitee,
    codes: Codes,
    *,
    language: Language,
    lines: Sequence[str],
    now: datetime,
) -> bytes:
    """The letter as PDF: work for a processor, and no transaction."""
    office, division = rules.offices[case.office], rules.divisions[case.division]
    sender = Sender(
        tribunal=Both(settings.tribunal_en, settings.tribunal_fr),
        division=Both(division.name["en"], division.name["fr"]),
        office=Both(office.name["en"], office.name["fr"]),
        returns=office.address,
    )
    about = Invitation(
        name=invitee.who.name,
        language=language,
        file_number=invitee.parties[0].file_number,
        represents=invitee.represents,
        join_code=grouped(codes.join),
        check_code=grouped(codes.check),
        until=ends(now).astimezone(ZoneInfo(office.zone)).date(),
        portal=settings.public_url,
        lines=lines,
    )
    return invitation_pdf(about, sender=sender, printed=Moment(now, office.zone))


def ends(now: datetime) -> datetime:
    """Until when a code that is printed now makes an account."""
    return now + timedelta(days=rules.joining.code_days)


async def record_invitation(
    session: AsyncSession,
    letter_id: UUID,
    case: Case,
    invitee: Invitee,
    codes: Codes,
    *,
    settings: Settings,
    language: Language,
    by: Actor,
    now: datetime,
) -> None:
    """Keep the new codes' hashes, end the older ones; raises ClosedCase or PrintedAlready."""
    if case.closed_at is not None:
        raise ClosedCase
    # One after the other: of two officers at once the second's letter ends the first's.
    key = sa.func.hashtextextended(str(invitee.who.id), 11)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    if await session.get(InvitationLetter, letter_id) is not None:
        raise PrintedAlready
    await _end_older(session, case.id, invitee, by=by, now=now)
    new = sa.insert(InvitationLetter).values(
        id=letter_id,
        case_id=case.id,
        party_id=invitee.who.party_id,
        person_id=invitee.who.person_id,
        name=invitee.who.name,
        language=language,
        code_hash=sealed(settings, Purpose.join, codes.join),
        check_hash=sealed(settings, Purpose.check, codes.check),
        printed_at=now,
        printed_by=by.id,
        printed_by_name=by.name,
        ends_at=ends(now),
    )
    await session.execute(new.inline())
    facts = {"name": invitee.who.name, "side": "person"}
    await record(session, case.id, "invitation.printed", by=by, **facts)


async def revoke_invitation(
    session: AsyncSession, letter: InvitationLetter, *, by: Actor, now: datetime
) -> bool:
    """End both codes of a letter at once; whether they still worked."""
    ended = await session.scalar(
        sa.update(InvitationLetter)
        .where(InvitationLetter.id == letter.id, InvitationLetter.ended_at.is_(None))
        .values(ended_at=now, ended_how=LetterEnd.revoked.value, ended_by_name=by.name)
        .returning(InvitationLetter.id)
    )
    if ended is None:
        return False
    facts = {"name": letter.name, "side": "person"}
    await record(session, letter.case_id, "invitation.revoked", by=by, **facts)
    return True


async def _end_older(
    session: AsyncSession, case_id: UUID, invitee: Invitee, *, by: Actor, now: datetime
) -> None:
    whose = (
        InvitationLetter.party_id == invitee.who.party_id
        if invitee.who.party_id
        else InvitationLetter.person_id == invitee.who.person_id
    )
    await session.execute(
        sa.update(InvitationLetter)
        .where(InvitationLetter.case_id == case_id, whose, InvitationLetter.ended_at.is_(None))
        .values(ended_at=now, ended_how=LetterEnd.reprinted.value, ended_by_name=by.name)
    )


async def identify(
    session: AsyncSession, party: Party, *, uci: str, born_on: date | None, by: Actor
) -> None:
    """Write down UCI and date of birth as the officer knows them; the entry says that, not what."""
    if (party.uci or "", party.born_on) == (uci, born_on):
        return
    await session.execute(
        sa.update(Party).where(Party.id == party.id).values(uci=uci or None, born_on=born_on)
    )
    facts = {"name": party.name, "side": "person"}
    await record(session, party.case_id, "party.identified", by=by, **facts)
