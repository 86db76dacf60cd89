"""Drafts: begun, added to, described and tidied by those who may; nothing here is filed yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.gate import OpenCase, Right, Unknown, hidden, open_case
from portal.models import Approval, Document, Person, Submission
from storage.intake import Received
from storage.jobs import defer
from storage.sniffing import Refused

LONGEST_TITLE = 200
LANGUAGES = ("en", "fr", "other")


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


@dataclass(frozen=True)
class Room:
    """How much one submission may hold."""

    files: int
    size: int


@dataclass(frozen=True)
class Description:
    """What a filer says of a file: what it is, in which language, and what to call it."""

    type: str | None
    language: str | None
    title: str | None


@dataclass(frozen=True)
class Kept:
    """A file that is in a draft now, and the division whose types describe it."""

    document: Document
    division: str


# What a draft holds. The database shows no draft to anybody but its people.
_FILES = sa.text(
    """
    select s.case_id, s.filed_at, count(d.id) as files, coalesce(sum(d.size), 0) as size,
        s.case_id in (select portal_cases('prepare')) as may,
        exists (
            select from approval w where w.submission_id = s.id and w.answered_at is null
        ) and not portal_drafts(s.case_id, s.principal_id, null) as waits
    from submission s
    left join document d on d.submission_id = s.id and d.removed_at is null
    where s.id = :id
    group by s.id
    """
)
# Holding the draft's row makes those who add to it, and who files it, take turns; holding what
# the right hangs on, nobody's access ends between the question and the act.
_HOLD = sa.text(
    """
    select s.case_id, c.division from submission s join "case" c on c.id = s.case_id
    where s.id = :id and s.filed_at is null and portal_hold(s.case_id) for update of s
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
    from "case" c, (
        select count(*) filter (where removed_at is null) as files,
            coalesce(sum(size) filter (where removed_at is null), 0) as size,
            coalesce(max(position), 0) as last
        from document where submission_id = :draft
    ) as held, (
        select *, sum(size) over (order by place) as upto
        from unnest(cast(:ids as uuid[]), cast(:names as text[]), cast(:sizes as bigint[]),
            cast(:hashes as text[]), cast(:types as text[]), cast(:keys as text[]))
            with ordinality as sent (id, name, size, sha256, media_type, key, place)
    ) as f
    where c.id = :case and held.files + f.place <= :most_files
        and held.size + f.upto <= :most_size and c.id in (select portal_cases('prepare'))
    returning *
    """
    ).columns(*Document.__table__.columns)  # pyright: ignore[reportArgumentType]
)


_DESCRIBE = sa.text(
    """
    update document d set type = said.type, language = said.language, title = said.title
    from unnest(cast(:ids as uuid[]), cast(:types as text[]), cast(:languages as text[]),
        cast(:titles as text[])) as said (id, type, language, title)
    where d.id = said.id and d.submission_id = :draft and d.removed_at is null
        and (d.type, d.language, d.title)
            is distinct from (said.type, said.language, said.title)
    """
)


async def start(session: AsyncSession, opened: OpenCase, *, principal: UUID | None = None) -> UUID:
    """A draft on this case in somebody's name: my empty one, if there is one, else a new one."""
    me = opened.authority.person_id
    my_name = sa.select(Person.name).where(Person.id == me).scalar_subquery()
    chain = opened.authority.chain_for(Right.prepare, principal=principal)
    used = sa.exists().where(Document.submission_id == Submission.id, Document.removed_at.is_(None))
    waits = sa.exists().where(
        Approval.submission_id == Submission.id, Approval.answered_at.is_(None)
    )
    empty = await session.scalar(
        sa.select(Submission.id)
        .where(Submission.case_id == opened.id, Submission.drafted_by == me)
        .where(Submission.principal_id == chain.principal_id, Submission.filed_at.is_(None))
        .where(~used, ~waits)
        .order_by(Submission.drafted_at.desc())
        .limit(1)
    )
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
        )
    )
    return draft_id


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
    case_id, division = await _hold_to_change(session, draft_id, me=me)
    ids = [uuid4() for _ in files]
    rows = await session.scalars(
        _KEEP,
        {
            "draft": draft_id,
            "case": case_id,
            "ids": ids,
            "names": [one.name for one in files],
            "sizes": [one.size for one in files],
            "hashes": [one.sha256 for one in files],
            "types": [one.media_type for one in files],
            "keys": [one.key for one in files],
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
    return [Kept(kept[key], division) if key in kept else full for key in ids]


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


async def _hold_to_change(session: AsyncSession, draft_id: UUID, *, me: UUID) -> tuple[UUID, str]:
    held = await hold(session, draft_id, me=me)
    # Asked once the row is held: until then it may have been put before the principal, or what
    # the principal lent have ended, where somebody else still lends the case.
    draft = (await session.execute(_FILES, {"id": draft_id})).one_or_none()
    if draft is None:
        raise Unknown
    if draft.waits:
        raise WaitsForApproval
    return held


async def describe(
    session: AsyncSession, draft_id: UUID, said: Mapping[UUID, Description], *, me: UUID
) -> None:
    """Write down what the files are; those of another draft are left alone."""
    await _hold_to_change(session, draft_id, me=me)
    descriptions = list(said.values())
    await session.execute(
        _DESCRIBE,
        {
            "draft": draft_id,
            "ids": list(said),
            "types": [one.type for one in descriptions],
            "languages": [one.language for one in descriptions],
            "titles": [one.title for one in descriptions],
        },
    )


async def remove(session: AsyncSession, document: Document, *, me: UUID) -> None:
    """Take a file out of a draft; its bytes are swept later. Said twice, it is done once."""
    await _hold_to_change(session, document.submission_id, me=me)
    await session.execute(
        sa.update(Document)
        .where(Document.id == document.id, Document.removed_at.is_(None))
        .values(removed_at=sa.func.now(), removed_by=me)
    )
