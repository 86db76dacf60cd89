"""Reconciling: every row has its object, whole; every object has its row; what is not so is found."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.naming import NAMED
from portal.documents.sweeping import ORPHANS_AFTER
from portal.models import Amiss, Finding, Share
from storage.database import Database
from storage.objects import (
    KEY,
    ObjectMissing,
    ObjectStore,
    Stored,
    StoreUnavailable,
    WrongBytes,
    verified,
)

log = structlog.get_logger()

# Objects are looked at share by share, by the first two digits of their keys: 1/256 in memory.
SHARES = tuple(f"{number:02x}" for number in range(256))
# The sweep comes every hour; what is still there two hours later it cannot take away.
UNNAMED_AFTER = ORPHANS_AFTER + timedelta(hours=2)


@dataclass
class Reconciled:
    """How much was looked at and read, and what is amiss now, by key."""

    objects: int = 0
    rows: int = 0
    read: int = 0
    amiss: dict[str, Amiss] = field(default_factory=dict[str, Amiss])


async def reconcile(
    database: Database,
    store: ObjectStore,
    *,
    days: int,
    whole: bool = False,
    now: datetime | None = None,
) -> Reconciled:
    """Compare rows and objects by size, and read as many as make all of them in so many days.

    `whole`: read everything now. Raises StoreUnavailable when it is the store that is away.
    """
    if now is None:
        async with database.system_transaction() as session:
            now = cast("datetime", await session.scalar(sa.select(sa.func.now())))
    due = set(SHARES) if whole else await _due(database, days, now)
    done = Reconciled()
    listing = _shares_of(store)
    seen: set[str] = set()
    while share := await asyncio.to_thread(next, listing, None):
        seen.add(share[0])
        await _reconcile_share(database, store, *share, due=due, now=now, done=done)
    for name in await _known(database, seen):
        await _reconcile_share(database, store, name, {}, due=due, now=now, done=done)
    return done


def _shares_of(store: ObjectStore) -> Iterator[tuple[str, dict[str, Stored]]]:
    for name, objects in groupby(store.inventory(), key=lambda one: one.key[:2]):
        yield name, {one.key: one for one in objects}


async def _known(database: Database, seen: set[str]) -> list[str]:
    """Shares in which the store lists nothing; findings may be left of others than ours."""
    async with database.system_transaction() as session:
        left = await session.scalars(
            sa.select(sa.func.left(Finding.object_key, 2))
            .where(Finding.resolved_at.is_(None))
            .distinct()
        )
        return sorted({*SHARES, *left} - seen)


async def _due(database: Database, days: int, now: datetime) -> set[str]:
    """The shares whose turn it is: those read longest ago, and all that would be late tomorrow."""
    async with database.system_transaction() as session:
        shares = await session.execute(sa.select(Share.name, Share.read_at))
        read = {share.name: share.read_at for share in shares}
    late = [name for name, at in read.items() if at < now - timedelta(days=days - 1, hours=12)]
    turn = sorted(SHARES, key=lambda name: (name in read, read.get(name), name))
    return {*late, *turn[: -(-len(SHARES) // days)]}


async def _reconcile_share(
    database: Database,
    store: ObjectStore,
    name: str,
    stored: Mapping[str, Stored],
    *,
    due: set[str],
    now: datetime,
    done: Reconciled,
) -> None:
    async with database.system_transaction() as session:
        named = await _named(session, name)
        known = set(await session.scalars(_open(name)))
    wanted = [row for row in named.values() if row.wanted]
    # Read: those whose turn it is, those that do not look right, and those that did not.
    doubtful = [
        row
        for row in wanted
        if name in due
        or row.key in known
        or row.key not in stored
        or stored[row.key].size != row.size
    ]
    amiss = await asyncio.to_thread(_read_all, store, doubtful)
    unnamed = [one for one in stored.values() if one.key not in named]
    amiss |= dict.fromkeys(await asyncio.to_thread(_left, store, unnamed, now), Amiss.unnamed)
    async with database.system_transaction() as session:
        # Of what was removed or got its row meanwhile, nothing is said.
        named = await _named(session, name)
        amiss = {key: kind for key, kind in amiss.items() if _stands(key, kind, named)}
        await _write_down(session, name, amiss, {key: named[key].case_id for key in named})
        if name in due:
            await session.execute(_NOTE_READ, {"name": name, "read_at": now})
    done.objects += len(stored)
    done.rows += len(wanted)
    done.read += len(doubtful)
    done.amiss |= amiss


async def _named(session: AsyncSession, share: str) -> dict[str, Any]:
    rows = await session.execute(sa.select(NAMED).where(sa.func.left(NAMED.c.key, 2) == share))
    return {row.key: row for row in rows}


def _open(share: str) -> sa.Select[str]:
    return sa.select(Finding.object_key).where(
        Finding.resolved_at.is_(None), sa.func.left(Finding.object_key, 2) == share
    )


def _read_all(store: ObjectStore, rows: Sequence[Any]) -> dict[str, Amiss]:
    found = {row.key: _read(store, row) for row in rows}
    return {key: kind for key, kind in found.items() if kind}


def _read(store: ObjectStore, row: Any) -> Amiss | None:  # noqa: ANN401 - a row
    try:
        verified(store, row.key, sha256=row.sha256, size=row.size)
    except WrongBytes as error:
        gone = isinstance(error.__cause__, ObjectMissing)
        return Amiss.missing if gone else Amiss.wrong_bytes
    except StoreUnavailable:
        store.check()  # raises if it is the whole store, and not this object's disk
        return Amiss.wrong_bytes
    return None


def _left(store: ObjectStore, objects: Sequence[Stored], now: datetime) -> list[str]:
    """Old objects that the sweep has not taken away, and that are still there."""
    old = [one.key for one in objects if one.written < now - UNNAMED_AFTER]
    return [key for key in old if not KEY.fullmatch(key) or _there(store, key)]


def _there(store: ObjectStore, key: str) -> bool:
    try:
        next(store.read(key), None)
    except ObjectMissing:
        return False
    return True


def _stands(key: str, kind: Amiss, named: Mapping[str, Any]) -> bool:
    wanted = key in named and named[key].wanted
    return key not in named if kind is Amiss.unnamed else wanted


async def _write_down(
    session: AsyncSession, share: str, amiss: Mapping[str, Amiss], cases: Mapping[str, UUID]
) -> None:
    """Resolve what is well again or otherwise wrong, and write what is new."""
    same = sa.tuple_(Finding.object_key, Finding.kind).in_(list(amiss.items()))
    await session.execute(
        sa.update(Finding)
        .where(Finding.object_key.in_(_open(share)), Finding.resolved_at.is_(None), ~same)
        .values(resolved_at=sa.func.now())
    )
    if not amiss:
        return
    rows = [
        {"id": uuid4(), "kind": kind, "object_key": key, "case_id": cases.get(key)}
        for key, kind in amiss.items()
    ]
    new = await session.execute(
        insert(Finding)
        .values(rows)
        .on_conflict_do_nothing(
            index_elements=[Finding.object_key], index_where=Finding.resolved_at.is_(None)
        )
        .returning(Finding.kind, Finding.object_key)
    )
    for one in new:
        log.error("store and register do not agree", kind=one.kind, object=one.object_key)


_SHARE = insert(Share)
_NOTE_READ = _SHARE.on_conflict_do_update(
    index_elements=[Share.name], set_={"read_at": _SHARE.excluded.read_at}
)
