"""Counsel's place ends: by the client at once, or permitted by the registry; who is told, and how."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from notices.letters import Letter
from notices.model import Attempt, Notice, Service
from portal.audit import Actor
from portal.counsel.ending import let_go, revoke
from portal.counsel.telling import tell_counsel
from portal.models import Booked, Booking, Case, Standing
from portal.parts import Parts
from portal.registry.recipients import still_reaches
from tests.cast import (
    AMIRA,
    CLAIRE,
    DINA,
    FARIDA,
    HEARING,
    JONAS,
    MARC,
    NOOR,
    RENEE,
    SAM,
    Character,
    known,
)
from tests.conftest import Browser
from tests.portal.registry.recorded import recorded, rows, sees

LAILA = "Laila Noor"
# Everybody who receives notices, Laila by letter, and who was counsel.
CONCERNED = {CLAIRE.name, FARIDA.name, DINA.name, MARC.name, LAILA}
PLACE = known(f"standing {CLAIRE.email}")


async def end(portal: Parts, by: Character) -> int:
    """This person ends Claire's place; how many lose access with it."""
    async with portal.database.transaction(by.id) as session:
        return await end_in(session, by)


async def end_in(session: AsyncSession, by: Character) -> int:
    """The same, in a transaction that stays open."""
    place = await session.get_one(Standing, PLACE)
    actor, now = Actor(by.id, by.name), datetime.now(UTC)
    if by != RENEE:
        return len(await revoke(session, place, how="revoked", by=actor, now=now))
    case = await session.get_one(Case, NOOR)
    return len(await let_go(session, place, case=case, how="permitted", by=actor, now=now))


async def told(browser: Browser) -> dict[str, str]:
    """Who was served with the notice of it, and why."""
    found = await rows(
        browser,
        sa.select(Service)
        .join(Notice, Notice.id == Service.notice_id)
        .where(Notice.kind == "counsel_changed"),
    )
    return {one.person_name: one.why for one in found}


@pytest.mark.parametrize("client", [FARIDA, DINA], ids=lambda one: one.email)
async def test_the_client_removes_counsel_and_delegates_at_once(
    browser: Browser, client: Character
) -> None:
    """Claire, Amira and Jonas are strangers from then on; the others stay."""
    assert await end(browser.portal, client) == 3

    seen = {one.name: await sees(browser, one) for one in (CLAIRE, AMIRA, JONAS)}
    assert set(seen.values()) == {404}
    for one in (FARIDA, DINA, MARC, RENEE):
        assert await sees(browser, one) == 200
    (entry,) = await recorded(browser, "standing.ended")
    assert (entry.actor_id, entry.facts["delegates"]) == (client.id, 2)
    assert entry.facts["name"] == CLAIRE.name


async def test_removed_counsel_is_held_for_no_hearing_any_more(browser: Browser) -> None:
    """The client may not read who is booked, and lets go of counsel all the same; of nobody else."""
    at = datetime.now(UTC) + timedelta(days=3)
    row = {"hearing_id": HEARING, "case_id": NOOR, "sitting_id": NOOR, "kind": Booked.counsel}
    during: Range[Any] = Range(at, at + timedelta(hours=1))
    async with browser.portal.database.system_transaction() as session:
        for one in (CLAIRE, MARC):
            session.add(Booking(resource=str(one.id), label=one.name, during=during, **row))

    await end(browser.portal, FARIDA)

    assert [one.label for one in await rows(browser, sa.select(Booking))] == [MARC.name]


async def test_it_is_told_to_everybody_concerned_and_to_who_was_counsel(browser: Browser) -> None:
    """Once, however often the job runs; the delegates who lost access are told by nobody here."""
    await end(browser.portal, FARIDA)
    await end(browser.portal, FARIDA)

    await tell_counsel(browser.portal, PLACE)
    await tell_counsel(browser.portal, PLACE)

    reasons = await told(browser)
    assert set(reasons) == CONCERNED
    assert reasons[CLAIRE.name].startswith("Counsel of record until now")
    assert reasons[FARIDA.name].startswith("Party without counsel")
    (notice,) = await rows(browser, sa.select(Notice).where(Notice.kind == "counsel_changed"))
    assert (notice.facts["counsel"], notice.facts["former"]) == (None, CLAIRE.name)
    assert len(await recorded(browser, "standing.ended")) == 1


async def test_a_party_without_an_account_gets_a_letter(browser: Browser) -> None:
    """While Claire was counsel she read for Laila; now only paper reaches her."""
    await end(browser.portal, FARIDA)
    await tell_counsel(browser.portal, PLACE)

    letters = sa.select(Service.person_name).join(Letter, Letter.service_id == Service.id)
    assert await rows(browser, letters) == [LAILA]


async def test_the_registry_lets_counsel_go_and_tells_it_in_the_same_transaction(
    browser: Browser,
) -> None:
    """No job comes between: with the place the notice is there, issued by Renée."""
    assert await end(browser.portal, RENEE) == 3

    (notice,) = await rows(browser, sa.select(Notice).where(Notice.kind == "counsel_changed"))
    assert notice.issued_by == RENEE.id
    assert set(await told(browser)) == CONCERNED


async def test_who_was_counsel_reads_that_notice_and_nothing_else(browser: Browser) -> None:
    """It is in the inbox without the case's title, opened is recorded; all else is not there."""
    await end(browser.portal, FARIDA)
    await tell_counsel(browser.portal, PLACE)
    (service,) = await rows(browser, sa.select(Service.id).where(Service.person_id == CLAIRE.id))

    await browser.sign_in(CLAIRE)
    inbox = (await browser.get("/notices")).text
    page = await browser.get(f"/notices/{service}")

    assert f"/notices/{service}" in inbox
    assert "You no longer act in it" in inbox
    assert page.status_code == 200
    assert "no longer acts in this case" in page.text
    assert str(NOOR) not in inbox + page.text
    assert "and two children" not in inbox + page.text
    assert len(await recorded(browser, "notice.opened")) == 1
    await browser.get(f"/notices/{service}")
    assert len(await recorded(browser, "notice.opened")) == 1
    for path in (
        f"/cases/{NOOR}",
        f"/notices/{service}/notice.pdf",
        f"/notices/{service}/proof.json",
    ):
        assert (await browser.get(path)).status_code == 404
    for other in (SAM, AMIRA, JONAS):
        await browser.sign_in(other)
        assert (await browser.get(f"/notices/{service}")).status_code == 404


async def test_a_mail_still_tells_who_was_counsel_that_something_waits(browser: Browser) -> None:
    """Of this notice alone: what was served before the end is mailed no more."""
    await end(browser.portal, FARIDA)
    await tell_counsel(browser.portal, PLACE)

    async with browser.portal.database.system_transaction() as session:
        services = await session.scalars(
            sa.select(Service.id).where(Service.person_id.is_not(None))
        )
        assert {await still_reaches(session, one) for one in services} == {True}
        mails = await session.scalars(
            sa.select(Service.person_name).join(Attempt, Attempt.service_id == Service.id)
        )
        assert CLAIRE.name in set(mails)
        await session.execute(sa.update(Notice).values(kind="general_letter"))
        claires = await session.scalar(sa.select(Service.id).where(Service.person_id == CLAIRE.id))
        assert claires is not None
        assert not await still_reaches(session, claires)


async def test_two_who_remove_counsel_at_once_do_it_once(portal: Parts) -> None:
    """Farida and Dina press at the same moment: one waits for the other, and finds it done."""
    losses = await asyncio.gather(end(portal, FARIDA), end(portal, DINA), end(portal, FARIDA))

    assert sorted(losses) == [0, 0, 3]
