"""A draft bound to a request: what was typed waits with it, and both are sent together."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.drafting import start
from portal.documents.filing import file
from portal.documents.reading import Package, read_submission
from portal.gate import Right, Unknown
from portal.models import Submission
from portal.requests.scene import Scene

Typed = Sequence[tuple[str, str]]


def may_add(scene: Scene) -> bool:
    """Whether this person may file papers in the name that the request is made in."""
    whose = scene.chain.principal_id
    chains = [one for one in scene.opened.authority.chains if one.principal_id == whose]
    rights = frozenset[Right]().union(*(one.rights for one in chains))
    return {Right.prepare, Right.file} <= rights


def require_filing(scene: Scene) -> None:
    """Raise Lacking where somebody may ask in this name and not file."""
    scene.opened.authority.chain_for(Right.file, principal=scene.chain.principal_id)


async def begin(session: AsyncSession, scene: Scene, kind: str, typed: Typed) -> UUID:
    """A draft for the papers of this request; what was typed so far is kept with it."""
    draft_id = await start(session, scene.opened, principal=scene.chain.principal_id)
    await keep(session, draft_id, kind, typed)
    return draft_id


async def keep(session: AsyncSession, draft_id: UUID, kind: str, typed: Typed) -> None:
    """Write down what was typed of the request that this draft goes with."""
    await session.execute(
        sa.update(Submission)
        .where(Submission.id == draft_id, Submission.filed_at.is_(None))
        .values(with_request={"kind": kind, "typed": [list(pair) for pair in typed]})
    )


async def read_papers(session: AsyncSession, scene: Scene, draft_id: UUID) -> Package:
    """The papers of a request in this name on this case; Unknown where they are somebody else's."""
    draft = await read_submission(session, scene.opened.authority.person_id, draft_id)
    said: dict[str, Any] | None = draft.submission.with_request
    whose = draft.submission.principal_id == scene.chain.principal_id
    if said is None or draft.opened.id != scene.opened.id or not whose:
        raise Unknown
    return draft


async def file_papers(
    session: AsyncSession, scene: Scene, draft_id: UUID, *, name: str, seen: str
) -> None:
    """File them, as they were seen; raises what filing raises."""
    await read_papers(session, scene, draft_id)
    me = scene.opened.authority.person_id
    await file(session, draft_id, me=me, name=name, seen=seen)
