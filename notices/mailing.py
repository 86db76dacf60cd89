"""Letters on paper: a list for staff, then for each letter an address page and the notice itself."""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pikepdf

from notices.document import Table, register, typeset
from notices.facts import LANGUAGES, Both, Language, Moment
from notices.saying import say_day

# A notice that waits may be weeks old: the sheet says what is in the envelope, and no fact of it.
INSIDE: Mapping[Language, Mapping[str, Any]] = {
    "en": {
        "title": "A notice for you",
        "text": [
            "Behind this page is a notice of the tribunal. Read it today: it may say what you must"
            " do, and by which day.",
            "It is in English and in French.",
            "If this letter is not for you, put it back into the envelope, write “not at this"
            " address” on it, and mail it. Please do not read the notice.",
        ],
    },
    "fr": {
        "title": "Un avis pour vous",
        "text": [
            "Derrière cette page se trouve un avis du tribunal. Lisez-le aujourd’hui\N{NO-BREAK SPACE}:"
            " il peut dire ce que vous devez faire, et au plus tard quel jour.",
            "Il est en français et en anglais.",
            "Si cette lettre n’est pas pour vous, remettez-la dans l’enveloppe, écrivez-y"
            " «\N{NO-BREAK SPACE}n’habite pas à cette adresse\N{NO-BREAK SPACE}» et postez-la."
            " Veuillez ne pas lire l’avis.",
        ],
    },
}
LETTER_SIZE = (612, 792)
TITLE = Both("Letters to post", "Lettres à poster")


class WrongPaper(Exception):
    """The notice in the store is not the one that was issued; nothing is printed of it."""


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """One letter of a mailing: to whom and where, and the notice's paper with its hash."""

    place: int
    name: str
    # Below the name: street, city, and the country where it is another.
    lines: Sequence[str]
    language: Language
    number: str
    pdf: bytes
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: the tribunal, the office, and where letters come back to."""

    tribunal: Both
    division: Both
    office: Both
    returns: Sequence[str]


def mailing_pdf(letters: Sequence[Addressed], *, sender: Sender, made: Moment, day: date) -> bytes:
    """Everything that was printed at once, for printing on both sides; same letters, same bytes.

    A list for staff comes first. Then, letter by letter, a sheet with the address, and the
    notice exactly as it is kept. Each begins on a sheet of its own: pages are even, where need
    be by a blank one. Raises WrongPaper where a notice's bytes are not those of its hash. Work
    for a processor: call it in a thread.
    """
    with pikepdf.new() as whole:
        _add(whole, _list_sheet(letters, sender=sender, made=made, day=day))
        for one in letters:
            if hashlib.sha256(one.pdf).hexdigest() != one.sha256:
                raise WrongPaper(one.number)
            _add(whole, address_page(one, sender=sender, made=made))
            _add(whole, one.pdf)
        with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as about:
            about["dc:title"] = f"{TITLE.en} · {TITLE.fr}, {day.isoformat()}"
        kept = io.BytesIO()
        whole.save(kept, deterministic_id=True)
    return kept.getvalue()


def address_page(one: Addressed, *, sender: Sender, made: Moment) -> bytes:
    """The sheet whose name and address show in the window of a #10 envelope."""
    order = sorted(LANGUAGES, key=lambda language: language != one.language)
    data = {
        "title": TITLE.en,
        "tribunal": {"en": sender.tribunal.en, "fr": sender.tribunal.fr},
        "returns": list(sender.returns),
        "name": one.name,
        "lines": list(one.lines),
        "number": one.number,
        "words": {language: INSIDE[language] for language in order},
    }
    return typeset("envelope", data, one.language, at=made.at)


def _list_sheet(letters: Iterable[Addressed], *, sender: Sender, made: Moment, day: date) -> bytes:
    """What staff tick off. Names only: it lies beside the envelopes, and no case is told from it."""
    lines = [(str(one.place), one.number, one.name, "☐") for one in letters]
    heads = ("No · Nº", "Notice · Avis", "Name · Nom", "Posted · Posté")
    return register(
        "en",
        title=f"{TITLE.en} · {TITLE.fr}",
        tribunal=f"{sender.tribunal.en} · {sender.tribunal.fr}",
        made=made,
        rows=[
            ("Division · Section", f"{sender.division.en} · {sender.division.fr}"),
            ("Office · Bureau", f"{sender.office.en} · {sender.office.fr}"),
            ("Day · Jour", f"{say_day(day, 'en')} · {say_day(day, 'fr')}"),
            ("Letters · Lettres", str(len(lines))),
        ],
        tables=[Table("By number · Par numéro", heads, lines)],
        note="Print on both sides. · Imprimez recto verso.",
    )


def _add(whole: pikepdf.Pdf, pdf: bytes) -> None:
    """Its pages, and a blank one where they are odd: the next begins on a sheet of its own."""
    with pikepdf.open(io.BytesIO(pdf)) as part:
        whole.pages.extend(part.pages)
        if len(part.pages) % 2:
            whole.add_blank_page(page_size=LETTER_SIZE)
