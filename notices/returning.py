"""What came back, recorded: the attempt it is about, and what follows for its address."""

from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.bounces import Report
from notices.claiming import Claim
from notices.courier import BadAddress
from notices.model import Attempt, Service
from notices.postroom import Bounce
from notices.suppressing import suppress

Means = Literal["mailbox", "webhook"]

# States in which a server may have the mail: taken for certain, or taken and not yet recorded.
WITH_A_SERVER = ("sending", "deferred", "accepted")


async def take_report(
    session: AsyncSession,
    report: Report,
    *,
    sha256: str,
    came_by: Means,
    now: datetime,
    bad_address: BadAddress | None = None,
) -> str:
    """Record one message that came back, once; what it was (a word of `postroom.VERDICTS`).

    For a system transaction. `sha256`: of the bytes that said so; the same again change nothing
    and answer "known". `bad_address` is called where the address itself is at fault.
    """
    about = await _about(session, report)
    verdict = report.verdict if about or report.verdict == "no_report" else "foreign"
    row: dict[str, Any] = {"sha256": sha256, "came_at": now, "came_by": came_by, "verdict": verdict}
    if about:
        row |= {"attempt_id": about.attempt_id, "code": report.code, "detail": report.detail}
    new = insert(Bounce).values(row).on_conflict_do_nothing().returning(Bounce.sha256)
    if await session.scalar(new) is None:
        return "known"
    if about and verdict == "failed":
        await _bounce(session, about, report, now=now, bad_address=bad_address)
    return verdict


async def _about(session: AsyncSession, report: Report) -> Claim | None:
    """The mail that this is about: ours, tried, and its address or its history fits.

    Addresses differ where mail is forwarded; then a server must at least have taken our mail.
    """
    rows = await session.execute(
        sa.select(
            Attempt.id,
            Attempt.tries,
            Attempt.give_up_at,
            Attempt.message_id,
            Attempt.address,
            Service.person_id,
            Service.language,
        )
        .join(Service, Service.id == Attempt.service_id)
        .where(Attempt.id.in_(report.names), Attempt.tries > 0)
        .where(
            sa.or_(
                sa.func.lower(Attempt.address).in_(report.recipients),
                Attempt.state.in_(("accepted", "bounced")),
            )
        )
    )
    fitting = {row[0]: Claim(*row) for row in rows}
    return next((fitting[name] for name in report.names if name in fitting), None)


async def _bounce(
    session: AsyncSession,
    about: Claim,
    report: Report,
    *,
    now: datetime,
    bad_address: BadAddress | None,
) -> None:
    """The mail did not arrive. Its address is marked only where it, not the way, is at fault."""
    new = await _come_back(session, about, report, now=now)
    # 5.x.x is for ever (RFC 3463); 4.x.x and given up says that the way there was long closed.
    if not new or (report.code or "5").startswith("4"):
        return
    detail = f"{report.code or ''} {report.detail}".strip()
    await suppress(
        session,
        about.address,
        why="bounced",
        detail=detail,
        since=now,
        person_id=about.person_id,
        attempt_id=about.attempt_id,
    )
    if bad_address:
        await bad_address(session, about, detail)


async def _come_back(session: AsyncSession, about: Claim, report: Report, *, now: datetime) -> bool:
    """Every attempt that went out with this mail is bounced; whether any was not before."""
    changed = await session.scalars(
        sa.update(Attempt)
        .where(Attempt.message_id == about.message_id, Attempt.state.in_(WITH_A_SERVER))
        .values(
            state="bounced",
            settled_at=sa.func.coalesce(Attempt.settled_at, now),
            bounced_at=now,
            bounce_code=report.code,
            bounce_detail=report.detail,
        )
        .returning(Attempt.id)
    )
    return bool(changed.all())
