"""Who of a case can be invited by letter, and what became of the letters printed so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.joining.knocking import asked_of
from portal.models import Case, InvitationLetter, Party, Role
from portal.registry.postal.recording import Addressee, addressees

INVITED = (Role.party, Role.designated_representative)


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Somebody without an account; `parties`: whose date of birth or UCI the portal asks for."""

    who: Addressee
    parties: Sequence[Party]
    letters: Sequence[InvitationLetter]

    @property
    def known(self) -> bool:
        """Whether there is anything to ask for beside the code."""
        return any(party.uci or party.born_on for party in self.parties)

    @property
    def live(self) -> InvitationLetter | None:
        """The letter whose codes still work for something."""
        return next((one for one in self.letters if one.ended_at is None), None)

    @property
    def represents(self) -> bool:
        """Whether this person stands for the one the file is about."""
        return self.who.role is Role.designated_representative


async def invitees(session: AsyncSession, case: Case) -> list[Invitee]:
    """Everybody of the case who cannot sign in, and whoever could be but has a letter still."""
    everybody = [one for one in await addressees(session, case) if one.role in INVITED]
    inside = await _who_sign_in(session, [one.person_id for one in everybody if one.person_id])
    parties = list(
        await session.scalars(
            sa.select(Party).where(Party.case_id == case.id).order_by(Party.file_number)
        )
    )
    letters = await _letters(session, case.id)
    return [
        Invitee(
            who=one,
            parties=asked_of(parties, party_id=one.party_id, person_id=one.person_id),
            letters=letters.get(one.id, []),
        )
        for one in everybody
        if one.person_id not in inside
    ]


async def letters_in_use(session: AsyncSession, case: Case) -> list[InvitationLetter]:
    """Letters of people who have an account by now, whose code for the hearing check works on."""
    found = await session.scalars(
        sa.select(InvitationLetter)
        .where(InvitationLetter.case_id == case.id, InvitationLetter.used_at.is_not(None))
        .where(InvitationLetter.ended_at.is_(None))
        .order_by(InvitationLetter.printed_at.desc())
    )
    return list(found)


async def _who_sign_in(session: AsyncSession, people: Sequence[UUID]) -> set[UUID]:
    asked = sa.select(sa.column("id", sa.Uuid)).select_from(
        sa.func.unnest(sa.cast(list(people), sa.ARRAY(sa.Uuid))).alias("id")
    )
    inside = asked.where(sa.func.portal_signs_in(sa.column("id")))
    return set(await session.scalars(inside)) if people else set()


async def _letters(session: AsyncSession, case_id: UUID) -> dict[UUID, list[InvitationLetter]]:
    found = await session.scalars(
        sa.select(InvitationLetter)
        .where(InvitationLetter.case_id == case_id)
        .order_by(InvitationLetter.printed_at.desc())
    )
    by: dict[UUID, list[InvitationLetter]] = {}
    for one in found:
        by.setdefault(one.party_id or one.person_id or one.id, []).append(one)
    return by
