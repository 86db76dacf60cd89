"""The whole portal as people meet it: served on a port, its worker beside it, clamd behind it."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, TypeVar

from portal.parts import Parts
from portal.serving import server
from portal.watch import Watch
from portal.web import sessions
from storage.scanner import Clamd
from tests.cast import Character

T = TypeVar("T")


class House:
    """A portal that runs in a thread of its own, with the loop it runs on."""

    def __init__(self, portal: Parts, loop: asyncio.AbstractEventLoop) -> None:
        """`loop`: where anything about this portal must be done."""
        self.portal = portal
        self.address = portal.settings.public_url
        self._loop = loop

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        """Do something inside the portal, and wait for it."""
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(30)

    def let_in(self, person: Character) -> str:
        """A session as after the right password; the token that the cookie holds."""
        return self.do(self._begin(person))

    async def _begin(self, person: Character) -> str:
        lasts = self.portal.settings.session_absolute
        async with self.portal.database.login_transaction() as session:
            return await sessions.begin(session, person.id, lasts=lasts)

    def waits_for(self, look: Callable[[], T]) -> T:
        """What this finds, as soon as it finds something."""
        ends = time.monotonic() + 15
        while not (found := look()):
            assert time.monotonic() < ends, "nothing came"
            time.sleep(0.05)
        return found

    def gets_mail(self, words: str) -> None:
        """A mail as the courier would have left it."""
        folder = self.portal.caught_mail
        assert folder is not None
        mail = EmailMessage()
        mail["To"], mail["Subject"] = "somebody@example.org", "My case"
        mail.set_content(words)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "long.eml").write_bytes(bytes(mail))

    def mails_to(self, address: str) -> list[str]:
        """The texts of all that was mailed to this address, oldest first."""
        folder = self.portal.caught_mail
        assert folder is not None
        files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime)
        mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [mail.get_content() for mail in mails if mail["To"] == address]


@contextmanager
def open_house(portal: Parts, *, clamd: Path | None = None) -> Generator[House]:
    """Serve these parts until this ends; with a clamd files are really scanned."""
    if clamd is not None:
        scanner = Clamd(clamd)
        portal = replace(portal, scanner=scanner, watch=Watch(scanner, accept_test=True))
    loop = asyncio.new_event_loop()
    serving = server(portal)
    thread = threading.Thread(target=loop.run_until_complete, args=[serving.serve()], daemon=True)
    thread.start()
    while not serving.started:
        thread.join(0.02)
        assert thread.is_alive(), "the portal did not start"
    try:
        yield House(portal, loop)
    finally:
        serving.should_exit = True
        thread.join(30)
        loop.close()
