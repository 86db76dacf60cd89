"""A real mail server for tests: it takes, defers, refuses, cuts the line, or is down."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notices.channels import Smtp

LINK = "https://portal.example/sign-in"


@dataclass
class Mailroom:
    """What the server answers, at RCPT and at the end of DATA, and what it took."""

    port: int = 0
    rcpt: str = "250 OK"
    data: str = "250 queued as 7"
    cut: bool = False
    mails: list[tuple[list[str], bytes]] = field(default_factory=list[tuple[list[str], bytes]])

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer one recipient."""
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take the mail, and perhaps hang up before saying so."""
        if self.data.startswith("250"):
            self.mails.append((envelope.rcpt_tos, cast("bytes", envelope.content)))
        if self.cut:
            cast("Any", server).transport.abort()
        return self.data

    @property
    def messages(self) -> list[EmailMessage]:
        """The mails as a mail program reads them."""
        return [message_from_bytes(raw, policy=default) for _, raw in self.mails]

    def channel(self) -> Smtp:
        """The channel that leads to this server."""
        return Smtp(
            host="127.0.0.1",
            port=self.port,
            sender="no-reply@portal.example",
            link=LINK,
            tls="none",
            patience=5,
        )


@contextmanager
def open_mailroom() -> Generator[Mailroom]:
    """Run the server on a free port of the loopback."""
    room = Mailroom(port=free_port())
    controller = Controller(room, hostname="127.0.0.1", port=room.port)
    controller.start()
    try:
        yield room
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
