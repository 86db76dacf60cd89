"""The place of mails in the queue of jobs: behind the notices that they tell of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from storage.jobs import defer

# Lower than a batch's lots: ten thousand mails keep no notice from the inbox that it counts in.
# A worker does several jobs at once, and a batch is never more than one of them.
PRIORITY = -6


async def queue_mail(session: AsyncSession, attempt_id: UUID, at: datetime | None = None) -> None:
    """Let a courier try this attempt, not before `at`; in the caller's transaction."""
    await defer(session, "deliver", at=at, priority=PRIORITY, attempt=str(attempt_id))
