"""What tests of letters share: a party without an account, an address, a notice, a printed mailing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from notices.facts import Both
from notices.issuing import By, Recipient, issue
from notices.kinds.general_letter import GeneralLetter
from notices.lettering import ask_letters
from notices.letters import Letter, Mailing
from notices.model import Service
from portal.models import Party, PostalAddress
from portal.parts import Parts
from portal.registry.letters.printing import gather_letters, make_mailing
from tests.cast import NOOR, RENEE, known

LINES = ["APT 4, 123 MAIN ST W", "TORONTO ON  M5V 2T6"]
SAID = GeneralLetter(
    file_number="TC6-01482",
    division="rpd",
    subject=Both("Your address", "Votre adresse"),
    body=Both("a", "b"),
)


async def party(portal: Parts) -> Party:
    """Laila Noor, who has no account."""
    async with portal.database.system_transaction() as session:
        return (
            await session.scalars(
                sa.select(Party).where(Party.name == "Laila Noor", Party.case_id == NOOR)
            )
        ).one()


async def newcomer(portal: Parts, name: str, number: str) -> Party:
    """One more of the Noors, whom only a letter reaches."""
    one = Party(case_id=NOOR, name=name, file_number=number)
    async with portal.database.system_transaction() as session:
        session.add(one)
    return one


async def settle(
    portal: Parts,
    *,
    party_id: UUID | None = None,
    person_id: UUID | None = None,
    lines: Sequence[str] = LINES,
    country: str = "CA",
) -> None:
    """Where this party or person lives, as the registry recorded it."""
    async with portal.database.transaction(RENEE.id) as session:
        session.add(
            PostalAddress(
                party_id=party_id,
                person_id=person_id,
                lines=list(lines),
                country=country,
                recorded_by=RENEE.id,
                recorded_by_name=RENEE.name,
            )
        )


async def write(
    portal: Parts,
    key: str = "letter",
    *,
    to: Party | None = None,
    leaves: timedelta | None = None,
    days_ago: int = 0,
) -> Service:
    """A general letter to Laila (or `to`), who gets it on paper alone."""
    one = to or await party(portal)
    served = Recipient(
        person_id=None,
        party_id=one.id,
        name=one.name,
        capacity="service",
        why="a test",
        language="en",
    )
    now, by = datetime.now(UTC) - timedelta(days=days_ago), By(RENEE.id, RENEE.name)
    async with portal.database.transaction(RENEE.id) as session:
        notice = await issue(
            session,
            notice_id=known(key),
            case_id=NOOR,
            facts=SAID,
            language="en",
            recipients=[served],
            issued_by=by,
            now=now,
            leaves_at=now + leaves if leaves else None,
        )
        assert await ask_letters(session, notice.id, [served], by=by, now=now) == 1
        return (
            await session.scalars(sa.select(Service).where(Service.notice_id == notice.id))
        ).one()


async def printed(portal: Parts, key: UUID | None = None) -> Mailing:
    """Everything that waits in Toronto, printed by Renée."""
    async with portal.database.transaction(RENEE.id) as session:
        made = await gather_letters(
            session,
            key or uuid4(),
            division="rpd",
            office="toronto",
            by=By(RENEE.id, RENEE.name),
            now=datetime.now(UTC),
        )
    assert made is not None
    await make_mailing(portal, made.id)
    return await mailing(portal, made.id)


async def mailing(portal: Parts, key: UUID) -> Mailing:
    """The mailing, as it is now."""
    async with portal.database.system_transaction() as session:
        return await session.get_one(Mailing, key)


async def letters(portal: Parts) -> list[Letter]:
    """Every letter there is, with where it went, the first asked for first."""
    whole: list[Any] = [undefer(Letter.lines), undefer(Letter.country)]
    async with portal.database.system_transaction() as session:
        found = await session.scalars(
            sa.select(Letter).options(*whole).order_by(Letter.asked_at, Letter.number)
        )
        return list(found)


def bytes_of(portal: Parts, one: Mailing) -> bytes:
    """Its file."""
    assert one.pdf_key is not None
    return b"".join(portal.store.read(one.pdf_key))
