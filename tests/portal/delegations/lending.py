"""Lending as people do it, for the tests: through the forms, by name."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from httpx2 import Response

from portal.delegations.terms import usual
from portal.models import Answer, Delegation, Entry, Invitation
from storage.database import Database
from tests.cast import CLAIRE, NOOR, Character
from tests.conftest import Browser
from tests.portal.registry.pressing import form_on

# What stands on each person's answer, not on the delegation.
ANSWERED = {"accepted_at", "declined_at", "last_used_at"}


async def signed_page(browser: Browser) -> str:
    """A page with a form that this browser may send."""
    page = await browser.get("/cases?q=none")
    if 'name="csrf"' not in page.text:
        page = await browser.get("/sign-in")
    return page.text


def filled(browser_today: date, **other: Any) -> dict[str, Any]:
    """The form for lending, filled: Sam may read and file in the Noor case for a year."""
    starts = other.pop("starts", browser_today)
    ends = other.pop("ends", usual(starts))
    return {
        "key": str(uuid4()),
        "email": "new@example.org",
        "rights": ["read", "file"],
        "scope": "listed",
        "cases": [str(NOOR)],
        "starts-day": str(starts.day),
        "starts-month": str(starts.month),
        "starts-year": str(starts.year),
        "ends-day": str(ends.day),
        "ends-month": str(ends.month),
        "ends-year": str(ends.year),
        "reason": "works in my office",
        "step": "offer",
    } | other


async def lend(browser: Browser, **other: Any) -> Response:
    """Whoever is signed in sends the form for lending."""
    form = form_on(await browser.get("/delegations/new"), "/delegations/new").values
    today = date(int(form["starts-year"]), int(form["starts-month"]), int(form["starts-day"]))
    days = other.pop("begins_in", 0)
    sent = filled(today + timedelta(days=days), **other)
    return await browser.post("/delegations/new", data=sent | {"csrf": form["csrf"]})


async def offered_to(browser: Browser, person: Character, **other: Any) -> UUID:
    """Claire offers something to this person; the id of the offer."""
    await browser.sign_in(CLAIRE)
    key = uuid4()
    answer = await lend(browser, email=person.email, key=str(key), **other)
    assert answer.status_code == 303, answer.text
    return key


async def answer(browser: Browser, path: str, **typed: Any) -> Response:
    """Post to this address of a delegation, from the page that leads there."""
    page = await browser.get(path.removesuffix("/acceptance").removesuffix("/refusal"))
    token = form_on(page, path).values["csrf"]
    return await browser.post(path, data={"csrf": token} | typed)


async def accepted_by(browser: Browser, person: Character, **other: Any) -> UUID:
    """Claire offers, this person accepts and stays signed in."""
    key = await offered_to(browser, person, **other)
    await browser.sign_in(person)
    done = await answer(browser, f"/delegations/{key}/acceptance", undertaken="y")
    assert done.status_code == 303, done.text
    return key


async def delegation(database: Database, key: UUID) -> Delegation | None:
    """The row."""
    async with database.system_transaction() as session:
        return await session.get(Delegation, key)


async def change(database: Database, key: UUID, **values: Any) -> None:
    """Time passes: write this into the delegation or its answers, past the triggers."""
    answered = {name: values.pop(name) for name in ANSWERED & set(values)}
    async with database.login_transaction() as session:
        await session.execute(sa.text("set local session_replication_role = replica"))
        if values:
            await session.execute(
                sa.update(Delegation).where(Delegation.id == key).values(**values)
            )
        if answered:
            await session.execute(
                sa.update(Answer).where(Answer.delegation_id == key).values(**answered)
            )


async def answer_of(database: Database, key: UUID, person: Character) -> Answer | None:
    """What this person answered."""
    async with database.system_transaction() as session:
        return await session.scalar(
            sa.select(Answer)
            .where(Answer.delegation_id == key, Answer.person_id == person.id)
            .order_by(Answer.number.desc())
            .limit(1)
        )


async def acts(database: Database, case: UUID = NOOR) -> list[tuple[str, str]]:
    """The acts on a case with who did them, oldest first."""
    async with database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Entry.act, Entry.actor_name)
            .where(Entry.case_id == case)
            .order_by(Entry.number)
        )
        return [(row.act, row.actor_name) for row in rows]


async def invitations(database: Database) -> list[Invitation]:
    """Every invitation."""
    async with database.system_transaction() as session:
        return list(await session.scalars(sa.select(Invitation)))


async def accept_from(browser: Browser, page: str, key: object) -> Response:
    """Press *Accept* on a page that was opened earlier."""
    token = page.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]
    return await browser.post(
        f"/delegations/{key}/acceptance", data={"csrf": token, "undertaken": "y"}
    )


async def end_it(browser: Browser, key: object) -> Response:
    """Look at what ends, and end it."""
    page = await browser.get(f"/delegations/{key}/ending")
    form = form_on(page, f"/delegations/{key}/ending").values
    return await browser.post(f"/delegations/{key}/ending", data=form)
