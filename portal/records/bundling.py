"""Bundling: every document with pages as one PDF, behind an index, its pages numbered throughout."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar

from notices.document import typeset
from portal.documents.describing import called
from portal.parts import Parts
from portal.records.listing import kind_of
from portal.records.reading import Holdings
from portal.web.formatting import Formatting
from portal.web.language import N_, say
from storage.confinement import Unfinished, confined
from storage.objects import ObjectStore, checked
from storage.picturing import NoPicture, safe_copy

MB = 1_000_000
# What a child with 1 GiB of memory can surely bind, and what a browser can surely show.
LARGEST = 200 * MB
SECONDS = 60.0
PDF = "application/pdf"
WITHOUT_PAGES = N_(
    "This file has no pages that could stand here. It is in the ZIP file of the case."
)
DAMAGED = N_("This file could not be opened here. It is in the ZIP file of the case.")
NUMBERING = N_("Page {page} of {total}")
HEADS = (N_("Number"), N_("Document"), N_("Received"), N_("Pages"))
NOTE = N_(
    "Pages of photographs and scans are copies. The files as they were received are in the ZIP file of the case."
)


R = TypeVar("R")
# Each may need as much memory as the largest bundle: two at a time, the others wait.
_POOL = ThreadPoolExecutor(2, thread_name_prefix="bundle")


class TooLargeToBind(Exception):
    """The documents together are more than one PDF should hold; the ZIP holds them all."""


@dataclass
class Bound:
    """One document on its way into the bundle: where its bytes lie, its pages if it has any."""

    document: Any
    at: int = 0
    size: int = 0
    pages: int | None = None


async def in_turn(make: Callable[..., R], *arguments: object) -> R:
    """Make a bundle, or what holds one, when it is its turn."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, make, *arguments)


def bundle(portal: Parts, held: Holdings, f: Formatting) -> bytes:
    """The PDF of what stands; work for a thread. A damaged document costs its own pages alone.

    Raises TooLargeToBind, StoreUnavailable or ChildUnavailable.
    """
    held = held.standing
    with TemporaryFile() as spool:
        parts = [_spooled(portal.store, document, spool) for document in held.documents]
        for _ in range(3):
            try:
                counts, pdf = _bound(spool, parts, front=_front(portal, held, parts, f), f=f)
            except Unfinished:
                counts, pdf = [_alone(spool, part) for part in parts], b""
            if pdf:
                return pdf
            # The index has to say how many pages there really are.
            for part, count in zip(parts, counts, strict=True):
                part.pages, part.size = count, part.size if count else 0
    raise TooLargeToBind


def _spooled(store: ObjectStore, document: Any, spool: BinaryIO) -> Bound:  # noqa: ANN401 - a row
    """Put the document's pages, as PDF, at the end of the spool; every byte is checked before."""
    at = spool.seek(0, 2)
    if document.media_type == PDF:
        _write(spool, _pieces(store, document))
        pages = document.pages or 1
    else:
        with TemporaryFile() as file, suppress(NoPicture):
            if document.media_type.startswith("image/"):
                _write(file, _pieces(store, document))
                with TemporaryFile() as copy:
                    safe_copy(file, document.media_type, copy)
                    copy.seek(0)
                    _write(spool, iter(lambda: copy.read(MB), b""))
        pages = 1 if spool.tell() > at else None
    if spool.tell() > LARGEST:
        raise TooLargeToBind
    return Bound(document, at, spool.tell() - at, pages)


def _pieces(store: ObjectStore, document: Any) -> Iterator[bytes]:  # noqa: ANN401 - a row
    return checked(store, document.object_key, sha256=document.sha256, size=document.size)


def _write(file: BinaryIO, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        file.write(piece)


def _bound(
    spool: BinaryIO, parts: Sequence[Bound], *, front: bytes, f: Formatting
) -> tuple[list[int | None], bytes]:
    """The pages of every part, and the bundle if the front had them right."""
    listed = [
        {"at": one.at, "size": one.size, "pages": one.pages, "title": _heading(one, number)}
        for number, one in enumerate(parts, start=1)
    ]
    plan = {
        "front": _added(spool, front),
        "parts": listed,
        "title": say(f.language, N_("Documents of the case")),
        "numbering": say(f.language, NUMBERING),
    }
    return _asked(spool, plan)


def _alone(spool: BinaryIO, part: Bound) -> int | None:
    """How many pages this part has, asked of a child that is given nothing else."""
    listed = {"at": part.at, "size": part.size, "pages": -1, "title": ""}
    try:
        return _asked(spool, {"front": [0, 0], "parts": [listed]})[0][0]
    except Unfinished:
        return None


def _asked(spool: BinaryIO, plan: dict[str, Any]) -> tuple[list[int | None], bytes]:
    at, size = _added(spool, json.dumps(plan).encode())
    spool.flush()
    arguments = {"plan_at": at, "plan_size": size}
    answer = confined("bind", spool, arguments=arguments, most=2 * LARGEST, seconds=SECONDS)
    said, _, pdf = answer.partition(b"\n")
    return json.loads(said), pdf


def _added(spool: BinaryIO, data: bytes) -> tuple[int, int]:
    at = spool.seek(0, 2)
    spool.write(data)
    return at, len(data)


def _front(portal: Parts, held: Holdings, parts: Sequence[Bound], f: Formatting) -> bytes:
    """The index, and a page for each document that has none here."""
    language = "fr" if f.language == "fr" else "en"
    words = {
        "heads": [say(language, head) for head in HEADS],
        "numbering": say(language, NUMBERING),
        "empty": say(language, N_("No documents have been filed yet.")),
    }
    rows = [
        (N_("Case"), " / ".join(held.file_numbers)),
        (N_("Documents"), str(len(parts))),
        (N_("Not in this copy"), str(len(held.left_out))),
        (N_("Last received"), f.moment(held.newest, held.zone.key)),
    ]
    data = {
        "tribunal": portal.tribunal(language),
        "title": say(language, N_("Documents of the case")),
        "file_number": held.number,
        "made": f.day(held.local(held.newest).date()),
        "rows": [{"label": say(language, label), "text": text} for label, text in rows],
        "parts": [_line(number, one, held, f) for number, one in enumerate(parts, start=1)],
        "note": say(language, NOTE),
        "words": words,
    }
    return typeset("bundle", data, language, at=held.newest)


def _line(number: int, part: Bound, held: Holdings, f: Formatting) -> dict[str, Any]:
    document = part.document
    opens = document.media_type == PDF or document.media_type.startswith("image/")
    why = "" if part.pages else say(f.language, DAMAGED if opens else WITHOUT_PAGES)
    facts = (
        (N_("What it is"), kind_of(document, f)),
        (N_("File"), document.name),
        (N_("Received"), f.moment(document.filed_at, held.zone.key)),
        (N_("Receipt"), document.receipt),
        (N_("Fingerprint (SHA-256)"), f"{document.sha256[:32]} {document.sha256[32:]}"),
    )
    return {
        "number": part.document.exhibit or str(number),
        "title": _title(part),
        "filed": f.short(held.local(document.filed_at).date()),
        "pages": part.pages,
        "why": why,
        "rows": [{"label": say(f.language, label), "text": text} for label, text in facts if text],
    }


def _title(part: Bound) -> str:
    return called(part.document)[:300]


def _heading(part: Bound, number: int) -> str:
    """As a bookmark names it: "C-3 Affidavit", "3. Affidavit"."""
    exhibit = part.document.exhibit
    return f"{exhibit} {_title(part)}" if exhibit else f"{number}. {_title(part)}"
