"""Printing: the receipt on paper, in one language or both, and the hash of what was handed out."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notices.document import FiledFile, Letterhead, Told, receipt
from notices.facts import Both, Language, Moment
from portal.documents.describing import LANGUAGE_WORDS
from portal.documents.receipts import Receipt, facts
from portal.documents.showing import reason_of
from portal.models import ReceiptPaper
from portal.parts import Parts
from portal.rules import rules
from portal.web.formatting import Formatting
from portal.web.language import N_, say

NAMELESS = N_("A file that was sealed since")


def languages_of(asked: str | None, reader: str) -> tuple[Language, ...]:
    """The languages of a paper: "en", "fr" or "both"; the reader's own comes first, and is enough."""
    own, other = ("fr", "en") if reader == "fr" else ("en", "fr")
    match asked:
        case "both":
            return own, other
        case "en" | "fr":
            return (asked,)
        case _:
            return (own,)


def typeset_receipt(
    printed: Receipt, portal: Parts, f: Formatting, *, languages: Sequence[Language]
) -> bytes:
    """The receipt as an accessible PDF; work for a thread, outside any transaction."""
    case, zone = printed.filed.opened.case, printed.filed.zone
    division, office = rules.divisions[case.division].name, rules.offices[case.office].name
    where = {code: f"{division[code]}, {office[code]}" for code in ("en", "fr")}
    return receipt(
        [_told(printed, Formatting(code, f.zone)) for code in languages],
        head=Letterhead(
            tribunal=Both(portal.settings.tribunal_en, portal.settings.tribunal_fr),
            office=Both(**where),
            number=printed.number,
            issued=Moment(printed.at, zone),
        ),
        whole=printed.whole,
        address=f"{portal.settings.public_url}/verify",
    )


async def keep_paper(session: AsyncSession, printed: Receipt, pdf: bytes) -> None:
    """Remember this paper by its hash: shown to anybody later, it is known to be ours."""
    row = {
        "submission_id": printed.filed.id,
        "case_id": printed.filed.submission.case_id,
        "sha256": hashlib.sha256(pdf).hexdigest(),
    }
    await session.execute(insert(ReceiptPaper).values(row).on_conflict_do_nothing())


def _told(printed: Receipt, f: Formatting) -> Told:
    """What the receipt says in one language."""
    seen = [(one.position, _file(one, f)) for one in printed.filed.documents]
    sealed = [(int(one["place"]), _sealed(one, f)) for one in printed.sealed]
    return Told(
        language="fr" if f.language == "fr" else "en",
        file_number=", ".join(printed.filed.file_numbers),
        rows=[(say(f.language, fact.label), fact.text) for fact in facts(printed, f)],
        files=[file for _, file in sorted([*seen, *sealed], key=lambda placed: placed[0])],
        checked=f.moment(printed.checked_at, printed.filed.zone),
    )


def _file(document: Any, f: Formatting) -> FiledFile:  # noqa: ANN401 - a row
    kind = rules.document_types.get(document.type or "")
    language = LANGUAGE_WORDS.get(document.language or "")
    tongue = document.other_language or (say(f.language, language) if language else "")
    exhibit = say(f.language, N_("Exhibit %(number)s"), number=document.exhibit)
    about = [
        exhibit if document.exhibit else "",
        f.data(kind.name) if kind else "",
        tongue,
        document.title or "",
    ]
    return FiledFile(
        name=document.name,
        about=" · ".join(filter(None, about)),
        size=f.size(document.size),
        pages=_pages(document.pages),
        sha256=document.sha256,
        state=say(f.language, reason_of(document).what),
    )


def _sealed(line: Mapping[str, Any], f: Formatting) -> FiledFile:
    return FiledFile(
        name=say(f.language, NAMELESS),
        size=f.size(line["size"]),
        pages=_pages(line["pages"]),
        sha256=line["sha256"],
    )


def _pages(pages: int | None) -> str:
    return str(pages) if pages else "–"
