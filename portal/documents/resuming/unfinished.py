"""Unfinished uploads: begun, found again, given up; only by whoever began them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.drafting import Kept, KeyTaken, Room, SubmissionFull, TooMany, admit
from portal.documents.resuming.tus import Announced
from portal.gate import Unknown, hidden
from portal.models import Case, Document, Submission, Upload
from storage.objects import new_key

# Counted from the last day on which something of it came.
KEPT_FOR = timedelta(days=7)
_NEARLY = KEPT_FOR - timedelta(days=1)

_ROOM = sa.text(
    """
    select held.files + begun.files as files, held.size + begun.size as size
    from portal_held(:draft) as held, (
        select count(*) as files, coalesce(sum(size), 0) as size
        from upload where submission_id = :draft and id <> :id
    ) as begun
    """
)


async def begin(
    session: AsyncSession, draft_id: UUID, file: Announced, *, me: UUID, room: Room
) -> Upload | Kept:
    """A new upload into this draft; asked again under the same id, what became of the first.

    Raises KeyTaken where that was another file.
    """
    key = file.key or uuid4()
    if file.key is not None:
        kept = await _kept(session, key, me=me)
        if kept is not None:
            _require_same(kept.document, file)
            return kept
    await admit(session, draft_id, me=me, room=room)
    await _require_room(session, draft_id, key, size=file.size, room=room)
    row = {
        "id": key,
        "case_id": sa.select(Submission.case_id).where(Submission.id == draft_id).scalar_subquery(),
        "submission_id": draft_id,
        "begun_by": me,
        "name": file.name,
        "size": file.size,
        "modified": file.modified,
        "object_key": new_key(),
        "ends_at": sa.func.now() + KEPT_FOR,
    }
    begun = insert(Upload).values(row).on_conflict_do_nothing().returning(Upload)
    new = await session.scalar(begun)
    if new is not None:
        return new
    found = await find(session, key, me=me)
    _require_same(found.document if isinstance(found, Kept) else found, file)
    return found


def is_same(found: Document | Upload, file: Announced) -> bool:
    """Whether this can be the announced file, as far as an announcement tells."""
    return (found.name, found.size) == (file.name, file.size)


def _require_same(found: Document | Upload, file: Announced) -> None:
    if not is_same(found, file):
        raise KeyTaken


async def _require_room(
    session: AsyncSession, draft_id: UUID, key: UUID, *, size: int, room: Room
) -> None:
    """Raise unless the draft has room for this file beside all that are there or on their way."""
    taken = (await session.execute(_ROOM, {"draft": draft_id, "id": key})).one()
    if taken.files >= room.files:
        raise TooMany(most=room.files)
    if taken.size + size > room.size:
        raise SubmissionFull(limit=room.size)


async def find(session: AsyncSession, upload_id: UUID, *, me: UUID) -> Upload | Kept:
    """My upload, or the document it has become; Unknown to everybody else, and once it is over."""
    found = await session.scalar(
        sa.select(Upload).where(Upload.id == upload_id, Upload.ends_at > sa.func.now())
    )
    if found is None:
        found = await _kept(session, upload_id, me=me)
    if found is None:
        raise Unknown
    return found


async def listed(session: AsyncSession, draft_id: UUID, *, me: UUID) -> Sequence[Upload]:
    """What I began in this draft and have not finished."""
    if await session.get(Submission, draft_id) is None:
        raise await hidden(session, me, draft_id)
    mine = sa.select(Upload).where(Upload.submission_id == draft_id)
    found = await session.scalars(
        mine.where(Upload.ends_at > sa.func.now()).order_by(Upload.begun_at)
    )
    return found.all()


async def prolong(session: AsyncSession, upload: Upload) -> None:
    """Keep it for longer, since it goes on; written down once a day."""
    changed = await session.scalar(
        sa.update(Upload)
        .where(Upload.id == upload.id, Upload.ends_at < sa.func.now() + _NEARLY)
        .values(ends_at=sa.func.now() + KEPT_FOR)
        .returning(Upload.ends_at)
    )
    upload.ends_at = changed or upload.ends_at


async def settle(session: AsyncSession, upload_id: UUID) -> None:
    """It is over: kept or given up, never both. Raises Unknown to whoever comes second."""
    ended = await session.scalar(
        sa.delete(Upload).where(Upload.id == upload_id).returning(Upload.id)
    )
    if ended is None:
        raise Unknown


async def end_old(session: AsyncSession, *, now: datetime) -> Sequence[str]:
    """End uploads that nobody went on with; the keys of what came of them, to be removed."""
    old = sa.select(Upload.id).where(Upload.ends_at <= now)
    ended = await session.scalars(
        sa.delete(Upload)
        .where(Upload.id.in_(old.with_for_update(skip_locked=True)))
        .returning(Upload.object_key)
    )
    return ended.all()


async def _kept(session: AsyncSession, key: UUID, *, me: UUID) -> Kept | None:
    """The document of mine that has this id."""
    its_case = sa.select(Document, Case.division).join(Case, Case.id == Document.case_id)
    mine = its_case.where(Document.kept_by == me, Document.removed_at.is_(None))
    row = (await session.execute(mine.where(Document.id == key))).one_or_none()
    return Kept(row.Document, row.division) if row else None
