"""How word gets out that something waits; the mail never says what."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Literal, Protocol, Self
from uuid import UUID

import aiosmtplib

from notices.address import NotAnAddress, one_address
from notices.facts import Language
from notices.templates import TEMPLATES, environment


@dataclass(frozen=True)
class Accepted:
    """The next server took the mail; nothing says yet that anybody read it."""

    detail: str


@dataclass(frozen=True)
class Deferred:
    """Not now: worth trying again."""

    detail: str


@dataclass(frozen=True)
class Undeliverable:
    """Not at this address: trying again is pointless."""

    detail: str


Outcome = Accepted | Deferred | Undeliverable


class Channel(Protocol):
    """A way to tell somebody that something waits for them."""

    def message_id(self, attempt_id: UUID) -> str:
        """The name of the mail of this attempt, the same however often it is asked."""
        ...

    def leading_to(self, link: str, *, page: str) -> "Channel":
        """The same way, for another mail (a template's name) that leads elsewhere."""
        ...

    async def send(
        self, address: str, *, language: Language, message_id: str, at: datetime
    ) -> Outcome:
        """Try once, and say how it went; only a fault of our own raises."""
        ...


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The mail itself: the same for every notice, so that it can tell nobody anything."""

    sender: str
    link: str
    """Where the mail leads: the page to sign in, never a notice."""
    page: str = "mail/notice_waiting.{language}.txt"

    def message_id(self, attempt_id: UUID) -> str:
        """Made of the attempt's id, so that a mail sent twice is known to be one."""
        return f"<{attempt_id}@{self.sender.rpartition('@')[2]}>"

    def leading_to(self, link: str, *, page: str) -> Self:
        """The same sender and server, another mail."""
        return replace(self, link=link, page=page)

    def message(
        self, address: str, *, language: Language, message_id: str, at: datetime
    ) -> EmailMessage:
        """One mail to one address; raises NotAnAddress."""
        template = _mails.get_template(self.page.format(language=language))
        page = template.render(link=self.link)
        subject, _, text = page.partition("\n\n")
        message = EmailMessage(policy=SMTP)
        message["From"] = Address("Dossier", addr_spec=self.sender)
        message["To"] = Address(addr_spec=one_address(address))
        message["Subject"] = subject
        message["Date"] = at
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, cte="quoted-printable")
        message["Content-Language"] = language
        return message


@dataclass(frozen=True, kw_only=True)
class Smtp(Mail):
    """A mail server that takes mail for everywhere."""

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    patience: float = 60.0

    async def send(
        self, address: str, *, language: Language, message_id: str, at: datetime
    ) -> Outcome:
        """Hand one mail for one address to the server."""
        try:
            message = self.message(address, language=language, message_id=message_id, at=at)
            return Accepted(_printable(await self._hand_over(address, message)))
        except NotAnAddress:
            return Undeliverable("not one plain mail address")
        except aiosmtplib.SMTPRecipientsRefused as error:
            refusal = error.recipients[0]
            return _judged(refusal.code, refusal.message)
        except aiosmtplib.SMTPDataError as error:
            return _judged(error.code, error.message)
        except aiosmtplib.SMTPResponseException as error:
            # A greeting, password or sender refused is our trouble, not the address's.
            return Deferred(_printable(f"{error.code} {error.message}"))
        except (aiosmtplib.SMTPException, OSError) as error:
            return Deferred(_printable(f"{type(error).__name__}: {error}"))

    async def _hand_over(self, address: str, message: EmailMessage) -> str:
        """Speak SMTP: one sender, one recipient, one mail; what the server answers to it."""
        server = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.tls == "tls",
            start_tls=self.tls == "starttls",
            username=self.username,
            password=self.password,
        )
        try:
            async with asyncio.timeout(self.patience):
                await server.connect()
                _, reply = await server.sendmail(self.sender, [address], bytes(message))
            # Accepted is accepted: a server that goes silent now must not get the mail again.
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.quit(timeout=2)
        finally:
            server.close()
        return reply


@dataclass(frozen=True, kw_only=True)
class CaughtMail(Mail):
    """A folder in place of a mail server: a demonstration sends nothing to anybody."""

    folder: Path

    async def send(
        self, address: str, *, language: Language, message_id: str, at: datetime
    ) -> Outcome:
        """Keep the mail as a file that any mail program opens."""
        try:
            message = self.message(address, language=language, message_id=message_id, at=at)
        except NotAnAddress:
            return Undeliverable("not one plain mail address")
        await asyncio.to_thread(self._keep, message_id.strip("<>").partition("@")[0], message)
        return Accepted("caught in a folder")

    def _keep(self, name: str, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.eml").write_bytes(bytes(message))


def _judged(code: int, message: str) -> Deferred | Undeliverable:
    """A reply of 5xx is final, any other refusal passes (RFC 5321, 4.2.1)."""
    detail = _printable(f"{code} {message}")
    return Undeliverable(detail) if 500 <= code <= 599 else Deferred(detail)


def _printable(text: str) -> str:
    """A server's words, fit for a page and a log."""
    return "".join(c if c.isprintable() else " " for c in text)[:500]


_mails = environment(TEMPLATES)
