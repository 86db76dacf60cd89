"""Who read the notices of the demonstration, what the mail did, and what was recalled."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.model import Attempt, Notice, Service
from notices.suppressing import suppress
from portal.inbox.reading import acknowledge_copy, read_copy
from portal.models import Account
from portal.people.demo import AMIRA, CLAIRE, MARIE, YONAS, DemoPerson
from portal.seeding.letters import Letter
from portal.seeding.stage import Stage
from portal.web.sessions import Me

# What is this old has been opened by everybody who ever opens anything.
SETTLED = timedelta(days=5)
# Yonas gets no mail and has not looked; Marie opened hers and has not said that she received it.
NEVER_OPENS = (YONAS,)
NEVER_ACKNOWLEDGES = (MARIE,)
BOUNCED = "550 5.1.1 no such user"


def plan_reading(stage: Stage, written: Sequence[Letter]) -> None:
    """Everybody on a case reads what is a few days old; the newest are opened by some."""
    for one in written:
        readers = [person for person, _ in one.case.standing]
        readers += [AMIRA] if CLAIRE in readers else []
        for reader in readers:
            if stage.now - one.moment > SETTLED and reader not in NEVER_OPENS:
                deed = partial(_read, one.id, reader, reader not in NEVER_ACKNOWLEDGES)
                stage.plan(one.moment + timedelta(hours=20), reader.id, deed)
        if one.case.key == "noor":
            for reader, minutes in ((AMIRA, 32), (CLAIRE, 131)):
                deed = partial(_read, one.id, reader, False)
                stage.plan(one.moment + timedelta(minutes=minutes), reader.id, deed)
    stage.plan(stage.now, None, _deliver)


async def _read(
    notice_id: UUID,
    reader: DemoPerson,
    acknowledges: bool,
    session: AsyncSession,
    moment: datetime,
) -> None:
    copy = await session.scalar(
        sa.select(Service.id).where(Service.notice_id == notice_id, Service.person_id == reader.id)
    )
    if copy is None:
        return
    me = _as_signed_in(reader, moment)
    found, _ = await read_copy(session, me, copy, now=moment)
    if acknowledges and found.wants_acknowledgement:
        await acknowledge_copy(session, me, copy, now=moment + timedelta(minutes=3))


def _as_signed_in(reader: DemoPerson, moment: datetime) -> Me:
    return Me(
        id=reader.id,
        session_id=reader.id,
        name=reader.name,
        calling=reader.calling,
        language=reader.language,
        zone=reader.zone,
        email=reader.email,
        divisions=(),
        unopened=0,
        to_approve=0,
        ends_at=moment,
    )


async def _deliver(session: AsyncSession, moment: datetime) -> None:
    """Every mail but the newest has gone out a minute after its notice; those to Yonas came back."""
    out = sa.select(Attempt.id).where(
        Attempt.state == "waiting", Attempt.due_at < moment - timedelta(minutes=10)
    )
    tried_at = Attempt.due_at + timedelta(minutes=1)
    went = {"tries": 1, "tried_at": tried_at, "settled_at": tried_at}
    to_yonas = Attempt.address == YONAS.email
    await session.execute(
        sa.update(Attempt)
        .where(Attempt.id.in_(out))
        .values(
            **went,
            state=sa.case((to_yonas, "undeliverable"), else_="accepted"),
            detail=sa.case((to_yonas, BOUNCED), else_="250 OK"),
        )
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        sa.update(Account)
        .where(Account.person_id == YONAS.id)
        .values(mail_failed_at=moment - timedelta(days=12), mail_failure=BOUNCED)
    )
    await suppress(
        session,
        YONAS.email,
        why="refused",
        detail=BOUNCED,
        since=moment - timedelta(days=12),
        person_id=YONAS.id,
    )


async def date_notices(session: AsyncSession, moment: datetime) -> None:
    """Give what the portal itself just issued its own day: the database dated it now."""
    now = sa.func.now()
    for table, column, more in (
        (Notice, Notice.issued_at, {"leaves_at": moment}),
        (Service, Service.placed_at, {}),
        (Attempt, Attempt.due_at, {"give_up_at": moment + timedelta(hours=72)}),
    ):
        await session.execute(
            sa.update(table)
            .where(column == now)
            .values({column.key: moment, **more})
            .execution_options(synchronize_session=False)
        )
