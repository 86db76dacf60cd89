"""Sealing: a document that nobody sees but the registry and the people named, until it is lifted."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from notices.kinds import facts_from_json
from notices.model import Notice
from notices.wording import wording
from portal.audit import Actor, record
from portal.documents.describing import called
from portal.models import Case, Document, Right, Seal, SealReader, Submission
from portal.models.standing import visible_authority

# What notices of filings call a document from the moment that it is sealed.
SEALED = "[sealed / scellé]"


async def who_could_read(session: AsyncSession, case_id: UUID) -> Mapping[UUID, str]:
    """Everybody on the case with the right to read, by name: whom a seal can leave it to."""
    a = visible_authority
    rows = await session.execute(
        sa.select(a.c.person_id, a.c.person_name)
        .distinct()
        .where(a.c.case_id == case_id, a.c.right == Right.read.value)
        .where(a.c.standing_id.is_not(None))
        .order_by(a.c.person_name)
    )
    return {row.person_id: row.person_name for row in rows}


async def seal_of(session: AsyncSession, document_id: UUID) -> tuple[Seal, list[SealReader]] | None:
    """The seal that lasts, and the people named in it."""
    seal = await session.scalar(
        sa.select(Seal).where(Seal.document_id == document_id, Seal.lifted_at.is_(None))
    )
    if seal is None:
        return None
    readers = sa.select(SealReader).where(SealReader.seal_id == seal.id).order_by(SealReader.name)
    return seal, list(await session.scalars(readers))


async def seal(
    session: AsyncSession,
    document: Document,
    *,
    key: UUID,
    people: Mapping[UUID, str],
    why: str,
    by: Actor,
) -> None:
    """Seal it for these people, in the place of a seal it may have; the key makes it done once.

    Its copies on cases that are heard together are sealed with it, in the officer's divisions.
    """
    for copy in await _copies(session, document):
        seal_id = uuid5(key, str(copy.id))
        if await session.get(Seal, seal_id) is not None:
            continue
        await _lift(session, copy, by=by)
        if not await _seal(session, copy, seal_id, people, why=why, by=by):
            continue
        await _silence(session, copy)
        names = sorted(people.values())
        facts: dict[str, Any] = {"document_id": str(copy.id), "names": names}
        await record(session, copy.case_id, "document.sealed", by=by, **facts)


async def unseal(session: AsyncSession, document: Document, *, by: Actor) -> bool:
    """Lift the seal of all copies: whoever may read their cases reads them again.

    False where it was lifted before.
    """
    lifted = False
    for copy in await _copies(session, document):
        if await _lift(session, copy, by=by):
            lifted, facts = True, {"document_id": str(copy.id)}
            await record(session, copy.case_id, "document.unsealed", by=by, **facts)
    return lifted


async def _copies(session: AsyncSession, document: Document) -> Sequence[Document]:
    """The document on each case that it was filed in at once; copies share their bytes."""
    rows = await session.scalars(
        sa.select(Document)
        .join(Submission, Submission.id == Document.submission_id)
        .join(Case, Case.id == Document.case_id)
        .where(Document.object_key == document.object_key, Submission.filed_at.is_not(None))
        .order_by(Document.case_id)
    )
    return rows.all()


async def _seal(
    session: AsyncSession,
    document: Document,
    seal_id: UUID,
    people: Mapping[UUID, str],
    *,
    why: str,
    by: Actor,
) -> bool:
    """The rows, unless another officer sealed it at the same moment."""
    about = {"document_id": document.id, "case_id": document.case_id, "why": why}
    who = {"sealed_by": by.id, "sealed_by_name": by.name}
    adding = insert_if_new(Seal).values(id=seal_id, **about, **who).on_conflict_do_nothing()
    if await session.scalar(adding.returning(Seal.id)) is None:
        return False
    rows = [
        {"seal_id": seal_id, "person_id": person, "case_id": document.case_id, "name": name}
        for person, name in people.items()
    ]
    if rows:
        await session.execute(sa.insert(SealReader).values(rows))
    return True


async def _lift(session: AsyncSession, document: Document, *, by: Actor) -> bool:
    lifted = await session.scalars(
        sa.update(Seal)
        .where(Seal.document_id == document.id, Seal.lifted_at.is_(None))
        .values(lifted_at=sa.func.now(), lifted_by=by.id, lifted_by_name=by.name)
        .returning(Seal.id)
    )
    return bool(lifted.all())


async def _silence(session: AsyncSession, document: Document) -> None:
    """Take its name out of the portal's own notices: who comes later must not read it there.

    What the registry itself wrote stays as it was issued.
    """
    name = called(document)
    notices = await session.execute(
        sa.select(Notice.id, Notice.kind, Notice.facts).where(
            Notice.case_id == document.case_id, Notice.issued_by.is_(None)
        )
    )
    for notice in notices:
        facts = {field: _without(name, value) for field, value in notice.facts.items()}
        if facts == notice.facts:
            continue
        said = facts_from_json(notice.kind, facts)
        words = {f"parts_{code}": wording(said, code).to_json() for code in ("en", "fr")}
        await session.execute(
            sa.update(Notice).where(Notice.id == notice.id).values(facts=facts, **words)
        )


def _without(name: str, fact: object) -> object:
    if isinstance(fact, list):
        return [_without(name, one) for one in cast("list[object]", fact)]
    return SEALED if fact == name else fact
