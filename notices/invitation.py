"""The letter that invites somebody without an account: its codes exist on this paper only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from notices.document import code, typeset
from notices.facts import LANGUAGES, Both, Language, Moment
from notices.mailing import Sender
from notices.saying import say, say_day

TITLE = Both("Your invitation to Dossier", "Votre invitation à Dossier")
# The sheet may lie open on a table: it says what is in the envelope, and no fact of it.
INSIDE: Mapping[Language, Mapping[str, Any]] = {
    "en": {
        "title": "A letter for you",
        "text": [
            "Behind this page is a letter of the tribunal. It is in English and in French.",
            "Read it in private, and keep it in a safe place.",
            "If this letter is not for you, put it back into the envelope, write “not at this"
            " address” on it, and mail it. Please do not read the letter.",
        ],
    },
    "fr": {
        "title": "Une lettre pour vous",
        "text": [
            "Derrière cette page se trouve une lettre du tribunal. Elle est en français et en"
            " anglais.",
            "Lisez-la à l’abri des regards, et gardez-la en lieu sûr.",
            "Si cette lettre n’est pas pour vous, remettez-la dans l’enveloppe, écrivez-y"
            " «\N{NO-BREAK SPACE}n’habite pas à cette adresse\N{NO-BREAK SPACE}» et postez-la."
            " Veuillez ne pas lire la lettre.",
        ],
    },
}


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What one such letter says. Codes as people read them; `portal`: the address people type."""

    name: str
    language: Language
    file_number: str
    # Whether it is for somebody who stands for the person of the file.
    represents: bool
    join_code: str
    check_code: str
    until: date
    portal: str
    # Below the name on the sheet for the window; none: the letter is handed over.
    lines: Sequence[str] = ()


def invitation_pdf(about: Invitation, *, sender: Sender, printed: Moment) -> bytes:
    """The letter in both languages, the reader's own first, behind the sheet with the address.

    Tagged PDF/UA-1. Work for a processor: call it in a thread. Nobody keeps what it returns.
    """
    order = sorted(LANGUAGES, key=lambda language: language != about.language)
    shown = about.portal.partition("://")[2]
    day = printed.local.date()
    versions = [
        {
            "language": language,
            "tribunal": say(sender.tribunal, language),
            "office": say(sender.office, language),
            "title": say(TITLE, language),
            "printed": say_day(day, language),
            "until": say_day(about.until, language),
        }
        for language in order
    ]
    data = {
        "title": say(TITLE, about.language),
        "name": about.name,
        "file_number": about.file_number,
        "represents": about.represents,
        "join_code": about.join_code,
        "check_code": about.check_code,
        "join": f"{shown}/join",
        "check": f"{shown}/hearing-check",
        "code": code(f"{about.portal}/join"),
        "versions": versions,
        "envelope": _envelope(about, sender, order) if about.lines else None,
    }
    return typeset("invitation", data, about.language, at=printed.at)


def _envelope(about: Invitation, sender: Sender, order: Sequence[Language]) -> dict[str, Any]:
    """The sheet whose name and address show in the window."""
    return {
        "language": about.language,
        "tribunal": {"en": sender.tribunal.en, "fr": sender.tribunal.fr},
        "returns": list(sender.returns),
        "name": about.name,
        "lines": list(about.lines),
        "number": "",
        "words": {language: INSIDE[language] for language in order},
    }
