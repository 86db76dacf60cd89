"""The jobs, and the worker that does them: scan, tell, deliver, remind, sweep, doubt."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

import procrastinate
import structlog
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from notices import courier
from portal.documents.announcing import tell_review, tell_withdrawal
from portal.documents.judging import judge
from portal.documents.pictures.making import make_pictures
from portal.documents.reconciling import reconcile
from portal.documents.rescanning import rescan
from portal.documents.sweeping import sweep as sweep_objects
from portal.documents.telling import tell
from portal.parts import Parts
from portal.people.mailing import mail_invitation
from portal.people.signing_in import mark_bad_address
from portal.pulse import beat
from portal.receipts.mailing import mail_receipt
from portal.registry.recipients import still_reaches
from portal.reminding import mail_reminder, remind
from storage.jobs import worker_app

log = structlog.get_logger()


class BackOff(BaseRetryStrategy):
    """Again and again, ever more slowly, for as long as it takes: nothing is given up silently."""

    SLOWEST = 300

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """2, 4, 8 … 300 seconds."""
        wait = min(2 ** min(job.attempts, 10), self.SLOWEST)
        log.warning("job again", task=job.task_name, seconds=wait, error=type(exception).__name__)
        return RetryDecision(retry_in={"seconds": wait})


def tasks_for(portal: Parts) -> procrastinate.App:
    """The application whose tasks work on these parts; each job holds nothing but ids."""
    app = worker_app(portal.database.url)
    again = BackOff()

    @app.task(name="tell", retry=again)
    async def tell_others(submission: str) -> None:
        await tell(portal, UUID(submission))

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="sweep", queueing_lock="sweep", lock="sweep", pass_context=True)
    async def sweep(context: procrastinate.JobContext, timestamp: int) -> None:
        # Jobs whose worker died are done by another; then what no job remembers.
        for job in await context.app.job_manager.get_stalled_jobs():
            await context.app.job_manager.retry_job(job)
        await courier.sweep(portal.database, datetime.now(UTC))
        await sweep_objects(portal)

    _add_mail(app, portal, again)
    _add_looks(app, portal, again)
    _add_answers(app, portal, again)
    _add_reminders(app, portal, again)
    _add_doubts(app, portal)
    _ = (tell_others, sweep)
    return app


def _add_mail(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    @app.task(name="deliver", retry=again)
    async def deliver(attempt: str) -> None:
        await courier.deliver(
            portal.database,
            portal.channel,
            UUID(attempt),
            datetime.now(UTC),
            bad_address=mark_bad_address,
            still=still_reaches,
        )

    @app.task(name="mail_receipt", retry=again)
    async def mail_filer(submission: str) -> None:
        await mail_receipt(portal, UUID(submission))

    @app.task(name="invite", retry=again)
    async def invite(invitation: str) -> None:
        await mail_invitation(portal, UUID(invitation))

    _ = (deliver, mail_filer, invite)


def _add_looks(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    """What is inside a file: its verdict first, then its first page as a picture."""

    @app.task(name="scan", retry=again)
    async def scan(documents: str) -> None:
        await judge(portal, *map(UUID, documents.split(",")))

    @app.task(name="picture", retry=again)
    async def picture(documents: str) -> None:
        await make_pictures(portal, *map(UUID, documents.split(",")))

    _ = (scan, picture)


def _add_answers(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    """What became of filed documents is told to those who filed them, or to everybody."""

    @app.task(name="tell_review", retry=again)
    async def tell_filers(reviews: str) -> None:
        await tell_review(portal, [UUID(one) for one in reviews.split(",")])

    @app.task(name="tell_withdrawal", retry=again)
    async def tell_withdrawn(withdrawal: str) -> None:
        await tell_withdrawal(portal, UUID(withdrawal))

    _ = (tell_filers, tell_withdrawn)


def _add_reminders(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    @app.task(name="mail_reminder", retry=again)
    async def mail_one(reminder: str) -> None:
        await mail_reminder(portal, UUID(reminder))

    @app.periodic(cron="7 * * * *")
    @app.task(name="remind", queueing_lock="remind", lock="remind")
    async def remind_all(timestamp: int) -> None:
        await remind(portal)

    _ = (mail_one, remind_all)


def _add_doubts(app: procrastinate.App, portal: Parts) -> None:
    """What was found good before is looked at again; whatever else there is to do comes first."""

    @app.periodic(cron="23 2 * * *")
    @app.task(name="reconcile", queueing_lock="reconcile", lock="reconcile", priority=-10)
    async def reconcile_share(timestamp: int) -> None:
        days = portal.settings.reconcile_days
        await reconcile(portal.database, portal.store, days=days)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="rescan", queueing_lock="rescan", lock="rescan", priority=-10)
    async def rescan_outdated(timestamp: int) -> None:
        await rescan(portal)

    _ = (reconcile_share, rescan_outdated)


@asynccontextmanager
async def working(portal: Parts) -> AsyncGenerator[None]:
    """Do jobs as long as this lasts; a job in hand is finished before it ends."""
    app = tasks_for(portal)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=portal.settings.worker_concurrency,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=20,
            )
        )
        pulse = asyncio.create_task(beat(portal.settings.state))
        try:
            yield
        finally:
            for task in (worker, pulse):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
