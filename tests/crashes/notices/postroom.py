"""A real mail server with moods: it is late, says no, hangs up, or knows nobody the first time."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.notices.mailroom import free_port

SLOW, CUT = "slow", "cut"
# What may befall a mail, by how far it has come; a reply of 5xx to anything before RCPT is the
# trouble of the servers, not of the address.
BEFALLS: dict[str, Sequence[str]] = {
    "greeting": ("421 4.3.2 not now", "554 5.3.2 no mail here", SLOW, CUT),
    "EHLO": ("421 4.3.2 not now", SLOW, CUT),
    "MAIL": ("451 4.3.0 busy", "452 4.3.1 full", "421 4.3.2 not now", "550 5.7.1 not you", CUT),
    "RCPT": ("450 4.2.1 later", "421 4.3.2 not now", "550 5.1.1 no such person", SLOW, CUT),
    "DATA begins": (CUT,),
    "DATA not taken": ("451 4.3.0 busy", "452 4.3.1 full", "554 5.6.0 not this mail", SLOW, CUT),
    "DATA taken": (SLOW, CUT),
}
GREYLISTED = "450 4.2.0 greylisted, come again"

Weather = Callable[[str, str], str | None]


@dataclass(frozen=True)
class Taken:
    """One mail that the server has, whether or not it could say so."""

    recipient: str
    message_id: str


@dataclass
class Postroom:
    """A server that takes everything in fair weather; in any other, what `weather` says befalls."""

    port: int
    patience: float = 5.0
    weather: Weather | None = None
    mails: list[Taken] = field(default_factory=list[Taken])
    # Those of whom it said that no mail ever reaches them.
    refused: set[str] = field(default_factory=set[str])
    # Taken, and the weather kept the sender from hearing it: such a mail comes again.
    unheard: Counter[Taken] = field(default_factory=Counter[Taken])
    # Taken, and the sender has heard it: it said goodbye.
    heard: Counter[Taken] = field(default_factory=Counter[Taken])
    # All that ever befell a mail here.
    befell: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def befalls(self, place: str, recipient: str = "") -> str | None:
        """What happens here to a mail for this recipient; nothing in fair weather."""
        what = self.weather(place, recipient) if self.weather else None
        if what is not None:
            self.befell[place, what] += 1
        return what

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Answer a greeting."""
        refused = await self.mood("EHLO", server)
        if refused is None:
            session.host_name = hostname
        return [refused] if refused else responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to a sender."""
        refused = await self.mood("MAIL", server)
        if refused is None:
            envelope.mail_from = address
        return refused or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to one recipient."""
        refused = await self.mood("RCPT", server, address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take the mail, or not; say so, or not."""
        [recipient] = envelope.rcpt_tos
        if refused := await self.mood("DATA not taken", server, recipient):
            return refused
        headers = message_from_bytes(cast("bytes", envelope.content))
        taken = Taken(recipient, headers["Message-ID"])
        self.mails.append(taken)
        cast("Any", session).taken = taken
        told = self.befalls("DATA taken", recipient)
        if told is not None:
            self.unheard[taken] += 1
            await self._suffer(told, server)
        return "250 2.0.0 queued"

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Say goodbye to who has heard what became of the mail."""
        if taken := getattr(session, "taken", None):
            self.heard[taken] += 1
        return "221 Bye"

    async def mood(self, place: str, server: SMTP, recipient: str = "") -> str | None:
        """A reply that refuses, or none."""
        reply = await self._suffer(self.befalls(place, recipient), server)
        if recipient and reply and reply.startswith("5"):
            self.refused.add(recipient)
        return reply

    def forget(self) -> None:
        """Begin a new day: nothing taken, nobody refused, the weather fair."""
        self.weather = None
        self.refused.clear()
        self.mails.clear()
        self.unheard.clear()
        self.heard.clear()

    async def _suffer(self, what: str | None, server: SMTP) -> str | None:
        if what not in (SLOW, CUT):
            return what
        try:
            if what == SLOW:
                # Longer than whoever calls waits: they hang up, and this ends.
                await asyncio.sleep(self.patience * 2)
        finally:
            if server.transport is not None:
                cast("Any", server.transport).abort()
        return "421 4.4.2 too late"


class _Server(SMTP):
    """What aiosmtpd says without asking anybody: its greeting, and that it waits for the mail."""

    greeted = False

    async def push(self, status: Any) -> None:  # noqa: ANN401 - str or bytes
        """Say one line, if the room is in the mood."""
        room = cast("Postroom", self.event_handler)
        if not self.greeted:
            self.greeted = True
            status = await room.mood("greeting", self) or status
        elif str(status).startswith("354"):
            status = await room.mood("DATA begins", self) or status
        if self.transport is not None and not self.transport.is_closing():
            await super().push(status)


class _Controller(Controller):
    def factory(self) -> SMTP:
        """One conversation."""
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def open_postroom(*, patience: float = 5.0) -> Generator[Postroom]:
    """Run the server on a free port of the loopback; `patience`: of those who call it, seconds."""
    room = Postroom(free_port(), patience)
    controller = _Controller(room, hostname="127.0.0.1", port=room.port)
    controller.start()
    try:
        yield room
    finally:
        controller.stop(no_assert=True)


def weather(number: int, *, share: float, slow: bool = True) -> Weather:
    """Bad weather by its number, the same every time: at each place something befalls this share.

    `slow`: whether the server also answers after the patience of whoever calls it.
    """
    chance = random.Random(f"weather {number}")  # noqa: S311 - weather, no secret
    greylisting = chance.random() < 1 / 3
    seen: set[str] = set()

    def befalls(place: str, recipient: str) -> str | None:
        if greylisting and place == "RCPT" and recipient not in seen:
            seen.add(recipient)
            return GREYLISTED
        if chance.random() >= share:
            return None
        return chance.choice([one for one in BEFALLS[place] if slow or one != SLOW])

    return befalls
