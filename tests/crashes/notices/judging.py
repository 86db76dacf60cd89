"""Judging: every inbox row once, every mail at least once and rarely twice, nothing lost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench.figures import record
from portal.parts import Parts
from tests.cast import Character
from tests.conftest import Browser
from tests.crashes.judgement import COMMAND
from tests.crashes.notices.post import REACHED, Story, read_all
from tests.crashes.notices.postroom import Postroom, Taken


@dataclass
class Tally:
    """What was promised and not kept, by what it was; and how much was tried."""

    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    # Mails sent again without a crash that could excuse it, or under another Message-ID.
    spammed: list[str] = field(default_factory=list[str])
    # Of one mail, the copies that only a crash explains, for each crash of its story.
    extra_per_crash: float = 0.0
    trials: int = 0
    rows: int = 0

    def add(self, other: "Tally") -> None:
        """And what other trials found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.spammed += other.spammed
        self.extra_per_crash = max(self.extra_per_crash, other.extra_per_crash)
        self.trials += other.trials
        self.rows += other.rows

    @property
    def clear(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.spammed)

    def record(self) -> None:
        """Keep the figures as they are by now: a run that is broken off has still counted."""
        least = {
            "notice_fault_trials": (self.trials, 2_000),
            "notice_fault_rows": (self.rows, 10_000),
        }
        for key, (value, limit) in least.items():
            record(key, value, limit=limit, at_least=True, command=COMMAND)
        most = {
            "notices_lost": (len(self.lost), 0),
            "notices_doubled_inbox": (len(self.doubled), 0),
            "mails_doubled_unexcused": (len(self.spammed), 0),
            "mails_doubled_per_crash_max": (self.extra_per_crash, 1),
        }
        for key, (value, limit) in most.items():
            record(key, value, limit=limit, command=COMMAND)


@dataclass(frozen=True)
class Mailed:
    """One mail of a story, as the rows have it."""

    attempt: str
    recipient: str
    state: str
    message_id: str | None


async def judge_crash(portal: Parts, story: Story, said: Iterable[str], tally: Tally) -> None:
    """What holds at every moment: a notice said to be issued is there, whole; nothing is twice."""
    told = f"story {story.number}"
    issued = {one.removeprefix("issued ") for one in said if one.startswith("issued ")}
    for row in await _rows(portal, _NOTICES, story):
        people: Counter[UUID] = Counter(row.people)
        if row.found == 0:
            if str(row.id) in issued:
                tally.lost.append(f"{told}: {row.id}, which the officer was told of")
            continue
        if row.found > 1 or row.issuings > 1 or any(n > 1 for n in people.values()):
            tally.doubled.append(f"{told}: {row}")
        if set(people) != {one.id for one in REACHED} or row.issuings == 0:
            tally.lost.append(f"{told}: {row}")
        if row.attempts != row.addressed:
            (tally.doubled if row.attempts > row.addressed else tally.lost).append(f"{told}: {row}")


async def judge_end(
    portal: Parts,
    room: Postroom,
    stories: Sequence[Story],
    tally: Tally,
    *,
    crashes: int,
    hands: int,
) -> None:
    """What holds when all is done: every mail was taken or refused for good, and no job is left over.

    `hands`: how many mails a worker may have had in hand when it was stopped.
    """
    told = f"story {stories[0].number} ({crashes} crashes)"
    notices = await _rows(portal, _NOTICES, *stories)
    if any(row.found != 1 for row in notices):
        tally.lost.append(f"{told}: not every notice is there")
    taken = Counter(room.mails)
    extra = 0
    marked = {row.email for row in await _rows(portal, _MARKED)}
    mails = [Mailed(*row) for row in await _rows(portal, _MAILS, *stories)]
    for mail in mails:
        one = Taken(mail.recipient, mail.message_id or "")
        copies, unheard = taken[one], room.unheard[one]
        if not _settled(mail, copies, refused=room.refused, marked=marked):
            tally.lost.append(f"{told}: {mail}, taken {copies} times, marked: {sorted(marked)}")
        # Without a crash: never again once the sender has heard that it was taken.
        if copies > 1 + crashes + unheard if crashes else room.heard[one] > 1:
            tally.spammed.append(f"{told}: {mail}, taken {copies} times, unheard {unheard}")
        if crashes:
            again = max(0, copies - 1 - unheard)
            extra += again
            tally.extra_per_crash = max(tally.extra_per_crash, again / crashes)
    if extra > crashes * hands:
        tally.spammed.append(f"{told}: {extra} mails sent again")
    strange = {one.message_id for one in taken} - {mail.message_id for mail in mails}
    tally.spammed += [
        f"{told}: a mail of something else: {row}"
        for row in await _rows(portal, _STRANGE, strange=list(strange))
    ]
    for row in await _rows(portal, _JOBS):
        tally.lost.append(f"{told}: a job is left: {row}")
    tally.rows += sum(len(row.people) for row in notices)
    room.forget()


def _settled(mail: Mailed, copies: int, *, refused: set[str], marked: set[str]) -> bool:
    """Whether somebody has it; or the server refused it for good and the registry is told of that."""
    if mail.state == "accepted":
        return copies > 0
    return mail.state == "undeliverable" and mail.recipient in refused & marked


async def judge_page(reader: Browser, who: Character, story: Story, tally: Tally) -> None:
    """The inbox of one who was served shows each notice once."""
    await reader.sign_in(who)
    page = (await reader.get("/notices")).text
    for row in await _rows(reader.portal, _SERVICES, story, person=who.id):
        shown = page.count(f'href="/notices/{row.id}"')
        if shown != 1:
            (tally.doubled if shown else tally.lost).append(
                f"story {story.number}: {who.name} sees {row.number} {shown} times"
            )
    # Then all have read it: what comes next is on the first page again.
    await read_all(reader.portal, story)


async def _rows(
    portal: Parts, statement: sa.TextClause, *stories: Story, **asked: object
) -> list[sa.Row[*tuple[Any, ...]]]:
    asked["notices"] = [key for story in stories for key in story.notices]
    wanted = {name: asked[name] for name in statement.compile().params}
    async with portal.database.login_transaction() as session:
        return list((await session.execute(statement, wanted)).all())


_NOTICES = sa.text(
    """
    select wanted.id,
        (select count(*) from notice where id = wanted.id) as found,
        array(select person_id from service
            where notice_id = wanted.id and person_id is not null) as people,
        (select count(*) from entry where act = 'notice.issued'
            and facts ->> 'notice_id' = wanted.id::text) as issuings,
        (select count(*) from service where notice_id = wanted.id and address is not null)
            as addressed,
        (select count(*) from attempt join service on service.id = service_id
            where notice_id = wanted.id) as attempts
    from unnest(cast(:notices as uuid[])) as wanted (id)
    """
)
_MAILS = sa.text(
    """
    select cast(attempt.id as text), attempt.address, attempt.state, attempt.message_id
    from attempt join service on service.id = service_id where notice_id = any(:notices)
    """
)
_STRANGE = sa.text(
    "select wanted.id, attempt.purpose, attempt.state, attempt.number, service.notice_id"
    " from unnest(cast(:strange as text[])) as wanted (id)"
    " left join attempt on attempt.message_id = wanted.id"
    " left join service on service.id = attempt.service_id"
)
_MARKED = sa.text("select email from account where mail_failed_at is not null")
# Those that the clock brings come again by themselves.
_JOBS = sa.text(
    "select task_name, status, args from procrastinate_jobs"
    " where queueing_lock is null and status <> 'succeeded'"
)
_SERVICES = sa.text(
    "select service.id, notice.number from service join notice on notice.id = notice_id"
    " where notice_id = any(:notices) and person_id = :person"
)
