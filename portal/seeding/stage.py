"""A stage for the demonstration: acts of people at past moments, performed in order, at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

Deed = Callable[[AsyncSession, datetime], Awaitable[object]]

_ENTER = sa.text(
    "select set_config('role', :role, true), set_config('portal.person', :person, true),"
    " clock_timestamp()"
)
# Entries carry the time at which the database was told. What people of a demonstration did last
# week is told today, all at once: as the owner of the tables, each is given its own day, and the
# chain is made anew. `seed` does this in an empty database only, before anybody has signed in.
_BACKDATE = sa.text(
    """
    update entry set at = told.moment + (entry.at - told.began)
    from unnest(cast(:began as timestamptz[]), cast(:ended as timestamptz[]),
        cast(:moments as timestamptz[])) as told (began, ended, moment)
    where entry.at >= told.began and entry.at < told.ended
    """
)
_RECHAIN = sa.text(
    """
    do $$
    declare
        link record;
        last bytea;
    begin
        for link in select case_id, number from entry order by case_id, number loop
            update entry set previous = case when link.number > 1 then last end
            where case_id = link.case_id and number = link.number;
            update entry set hash = sha256(convert_to(entry_text(entry), 'UTF8'))
            where case_id = link.case_id and number = link.number
            returning entry.hash into last;
        end loop;
    end
    $$
    """
)


@dataclass(frozen=True)
class Act:
    """What somebody did at some moment; nobody: the portal itself."""

    moment: datetime
    person: UUID | None
    deed: Deed


@dataclass
class Stage:
    """The acts of the demonstration, in whatever order they were thought of."""

    now: datetime
    acts: list[Act] = field(default_factory=list[Act])
    # Dates that nobody of the portal may write: done at the end, as the owner of the tables.
    dates: list[sa.Update] = field(default_factory=list[sa.Update])

    def plan(self, moment: datetime, person: UUID | None, deed: Deed) -> None:
        """At this moment, this person does this; nothing is done yet."""
        if moment > self.now:
            raise ValueError("nobody acts in the future")
        self.acts.append(Act(moment, person, deed))

    async def perform(self, session: AsyncSession) -> None:
        """Do everything in the order of time, each as the person whose act it is."""
        began: dict[datetime, datetime] = {}
        for act in sorted(self.acts, key=lambda act: act.moment):
            # Acts of the same moment stay in the order in which they were planned.
            began.setdefault(act.moment, await _enter(session, act.person))
            await act.deed(session, act.moment)
            await session.flush()
            # The next person must not find in memory what the database would not show.
            session.expunge_all()
        starts = list(began.values())
        ends = [*starts[1:], await _enter(session, None) + timedelta(seconds=1)]
        await session.execute(sa.text("select set_config('role', 'none', true)"))
        told = {"began": starts, "ended": ends, "moments": list(began)}
        await session.execute(_BACKDATE, told)
        await session.execute(_RECHAIN)
        for date in self.dates:
            await session.execute(date)


async def _enter(session: AsyncSession, person: UUID | None) -> datetime:
    """Go on as this person; the database's clock at that moment."""
    role = "portal_app" if person else "portal_system"
    row = (await session.execute(_ENTER, {"role": role, "person": str(person or "")})).one()
    return row[2]
