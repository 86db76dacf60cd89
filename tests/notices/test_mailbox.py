"""The mailbox of bounces, on a real IMAP server: every message is handed on, and once put away."""

import ssl
from pathlib import Path

import pytest

from notices.mailbox import MailboxUnreachable
from tests.postbox import Postbox
from tests.servers import free_ports

FIRST, SECOND = b"Subject: first\r\n\r\nHello.\r\n", b"Subject: second\r\n\r\nHello.\r\n"


async def test_messages_are_handed_on_and_put_away(postbox: Postbox) -> None:
    """Oldest first, byte for byte; the inbox is empty then, and nothing is lost."""
    postbox.receives(FIRST, SECOND)
    got: list[bytes] = []

    async def take(raw: bytes) -> None:
        got.append(raw)

    assert await postbox.mailbox().read(take) == 2
    assert await postbox.mailbox().read(take) == 0
    assert got == [FIRST, SECOND]
    assert (postbox.holds("INBOX"), postbox.holds("Read")) == (0, 2)


async def test_what_breaks_in_the_middle_is_read_again(postbox: Postbox) -> None:
    """A message is put away only once it counts; those before it are away already."""
    postbox.receives(FIRST, SECOND)
    got: list[bytes] = []

    async def stumble(raw: bytes) -> None:
        got.append(raw)
        if raw == SECOND and len(got) == 2:
            raise ConnectionAbortedError

    with pytest.raises(MailboxUnreachable):
        await postbox.mailbox().read(stumble)
    assert (postbox.holds("INBOX"), postbox.holds("Read")) == (1, 1)
    await postbox.mailbox().read(stumble)

    assert got == [FIRST, SECOND, SECOND]
    assert (postbox.holds("INBOX"), postbox.holds("Read")) == (0, 2)


async def test_a_message_that_another_program_takes_away_is_nobodys_trouble(
    postbox: Postbox,
) -> None:
    """Somebody tidies up by hand while we read."""
    postbox.receives(FIRST, SECOND)
    got: list[bytes] = []

    async def take(raw: bytes) -> None:
        got.append(raw)
        if raw == FIRST:
            with postbox.opened() as program:
                program.select("INBOX")
                program.store("2", "+FLAGS.SILENT", r"(\Deleted)")
                program.expunge()

    assert await postbox.mailbox().read(take) == 2
    assert got == [FIRST]


async def test_starttls_is_spoken_too(postbox: Postbox) -> None:
    """On the port that begins in the clear; nothing is said there before TLS."""
    postbox.receives(FIRST)
    got: list[bytes] = []

    async def take(raw: bytes) -> None:
        got.append(raw)

    await postbox.mailbox(port=postbox.plain, tls="starttls").read(take)

    assert got == [FIRST]


async def test_a_folder_may_have_any_name(postbox: Postbox) -> None:
    """With spaces and quotes in it, it is one name."""
    postbox.receives(FIRST)

    async def take(raw: bytes) -> None:
        assert raw == FIRST

    await postbox.mailbox(done='read "long ago"').read(take)

    assert postbox.holds(r'"read \"long ago\""') == 1


@pytest.mark.parametrize(
    "trouble",
    [{"password": "wrong"}, {"folder": "Nowhere"}, {"context": ssl.create_default_context()}],
    ids=["password", "folder", "certificate"],
)
async def test_a_server_that_does_not_let_us_in_loses_nothing(
    postbox: Postbox, trouble: dict[str, object]
) -> None:
    """It is said, not swallowed; a certificate that nobody vouches for is such a trouble."""
    postbox.receives(FIRST)

    async def take(raw: bytes) -> None:
        raise AssertionError

    with pytest.raises(MailboxUnreachable):
        await postbox.mailbox(**trouble).read(take)
    assert postbox.holds("INBOX") == 1


async def test_a_server_that_is_down_is_said() -> None:
    """Nobody listens."""
    nowhere = Postbox(free_ports(1)[0], 0, Path("/etc/ssl/certs/ca-certificates.crt"))

    async def take(raw: bytes) -> None:
        raise AssertionError

    with pytest.raises(MailboxUnreachable):
        await nowhere.mailbox().read(take)


def test_a_password_is_never_printed(postbox: Postbox) -> None:
    """A mailbox in a log or a trace keeps its secret."""
    assert "hunter2" not in repr(postbox.mailbox(password="hunter2"))
