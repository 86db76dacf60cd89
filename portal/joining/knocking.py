"""At the door: a code and what its owner knows open a pass of some minutes; all that is wrong is one no."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import SYSTEM, record
from portal.joining.spelling import digits
from portal.models import Case, InvitationLetter, Joining, LetterEnd, Party
from portal.rules import rules
from portal.web.language import N_
from portal.web.sessions import fingerprint

USED = N_(
    "An account was made with this code already. Sign in with your e-mail address and password."
)
OLD = N_("This code is too old. Ask the registry for a new letter.")
ENDED = N_("This code was ended. Use the newest letter, or ask the registry for one.")
CLOSED = N_("This case is closed. Ask the registry what you can still do.")


class NoFit(Exception):
    """Code, date of birth or UCI is wrong; which of them is not said."""


class Over(Exception):
    """The letter is this person's, but its code works no more: the text says why and what to do."""

    def __init__(self, text: str) -> None:
        """`text` is a marked sentence."""
        super().__init__(text)
        self.text = text


class PassOver(Exception):
    """No pass has this token: its minutes are over, it was used up, or it never was."""


@dataclass(frozen=True)
class Known:
    """What somebody says beside the code."""

    born: date | None
    uci: str


async def knock(session: AsyncSession, code_hash: bytes, said: Known, *, now: datetime) -> str:
    """A pass for whose letter it is; returns its token. Raises NoFit or Over.

    Only who knows both is told why a code works no more. Who has the code and is wrong about the
    rest is counted on the letter itself, in whichever process: after so many times the code ends.
    The caller commits what NoFit leaves behind.
    """
    letter = await session.scalar(
        sa.select(InvitationLetter).where(InvitationLetter.code_hash == code_hash).with_for_update()
    )
    if letter is None or letter.wrong >= rules.joining.wrong:
        raise NoFit
    if not _fits(await _parties(session, letter), said):
        await _count(session, letter, now=now)
        raise NoFit
    await _require_open(session, letter, now=now)
    token = secrets.token_urlsafe(32)
    session.add(
        Joining(
            letter_id=letter.id,
            token_hash=fingerprint(token),
            began_at=now,
            ends_at=now + timedelta(minutes=rules.joining.minutes),
        )
    )
    return token


async def open_pass(
    session: AsyncSession, token: str | None, *, now: datetime, lock: bool = False
) -> tuple[Joining, InvitationLetter, Case]:
    """What this token opens now; raises PassOver. A letter that ended meanwhile takes it along."""
    asked = (
        sa.select(Joining, InvitationLetter, Case)
        .join(InvitationLetter, InvitationLetter.id == Joining.letter_id)
        .join(Case, Case.id == InvitationLetter.case_id)
        .where(Joining.token_hash == fingerprint(token or ""), Joining.ends_at > now)
        .where(InvitationLetter.ended_at.is_(None), InvitationLetter.used_at.is_(None))
        .where(Case.closed_at.is_(None))
    )
    if lock:
        asked = asked.with_for_update(of=(Joining, InvitationLetter))
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise PassOver
    return row[0], row[1], row[2]


async def close_pass(session: AsyncSession, token: str | None, *, now: datetime) -> None:
    """Nothing is open with this token any more."""
    await session.execute(
        sa.update(Joining)
        .where(Joining.token_hash == fingerprint(token or ""), Joining.ends_at > now)
        .values(ends_at=now)
    )


async def asked_parties(session: AsyncSession, letter_id: UUID) -> Sequence[Party]:
    """Whose file numbers a letter is about."""
    return await _parties(session, await session.get_one(InvitationLetter, letter_id))


async def _parties(session: AsyncSession, letter: InvitationLetter) -> Sequence[Party]:
    of_case = sa.select(Party).where(Party.case_id == letter.case_id).order_by(Party.file_number)
    parties = (await session.scalars(of_case)).all()
    return asked_of(parties, party_id=letter.party_id, person_id=letter.person_id)


def asked_of(
    parties: Sequence[Party], *, party_id: UUID | None, person_id: UUID | None
) -> list[Party]:
    """A party is asked for his or her own; who stands for others, for that of any of them."""
    if party_id:
        return [party for party in parties if party.id == party_id]
    own = [party for party in parties if party.person_id == person_id]
    return own or list(parties)


def _fits(parties: Sequence[Party], said: Known) -> bool:
    """Whether all that was said is right of one of them, and something was that the file knows."""
    return any(_is_of(party, said) for party in parties)


def _is_of(party: Party, said: Known) -> bool:
    told = [
        said.born == party.born_on if said.born and party.born_on else None,
        hmac.compare_digest(digits(said.uci), digits(party.uci))
        if digits(said.uci) and digits(party.uci)
        else None,
    ]
    return True in told and False not in told


async def _count(session: AsyncSession, letter: InvitationLetter, *, now: datetime) -> None:
    letter.wrong += 1
    if letter.wrong < rules.joining.wrong or letter.ended_at is not None:
        return
    letter.ended_at, letter.ended_how = now, LetterEnd.guessed.value
    await session.flush()
    facts = {"name": letter.name, "side": "person"}
    await record(session, letter.case_id, "invitation.guessed", by=SYSTEM, **facts)


async def _require_open(session: AsyncSession, letter: InvitationLetter, *, now: datetime) -> None:
    """Raise Over where the code makes nothing any more."""
    if letter.used_at is not None:
        raise Over(USED)
    if letter.ended_at is not None:
        raise Over(ENDED)
    if letter.ends_at <= now:
        raise Over(OLD)
    case = await session.get_one(Case, letter.case_id)
    if case.closed_at is not None:
        raise Over(CLOSED)
