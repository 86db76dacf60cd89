"""Channels: one mail to one address, which says that something waits and nothing else."""

from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from uuid import UUID

import pytest

from notices.channels import (
    ONLY_ASCII,
    Accepted,
    CaughtMail,
    Deferred,
    Outcome,
    Smtp,
    Undeliverable,
)
from notices.facts import LANGUAGES, Language
from tests.notices.mailroom import LINK, Mailroom, free_port, open_mailroom
from tests.notices.samples import NOW

ATTEMPT = UUID("0f6f2d1e-7c55-4c3b-9a44-2f6b1d3c8e10")


async def send(
    channel: Smtp | CaughtMail, address: str = "claire@example.org", language: Language = "en"
) -> Outcome:
    """Try once."""
    return await channel.send(
        address, language=language, message_id=channel.message_id(ATTEMPT), at=NOW
    )


def kept(folder: Path) -> list[bytes]:
    """The mails in a folder."""
    return [file.read_bytes() for file in folder.glob("*.eml")]


async def test_a_mail_is_accepted_with_the_servers_words(mailroom: Mailroom) -> None:
    """One recipient gets one mail, and the server's answer is kept as evidence."""
    outcome = await send(mailroom.channel())

    assert isinstance(outcome, Accepted)
    assert "queued as 7" in outcome.detail
    assert [recipients for recipients, _ in mailroom.mails] == [["claire@example.org"]]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Something is waiting for you in Dossier", "To read it, sign in:"),
        ("fr", "Quelque chose vous attend dans Dossier", "Pour le lire, ouvrez une session\u00a0:"),
    ],
)
async def test_the_mail_is_neutral_and_leads_to_the_sign_in_page(
    mailroom: Mailroom, language: Language, subject: str, words: str
) -> None:
    """Subject and text are the same for everybody, in the person's language."""
    await send(mailroom.channel(), language=language)
    [mail] = mailroom.messages

    assert subject == mail["Subject"]
    assert words in mail.get_content()
    assert LINK in mail.get_content()
    assert mail["From"] == "Dossier <no-reply@portal.example>"
    assert language == mail["Content-Language"]


async def test_a_mail_says_that_a_machine_sent_it_and_which_mail_it_is(mailroom: Mailroom) -> None:
    """Out-of-office robots stay quiet, and two copies of one mail have one Message-ID."""
    await send(mailroom.channel())
    await send(mailroom.channel())
    first, second = mailroom.messages

    assert first["Auto-Submitted"] == "auto-generated"
    assert f"<{ATTEMPT}@portal.example>" == first["Message-ID"] == second["Message-ID"]
    assert first["Date"].datetime == NOW


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        ("rcpt", "450 4.2.1 greylisted, come back", Deferred),
        ("rcpt", "451 4.3.0 try later", Deferred),
        ("data", "452 4.3.1 disk full", Deferred),
        ("rcpt", "550 5.1.1 no such person", Undeliverable),
        ("data", "554 5.7.1 not wanted here", Undeliverable),
    ],
)
async def test_a_server_that_says_no_is_believed(
    mailroom: Mailroom, step: str, answer: str, kind: type[Outcome]
) -> None:
    """4xx is tried again, 5xx is not, and the server's own words are kept."""
    setattr(mailroom, step, answer)

    outcome = await send(mailroom.channel())

    assert kind(answer) == outcome
    assert mailroom.mails == []


async def test_a_server_that_is_down_is_tried_again() -> None:
    """Nobody listening is no fault of the address."""
    nobody = Mailroom(port=free_port()).channel()

    assert isinstance(await send(nobody), Deferred)


async def test_a_line_cut_before_the_answer_is_tried_again(mailroom: Mailroom) -> None:
    """Without an answer nothing is known, so the mail goes again, under the same name."""
    mailroom.cut = True

    assert isinstance(await send(mailroom.channel()), Deferred)


@pytest.mark.parametrize("trouble", [{"tls": "starttls"}, {"username": "u", "password": "p"}])
async def test_our_own_trouble_is_not_the_addresss(
    mailroom: Mailroom, trouble: dict[str, str]
) -> None:
    """A server without TLS, or that refuses our password, costs nobody their address."""
    channel = replace(mailroom.channel(), **trouble)  # pyright: ignore[reportArgumentType]

    assert isinstance(await send(channel), Deferred)
    assert mailroom.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "a@b.ca, c@evil.example",
        "a@b.ca\r\nBcc: c@evil.example",
        "a\0@b.ca",
        "claire",
        "a@b.ca\u202e",
    ],
)
async def test_what_is_not_one_address_never_reaches_a_server(
    mailroom: Mailroom, address: str, tmp_path: Path
) -> None:
    """It cannot be delivered, and nobody else may get the mail instead."""
    caught = CaughtMail(sender="no-reply@portal.example", link=LINK, folder=tmp_path)

    assert isinstance(await send(mailroom.channel(), address), Undeliverable)
    assert isinstance(await send(caught, address), Undeliverable)
    assert mailroom.mails == []
    assert kept(tmp_path) == []


INTERNATIONAL = "ሰላም@xn--caf-dma.example"


async def test_an_international_domain_is_written_to_as_name_servers_know_it(
    mailroom: Mailroom,
) -> None:
    """Any server takes it: on the envelope and in the mail it is in ASCII."""
    assert isinstance(await send(mailroom.channel(), "claire@café.example"), Accepted)

    [(recipients, raw)] = mailroom.mails
    assert recipients == ["claire@xn--caf-dma.example"]
    assert b"To: claire@xn--caf-dma.example\r\n" in raw
    assert raw.isascii()


async def test_letters_of_any_script_reach_a_server_that_takes_them() -> None:
    """With SMTPUTF8 the mail goes to the address as it is, on the envelope and in the header."""
    with open_mailroom(international=True) as room:
        outcome = await send(room.channel(), "ሰላም@café.example", "fr")

        assert isinstance(outcome, Accepted)
        [(recipients, raw)] = room.mails
    assert recipients == [INTERNATIONAL]
    assert f"To: {INTERNATIONAL}\r\n".encode() in raw


async def test_a_server_that_takes_only_ascii_costs_the_address_clearly(mailroom: Mailroom) -> None:
    """Nothing is sent, trying again is pointless, and the registry reads what to do."""
    outcome = await send(mailroom.channel(), "ሰላም@café.example")

    assert Undeliverable(ONLY_ASCII) == outcome
    assert "send a letter" in outcome.detail
    assert mailroom.mails == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_caught_mail_is_the_mail(
    mailroom: Mailroom, language: Language, tmp_path: Path
) -> None:
    """A demonstration keeps in a folder, byte for byte, what would have been sent."""
    caught = CaughtMail(sender="no-reply@portal.example", link=LINK, folder=tmp_path / "mail")

    assert isinstance(await send(caught, language=language), Accepted)
    await send(mailroom.channel(), language=language)

    [mail] = kept(tmp_path / "mail")
    assert message_from_bytes(mail).items() == [
        item for item in mailroom.messages[0].items() if item[0] != "X-Peer"
    ]


async def test_a_long_link_in_a_header_stays_a_link(mailroom: Mailroom) -> None:
    """Mail programs take it from its brackets, as it is; it is neither cut nor encoded."""
    site = f"https://{'a-very-long-name.' * 6}example"
    reminder = replace(mailroom.channel(), link=f"{site}/sign-in").as_wished(stop="t" * 32)

    await send(reminder)

    raw = mailroom.mails[0][1]
    assert f"List-Unsubscribe: <{site}/reminders/{'t' * 32}>\r\n".encode() in raw
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 78


@pytest.mark.parametrize("offered", [True, False])
async def test_the_envelope_names_the_mail(offered: bool) -> None:
    """VERP always; ENVID and NOTIFY (RFC 3461) only to a server that says it knows them."""
    with open_mailroom(dsn=offered) as room:
        channel = replace(room.channel(), bounces="bounces@portal.example")

        assert isinstance(await send(channel), Accepted)

    [(sender, mail_options, rcpt_options)] = room.envelopes
    assert sender == f"bounces+{ATTEMPT}@portal.example"
    assert mail_options == ([f"ENVID={ATTEMPT}", "RET=HDRS"] if offered else [])
    assert rcpt_options == (["NOTIFY=FAILURE,DELAY"] if offered else [])


async def test_without_an_address_for_bounces_they_come_to_the_sender(mailroom: Mailroom) -> None:
    """As before there was one."""
    await send(mailroom.channel())

    assert [sender for sender, _, _ in mailroom.envelopes] == ["no-reply@portal.example"]


def test_a_password_is_never_printed() -> None:
    """A channel in a log or a trace keeps its secret."""
    assert "hunter2" not in repr(replace(Mailroom(port=25).channel(), password="hunter2"))
