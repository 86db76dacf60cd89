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
    # Of each mail: its envelope sender, and what was asked for with MAIL and with RCPT (RFC 3461).
    envelopes: list[tuple[str, list[str], list[str]]] = field(
        default_factory=list[tuple[str, list[str], list[str]]]
    )
    dsn: bool = False

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Say what the server can; reports on delivery only where it is told to."""
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]] if self.dsn else responses

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
        asked = cast("Reporting", server).asked
        sender = envelope.mail_from or ""
        self.envelopes.append((sender, sorted(asked["MAIL"]), sorted(asked["RCPT"])))
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


class Reporting(SMTP):
    """aiosmtpd knows nothing of RFC 3461: its options are taken off here before it looks."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        """Nothing was asked for yet."""
        super().__init__(*arguments, **settings)
        self.asked: dict[str, list[str]] = {"MAIL": [], "RCPT": []}

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """MAIL FROM:<…> RET=HDRS ENVID=…"""
        await super().smtp_MAIL(self._taken_off("MAIL", arg, ("RET=", "ENVID=")))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """RCPT TO:<…> NOTIFY=…"""
        await super().smtp_RCPT(self._taken_off("RCPT", arg, ("NOTIFY=", "ORCPT=")))

    def _taken_off(self, verb: str, arg: str | None, names: tuple[str, ...]) -> str | None:
        words = (arg or "").split()
        self.asked[verb] = [word for word in words if word.startswith(names)]
        if self.asked[verb] and not cast("Mailroom", self.event_handler).dsn:
            return arg
        return " ".join(word for word in words if not word.startswith(names)) if arg else arg


class Front(Controller):
    """Opens the door with a server that takes reports' options."""

    def factory(self) -> SMTP:
        """One server for each client."""
        return Reporting(self.handler, **self.SMTP_kwargs)


@contextmanager
def open_mailroom(*, dsn: bool = False, international: bool = False) -> Generator[Mailroom]:
    """Run the server on a free port of the loopback.

    `dsn`: it offers reports on delivery. `international`: it takes SMTPUTF8 (RFC 6531).
    """
    room = Mailroom(port=free_port(), dsn=dsn)
    controller = Front(room, hostname="127.0.0.1", port=room.port, enable_SMTPUTF8=international)
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
