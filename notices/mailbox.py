"""The mailbox of bounces, read over IMAP: each message is handed on, and put away once it counts."""

import asyncio
import imaplib
import re
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

# A bounce returns at most the mail it is about; ours are small. What is longer is cut.
LONGEST = 1024 * 1024
# So many at one sitting; the next one goes on.
MOST = 500


class MailboxUnreachable(Exception):
    """The server did not answer, did not let us in, or has no such folder; nothing is lost."""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Where bounces come in: server, account, and the folder for those that were read."""

    host: str
    port: int = 993
    tls: Literal["tls", "starttls"] = "tls"
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done: str = "Read"
    patience: float = 30.0
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    async def read(self, take: Callable[[bytes], Awaitable[object]]) -> int:
        """Hand every message to `take`, then put it into the folder `done`; how many there were.

        A message is put away only after `take` has returned: whatever breaks in between, it is
        read again, so `take` must know what it took before. Raises MailboxUnreachable.
        """
        try:
            server = await asyncio.to_thread(self._enter)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxUnreachable(f"{type(error).__name__}: {error}") from error
        try:
            return await self._each(server, take)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxUnreachable(f"{type(error).__name__}: {error}") from error
        finally:
            await asyncio.to_thread(_leave, server)

    async def _each(self, server: imaplib.IMAP4, take: Callable[[bytes], Awaitable[object]]) -> int:
        names = await asyncio.to_thread(_waiting, server)
        for name in names:
            raw = await asyncio.to_thread(_fetch, server, name)
            if raw is not None:
                await take(raw)
                await asyncio.to_thread(self._put_away, server, name)
        return len(names)

    def _enter(self) -> imaplib.IMAP4:
        """Sign in over TLS and open the folder."""
        if self.tls == "tls":
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                self.host, self.port, ssl_context=self.context, timeout=self.patience
            )
        else:
            server = imaplib.IMAP4(self.host, self.port, timeout=self.patience)
            server.starttls(self.context)
        try:
            server.login(self.user, self.password)
            _done(server.select(_quoted(self.folder)))
            # Exists already, most times: only selecting and moving tell what matters.
            server.create(_quoted(self.done))
        except BaseException:
            server.shutdown()
            raise
        return server

    def _put_away(self, server: imaplib.IMAP4, name: str) -> None:
        """Move one message (RFC 6851), or copy it and take the original away (RFC 3501)."""
        if "MOVE" in server.capabilities:
            _done(server.uid("MOVE", name, _quoted(self.done)))
            return
        _done(server.uid("COPY", name, _quoted(self.done)))
        _done(server.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)"))
        _done(server.expunge())


def _waiting(server: imaplib.IMAP4) -> list[str]:
    """The messages that were not put away, oldest first, by names that do not change."""
    found = _done(server.uid("SEARCH", "UNDELETED"))[0]
    return found.decode().split()[:MOST] if isinstance(found, bytes) else []


def _fetch(server: imaplib.IMAP4, name: str) -> bytes | None:
    """The message's bytes, at most LONGEST of them, left unread; None: another took it away."""
    for piece in _done(server.uid("FETCH", name, f"(BODY.PEEK[]<0.{LONGEST}>)")):
        match piece:
            case (bytes(), bytes() as raw):
                return raw
            case _:
                pass
    return None


def _done(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    """What the server said, unless it said no."""
    word, data = answer
    if word != "OK":
        raise imaplib.IMAP4.error(f"{word} {data!r}")
    return data


def _quoted(folder: str) -> str:
    """A folder's name as the protocol wants it; imaplib leaves that to its callers."""
    return '"' + re.sub(r'(["\\])', r"\\\1", folder) + '"'


def _leave(server: imaplib.IMAP4) -> None:
    """Say goodbye, if anybody listens still."""
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()
