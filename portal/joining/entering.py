"""Making the account: the person, the place in the case, and an address that still is to be confirmed."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record
from portal.joining.knocking import PassOver, open_pass
from portal.models import Account, Calling, InvitationLetter, Party, Person, Role
from portal.people.inviting import invite
from portal.registry.recording import NewStanding, record_standing

# How the place began, in the words that stay in the file.
HOW = "invitation letter of the registry"


class AddressTaken(Exception):
    """Somebody signs in with this address already."""


async def make_account(
    session: AsyncSession,
    token: str | None,
    *,
    email: str,
    language: str,
    password_hash: str,
    now: datetime,
) -> UUID:
    """Use the letter, once: its owner can sign in. Returns who that is.

    The address is mailed a link, and until it is opened notices go by post as well. Raises
    PassOver or AddressTaken.
    """
    # Two at once with one address: who comes second finds the first one's account.
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(email))))
    joining, letter, _ = await open_pass(session, token, now=now, lock=True)
    if joining.looked_at is not None:
        raise PassOver
    taken = await session.scalar(sa.select(Account).where(Account.email == email))
    if taken and (taken.person_id != letter.person_id or taken.password_hash):
        raise AddressTaken
    person_id = letter.person_id or await _admit(session, letter, language=language, now=now)
    await _let_in(session, person_id, email=email, password_hash=password_hash, now=now)
    chosen = sa.update(Person).where(Person.id == person_id).values(language=language)
    await session.execute(chosen)
    letter.used_at, letter.used_by, joining.ends_at = now, person_id, now
    await session.flush()
    by = Actor(person_id, letter.name)
    facts = {"name": letter.name, "side": "person"}
    await record(session, letter.case_id, "invitation.used", by=by, **facts)
    await invite(session, email=email, invited_by=person_id, now=now, person_id=person_id)
    return person_id


async def _let_in(
    session: AsyncSession, person_id: UUID, *, email: str, password_hash: str, now: datetime
) -> None:
    """The account; raises PassOver where an invitation by mail was quicker."""
    account = await session.get(Account, person_id)
    if account is None:
        account = Account(person_id=person_id)
        session.add(account)
    elif account.password_hash:
        raise PassOver
    account.email, account.password_hash, account.unconfirmed_since = email, password_hash, now
    account.mail_failed_at = account.mail_failure = None
    await session.flush()


async def _admit(
    session: AsyncSession, letter: InvitationLetter, *, language: str, now: datetime
) -> UUID:
    """A party becomes a person with a place of his or her own in the case."""
    party = await session.get_one(Party, letter.party_id, with_for_update=True)
    if party.person_id is not None:
        # The registry recorded an account meanwhile.
        raise PassOver
    person = Person(
        id=uuid4(),
        name=party.name,
        calling=Calling.claimant.value,
        language=language,
        created_at=now,
    )
    session.add(person)
    await session.flush()
    new = NewStanding(
        id=uuid4(), case_id=letter.case_id, role=Role.party, began_how=HOW, party_id=party.id
    )
    by = Actor(person.id, person.name)
    await record_standing(session, new, person_id=person.id, by=by, now=now)
    return person.id
