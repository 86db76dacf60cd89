"""The rows of "When things break" that concern notices, each by its name: what must come of it."""

import asyncio
import socket
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from notices.channels import Smtp
from notices.model import Attempt, Notice, Service
from portal.models import Entry
from portal.parts import Parts
from tests.cast import CLAIRE, FARIDA, NOOR, RENEE
from tests.conftest import Browser
from tests.crashes.losing import lost_at_commit
from tests.crashes.notices.judging import Tally, judge_end
from tests.crashes.notices.lanes import lane
from tests.crashes.notices.post import (
    A_WHILE,
    NOTICES,
    REACHED,
    Story,
    TryLater,
    issue,
    pass_time,
    unsettled,
    work,
)
from tests.crashes.parts import open_browser
from tests.notices.mailroom import Mailroom, free_port
from tests.wires import peer

PEOPLE = len(REACHED)


@pytest.fixture
def portal(portal: Parts, mailroom: Mailroom) -> Parts:
    """A portal whose mail goes to a mail server, as soon as a notice is issued."""
    settings = portal.settings.model_copy(update={"recall_minutes": 0})
    return replace(portal, settings=settings, channel=mailroom.channel(), caught_mail=None)


@pytest.fixture
async def officer(browser: Browser) -> Browser:
    """Renée at her browser."""
    return await browser.sign_in(RENEE, language="en")


async def all_of(portal: Parts, select: sa.Select[Any]) -> Sequence[Any]:
    """What is in the database."""
    async with portal.database.system_transaction() as session:
        return (await session.scalars(select)).all()


async def state_of(portal: Parts) -> dict[str, int]:
    """How many mails stand how."""
    return Counter(await all_of(portal, sa.select(Attempt.state)))


async def test_during_sending(database_url: str, tmp_path: Path) -> None:
    """Killed when the server has taken a mail and not said so: once more, with the same Message-ID."""
    story, tally = Story(1), Tally()
    async with lane(database_url, tmp_path) as one:

        def end_it_then(place: str, _recipient: str) -> None:
            if place == "DATA taken" and len(one.room.mails) == 1:
                one.born.end_it()

        one.room.weather = end_it_then
        killed = await one.born.raise_one(number=story.number)
        taken = list(one.room.mails)
        await pass_time(one.portal, story, by=A_WHILE)
        await one.born.raise_one(number=story.number)
        copies = Counter(one.room.mails)
        await judge_end(one.portal, one.room, [story], tally, crashes=1, hands=1)

    assert (killed["status"], len(taken)) == (-9, 1)
    assert copies[taken[0]] == 2
    assert sorted(copies.values()) == [1] * (NOTICES * PEOPLE - 1) + [2]
    assert tally.clear, tally


async def test_smtp_down_4xx(officer: Browser, portal: Parts, mailroom: Mailroom) -> None:
    """The inbox at once; the mail again and again for 72 hours, never all at the same moment."""
    down = replace(portal, channel=replace(mailroom.channel(), port=free_port()))
    story = Story(1)
    await issue(officer, story.notices[0])
    await work(down)
    waiting = await all_of(portal, sa.select(Attempt))
    await officer.sign_in(CLAIRE)
    inbox = (await officer.get("/notices")).text
    mailroom.rcpt = "450 4.2.1 not now"
    await pass_time(portal, story, by=A_WHILE)
    await work(portal)
    refused = await state_of(portal)
    mailroom.rcpt = "250 OK"
    await pass_time(portal, story, by=A_WHILE)
    await work(portal)

    assert inbox.count('href="/notices/') >= 1
    assert "Notice to appear" in inbox
    assert {one.state for one in waiting} == {"deferred"}
    assert len({one.due_at for one in waiting}) == PEOPLE
    assert {one.give_up_at - one.tried_at > timedelta(hours=71) for one in waiting} == {True}
    assert refused == {"deferred": PEOPLE}
    assert await state_of(portal) == {"accepted": PEOPLE}
    assert len(mailroom.mails) == PEOPLE


async def test_5xx_bounce(officer: Browser, portal: Parts, mailroom: Mailroom) -> None:
    """The address is marked and stands on the registry's desk at once; nobody reads "served"."""
    mailroom.rcpt = "550 5.1.1 no such person"
    await issue(officer, Story(1).notices[0])
    await work(portal)

    desk = (await officer.get("/registry")).text
    page = (await officer.get(f"/cases/{NOOR}/notices/preview?kind=notice_to_appear")).text
    assert await state_of(portal) == {"undeliverable": PEOPLE}
    assert {name in desk for name in (CLAIRE.name, FARIDA.name)} == {True}
    assert "inbox, and mail to c…" not in page
    assert mailroom.mails == []


async def test_two_workers_race(officer: Browser, portal: Parts, mailroom: Mailroom) -> None:
    """One mail each, however many workers and sweeps there are."""
    story = Story(1)
    for key in story.notices:
        await issue(officer, key)

    await asyncio.gather(*(work(portal, hands=3) for _ in range(4)))
    await pass_time(portal, story, by=A_WHILE)
    await asyncio.gather(*(work(portal, hands=3) for _ in range(4)))

    assert len({one["Message-ID"] for one in mailroom.messages}) == NOTICES * PEOPLE
    assert len(mailroom.mails) == NOTICES * PEOPLE


@pytest.mark.parametrize("committed", [True, False])
async def test_database_down_fail_over_commit_unknown(
    officer: Browser, portal: Parts, committed: bool
) -> None:
    """503 and when to try again; the same form again issues what is not issued, and nothing twice."""
    [key, *_] = Story(1).notices
    async with lost_at_commit(portal, committed=committed):
        with pytest.raises(TryLater):
            await issue(officer, key)
    await issue(officer, key)

    assert await all_of(portal, sa.select(Notice.id)) == [key]
    assert len(await all_of(portal, sa.select(Service.id))) == PEOPLE
    assert await all_of(portal, sa.select(Entry.act).where(Entry.act == "notice.issued")) == [
        "notice.issued"
    ]


@pytest.mark.parametrize("committed", [True, False])
async def test_database_down_when_a_courier_records(
    officer: Browser, portal: Parts, mailroom: Mailroom, committed: bool
) -> None:
    """Sent, and whether it is recorded is unknown: once more only if it is not, as the same mail."""
    story = Story(1)
    await issue(officer, story.notices[0])
    async with lost_at_commit(portal, committed=committed, when=lambda: mailroom.mails):
        await work(portal)
    [first] = [one["Message-ID"] for one in mailroom.messages]
    for _ in range(2):
        await pass_time(portal, story, by=A_WHILE)
        await work(portal)

    copies = Counter(one["Message-ID"] for one in mailroom.messages)
    assert await unsettled(portal, story) == 0
    assert copies.pop(first) == (1 if committed else 2)
    assert list(copies.values()) == [1] * (PEOPLE - 1)
    assert await state_of(portal) == {"accepted": PEOPLE}


async def test_double_click_two_officers(officer: Browser, portal: Parts) -> None:
    """Two officers at the same form, and each presses twice: one notice, one paper, one entry."""
    key = uuid4()
    async with open_browser(portal) as other:
        await other.sign_in(RENEE)
        await asyncio.gather(*(issue(one, key) for one in (officer, other) * 2))

    assert await all_of(portal, sa.select(Notice.id)) == [key]
    assert len(await all_of(portal, sa.select(Service.id))) == PEOPLE
    assert len(await all_of(portal, sa.select(Entry.act).filter_by(act="notice.issued"))) == 1
    assert len(list(portal.store.inventory())) == 1


@pytest.mark.parametrize("days", [1, -1])
async def test_clock_a_day_wrong_on_one_host(
    officer: Browser,
    portal: Parts,
    mailroom: Mailroom,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
) -> None:
    """A worker whose clock is a day off mails nothing twice, and loses nothing to the others."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(days=days)

    story = Story(1)
    await issue(officer, story.notices[0])
    with monkeypatch.context() as wrong:
        for name, module in list(sys.modules.items()):
            ours = name.startswith(("portal.", "storage.", "notices."))
            if ours and getattr(module, "datetime", None) is datetime:
                wrong.setattr(module, "datetime", Wrong)
        await work(portal)
    for _ in range(3):
        await work(portal)
        await pass_time(portal, story, by=A_WHILE)

    copies = Counter(one["Message-ID"] for one in mailroom.messages)
    assert copies == dict.fromkeys(copies, 1)
    assert len(copies) == PEOPLE
    assert await state_of(portal) == {"accepted": PEOPLE}


async def test_a_server_that_never_speaks(officer: Browser, portal: Parts) -> None:
    """It takes the call and says nothing: the courier waits no longer than its patience, and defers."""

    def mute(call: socket.socket) -> None:
        call.recv(1)

    await issue(officer, Story(1).notices[0])
    with peer(mute) as port:
        assert isinstance(portal.channel, Smtp)
        await work(
            replace(portal, channel=replace(portal.channel, port=port, patience=0.2)), hands=PEOPLE
        )

    assert await state_of(portal) == {"deferred": PEOPLE}
    details = await all_of(portal, sa.select(Attempt.detail))
    assert {"TimeoutError" in (one or "") for one in details} == {True}
