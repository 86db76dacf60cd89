"""Who is signed in: an opaque token in a cookie, its hash in the database, one question a page."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.models import SignedIn
from storage.database import ONE_PLAN

# On a phone or computer that others use too.
SHARED_IDLE = timedelta(minutes=10)
SHARED_LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Me:
    """The person a page is for."""

    id: UUID
    session_id: UUID
    name: str
    calling: str
    language: str
    zone: str
    email: str
    divisions: tuple[str, ...]
    unopened: int
    to_approve: int
    ends_at: datetime
    # Whether pages are to say in no title whose they are.
    neutral: bool = False
    # On a shared device: after how long without a click this session ends; else the portal's own.
    idle: timedelta | None = None

    @property
    def is_staff(self) -> bool:
        """Whether a posting at the registry is in force."""
        return bool(self.divisions)


# One statement finds the session, notes that it is in use (once a minute), takes the role without
# bypass and names the person that row-level security asks for.
_ENTER = sa.text(
    """
    with mine as (
        select id, person_id, seen_at, ends_at, idle from session
        where token_hash = :hash and ended_at is null and ends_at > now() and factors <> '{}'
            and seen_at > now() - coalesce(idle, cast(:idle as interval))
    ), seen as (
        update session set seen_at = now() from mine
        where session.id = mine.id and mine.seen_at < now() - interval '1 minute' and :used
    )
    select p.id, mine.id as session_id, p.name, p.calling, p.language, p.zone, a.email,
        mine.ends_at, mine.idle,
        exists (
            select from preference where person_id = p.id and neutral_since is not null
        ) as neutral,
        coalesce((
            select array_agg(division order by division) from posting
            where person_id = p.id and starts_at <= now() and (ends_at is null or ends_at > now())
        ), '{}') as divisions,
        (select count(*) from service join notice on notice.id = notice_id
            where person_id = p.id and opened_at is null and notice.recalled_at is null
                and placed_at <= now() and service.recalled_at is null) as unopened,
        case when p.calling in ('counsel', 'delegate') then portal_to_approve(p.id)
            else 0 end as to_approve,
        now() as now,
        set_config('role', 'portal_app', true),
        set_config('portal.person', coalesce(p.id::text, ''), true),
        set_config('plan_cache_mode', :plans, true)
    from (select) as nobody
    left join mine on true
    left join person p on p.id = mine.person_id
    left join account a on a.person_id = p.id
    """
)


async def enter(
    session: AsyncSession, token: str | None, *, idle: timedelta, used: bool = True
) -> tuple[Me | None, datetime]:
    """Make this transaction the person's whose token it is; also the database's time.

    `used`: whether a person did this; a page that follows something by itself keeps no session.
    """
    asked = {"hash": fingerprint(token or ""), "idle": idle, "used": used, "plans": ONE_PLAN}
    found = (await session.execute(_ENTER, asked)).one()
    if found.id is None:
        return None, found.now
    me = Me(
        id=found.id,
        session_id=found.session_id,
        name=found.name,
        calling=found.calling,
        language=found.language,
        zone=found.zone,
        email=found.email,
        divisions=tuple(found.divisions),
        unopened=found.unopened,
        to_approve=found.to_approve,
        ends_at=found.ends_at,
        neutral=found.neutral,
        idle=found.idle,
    )
    return me, found.now


async def begin(
    session: AsyncSession, person_id: UUID, *, lasts: timedelta, shared: bool = False
) -> str:
    """Start a session for somebody who has just proved who he or she is; returns the token.

    `shared`: on a device that others use too, where it is short whatever the settings say.
    """
    token = secrets.token_urlsafe(32)
    await session.execute(
        sa.insert(SignedIn).values(
            person_id=person_id,
            token_hash=fingerprint(token),
            ends_at=sa.func.now() + (min(lasts, SHARED_LASTS) if shared else lasts),
            idle=SHARED_IDLE if shared else None,
        )
    )
    return token


async def end(session: AsyncSession, token: str) -> None:
    """End the session of this token, at once and for good."""
    await session.execute(
        sa.update(SignedIn)
        .where(SignedIn.token_hash == fingerprint(token), SignedIn.ended_at.is_(None))
        .values(ended_at=sa.func.now())
    )


def fingerprint(token: str) -> bytes:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
