"""Sweeping: bytes that no row names, files taken out of drafts, drafts that nobody came back to."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.naming import NAMED
from portal.documents.resuming.unfinished import end_old
from portal.models import Document, DocumentState, Picture, Submission, Upload
from portal.parts import Parts
from storage.jobs import defer
from storage.objects import KEY, ObjectStore

# Longer than any upload, and than any transaction, can take.
ORPHANS_AFTER = timedelta(hours=48)
ABANDONED_AFTER = timedelta(days=90)
# Jobs that were lost are begun again; a scan takes far less.
OVERDUE_AFTER = timedelta(minutes=15)
AT_ONCE = 500


@dataclass(frozen=True)
class Swept:
    """How much of what."""

    orphans: int
    removed: int
    drafts: int
    rescans: int


async def sweep(portal: Parts, *, now: datetime | None = None) -> Swept:
    """Remove what nothing needs any more, and have scanned what was forgotten."""
    if now is None:
        async with portal.database.system_transaction() as session:
            now = cast("datetime", await session.scalar(sa.select(sa.func.now())))
    rescans = await _scan_forgotten(portal, now)
    drafts = await _abandon_drafts(portal, now)
    removed = await _delete_removed(portal, now)
    # The job comes every five minutes; the whole store is looked through once an hour.
    orphans = await _delete_orphans(portal, now) if now.minute < 5 else 0
    return Swept(orphans, removed, drafts, rescans)


async def _scan_forgotten(portal: Parts, now: datetime) -> int:
    """Held files without a job: queue one again."""
    jobless = sa.text(
        "not exists (select from procrastinate_jobs as job where job.task_name = 'scan'"
        " and job.status in ('todo', 'doing') and position(document.id::text in job.args ->> 'documents') > 0)"
    )
    async with portal.database.system_transaction() as session:
        forgotten = await session.scalars(
            sa.select(Document.id)
            .where(Document.state == DocumentState.held, Document.removed_at.is_(None))
            .where(Document.kept_at < now - OVERDUE_AFTER, jobless)
            .limit(AT_ONCE)
        )
        found = forgotten.all()
        for document_id in found:
            await defer(session, "scan", documents=str(document_id))
    return len(found)


async def _abandon_drafts(portal: Parts, now: datetime) -> int:
    """Take the files out of drafts that nobody touched for long; the rows go once those are gone."""
    live = sa.or_(
        sa.exists().where(Document.submission_id == Submission.id),
        sa.exists().where(Upload.submission_id == Submission.id),
    )
    touched = sa.exists().where(
        Document.submission_id == Submission.id, Document.kept_at > now - ABANDONED_AFTER
    )
    old = sa.select(Submission.id).where(
        Submission.filed_at.is_(None), Submission.drafted_at < now - ABANDONED_AFTER, ~touched
    )
    empty = sa.select(Submission.id).where(
        Submission.filed_at.is_(None), Submission.drafted_at < now - ORPHANS_AFTER, ~live
    )
    async with portal.database.system_transaction() as session:
        drafts = (await session.scalars(old.with_for_update(skip_locked=True))).all()
        await session.execute(
            sa.update(Document)
            .where(Document.submission_id.in_(drafts), Document.removed_at.is_(None))
            .values(removed_at=now - ORPHANS_AFTER, removed_by=Document.kept_by)
        )
        gone = (await session.scalars(empty.with_for_update(skip_locked=True))).all()
        await session.execute(sa.delete(Submission).where(Submission.id.in_(gone)))
    return len(gone)


async def _delete_removed(portal: Parts, now: datetime) -> int:
    """Bytes first, then the row that names them: a crash between leaves a row to begin again at."""
    async with portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Document.id, Document.object_key, Picture.object_key.label("picture_key"))
            .outerjoin(Picture, Picture.document_id == Document.id)
            .where(Document.removed_at <= now - ORPHANS_AFTER)
            .limit(AT_ONCE)
        )
        removed = {row.id: (row.object_key, row.picture_key) for row in rows}
    keys = [key for pair in removed.values() for key in pair if key]
    await asyncio.to_thread(_delete, portal.store, keys)
    async with portal.database.system_transaction() as session:
        await session.execute(sa.delete(Document).where(Document.id.in_(removed)))
    return len(removed)


async def _delete_orphans(portal: Parts, now: datetime) -> int:
    """Objects that have been there for 48 hours and that no row names."""
    before = now - ORPHANS_AFTER
    async with portal.database.system_transaction() as session:
        ended = await end_old(session, now=now)
        kept = set(await session.scalars(sa.select(Upload.object_key)))
    await asyncio.to_thread(_abandon, portal.store, ended)
    await asyncio.to_thread(portal.store.sweep, before, keeping=kept)
    old = await asyncio.to_thread(_written_before, portal.store, before)
    deleted = 0
    for keys in (old[at : at + AT_ONCE] for at in range(0, len(old), AT_ONCE)):
        async with portal.database.system_transaction() as session:
            orphans = await _unnamed(session, keys)
        await asyncio.to_thread(_delete, portal.store, orphans)
        deleted += len(orphans)
    return deleted


async def _unnamed(session: AsyncSession, keys: Sequence[str]) -> list[str]:
    named = set(await session.scalars(sa.select(NAMED.c.key).where(NAMED.c.key.in_(keys))))
    return [key for key in keys if key not in named]


def _written_before(store: ObjectStore, moment: datetime) -> list[str]:
    # What somebody else has put there is not ours to take: reconciling names it to the registry.
    return [one.key for one in store.inventory() if one.written < moment and KEY.fullmatch(one.key)]


def _abandon(store: ObjectStore, keys: Sequence[str]) -> None:
    for key in keys:
        store.partial(key).abandon()


def _delete(store: ObjectStore, keys: Sequence[str]) -> None:
    for key in keys:
        store.delete(key)
