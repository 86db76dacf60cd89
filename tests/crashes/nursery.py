"""A process with everything imported that forks one life per line it reads, and says how it ended.

    python -m tests.crashes.nursery   <- {"number": 1, "draft": "…", "step": 17, …}
                                      -> {"status": -9, "lasted": 0.2, "said": ["kept"], …}

In: `step` or `delay` (seconds), the moment at which it is killed. Out: how it ended (-9: killed, 0:
it came to its end), after how many seconds, what the sender had been told by then, and the steps
that it passed if it was not killed.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.app import create_app
from portal.parts import Parts
from portal.web import templates
from tests.crashes.life import Say, Story, hand_in, live
from tests.crashes.parts import draft, open_browser, open_parts
from tests.crashes.steps import SteppingScanner, SteppingStore, Steps

Order = dict[str, Any]
Life = Callable[[Parts, Order, Steps, Say], Coroutine[Any, Any, None]]


def main() -> None:
    """Lives of files."""
    raise_lives(_open, _live)


def raise_lives(open_once: Callable[[Order], Parts], live: Life) -> None:
    """Fork a life for each line, one at a time; all inherit the parts that the first line opened."""
    templates.warm_up()
    portal: Parts | None = None
    for line in sys.stdin:
        order = json.loads(line)
        portal = portal or open_once(order)
        # The child writes so little that the pipe takes all of it, whether anybody reads or not.
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _be_born(portal, order, live, writing=writing)
        os.close(writing)
        began = time.monotonic()
        _, status = os.waitpid(child, 0)
        said = os.read(reading, 1 << 20).decode().splitlines()
        os.close(reading)
        passed = said.pop().split("\t") if said and said[-1].startswith("\t") else []
        ended = {"status": os.waitstatus_to_exitcode(status), "lasted": time.monotonic() - began}
        answer = json.dumps(ended | {"said": said, "passed": passed[1:]})
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _open(order: Order) -> Parts:
    """The parts that every life inherits: statements compiled and templates read once for all."""
    folder = Path(order["folder"])
    store, scanner = SteppingStore(folder / "objects"), SteppingScanner(Path(order["clamd"]))
    store.steps = scanner.steps = Steps()
    portal = open_parts(order["url"], folder, store=store, scanner=scanner)
    asyncio.run(_warm_up(portal, order["token"]))
    return portal


async def _warm_up(portal: Parts, token: str) -> None:
    async with open_browser(portal) as browser:
        browser.cookies.set(portal.cookie("session"), token)
        await hand_in(browser, Story(1, await draft(portal)), lambda _: None)
    # Connections are nobody's to inherit.
    await portal.database.close()


def _be_born(portal: Parts, order: Order, live: Life, *, writing: int) -> None:
    """Live, and never come back."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    write = os.write

    def say(what: str) -> None:
        write(writing, f"{what}\n".encode())

    if order["delay"] is not None:
        threading.Thread(target=_end_in, args=(order["delay"],), daemon=True).start()
    named = order.get("at")
    steps = Steps(order["step"], at=tuple(named) if named else None)
    try:
        asyncio.run(live(portal, order, steps, say))
        say("\t" + "\t".join(steps.passed))
    except BaseException:  # noqa: BLE001 - said to whoever runs the test
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _end_in(seconds: float) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


async def _live(portal: Parts, order: Order, steps: Steps, say: Say) -> None:
    for part in (portal.store, portal.scanner):
        part.steps = steps  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    steps.watch_database(portal.database.engine)
    steps.watch_disk()
    async with open_browser(portal, steps.watch_wire(create_app(portal))) as browser:
        browser.cookies.set(portal.cookie("session"), order["token"])
        await live(browser, Story(order["number"], UUID(order["draft"])), say)


if __name__ == "__main__":
    main()
