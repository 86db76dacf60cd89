"""A printer in a process of its own, which stops at a given step and waits to be killed.

`python -m tests.portal.registry.killed STEP DATABASE_URL STATE`: it says "here" when it is there.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from notices.channels import CaughtMail
from notices.issuing import By
from portal.parts import Parts
from portal.people.passwords import Passwords
from portal.registry.letters.printing import gather_letters, make_mailing
from portal.settings import Settings
from portal.watch import Watch
from storage.database import Database
from storage.directory import DirectoryStore, DirectoryWriter
from tests.cast import CHEAP, RENEE

STEPS = ("taken", "committed", "notice stored", "file half written", "file stored")


class Stopping(DirectoryStore):
    """The store that stops its process in its first or second object, before or after the commit."""

    def __init__(self, folder: Path, step: str) -> None:
        """`step`: one of STEPS."""
        super().__init__(folder)
        self.step, self.begun = step, 0

    def writer(self, key: str) -> DirectoryWriter:
        """The second object is the mailing's file, the first the paper of its only notice."""
        self.begun += 1
        writer = super().writer(key)
        assert isinstance(writer, DirectoryWriter)
        if (self.step, self.begun) == ("file half written", 2):
            writer.write(b"%PDF-1.7 half")
            wait()
        if (self.step, self.begun) in {("notice stored", 1), ("file stored", 2)}:
            commit = writer.commit

            def then_wait() -> None:
                commit()
                wait()

            writer.commit = then_wait  # pyright: ignore[reportAttributeAccessIssue]
        return writer


def wait() -> None:
    """Say that the step is reached, and do nothing more."""
    sys.stdout.write("here\n")
    sys.stdout.flush()
    time.sleep(600)


async def run(step: str, url: str, state: Path) -> None:
    """Print what waits in Toronto, as far as the step."""
    settings = Settings(state=state, demo=True)
    portal = Parts(
        settings=settings,
        database=Database(url),
        store=Stopping(state / "objects", step),
        scanner=None,
        watch=Watch(None, accept_test=True),
        passwords=Passwords(CHEAP),
        channel=CaughtMail(sender="a@example.org", link="x", folder=state / "mail"),
    )
    async with portal.database.transaction(RENEE.id) as session:
        made = await gather_letters(
            session,
            uuid4(),
            division="rpd",
            office="toronto",
            by=By(RENEE.id, RENEE.name),
            now=datetime.now(UTC),
        )
        assert made is not None
        if step == "taken":
            wait()
    if step == "committed":
        wait()
    await make_mailing(portal, made.id)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
