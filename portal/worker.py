"""The jobs, and the worker that does them: scan, tell, deliver, remind, sweep, doubt."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

import procrastinate
import structlog
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from notices import courier
from portal.appeals.acknowledging import acknowledge_appeal
from portal.bounces.taking import read_bounces
from portal.counsel.telling import tell_counsel
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
from portal.receipts.mailing import mail_receipt, mail_request
from portal.registry.batches.issuing import PRIORITY
from portal.registry.batches.recalling import recall_lot
from portal.registry.batches.running import issue_lot
from portal.registry.batches.taking import resume_forgotten
from portal.registry.letters.printing import make_mailing, print_mornings
from portal.registry.recipients import still_reaches
from portal.reminding import mail_reminder, remind
from portal.unopened import remind_of_unopened
from storage.jobs import worker_app

log = structlog.get_logger()

BEGINS_AGAIN_AFTER = 1.0


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
    # No lock: a sweep that was killed would hold it for ever, and only a sweep finds the killed.
    @app.task(name="sweep", queueing_lock="sweep", pass_context=True)
    async def sweep(context: procrastinate.JobContext, timestamp: int) -> None:
        # Jobs whose worker died are done by another; then what no job remembers.
        await _revive(context.app.job_manager)
        await courier.sweep(portal.database, datetime.now(UTC))
        await sweep_objects(portal)

    _add_appeals(app, portal, again)
    _add_mail(app, portal, again)
    _add_letters(app, portal, again)
    _add_looks(app, portal, again)
    _add_answers(app, portal, again)
    _add_reminders(app, portal, again)
    _add_batches(app, portal, again)
    _add_doubts(app, portal)
    _ = (tell_others, sweep)
    return app


async def _revive(jobs: JobManager) -> None:
    """Free the jobs of dead workers; what the clock brings again by itself needs no second life.

    Two of those would not fit into the queue, and what does not fit must not stop the others.
    """
    for job in await jobs.get_stalled_jobs():
        try:
            if job.queueing_lock:
                await jobs.finish_job(job, status=Status.FAILED, delete_job=True)
            else:
                await jobs.retry_job(job)
        except ConnectorException as error:
            # Its worker was only slow, and has ended it meanwhile.
            log.warning("job not revived", task=job.task_name, error=type(error).__name__)


def _add_appeals(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    @app.task(name="acknowledge_appeal", retry=again)
    async def acknowledge(appeal: str) -> None:
        await acknowledge_appeal(portal, UUID(appeal))

    _ = acknowledge


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
            per_minute=portal.settings.mail_per_minute or None,
        )

    @app.task(name="mail_receipt", retry=again)
    async def mail_filer(submission: str) -> None:
        await mail_receipt(portal, UUID(submission))

    @app.task(name="mail_request", retry=again)
    async def mail_asker(request: str) -> None:
        await mail_request(portal, UUID(request))

    @app.task(name="invite", retry=again)
    async def invite(invitation: str) -> None:
        await mail_invitation(portal, UUID(invitation))

    # A bounce is on the registry's desk within minutes (failures.md, "When things break").
    @app.periodic(cron="*/3 * * * *")
    @app.task(name="bounces", queueing_lock="bounces", lock="bounces")
    async def bounces(timestamp: int) -> None:
        await read_bounces(portal)

    _ = (deliver, mail_filer, mail_asker, invite, bounces)


def _add_letters(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    """Notices on paper: before the offices open, and the file of a mailing whose maker died."""

    @app.task(name="make_mailing", retry=again)
    async def make_one(mailing: str) -> None:
        await make_mailing(portal, UUID(mailing))

    @app.periodic(cron="5 11 * * 1-5")
    @app.task(name="print_mornings", queueing_lock="print_mornings", lock="print_mornings")
    async def print_waiting(timestamp: int) -> None:
        await print_mornings(portal, datetime.now(UTC))

    _ = (make_one, print_waiting)


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
    """What became of filed documents, and of counsel, is told to those whom it concerns."""

    @app.task(name="tell_review", retry=again)
    async def tell_filers(reviews: str) -> None:
        await tell_review(portal, [UUID(one) for one in reviews.split(",")])

    @app.task(name="tell_counsel", retry=again)
    async def tell_of_counsel(standing: str) -> None:
        await tell_counsel(portal, UUID(standing))

    @app.task(name="tell_withdrawal", retry=again)
    async def tell_withdrawn(withdrawal: str) -> None:
        await tell_withdrawal(portal, UUID(withdrawal))

    _ = (tell_filers, tell_of_counsel, tell_withdrawn)


def _add_reminders(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    @app.task(name="mail_reminder", retry=again)
    async def mail_one(reminder: str) -> None:
        await mail_reminder(portal, UUID(reminder))

    @app.periodic(cron="7 * * * *")
    @app.task(name="remind", queueing_lock="remind", lock="remind")
    async def remind_all(timestamp: int) -> None:
        await remind(portal)

    @app.periodic(cron="37 * * * *")
    @app.task(name="unopened", queueing_lock="unopened", lock="unopened")
    async def remind_unopened(timestamp: int) -> None:
        await remind_of_unopened(portal)

    _ = (mail_one, remind_all, remind_unopened)


def _add_batches(app: procrastinate.App, portal: Parts, again: BackOff) -> None:
    """Many notices at once, a lot at a time: scans and mails have their turn between two lots."""

    @app.task(name="issue_batch", retry=again, priority=PRIORITY)
    async def issue_next(batch: str) -> None:
        await issue_lot(portal, UUID(batch))

    @app.task(name="recall_batch", retry=again)
    async def recall_next(batch: str, after: int) -> None:
        await recall_lot(portal.database, UUID(batch), after=after)

    @app.periodic(cron="* * * * *")
    @app.task(name="resume_batches", queueing_lock="resume_batches", lock="resume_batches")
    async def resume(timestamp: int) -> None:
        await resume_forgotten(portal.database, datetime.now(UTC))

    _ = (issue_next, recall_next, resume)


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
        concurrency = portal.settings.worker_concurrency
        worker = asyncio.create_task(_work_on(app, concurrency=concurrency))
        pulse = asyncio.create_task(beat(portal.settings.state))
        try:
            yield
        finally:
            for task in (worker, pulse):
                task.cancel()
                with suppress(asyncio.CancelledError, ConnectorException):
                    await task


async def _work_on(app: procrastinate.App, *, concurrency: int) -> None:
    """Work until cancelled; begin again whenever the database went away under the worker."""
    while True:
        try:
            await app.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=20,
            )
        except Exception as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            log.warning("worker begins again", error=type(error).__name__)
        # It also ends without an error, when its listening connection is cut.
        await asyncio.sleep(BEGINS_AGAIN_AFTER)
