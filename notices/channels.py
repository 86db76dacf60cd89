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

from notices.address import ANY_ADDRESS, NotAnAddress, one_address
from notices.facts import Language
from notices.templates import TEMPLATES, environment

REMINDER = "mail/reminder.{language}.txt"
# A header folded in the middle of a long link becomes encoded words, which no mail program takes
# for a link; RFC 5322 allows lines of 998 letters.
ON_ONE_LINE = SMTP.clone(max_line_length=998)

NOT_ONE = "not one plain mail address"
# What the registry reads where a mail cannot go because of the letters of its address.
ONLY_ASCII = (
    "our mail server cannot write to an address with letters outside a to z before the @ "
    "(it lacks SMTPUTF8); ask the person for another address, or send a letter"
)


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

    def as_wished(self, *, neutral: bool = False, stop: str | None = None) -> "Channel":
        """The same way, as its reader wants it.

        `neutral`: neither sender nor subject names the portal. `stop`: the mail is a reminder, and
        this is the token of the link that stops reminders.
        """
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
    bounces: str = ""
    """Where mail that cannot be delivered comes back to; empty: to the sender."""
    neutral: bool = False
    stop: str = ""
    """Of reminders only: the page that stops them. A notice has no such link."""

    def message_id(self, attempt_id: UUID) -> str:
        """Made of the attempt's id, so that a mail sent twice is known to be one."""
        return f"<{attempt_id}@{self.sender.rpartition('@')[2]}>"

    def leading_to(self, link: str, *, page: str) -> Self:
        """The same sender and server, another mail."""
        return replace(self, link=link, page=page)

    def as_wished(self, *, neutral: bool = False, stop: str | None = None) -> Self:
        """The same mail; a reminder is another, whatever it was before."""
        if stop is None:
            return replace(self, neutral=neutral)
        page = f"{self.link.rpartition('/')[0]}/reminders/{stop}"
        return replace(self, neutral=neutral, page=REMINDER, stop=page)

    def envelope_sender(self, message_id: str) -> str:
        """Whom the servers know it from: with the mail's name in it (VERP), so that a bounce has it."""
        if not self.bounces:
            return self.sender
        local, _, domain = self.bounces.rpartition("@")
        return f"{local}+{_name_of(message_id)}@{domain}"

    def message(
        self, address: str, *, language: Language, message_id: str, at: datetime
    ) -> EmailMessage:
        """One mail to one address; raises NotAnAddress."""
        template = _mails.get_template(self.page.format(language=language))
        page = template.render(link=self.link, neutral=self.neutral, stop=self.stop)
        subject, _, text = page.partition("\n\n")
        to = one_address(address)
        message = EmailMessage(policy=SMTP)
        message["From"] = Address("" if self.neutral else "Dossier", addr_spec=self.sender)
        local, _, domain = to.rpartition("@")
        message["To"] = Address(username=local, domain=domain)
        message["Subject"] = subject
        message["Date"] = at
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        if self.stop:
            # RFC 2369 and 8058: one press in a mail program, without signing in.
            message["List-Unsubscribe"] = f"<{self.stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(text, cte="quoted-printable")
        message["Content-Language"] = language
        # Only now: the text keeps its short lines.
        message.policy = ON_ONE_LINE.clone(utf8=not to.isascii())
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
            to = one_address(address)
            return Accepted(_printable(await self._hand_over(to, message)))
        except NotAnAddress as error:
            return Undeliverable(str(error) or NOT_ONE)
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
                _, reply = await self._put(server, address, message)
            # Accepted is accepted: a server that goes silent now must not get the mail again.
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.quit(timeout=2)
        finally:
            server.close()
        return reply

    async def _put(
        self, server: aiosmtplib.SMTP, address: str, message: EmailMessage
    ) -> tuple[object, str]:
        """One mail from its own envelope sender; where the server can, with its name (RFC 3461)."""
        name = str(message["Message-ID"])
        # Asked here, or what it offers is not known yet; one that knows only HELO is sent to as ever.
        with suppress(aiosmtplib.SMTPHeloError):
            await server.ehlo()
        # Where the server says nothing about DSN, it would refuse what it does not know.
        reports = server.supports_extension("dsn")
        international = [] if address.isascii() else ["SMTPUTF8"]
        if international and not server.supports_extension("smtputf8"):
            raise NotAnAddress(ONLY_ASCII)
        return await server.sendmail(
            self.envelope_sender(name),
            [address],
            bytes(message),
            mail_options=[
                *international,
                *(["RET=HDRS", f"ENVID={_name_of(name)}"] if reports else []),
            ],
            rcpt_options=["NOTIFY=FAILURE,DELAY"] if reports else [],
        )


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
            return Undeliverable(NOT_ONE)
        await asyncio.to_thread(self._keep, _name_of(message_id), message)
        return Accepted("caught in a folder")

    def _keep(self, name: str, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.eml").write_bytes(bytes(message))


def _name_of(message_id: str) -> str:
    """The part of a Message-ID that is the mail's own: an id, in letters that every header takes."""
    return message_id.strip("<>").partition("@")[0]


def _judged(code: int, message: str) -> Deferred | Undeliverable:
    """A reply of 5xx is final, any other refusal passes (RFC 5321, 4.2.1)."""
    detail = _printable(f"{code} {message}")
    return Undeliverable(detail) if 500 <= code <= 599 else Deferred(detail)


def _printable(text: str) -> str:
    """A server's words, fit for a page and a log: one line, and nobody's address in it."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return ANY_ADDRESS.sub("…", plain)[:500]


_mails = environment(TEMPLATES)
