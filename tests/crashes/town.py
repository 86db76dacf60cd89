"""A process that forks whole portals: database, store and people who file, until they are cut off.

    python -m tests.crashes.town   <- {"place": "/mnt", "clamd": "…", "lived": [[1, "…", ["kept"]]]}
                                   -> pid 123 · postmaster 124 · tally {…} · ready · draft 2 … · 2 kept

Each portal first looks at what the one before it had promised, then goes on with new lives.
"""

import asyncio
import json
import os
import sys
import traceback
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.parts import Parts
from portal.web import templates
from storage.database import embedded_server
from storage.directory import DirectoryStore
from storage.scanner import Clamd
from tests.cast import CLAIRE, FARIDA
from tests.conftest import Browser
from tests.crashes.judgement import Tally, judge_crash
from tests.crashes.life import Story, live
from tests.crashes.parts import draft, open_browser, open_parts

LANES = 3


def say(what: str) -> None:
    """One line, all of it at once."""
    os.write(1, f"{what}\n".encode())


def main() -> None:
    """Fork a portal for each line."""
    templates.warm_up()
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            try:
                _run(json.loads(line))
            except BaseException:  # noqa: BLE001 - said to whoever runs the test
                traceback.print_exc()
            os._exit(1)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("ended")


def _run(order: dict[str, Any]) -> None:
    place = Path(order["place"])
    with embedded_server(place / "database") as url:
        postmaster = (place / "database" / "postmaster.pid").read_text().split()[0]
        say(f"postmaster {postmaster}")
        folder = place / "state"
        store = DirectoryStore(folder / "objects")
        scanner = Clamd(Path(order["clamd"]))
        asyncio.run(_go_on(open_parts(url, folder, store=store, scanner=scanner), order))


async def _go_on(portal: Parts, order: dict[str, Any]) -> None:
    async with open_browser(portal) as claire, open_browser(portal) as farida:
        await claire.sign_in(CLAIRE)
        await farida.sign_in(FARIDA)
        tally = Tally()
        for number, draft, said in order["lived"]:
            await judge_crash(claire, farida, Story(number, UUID(draft)), said, tally)
        say(f"tally {json.dumps(asdict(tally))}")
        if order["last"]:
            return
        say("ready")
        numbers = count(order["next"])
        async with asyncio.TaskGroup() as lanes:
            for _ in range(LANES):
                lanes.create_task(_lane(claire, numbers))


async def _lane(browser: Browser, numbers: "count[int]") -> None:
    for number in numbers:
        story = Story(number, await draft(browser.portal))
        say(f"{number} draft {story.draft}")
        await live(browser, story, lambda what, number=number: say(f"{number} {what}"))


if __name__ == "__main__":
    main()
