"""Documents on the Noors' file: received, checked and readable, without the way they came."""

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import uuid4

import pikepdf

from portal.models import Document, Submission
from storage.database import Database
from storage.objects import ObjectStore, new_key, put
from tests.cast import CLAIRE, NOOR

PDF = "application/pdf"
RECEIVED = datetime(2026, 10, 5, 14, 30, tzinfo=UTC)


def pages(*words: str, turned: int = 0) -> bytes:
    """A PDF with a page for each of these words."""
    made, paper = io.BytesIO(), pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for word in words:
        page = paper.add_blank_page(page_size=(612, 792))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        shown = f"BT /F 40 Tf 80 600 Td ({word}) Tj ET 0 0 612 6 re f"
        page.Contents = pikepdf.Stream(paper, shown.encode())
        page.Rotate = turned
    paper.save(made)
    return made.getvalue()


class Place(Protocol):
    """Where rows and bytes go; a portal is one."""

    @property
    def database(self) -> Database:
        """The rows."""
        ...

    @property
    def store(self) -> ObjectStore:
        """The bytes."""
        ...


async def shelve(
    portal: Place,
    *files: tuple[str, bytes],
    media_type: str = PDF,
    state: str = "clean",
    title: str | None = None,
    exhibit: str | None = None,
    days: int = 0,
) -> Sequence[Document]:
    """One submission of Claire's with these files, so many days after the first."""
    at = RECEIVED + timedelta(days=days)
    filed = Submission(
        id=uuid4(),
        case_id=NOOR,
        drafted_by=CLAIRE.id,
        drafted_at=at,
        principal_id=CLAIRE.id,
        receipt=f"R-{uuid4().hex[:8].upper()}-{days:02}",
        filed_at=at,
        filed_by=CLAIRE.id,
        filer_name=CLAIRE.name,
        principal_name=CLAIRE.name,
    )
    documents = [
        _document(filed, number, name, data, media_type=media_type, state=state, title=title)
        for number, (name, data) in enumerate(files)
    ]
    documents[0].exhibit = exhibit
    for one, (_, data) in zip(documents, files, strict=True):
        put(portal.store, one.object_key, data)
    async with portal.database.system_transaction() as session:
        session.add(filed)
        await session.flush()
        session.add_all(documents)
    return documents


def _document(
    filed: Submission,
    number: int,
    name: str,
    data: bytes,
    *,
    media_type: str,
    state: str,
    title: str | None,
) -> Document:
    verdict = {"reason": "clean", "scanned_with": "ClamAV 1.4/1", "scanned_size": len(data)}
    judged = {} if state == "held" else {"judged_at": filed.filed_at, **verdict}
    return Document(
        id=uuid4(),
        case_id=NOOR,
        submission_id=filed.id,
        position=number,
        name=name,
        title=title,
        type="affidavit",
        language="en",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        object_key=new_key(),
        kept_by=CLAIRE.id,
        state=state,
        **judged | ({"reason": state} if state not in {"clean", "held"} else {}),
    )
