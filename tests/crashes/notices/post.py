"""A life: an officer issues notices on a page, a worker does every job; all again if it broke off."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import procrastinate
import sqlalchemy as sa
from httpx2 import Response
from procrastinate.exceptions import AlreadyEnqueued

from notices.channels import Smtp
from portal.parts import Parts
from portal.worker import tasks_for
from storage.directory import DirectoryStore
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, MARC, NOOR, RENEE, known
from tests.conftest import Browser
from tests.crashes.parts import open_parts
from tests.crashes.steps import Steps
from tests.portal.registry.pressing import form_on

# Everybody whom a notice on the Noors' case is placed before.
REACHED = (CLAIRE, AMIRA, FARIDA, DINA, MARC)
NOTICES = 2
# Longer than a lease and what a sweep waits beyond it; a dead worker is known for dead much sooner.
A_WHILE = timedelta(minutes=20)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Story:
    """What is issued in a life: by its number, so that it can be lived again with the same keys."""

    number: int

    @property
    def notices(self) -> list[UUID]:
        """The ids that the officer's forms carry."""
        return [known(f"notice {one} of story {self.number}") for one in range(NOTICES)]

    @property
    def hands(self) -> int:
        """How many mails the worker has in hand at once: one in every other story."""
        return 1 if self.number % 2 else 3

    @property
    def recall_minutes(self) -> int:
        """How long a notice can be recalled before it leaves: in most stories it leaves at once."""
        return 5 if self.number % 5 == 4 else 0


def open_office(
    url: str, folder: Path, *, port: int, patience: float, recall_minutes: int = 0
) -> Parts:
    """The parts of a portal whose mail goes to the server on this port, as fast as that takes it."""
    store = DirectoryStore(folder / "objects")
    parts = open_parts(url, folder, store=store, scanner=None)
    channel = Smtp(
        host="127.0.0.1",
        port=port,
        sender="no-reply@portal.example",
        link="https://portal.example/sign-in",
        tls="none",
        patience=patience,
    )
    chosen = {"recall_minutes": recall_minutes, "mail_per_minute": 0}
    settings = parts.settings.model_copy(update=chosen)
    return replace(parts, settings=settings, channel=channel, caught_mail=None)


async def live(browser: Browser, story: Story, say: Say, *, steps: Steps | None = None) -> None:
    """Issue, place, mail, sweep; whatever of it has been done already is done once.

    `say` is told of each answer that the officer has got.
    """
    for key in story.notices:
        await issue(browser, key)
        say(f"issued {key}")
    await work(browser.portal, hands=story.hands, steps=steps)
    say("worked")


class TryLater(Exception):
    """The portal said that it cannot do this now, and when to press again."""


async def issue(browser: Browser, key: UUID) -> None:
    """Look at the preview, press the button of a form with this key, perhaps again; may raise TryLater."""
    page = await browser.get(f"/cases/{NOOR}/notices/preview?kind=notice_to_appear")
    _answered(page, 200)
    form = form_on(page, f"/cases/{NOOR}/notices?")
    _answered(await browser.post(form.action, data=form.values | {"id": str(key)}), 303)


def _answered(answer: Response, wanted: int) -> None:
    if answer.status_code == 503:
        assert "retry-after" in answer.headers
        raise TryLater
    assert answer.status_code == wanted, answer.text


async def work(portal: Parts, *, hands: int = 1, steps: Steps | None = None) -> None:
    """A worker of the real kind, and a sweep as the clock would bring it; until nothing is due."""
    app = tasks_for(portal)
    if steps is not None:
        steps.watch_queue(app.connector)  # pyright: ignore[reportArgumentType] - worker_app's
    async with app.open_async():
        await strike(app, "sweep")
        for _ in range(2):  # and once more what the sweep has found
            await app.run_worker_async(
                wait=False,
                concurrency=hands,
                install_signal_handlers=False,
                delete_jobs="successful",
            )


async def strike(app: procrastinate.App, task: str) -> None:
    """The clock strikes for this job, and it is queued, unless it waits already."""
    registered = cast("Any", app).tasks[task]
    job = app.configure_task(task, queueing_lock=task, lock=registered.lock)
    with suppress(AlreadyEnqueued):
        await job.defer_async(timestamp=0)


async def pass_time(portal: Parts, story: Story, *, by: timedelta) -> None:
    """Everything that has not come to its end yet is older by this much."""
    async with portal.database.login_transaction() as session:
        for statement in _PASSING:
            await session.execute(statement, {"by": by, "notices": story.notices})


async def mend_addresses(portal: Parts) -> None:
    """The registry has asked everybody whose mail came back, and the addresses are right after all."""
    async with portal.database.login_transaction() as session:
        for statement in _MENDING:
            await session.execute(statement)


async def read_all(portal: Parts, story: Story) -> None:
    """Everybody has opened what the story brought: the next one's is on the first page of the inbox."""
    async with portal.database.login_transaction() as session:
        await session.execute(_READING, {"notices": story.notices})


async def unsettled(portal: Parts, story: Story) -> int:
    """How many mails of the story may still be tried."""
    async with portal.database.login_transaction() as session:
        return await session.scalar(_UNSETTLED, {"notices": story.notices}) or 0


def _sql(text: str) -> sa.TextClause:
    return sa.text(text)


_PASSING = [
    _sql("update procrastinate_workers set last_heartbeat = last_heartbeat - :by"),
    _sql(
        "update procrastinate_jobs set scheduled_at = scheduled_at - :by"
        " where status in ('todo', 'doing') and scheduled_at is not null"
    ),
    _sql(
        "update attempt set due_at = attempt.due_at - :by, give_up_at = attempt.give_up_at - :by,"
        " tried_at = attempt.tried_at - :by from service where service.id = service_id"
        " and notice_id = any(:notices) and state in ('waiting', 'sending', 'deferred')"
    ),
    _sql("update service set placed_at = placed_at - :by where notice_id = any(:notices)"),
    _sql(
        "update notice set issued_at = issued_at - :by, leaves_at = leaves_at - :by"
        " where id = any(:notices)"
    ),
]
_MENDING = [
    _sql("update account set mail_failed_at = null, mail_failure = null"),
    _sql(
        "update suppression set lifted_at = now(), lifted_by = person.id, lifted_by_name = person.name,"
        " lifted_why = 'asked' from person"
        f" where lifted_at is null and person.id = '{RENEE.id}'"
    ),
]
_READING = _sql(
    "update service set opened_at = placed_at, opened_by = person_id, opened_by_name = person_name"
    " where notice_id = any(:notices) and person_id is not null and opened_at is null"
)
_UNSETTLED = _sql(
    "select count(*) from attempt join service on service.id = service_id"
    " where notice_id = any(:notices) and state in ('waiting', 'sending', 'deferred')"
)
