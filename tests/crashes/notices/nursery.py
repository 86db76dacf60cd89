"""A process with everything imported that forks one officer's and one worker's life per line.

    python -m tests.crashes.notices.nursery   <- {"number": 1, "step": 17, "port": 2525, …}
                                              -> {"status": -9, "lasted": 0.2, "said": ["issued …"]}

As `tests.crashes.nursery`, with which it shares the forking and the killing.
"""

import asyncio
from dataclasses import replace
from pathlib import Path

from notices import document
from portal.app import create_app
from portal.parts import Parts
from tests.cast import NOOR
from tests.crashes.notices.post import Say, Story, live, open_office, work
from tests.crashes.nursery import Order, raise_lives
from tests.crashes.parts import open_browser
from tests.crashes.steps import SteppingStore, Steps


def main() -> None:
    """Lives of notices."""
    raise_lives(_open, _live)


def _open(order: Order) -> Parts:
    """The parts that every life inherits: statements compiled, templates and fonts read."""
    folder = Path(order["folder"])
    portal = open_office(order["url"], folder, port=order["port"], patience=order["patience"])
    document._fonts()  # pyright: ignore[reportPrivateUsage] - read once for all
    asyncio.run(_warm_up(portal, order["token"]))
    store = SteppingStore(folder / "objects")
    store.steps = Steps()
    return replace(portal, store=store)


async def _warm_up(portal: Parts, token: str) -> None:
    # No paper is made here: typst's threads are nobody's to inherit, nor are connections.
    async with open_browser(portal) as browser:
        browser.cookies.set(portal.cookie("session"), token)
        await browser.get(f"/cases/{NOOR}/notices/preview?kind=notice_to_appear")
        await work(portal)
    await portal.database.close()


async def _live(portal: Parts, order: Order, steps: Steps, say: Say) -> None:
    portal.store.steps = steps  # pyright: ignore[reportAttributeAccessIssue]
    story = Story(order["number"])
    chosen = {"recall_minutes": story.recall_minutes}
    portal = replace(portal, settings=portal.settings.model_copy(update=chosen))
    steps.watch_database(portal.database.engine)
    steps.watch_disk()
    steps.watch_mail()
    async with open_browser(portal, steps.watch_wire(create_app(portal))) as browser:
        browser.cookies.set(portal.cookie("session"), order["token"])
        await live(browser, story, say, steps=steps)


if __name__ == "__main__":
    main()
