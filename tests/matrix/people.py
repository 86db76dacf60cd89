"""Somebody in every state that a person can be in, towards the Noors' case; and what that gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import (
    Account,
    Answer,
    Delegation,
    Membership,
    Person,
    Posting,
    SignedIn,
    Standing,
    Suspension,
    Team,
)
from portal.web.sessions import fingerprint
from tests.cast import AMIRA, CLAIRE, FARIDA, MARC, NOOR, OKAFOR, RENEE, Character, known, lend

ALL = "see read prepare file receive request"
OFFICES = ("rpd",)


@dataclass(frozen=True)
class State:
    """One state of a person: in words, and what the rules give to who is in it.

    `rights` on the Noors' case; `principal` of whose they are lent, nobody where they are one's own.
    """

    name: str
    rights: str = ""
    principal: Character | None = None
    role: str = ""
    side: str = "person"
    divisions: tuple[str, ...] = ()
    session: str = "open"
    calling: str = "delegate"
    # One of the cast, who is there already.
    cast: Character | None = None
    # What is done to the loan or the standing after it was made.
    then: str = ""

    @property
    def key(self) -> UUID:
        """The person's id."""
        return self.cast.id if self.cast else known(f"state {self.name}")

    @property
    def token(self) -> str:
        """What the session's cookie holds."""
        return f"token of {self.name}"

    @property
    def signed_in(self) -> bool:
        """Whether the portal knows who asks."""
        return self.session == "open"

    @property
    def staff(self) -> bool:
        """Whether the person is posted anywhere."""
        return bool(self.divisions)

    def may(self, right: str) -> bool:
        """Whether the rules give this right on the Noors' case."""
        return right in self.rights.split()

    def may_for(self, principal: Character, right: str) -> bool:
        """Whether the person may do this in that principal's name."""
        through = self.cast if self.principal is None else self.principal
        return through == principal and self.may(right)


def lent(name: str, rights: str, *, principal: Character = CLAIRE, **other: Any) -> State:
    """A delegate who was lent just this, and `see`."""
    return State(name, f"see {rights}", principal, **other)


def nothing(name: str, then: str, **other: Any) -> State:
    """Somebody who was lent everything, and has nothing of it left."""
    return State(name, "", CLAIRE, then=then, **other)


COUNSEL: dict[str, Any] = {"role": "counsel", "calling": "counsel"}
STATES = (
    State("anonymous", session="none"),
    State("second factor pending", session="pending", **COUNSEL),
    State("signed out since", session="ended", **COUNSEL),
    State("too long idle", session="idle", **COUNSEL),
    State("stranger"),
    State("claimant", ALL, role="party", calling="claimant"),
    State("counsel of record", f"{ALL} delegate", **COUNSEL),
    State("suspended counsel", then="suspended", **COUNSEL),
    State("former counsel", then="former", **COUNSEL),
    State("counsel from tomorrow on", then="tomorrow", **COUNSEL),
    State("counsel of another case", then="elsewhere", **COUNSEL),
    State("principal of the drafts", f"{ALL} delegate", cast=CLAIRE, calling="counsel"),
    State("delegate of many rights", "see read prepare file receive", CLAIRE, cast=AMIRA),
    lent("delegate who sees", ""),
    lent("delegate who reads", "read"),
    lent("delegate who prepares", "prepare"),
    lent("delegate who files", "file"),
    lent("delegate who receives", "receive"),
    lent("delegate who requests", "request"),
    lent("delegate who manages access", "delegate"),
    lent("delegate on this case alone", "read", then="listed"),
    nothing("delegate on another case", "other case"),
    nothing("delegate whose loan ended", "ended"),
    nothing("delegate who gave back", "gave back"),
    nothing("delegate whose loan ran out", "expired"),
    nothing("delegate whose loan has not begun", "future"),
    nothing("delegate whose loan lapsed", "idle"),
    nothing("delegate who declined", "declined"),
    nothing("delegate who has not answered", "unanswered"),
    State("delegate of a suspended counsel", "", None, then="of suspended"),
    lent("member of a team", "read", then="team"),
    nothing("who left the team", "left team"),
    nothing("member who has not accepted", "silent in team"),
    State("designated representative", ALL, role="designated_representative"),
    State("representative past the 18th birthday", role="designated_representative", then="former"),
    State(
        "Minister's counsel", f"{ALL} delegate", role="ministers_counsel", side="minister",
        calling="counsel",
    ),
    lent("delegate of the Minister's counsel", "read", principal=MARC, side="minister"),
    State("lent by both sides", "", None, then="both sides"),
    State("officer of the division", "see read administer", divisions=("rpd",), calling="registry"),
    State("officer of another division", divisions=("rad",), calling="registry"),
    State("officer posted no more", then="posted no more", calling="registry"),
    State(
        "administrator of every division", "see read administer",
        divisions=("iad", "id", "rad", "rpd"), calling="registry",
    ),
    State("claimant of the cast", ALL, cast=FARIDA, role="party", calling="claimant"),
)  # fmt: skip


async def appear(session: AsyncSession) -> None:
    """Write everybody down, each with a session; the transaction is a system one."""
    now = datetime.now(UTC)
    visitors = [one for one in STATES if one.session != "none"]
    new = [one for one in STATES if one.cast is None]
    known = [one for one in new if one in visitors]
    session.add_all(Person(id=one.key, name=one.name.title(), calling=one.calling) for one in known)
    await session.flush()
    session.add_all(Account(person_id=one.key, email=address(one)) for one in known)
    session.add_all(_session(one, now) for one in visitors)
    session.add_all(
        Posting(person_id=one.key, division=division, starts_at=now - DAY)
        for one in STATES
        for division in one.divisions
    )
    await session.flush()
    for one in new:
        await _stand(session, one, now)
        await _borrow(session, one, now)


DAY = timedelta(days=1)


def address(one: State) -> str:
    """Where this person's mail goes."""
    return f"{one.name.replace(' ', '.').replace(chr(39), '')}@state.example.org".lower()


def _session(one: State, now: datetime) -> SignedIn:
    return SignedIn(
        person_id=one.key,
        token_hash=fingerprint(one.token),
        ends_at=now + DAY,
        ended_at=now if one.session == "ended" else None,
        seen_at=now - DAY if one.session == "idle" else now,
        factors=[] if one.session == "pending" else ["password"],
    )


async def _stand(session: AsyncSession, one: State, now: datetime) -> None:
    if one.then == "posted no more":
        session.add(
            Posting(person_id=one.key, division="rpd", starts_at=now - 9 * DAY, ends_at=now - DAY)
        )
    if not one.role:
        return
    standing = Standing(
        id=uuid4(),
        case_id=OKAFOR if one.then == "elsewhere" else NOOR,
        person_id=one.key,
        role=one.role,
        starts_at=now + DAY if one.then == "tomorrow" else now - 9 * DAY,
        began_how="recorded by the registry",
        recorded_by=RENEE.id,
    )
    if one.then == "former":
        standing.ends_at = now - DAY
        if one.role == "counsel":
            standing.ended_how, standing.ended_by = "revoked by the client", RENEE.id
    session.add(standing)
    await session.flush()
    if one.then == "suspended":
        session.add(
            Suspension(standing_id=standing.id, case_id=NOOR, began_by=RENEE.id, why="a test")
        )
        await session.flush()


async def _borrow(session: AsyncSession, one: State, now: datetime) -> None:
    borrower = Character(one.name, address(one), one.calling)
    if one.then == "both sides":
        for lender in (CLAIRE, MARC):
            await _lent(session, lender, one, borrower)
    elif one.then == "of suspended":
        suspended = next(state for state in STATES if state.then == "suspended")
        await _lent(session, CLAIRE, one, borrower, grantor=suspended.key)
    elif one.principal is not None:
        key = await _lent(session, one.principal, one, borrower)
        await _change(session, key, one, now)


async def _lent(
    session: AsyncSession,
    lender: Character,
    one: State,
    borrower: Character,
    *,
    grantor: UUID | None = None,
) -> UUID:
    """A loan to this person's id, whatever a character's address would make of it."""
    rights = sorted(set(one.rights.split() or ALL.split()))
    cases: Sequence[UUID] = {"listed": [NOOR], "other case": [OKAFOR]}.get(one.then, ())
    key = await lend(session, lender, borrower, rights=rights, cases=cases, answered=False)
    if grantor:
        await session.execute(
            sa.update(Delegation)
            .where(Delegation.id == key)
            .values(grantor_id=grantor, offered_by=grantor)
        )
    if one.then not in {"unanswered", "silent in team"}:
        given = {"undertaking": "2026-11", "accepted_at": datetime.now(UTC) - DAY}
        if one.then == "declined":
            given = {"declined_at": datetime.now(UTC) - DAY}
        session.add(Answer(delegation_id=key, person_id=one.key, **given))
        await session.flush()
    return key


async def _change(session: AsyncSession, key: UUID, one: State, now: datetime) -> None:
    """What happened to the loan since."""
    if "team" in one.then:
        await _as_team(session, key, one, now)
        return
    terms: dict[str, Any] = {
        "ended": {"ended_at": now, "ended_by": CLAIRE.id},
        "expired": {"starts_at": now - 9 * DAY, "ends_at": now - DAY},
        "future": {"starts_at": now + DAY},
        "idle": {"starts_at": now - 95 * DAY},
    }.get(one.then, {})
    answer: dict[str, Any] = {
        "gave back": {"ended_at": now, "ended_by": one.key},
        "idle": {"accepted_at": now - 94 * DAY, "last_used_at": now - 91 * DAY},
    }.get(one.then, {})
    if terms:
        await session.execute(sa.update(Delegation).where(Delegation.id == key).values(**terms))
    if answer:
        await session.execute(sa.update(Answer).where(Answer.delegation_id == key).values(**answer))


async def _as_team(session: AsyncSession, key: UUID, one: State, now: datetime) -> None:
    team = Team(id=uuid4(), code=f"T-{uuid4().hex[:8]}", name="Intake", started_by=one.key)
    session.add(team)
    await session.flush()
    left = {"ended_at": now, "ended_by": one.key} if one.then == "left team" else {}
    session.add(
        Membership(
            team_id=team.id,
            person_id=one.key,
            invited_email=address(one),
            invited_by=one.key,
            open_until=now,
            joined_at=now - 5 * DAY,
            leads_since=now - 5 * DAY,
            **left,
        )
    )
    await session.execute(
        sa.update(Delegation)
        .where(Delegation.id == key)
        .values(team_id=team.id, invited_email=None)
    )
