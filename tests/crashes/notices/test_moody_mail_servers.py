"""Mail servers that are down, slow, full, rude, forgetful, or hang up: every mail arrives or is marked."""

import os
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from notices.channels import Smtp
from portal.parts import Parts
from tests.cast import RENEE
from tests.crashes.notices.judging import Tally, judge_crash, judge_end, judge_page
from tests.crashes.notices.post import (
    A_WHILE,
    REACHED,
    Story,
    issue,
    mend_addresses,
    open_office,
    pass_time,
    unsettled,
    work,
)
from tests.crashes.notices.postroom import (
    BEFALLS,
    GREYLISTED,
    Postroom,
    open_postroom,
    weather,
)
from tests.crashes.parts import open_browser
from tests.notices.mailroom import free_port

LONG = "LONG" in os.environ
STORMS = int(os.environ.get("STORMS") or (60 if LONG else 2))
# Rounds of bad weather; then it is fair, and some more until all must have come to its end.
BAD, ROUNDS = 2, 8
# All mails of a story at once: those that meet a slow server wait together.
HANDS = 10


def down(portal: Parts) -> Parts:
    """The same portal, whose mail server is not there."""
    assert isinstance(portal.channel, Smtp)
    return replace(portal, channel=replace(portal.channel, port=free_port()))


async def test_every_mail_comes_through_any_weather(
    database_url: str, tmp_path: Path, overall_post: Tally
) -> None:
    """Tried again until it is taken, with one Message-ID; refused for good, its address is marked."""
    tally = Tally()
    async with AsyncExitStack() as stack:
        room = stack.enter_context(open_postroom(patience=2))
        portal = open_office(database_url, tmp_path, port=room.port, patience=room.patience)
        officer = await stack.enter_async_context(open_browser(portal))
        reader = await stack.enter_async_context(open_browser(portal))
        for number in range(STORMS):
            story = Story(number)
            await officer.sign_in(RENEE)
            said: list[str] = []
            for key in story.notices:
                await issue(officer, key)
                said.append(f"issued {key}")
            # The mails may take their time; the inbox does not.
            await judge_page(reader, REACHED[number % len(REACHED)], story, tally)
            await weather_it(portal, room, story)
            await judge_crash(portal, story, said, tally)
            await judge_end(portal, room, [story], tally, crashes=0, hands=HANDS)
            await mend_addresses(portal)
            tally.trials += 1
        await portal.database.close()

    overall_post.add(tally)
    assert tally.clear, tally
    assert room.befell
    if LONG:
        everything = {(place, what) for place, all_ in BEFALLS.items() for what in all_}
        assert set(room.befell) == everything | {("RCPT", GREYLISTED)}


async def weather_it(portal: Parts, room: Postroom, story: Story) -> None:
    """Work through bad weather, and once without any server, until nothing is left to try."""
    room.weather = weather(story.number, share=0.15)
    for again in range(ROUNDS):
        without = again == story.number % BAD
        await work(down(portal) if without else portal, hands=HANDS)
        if again >= BAD:
            room.weather = None
        if not await unsettled(portal, story):
            return
        await pass_time(portal, story, by=A_WHILE * 2**again)
