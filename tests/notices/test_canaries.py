"""No mail tells anything: no name, number, date, country or kind of hearing, in any template."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from jinja2 import meta

from bench.figures import record
from notices import channels
from notices.channels import Mail
from notices.courier import deliver
from notices.facts import LANGUAGES, Kind, Language
from notices.kinds import KINDS
from notices.model import Attempt
from notices.templates import TEMPLATES, environment
from storage.database import Database
from tests.cast import CLAIRE, FARIDA
from tests.notices.canaries import NAME, canaries, facts_of, leaks
from tests.notices.mailroom import LINK, Mailroom
from tests.notices.samples import COUNSEL, NOW, issue_sample

FILES = sorted((TEMPLATES / "mail").iterdir())
# What a template is given: where to sign in, how neutral to be, and where reminders end.
GIVEN = {"link", "neutral", "stop"}
STOP = "https://portal.example/reminders/3sC7wZ"


def pages() -> dict[str, Path]:
    """Every mail there is, by the name under which a channel asks for it."""
    return {
        "mail/" + re.sub(r"\.(en|fr)\.txt$", ".{language}.txt", file.name): file for file in FILES
    }


def mails(page: str, *, address: str = "box-7@example.org") -> Iterator[tuple[Language, bytes]]:
    """This mail in both languages, as everybody wishes it, whole."""
    usual = Mail(sender="no-reply@portal.example", link=LINK, page=page)
    for language in LANGUAGES:
        for mail in (usual, replace(usual, neutral=True), replace(usual, stop=STOP)):
            name = mail.message_id(UUID(int=7))
            yield (
                language,
                bytes(mail.message(address, language=language, message_id=name, at=NOW)),
            )


async def sent(database: Database, room: Mailroom, facts: Kind) -> list[str]:
    """Issue this notice to a reader of each language, and deliver; what no mail of it may tell."""
    readers = [
        replace(COUNSEL, person_id=person.id, name=NAME, address=address, language=language)
        for person, address, language in (
            (CLAIRE, "box-7@example.org", "en"),
            (FARIDA, "box-8@example.org", "fr"),
        )
    ]
    async with database.system_transaction() as session:
        notice = await issue_sample(session, facts, recipients=readers, notice_id=uuid4())
        found = sa.select(Attempt.id).join(Attempt.service).filter_by(notice_id=notice.id)
        attempts = (await session.scalars(found)).all()
        private = [notice.number, notice.subject_en, notice.subject_fr, str(notice.id)]
    room.mails.clear()
    for attempt in attempts:
        await deliver(database, room.channel(), attempt, NOW)
    assert len(room.mails) == len(LANGUAGES)
    return [*canaries(facts), NAME, *private]


async def test_no_mail_tells_a_fact(database: Database, mailroom: Mailroom) -> None:
    """Every kind of notice in both languages, through rows, courier and server; every template.

    What reaches a mail server of the next notice is what reached it of this one, but for the
    address, the date and the name of the mail.
    """
    found, texts = dict[str, set[str]](), set[tuple[str, bytes]]()
    for code, kind in KINDS.items():
        for choice in range(3):
            private = await sent(database, mailroom, facts_of(kind, choice=choice))
            for message, (_, raw) in zip(mailroom.messages, mailroom.mails, strict=True):
                found[f"{code} {choice} {message['Content-Language']}"] = leaks(raw, private)
                texts.add((str(message["Subject"]), raw.partition(b"\r\n\r\n")[2]))
    for page in pages():
        for number, (language, raw) in enumerate(mails(page)):
            found[f"{page} {language} {number}"] = leaks(raw)
    told = {name: told for name, told in found.items() if told}

    record("mail_canary_leaks", sum(map(len, told.values())), limit=0, command="make test")
    assert told == {}
    assert len(texts) == len(LANGUAGES)
    assert len(found) == 2 * 3 * len(KINDS) + 6 * len(pages())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_template_is_given_no_fact(file: Path) -> None:
    """It may say where to sign in and how to stop reminders; nothing else has a name in it."""
    parsed = environment(TEMPLATES).parse(file.read_text())

    assert meta.find_undeclared_variables(parsed) <= GIVEN


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_mail_is_there_in_both_languages(page: str) -> None:
    """Either a file of its own each, or one that says everything twice."""
    both = [mail for _, mail in mails(page)]

    assert len(both) == 6
    if "{language}" in page:
        assert {file.name for file in FILES} >= {
            page.removeprefix("mail/").format(language=language) for language in LANGUAGES
        }
    else:
        assert b"Hello," in both[0]
        assert b"Bonjour," in both[0]


@pytest.mark.parametrize("page", pages(), ids=str)
def test_a_subject_tells_nothing(page: str) -> None:
    """One line that could be anybody's, of any portal; neutral, it does not name this one."""
    usual = Mail(sender="no-reply@portal.example", link=LINK, page=page)
    for language in LANGUAGES:
        for mail in (usual, replace(usual, neutral=True)):
            message = mail.message("a@b.ca", language=language, message_id="<1@b.ca>", at=NOW)
            subject = str(message["Subject"])
            assert 10 < len(subject) < 80
            assert not re.search(r"\d|[@:/]", subject)


MARK = Mail(sender="no-reply@portal.example", link=LINK)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("subject", "About your hearing"),
        ("subject", "Nouvelles d’Érythrée"),
        ("subject", NAME),
        ("text", "Your hearing is by video."),
        ("text", "Le Tchad vous attend."),
        ("text", "File QK9-73519"),
        ("text", "File TC6-01482"),
        ("text", "Receipt R-4K7M-22"),
        ("text", "Refugee Protection Division"),
        ("text", "https://portal.example/sign-in?n=Zora%C3%AFde%20Quenneville-Xu"),
        ("text", "dimanche 29 mars 1987"),
    ],
)
def test_a_mail_that_tells_something_is_found(
    place: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template to which somebody adds a fact fails, wherever it stands and however encoded."""
    folder = tmp_path / "mail"
    folder.mkdir()
    for language in LANGUAGES:
        name = f"notice_waiting.{language}.txt"
        subject, text = (TEMPLATES / "mail" / name).read_text().split("\n\n", 1)
        if place == "subject":
            subject = words
        (folder / name).write_text(f"{subject}\n\n{text}\n{words if place == 'text' else ''}\n")
    monkeypatch.setattr(channels, "_mails", environment(tmp_path))
    facts = facts_of(KINDS["notice_to_appear"])

    for _, raw in mails(MARK.page):
        assert leaks(raw, [*canaries(facts), NAME])
