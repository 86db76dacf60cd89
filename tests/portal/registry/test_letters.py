"""Letters: who gets one, printed once whatever happens, posted, come back, deemed received."""

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pikepdf
import pytest
import sqlalchemy as sa

from notices.issuing import By
from notices.lettering import ask_letter, ask_letters
from notices.letters import Mailing, Why
from notices.model import Notice, Service
from portal.documents.naming import NAMED
from portal.models import Account, Case
from portal.parts import Parts
from portal.registry.letters.printing import gather_letters, make_mailing, print_mornings
from portal.registry.recipients import recipients, who_receives
from storage.objects import StoreUnavailable
from tests.cast import CLAIRE, FARIDA, NOOR, RENEE
from tests.portal.inbox.served import RECIPIENTS, recall, serve
from tests.portal.registry.posted import (
    LINES,
    bytes_of,
    letters,
    mailing,
    party,
    printed,
    settle,
    write,
)

BY = By(RENEE.id, RENEE.name)
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def test_whom_no_mail_reaches_gets_a_letter(portal: Parts) -> None:
    """No account, or no address that works; a delegate's copy and whom mail reaches do not."""
    notice = await serve(portal)
    by_mail = replace(RECIPIENTS[2], address=FARIDA.email)

    async with portal.database.transaction(RENEE.id) as session:
        asked = [
            await ask_letters(session, notice.id, [*RECIPIENTS[:2], by_mail], by=BY, now=WEDNESDAY)
            for _ in range(2)
        ]

    assert asked == [1, 0]
    (one,) = await letters(portal)
    assert (one.why, one.number, one.asked_by_name) == ("bad_address", 1, RENEE.name)
    assert one.service_id == (await _service(portal)).id


async def test_a_printed_letter_is_the_notice_behind_its_address(portal: Parts) -> None:
    """List, address sheet, the stored notice: each on sheets of its own, the address fixed."""
    one = await party(portal)
    await settle(portal, party_id=one.id)
    service = await write(portal)

    made = await printed(portal)

    (letter,) = await letters(portal)
    assert (letter.mailing_id, letter.place, letter.lines) == (made.id, 1, LINES)
    notice = await _notice(portal, service)
    stored = pikepdf.open(io.BytesIO(b"".join(portal.store.read(notice.pdf_key or ""))))
    whole = pikepdf.open(io.BytesIO(bytes_of(portal, made)))
    even = len(stored.pages) + len(stored.pages) % 2
    assert len(whole.pages) == 4 + even
    same = [page.Contents.read_bytes() for page in whole.pages[4 : 4 + len(stored.pages)]]
    assert same == [page.Contents.read_bytes() for page in stored.pages]
    assert not whole.pages[1].get("/Contents") or not whole.pages[1].Contents.read_bytes()


async def test_where_it_went_stays_when_the_address_changes(portal: Parts) -> None:
    """What was printed is what stood there: the file is made again with the same bytes."""
    one = await party(portal)
    await settle(portal, party_id=one.id)
    await write(portal)
    made = await printed(portal)
    first = bytes_of(portal, made)

    async with portal.database.system_transaction() as session:
        lost = {"pdf_key": None, "pdf_sha256": None, "pdf_size": None}
        await session.execute(sa.update(Mailing).values(lost))
        await session.execute(sa.text("update postal_address set lines = '{elsewhere}'"))
    await make_mailing(portal, made.id)

    again = await mailing(portal, made.id)
    assert (again.pdf_sha256, bytes_of(portal, again)) == (made.pdf_sha256, first)


async def test_without_an_address_it_waits(portal: Parts) -> None:
    """Nothing is printed of it, and the next printing after an address is recorded takes it."""
    await write(portal)
    assert await _gather(portal) is None

    await settle(portal, party_id=(await party(portal)).id)

    assert (await printed(portal)).letters == 1


async def test_nothing_is_printed_that_may_be_recalled_or_was(portal: Parts) -> None:
    """Not before it leaves; and what was taken back is never printed."""
    await settle(portal, party_id=(await party(portal)).id)
    await write(portal, "leaves later", leaves=timedelta(minutes=5))
    assert await _gather(portal) is None
    assert await _gather(portal, now=datetime.now(UTC) + timedelta(minutes=6)) is not None

    await write(portal, "recalled")
    await recall(portal)
    assert await _gather(portal) is None


async def test_many_officers_at_once_print_each_letter_once(portal: Parts) -> None:
    """Eight press at the same moment: every letter is in one mailing, at a place of its own."""
    await settle(portal, party_id=(await party(portal)).id)
    for number in range(12):
        await write(portal, f"letter {number}")

    made = await asyncio.gather(*(_gather(portal) for _ in range(8)))

    found = await letters(portal)
    assert sum(one.letters for one in made if one) == 12
    assert len({(one.mailing_id, one.place) for one in found}) == 12
    assert all(one.mailing_id for one in found)


async def test_the_same_form_sent_twice_prints_once(portal: Parts) -> None:
    """Pressed twice, also at once, it is one mailing and one file."""
    await settle(portal, party_id=(await party(portal)).id)
    await write(portal)
    key = uuid4()
    await _gather(portal, key)
    await write(portal, "another")
    again = await _gather(portal, key)

    await asyncio.gather(*(make_mailing(portal, key) for _ in range(4)))

    assert again is not None
    assert again.letters == 1
    kept = {(await mailing(portal, key)).pdf_key}
    kept |= {(await _notice(portal, one)).pdf_key for one in await _services(portal)}
    assert {one.key for one in portal.store.inventory()} == kept - {None}


async def test_a_wrong_paper_is_not_printed(portal: Parts) -> None:
    """A notice whose bytes changed in the store stops its mailing, and the job tries again."""
    await settle(portal, party_id=(await party(portal)).id)
    service = await write(portal)
    made = await _gather(portal)
    assert made is not None
    await make_mailing(portal, made.id)
    async with portal.database.system_transaction() as session:
        lost = {"pdf_key": None, "pdf_sha256": None, "pdf_size": None}
        await session.execute(sa.update(Mailing).values(lost))
        await session.execute(
            sa.update(Notice).where(Notice.id == service.notice_id).values(pdf_sha256="0" * 64)
        )

    with pytest.raises(StoreUnavailable):
        await make_mailing(portal, made.id)

    assert (await mailing(portal, made.id)).pdf_key is None


async def test_each_working_morning_what_waits_is_printed(portal: Parts) -> None:
    """Once a day, however often the job runs; never on a day when the offices are closed."""
    await settle(portal, party_id=(await party(portal)).id)
    await write(portal, days_ago=30)
    async with portal.database.system_transaction() as session:
        early = WEDNESDAY - timedelta(days=30)
        await session.execute(sa.update(Notice).values(issued_at=early, leaves_at=early))
    closed = datetime(2026, 11, 11, 12, tzinfo=UTC)
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)

    counts = [await print_mornings(portal, day) for day in (closed, sunday, WEDNESDAY, WEDNESDAY)]

    assert counts == [0, 0, 1, 0]
    (one,) = await letters(portal)
    assert one.mailing_id is not None
    assert (await mailing(portal, one.mailing_id)).made_by is None


async def test_an_unopened_notice_opened_meanwhile_needs_no_letter(portal: Parts) -> None:
    """Asked for because nobody opened it; then somebody does, and nothing is printed."""
    await serve(portal)
    service = await _service(portal, person=FARIDA.id)
    await settle(portal, person_id=FARIDA.id)
    async with portal.database.transaction(RENEE.id) as session:
        asked = [
            await ask_letter(session, uuid4(), service.id, why=Why.unopened, by=BY, now=WEDNESDAY)
            for _ in range(2)
        ]
    assert asked == [True, False]

    async with portal.database.system_transaction() as session:
        opened = {"opened_at": WEDNESDAY, "opened_by": FARIDA.id, "opened_by_name": FARIDA.name}
        await session.execute(sa.update(Service).where(Service.id == service.id).values(**opened))

    assert await _gather(portal) is None


async def test_a_second_letter_has_the_next_number(portal: Parts) -> None:
    """After the first was printed another may be asked for."""
    await settle(portal, party_id=(await party(portal)).id)
    service = await write(portal)
    await printed(portal)

    async with portal.database.transaction(RENEE.id) as session:
        assert await ask_letter(session, uuid4(), service.id, why=Why.asked, by=BY, now=WEDNESDAY)

    assert [one.number for one in await letters(portal)] == [1, 2]


async def test_a_claimant_whose_mail_failed_is_on_the_list(portal: Parts) -> None:
    """The people of a case, asked of authority: a failed address means a letter."""
    async with portal.database.system_transaction() as session:
        failed = sa.update(Account).where(Account.person_id == FARIDA.id)
        await session.execute(failed.values(mail_failed_at=WEDNESDAY, mail_failure="550"))
    async with portal.database.transaction(RENEE.id) as session:
        case = await session.get_one(Case, NOOR)
        reached = await who_receives(session, case, now=WEDNESDAY)

    assert [one.name for one in recipients(reached) if not one.address] == [FARIDA.name]


# What the tests need


async def _gather(
    portal: Parts, key: UUID | None = None, *, now: datetime | None = None
) -> Mailing | None:
    async with portal.database.transaction(RENEE.id) as session:
        return await gather_letters(
            session,
            key or uuid4(),
            division="rpd",
            office="toronto",
            by=BY,
            now=now or datetime.now(UTC),
        )


async def _service(portal: Parts, *, person: UUID = CLAIRE.id) -> Service:
    async with portal.database.system_transaction() as session:
        wanted = sa.select(Service).where(Service.person_id == person)
        return (await session.scalars(wanted)).one()


async def _services(portal: Parts) -> list[Service]:
    async with portal.database.system_transaction() as session:
        return list(await session.scalars(sa.select(Service)))


async def _notice(portal: Parts, service: Service) -> Notice:
    async with portal.database.system_transaction() as session:
        return await session.get_one(Notice, service.notice_id)


async def test_a_mailings_file_is_named(portal: Parts) -> None:
    """Nobody who tidies takes it for an orphan, and who looks misses it where it is gone."""
    await settle(portal, party_id=(await party(portal)).id)
    await write(portal)
    made = await printed(portal)

    async with portal.database.system_transaction() as session:
        named = (await session.execute(sa.select(NAMED).where(NAMED.c.key == made.pdf_key))).one()

    assert (named.sha256, named.size, named.wanted) == (made.pdf_sha256, made.pdf_size, True)
