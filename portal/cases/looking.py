"""What staff look at leaves an entry too, so that browsing can be found."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor, record, record_each
from portal.models import Entry
from portal.web.sessions import Me

ONCE_IN = timedelta(hours=1)


def looks(
    me: UUID | sa.BindParameter[Any], case_id: UUID | sa.ColumnElement[Any]
) -> sa.Select[*tuple[Any, ...]]:
    """My looks at this case within the hour, for a page that asks for other things besides."""
    return sa.select(Entry.number).where(
        Entry.case_id == case_id,
        Entry.actor_id == me,
        Entry.act == "case.read",
        Entry.at > sa.func.now() - ONCE_IN,
    )


async def note_look(
    session: AsyncSession, me: Me, case_id: UUID, *, looked: Sequence[Any] | None = None
) -> None:
    """Record that an officer looked at this case, once an hour; nothing for anybody else.

    `looked`: what `looks` found, where a page has asked already.
    """
    if not me.is_staff:
        return
    if looked is None:
        looked = (await session.execute(looks(me.id, case_id))).all()
    if not looked:
        await record(session, case_id, "case.read", by=Actor(me.id, me.name))


async def note_looks(session: AsyncSession, me: Me, cases: Collection[UUID]) -> None:
    """The same for a list that tells so much of each case that it was looked at."""
    if not me.is_staff or not cases:
        return
    looked = sa.select(Entry.case_id).where(
        Entry.case_id.in_(cases),
        Entry.actor_id == me.id,
        Entry.act == "case.read",
        Entry.at > sa.func.now() - ONCE_IN,
    )
    fresh = set(cases) - set(await session.scalars(looked))
    by = Actor(me.id, me.name)
    await record_each(session, "case.read", by=by, facts={case_id: {} for case_id in fresh})
