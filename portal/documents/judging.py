"""Judging: every kept file is scanned, outside any transaction, and gets one verdict."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.telling import tell_verdict
from portal.models import Document, DocumentState, Submission
from portal.parts import Parts
from storage.objects import ObjectMissing, ObjectStore, StoreUnavailable, WrongBytes
from storage.scanner import Scanner, ScannerUnavailable, Verdict, require_fresh


@dataclass(frozen=True)
class Judgement:
    """A verdict and what gave it."""

    verdict: Verdict
    size: int
    scanned_with: str


async def judge(portal: Parts, document_id: UUID) -> None:
    """Scan one held file and write down the verdict, once, whoever else does the same.

    Raises ScannerUnavailable or StoreUnavailable, for the job to be done again later.
    """
    async with portal.database.system_transaction() as session:
        document = await session.get(Document, document_id)
    if document is None or document.state != DocumentState.held or document.removed_at:
        return
    try:
        judgement = await asyncio.to_thread(
            examine, portal.scanner, portal.store, document, accept_test=portal.settings.demo
        )
    except (ScannerUnavailable, StoreUnavailable) as error:
        async with portal.database.system_transaction() as session:
            await _note_failure(session, document_id, error)
        raise
    async with portal.database.system_transaction() as session:
        await _conclude(session, document_id, judgement)


def examine(
    scanner: Scanner | None, store: ObjectStore, document: Document, *, accept_test: bool
) -> Judgement:
    """Scan the bytes that were received, and no others; blocks."""
    if scanner is None:
        raise ScannerUnavailable("there is no scanner")
    signatures = scanner.signatures()
    require_fresh(signatures, datetime.now(UTC), accept_test=accept_test)
    reading = _Reading(store, document.object_key)
    try:
        verdict = scanner.scan(reading, size=document.size)
    except ObjectMissing as missing:
        raise WrongBytes(document.object_key) from missing
    if reading.sha256 != document.sha256:
        raise WrongBytes(document.object_key)
    return Judgement(verdict, reading.size, f"{signatures.engine}/{signatures.version}")


class _Reading:
    """An object's pieces, hashed while they are scanned: the verdict is on what was received."""

    def __init__(self, store: ObjectStore, key: str) -> None:
        self._store, self._key = store, key
        self._digest, self.size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._store.read(self._key):
            self._digest.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


async def _note_failure(session: AsyncSession, document_id: UUID, error: Exception) -> None:
    await session.execute(
        sa.update(Document)
        .where(Document.id == document_id, Document.state == DocumentState.held)
        .values(
            scans_failed=Document.scans_failed + 1,
            scan_failure=f"{type(error).__name__}: {error}"[:500],
        )
    )


async def _conclude(session: AsyncSession, document_id: UUID, judgement: Judgement) -> None:
    """Write the verdict, unless there is one; on what is filed, also the entry and the notice."""
    # The submission first, as filing does: one of the two sees what the other did.
    submission = await session.scalar(
        sa.select(Submission)
        .join(Document, Document.submission_id == Submission.id)
        .where(Document.id == document_id)
        .with_for_update(of=Submission)
    )
    document = await session.scalar(
        sa.update(Document)
        .where(Document.id == document_id, Document.state == DocumentState.held)
        .values(**_columns(judgement))
        .returning(Document)
    )
    if document is not None and submission is not None and submission.filed_at is not None:
        await tell_verdict(session, submission, document)


def _columns(judgement: Judgement) -> dict[str, Any]:
    verdict = judgement.verdict
    return {
        "state": verdict.outcome,
        "reason": verdict.reason or verdict.outcome,
        "finding": verdict.signature or None,
        "judged_at": sa.func.now(),
        "scanned_size": judgement.size,
        "scanned_with": judgement.scanned_with,
        "scan_failure": None,
    }
