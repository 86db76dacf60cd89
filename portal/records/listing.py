"""Listing: what is in an archive, for people, for spreadsheets, and for programs that check it."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from portal.delegations.acts.exporting import harmless
from portal.documents.describing import called
from portal.models.review import ReviewOutcome
from portal.records.reading import Holdings
from portal.rules import rules
from portal.web import templates
from portal.web.formatting import Formatting
from portal.web.language import N_, say
from storage.zipping import Member

COLUMNS = (
    N_("Number"),
    N_("Title"),
    N_("What it is"),
    N_("Received"),
    N_("Receipt"),
    N_("Filed by"),
    N_("For"),
    N_("Pages"),
    N_("Size in bytes"),
    N_("Standing"),
    N_("File"),
    N_("Fingerprint (SHA-256)"),
)

Placed = Sequence[tuple[Any, str]]


def kind_of(document: Any, f: Formatting) -> str:  # noqa: ANN401 - a row
    """What it is, in words; nothing where nobody said."""
    known = rules.document_types.get(document.type or "")
    return f.data(known.name) if known else ""


def standing_of(document: Any, f: Formatting) -> str:  # noqa: ANN401 - a row
    """What became of it since, in words; nothing where it simply stands."""
    words = (
        (document.withdrawn_at, N_("Withdrawn")),
        (document.replaced_at, N_("Replaced by a later document")),
        (document.review == ReviewOutcome.refused, N_("Refused by the registry")),
        (document.sealed_at, N_("Sealed")),
    )
    return ", ".join(say(f.language, word) for applies, word in words if applies)


def csv_index(held: Holdings, placed: Placed, f: Formatting) -> bytes:
    """RFC 4180 in UTF-8 with its mark; no cell is a formula."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(harmless(say(f.language, head)) for head in COLUMNS)
    for number, (document, path) in enumerate(placed, start=1):
        cells = (
            document.exhibit or str(number),
            called(document),
            kind_of(document, f),
            document.filed_at.astimezone(held.zone).isoformat(timespec="seconds"),
            document.receipt,
            document.filer_name,
            document.principal_name or "",
            str(document.pages or ""),
            str(document.size),
            standing_of(document, f),
            path,
            document.sha256,
        )
        writer.writerow(harmless(cell) for cell in cells)
    return written.getvalue().encode("utf-8-sig")


def html_index(held: Holdings, placed: Placed, f: Formatting, *, tribunal: str) -> bytes:
    """A page that links to every file beside it, and asks nothing of any network."""
    rows = [
        {
            "number": document.exhibit or number,
            "title": called(document),
            "kind": kind_of(document, f),
            "standing": standing_of(document, f),
            "received": f.moment(document.filed_at, held.zone.key),
            "document": document,
            "path": path,
            "link": quote(path),
        }
        for number, (document, path) in enumerate(placed, start=1)
    ]
    context = {"held": held, "rows": rows, "f": f, "lang": f.language, "tribunal": tribunal}
    return templates.render(f.language, "records/index.html", context).encode()


def manifest(
    about: Mapping[str, Any], members: Sequence[Member], facts: Mapping[str, Any]
) -> bytes:
    """Every file with its SHA-256, as JSON; `facts` are what else is known of a path."""
    files = [
        {
            "path": one.name,
            "size": one.size,
            "sha256": one.sha256,
            "time": one.at.isoformat(),
            **facts.get(one.name, {}),
        }
        for one in members
    ]
    whole = {**about, "files": files}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def facts_of(held: Holdings, placed: Placed) -> dict[str, dict[str, Any]]:
    """What a manifest says of each document beside its bytes."""
    return {
        path: {
            "document": str(document.id),
            "exhibit": document.exhibit,
            "title": called(document),
            "type": document.type,
            "pages": document.pages,
            "receipt": document.receipt,
            "received": document.filed_at.astimezone(held.zone).isoformat(),
            "sealed": document.sealed_at is not None,
        }
        for document, path in placed
    }
