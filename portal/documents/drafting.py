"""Drafts: begun, added to and tidied by those who may; nothing here is filed yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import OpenCase, Right, Unknown, hidden, open_case
from portal.models import Approval, Document, Person, Submission
from storage.intake import Received
from storage.jobs import defer
from storage.sniffing import Refused


class TooMany(Refused):
    """The submission holds as many files as one may."""

    code = "too_many"


class SubmissionFull(Refused):
    """With this file the submission would be larger than one may be."""

    code = "submission_full"


class FiledAlready(Refused):
    """These documents were filed; what is filed never changes."""

    code = "filed_already"


class WaitsForApproval(Refused):
    """The draft is before its principal: until that is answered, only who may file changes it."""

    code = "waits_for_approval"


class KeyTaken(Refused):
    """Another file came under the id that the sender chose for this one."""

    code = "key_taken"


@dataclass(frozen=True)
class Room:
    """How much one submission may hold."""

    files: int
    size: int


@dataclass(frozen=True)
class Kept:
    """A file that is in a draft now, and the division whose types describe it."""

    document: Document
    division: str


# What a draft holds. The database shows no draft to anybody but its people.
_FILES = sa.text(
    """
    select s.case_id, s.filed_at, held.files, held.size,
        s.case_id in (select portal_cases('prepare')) as may,
        exists (
            select from approval w where w.submission_id = s.id and w.answered_at is null
        ) and not portal_drafts(s.case_id, s.principal_id, null) as waits
    from submission s cross join lateral portal_held(s.id) as held
    where s.id = :id
    """
)
# Holding the draft's row makes those who add to it, and who files it, take turns; a verdict on what
# is in it already waits for the latter alone. Holding what the right hangs on, nobody's access ends
# between the question and the act.
_HOLD = sa.text(
    """
    select s.case_id, c.division from submission s join "case" c on c.id = s.case_id
    where s.id = :id and s.filed_at is null and portal_hold(s.case_id)
    for no key update of s
    """
)
# Files that arrived together, as far as there is room; `upto` is their size up to each of them.
_KEEP = sa.select(Document).from_statement(
    sa.text(
        """
    insert into document (id, case_id, submission_id, position, name, language, size, sha256,
        media_type, object_key, kept_by)
    select f.id, c.id, :draft, held.last + f.place, f.name, c.language, f.size, f.sha256,
        f.media_type, f.key, portal_person()
    from "case" c, portal_held(:draft) as held, (
        select *, sum(size) over (order by place) as upto
        from unnest(cast(:ids as uuid[]), cast(:names as text[]), cast(:sizes as bigint[]),
            cast(:hashes as text[]), cast(:types as text[]), cast(:keys as text[]))
            with ordinality as sent (id, name, size, sha256, media_type, key, place)
    ) as f
    where c.id = :case and held.files + f.place <= :most_files
        and held.size + f.upto <= :most_size and c.id in (select portal_cases('prepare'))
    on conflict do nothing
    returning *
    """
    ).columns(**{one.name: one.type for one in Document.__table__.columns})
)


async def start(
    session: AsyncSession,
    opened: OpenCase,
    *,
    principal: UUID | None = None,
    replaces: UUID | None = None,
) -> UUID:
    """A draft on this case in somebody's name: my empty one, if there is one, else a new one.

    `replaces`: the filed document that it is to take the place of.
    """
    me = opened.authority.person_id
    my_name = sa.select(Person.name).where(Person.id == me).scalar_subquery()
    chain = opened.authority.chain_for(Right.prepare, principal=principal)
    mine = _empty().where(
        Submission.case_id == opened.id,
        Submission.drafted_by == me,
        Submission.principal_id == chain.principal_id,
        Submission.replaces_id.is_not_distinct_from(replaces),
    )
    empty = await session.scalar(mine)
    if empty is not None:
        return empty
    draft_id = uuid4()
    await session.execute(
        sa.insert(Submission).values(
            id=draft_id,
            case_id=opened.id,
            drafted_by=me,
            drafter_name=my_name,
            principal_id=chain.principal_id,
            delegation_id=chain.delegation_id,
            replaces_id=replaces,
        )
    )
    return draft_id


def _empty() -> sa.Select[UUID]:
    """Drafts that hold nothing and wait for nobody, the newest alone."""
    used = sa.exists().where(Document.submission_id == Submission.id, Document.removed_at.is_(None))
    waits = sa.exists().where(
        Approval.submission_id == Submission.id, Approval.answered_at.is_(None)
    )
    return (
        sa.select(Submission.id)
        # What was typed of a request waits for its papers, and for no others.
        .where(Submission.filed_at.is_(None), Submission.with_request.is_(None), ~used, ~waits)
        .order_by(Submission.drafted_at.desc())
        .limit(1)
    )


async def admit(session: AsyncSession, draft_id: UUID, *, me: UUID, room: Room) -> None:
    """Raise, before a byte is read, unless one more file may come into this draft."""
    draft = (await session.execute(_FILES, {"id": draft_id})).one_or_none()
    if draft is None:
        raise await hidden(session, me, draft_id)
    if draft.filed_at is not None:
        raise FiledAlready
    if not draft.may:
        await open_case(session, me, draft.case_id, right=Right.prepare)
    if draft.waits:
        raise WaitsForApproval
    if draft.files >= room.files:
        raise TooMany(most=room.files)
    if draft.size >= room.size:
        raise SubmissionFull(limit=room.size)


async def keep(
    session: AsyncSession, draft_id: UUID, files: Sequence[Received], *, me: UUID, room: Room
) -> list[Kept | Refused]:
    """Put received files into the draft and have them scanned; says of each what became of it.

    All is asked again, under lock, that `admit` asked.
    """
    case_id, division = await hold_to_change(session, draft_id, me=me)
    ids = [one.id for one in files]
    rows = await session.scalars(
        _KEEP,
        {
            "draft": draft_id,
            "case": case_id,
            **_columns(files),
            "most_files": room.files,
            "most_size": room.size,
        },
    )
    kept = {row.id: row for row in rows}
    if kept:
        await defer(session, "scan", documents=",".join(map(str, kept)))
    if len(kept) == len(files):
        return [Kept(kept[key], division) for key in ids]
    full = await _why_full(session, draft_id, me=me, room=room)
    mine = sa.select(Document).where(Document.submission_id == draft_id, Document.kept_by == me)
    before = {row.id: row for row in await session.scalars(mine.where(Document.id.in_(ids)))}
    outcomes: list[Kept | Refused] = []
    for one in files:
        found = kept.get(one.id) or before.get(one.id)
        if found is None:
            outcomes.append(full)
        elif found.sha256 == one.sha256 and found.removed_at is None:
            # If not kept now, it was sent again because the first answer was lost.
            outcomes.append(Kept(found, division))
        else:
            outcomes.append(KeyTaken())
    return outcomes


def _columns(files: Sequence[Received]) -> dict[str, list[Any]]:
    return {
        "ids": [one.id for one in files],
        "names": [one.name for one in files],
        "sizes": [one.size for one in files],
        "hashes": [one.sha256 for one in files],
        "types": [one.media_type for one in files],
        "keys": [one.key for one in files],
    }


async def _why_full(session: AsyncSession, draft_id: UUID, *, me: UUID, room: Room) -> Refused:
    try:
        await admit(session, draft_id, me=me, room=room)
    except Refused as full:
        return full
    return SubmissionFull(limit=room.size)


async def hold(session: AsyncSession, draft_id: UUID, *, me: UUID) -> tuple[UUID, str]:
    """Hold a draft, and my right to prepare it, until this ends; its case and the division."""
    held = (await session.execute(_HOLD, {"id": draft_id})).one_or_none()
    if held is not None:
        return held.case_id, held.division
    found = await session.get(Submission, draft_id)
    if found is None:
        raise await hidden(session, me, draft_id)
    if found.filed_at is not None:
        raise FiledAlready
    await open_case(session, me, found.case_id, right=Right.prepare)
    raise Unknown


async def hold_to_change(session: AsyncSession, draft_id: UUID, *, me: UUID) -> tuple[UUID, str]:
    """Hold a draft that I may change now; its case and the division. Raises WaitsForApproval."""
    held = await hold(session, draft_id, me=me)
    # Asked once the row is held: until then it may have been put before the principal, or what
    # the principal lent have ended, where somebody else still lends the case.
    draft = (await session.execute(_FILES, {"id": draft_id})).one_or_none()
    if draft is None:
        raise Unknown
    if draft.waits:
        raise WaitsForApproval
    return held


async def remove(session: AsyncSession, document: Document, *, me: UUID) -> None:
    """Take a file out of a draft; its bytes are swept later. Said twice, it is done once."""
    await hold_to_change(session, document.submission_id, me=me)
    await session.execute(
        sa.update(Document)
        .where(Document.id == document.id, Document.removed_at.is_(None))
        .values(removed_at=sa.func.now(), removed_by=me)
    )
    await session.execute(
        sa.update(Document)
        .where(Document.translation_id == document.id, Document.id != document.id)
        .values(translation_id=None)
    )
