"""Judging: every kept file is scanned and looked into, outside any transaction: one verdict."""

import asyncio
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.pictures.making import ask_for_pictures
from portal.documents.telling import tell_verdicts
from portal.gate import hold_everybody
from portal.models import Document, DocumentState, Submission
from portal.parts import Parts
from storage.inspection import ChildUnavailable, inspected
from storage.objects import ObjectMissing, ObjectStore, StoreUnavailable, WrongBytes
from storage.scanner import Scanner, ScannerUnavailable, Verdict, require_fresh

# Verdicts of small files are written down together, those of so many bytes at once.
TOGETHER = 20_000_000


@dataclass(frozen=True)
class Judgement:
    """A verdict on one document, and what gave it."""

    document_id: UUID
    verdict: Verdict
    size: int
    scanned_with: str
    pages: int | None = None


@dataclass(frozen=True)
class Failure:
    """A document that got no verdict this time, and why."""

    document_id: UUID
    error: ScannerUnavailable | StoreUnavailable | ChildUnavailable


async def judge(portal: Parts, *document_ids: UUID) -> None:
    """Examine held files and write down their verdicts, once, whoever else does the same.

    Raises ScannerUnavailable, StoreUnavailable or ChildUnavailable, for the job to be done again.
    """
    async with portal.database.system_transaction() as session:
        found = await session.scalars(
            sa.select(Document)
            .where(Document.id.in_(document_ids), Document.removed_at.is_(None))
            .where(Document.state == DocumentState.held)
            .order_by(Document.scans_failed, Document.position)
        )
        held = list(found)
    failures: list[Failure] = []
    for lot in lots(held):
        judgements, failed = await asyncio.to_thread(_examine_all, portal, lot)
        async with portal.database.system_transaction() as session:
            await _conclude(session, judgements)
            await _note_failures(session, failed)
        failures += failed
    if failures:
        raise failures[0].error


def examine(
    scanner: Scanner,
    store: ObjectStore,
    document: Document,
    *,
    known: str,
    copy: BinaryIO | None = None,
) -> Judgement:
    """Scan the bytes that were received, and no others; blocks. `known`: engine and signatures.

    They are copied into `copy` on their way, for the next who looks at them.
    """
    reading = _Reading(store, document.object_key, copy)
    try:
        verdict = scanner.scan(reading, size=document.size)
    except ObjectMissing as missing:
        raise WrongBytes(document.object_key) from missing
    if reading.sha256 != document.sha256:
        raise WrongBytes(document.object_key)
    return Judgement(document.id, verdict, reading.size, known)


def _examine_whole(
    scanner: Scanner, store: ObjectStore, document: Document, *, known: str
) -> Judgement:
    """Scan, and if that finds nothing, look inside: the same bytes, in a confined child."""
    try:
        # A file without a name, gone when it is closed or we are killed.
        with tempfile.TemporaryFile() as copy:
            judgement = examine(scanner, store, document, known=known, copy=copy)
            if judgement.verdict.outcome != DocumentState.clean:
                return judgement
            copy.flush()
            found = inspected(copy, document.media_type)
    except OSError as error:
        raise ChildUnavailable(f"no room for a copy: {error}") from error
    verdict = Verdict(found.outcome, found.reason, found.detail)
    return replace(judgement, verdict=verdict, pages=found.pages)


def lots(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """What is examined before it is written down together."""
    lot: list[Document] = []
    for document in documents:
        lot.append(document)
        if sum(one.size for one in lot) >= TOGETHER:
            yield lot
            lot = []
    if lot:
        yield lot


def _examine_all(
    portal: Parts, documents: Sequence[Document]
) -> tuple[list[Judgement], list[Failure]]:
    """The verdicts, and what got none. One bad file holds up no other; a bad scanner all."""
    judgements: list[Judgement] = []
    failures: list[Failure] = []
    for at, document in enumerate(documents):
        try:
            scanner, known = ready_scanner(portal)
        except ScannerUnavailable as error:
            return judgements, [*failures, *(Failure(one.id, error) for one in documents[at:])]
        try:
            judgements.append(_examine_whole(scanner, portal.store, document, known=known))
        except (ScannerUnavailable, StoreUnavailable, ChildUnavailable) as error:
            failures.append(Failure(document.id, error))
    return judgements, failures


def ready_scanner(portal: Parts) -> tuple[Scanner, str]:
    """The scanner and what it knows; raises ScannerUnavailable unless its word counts now."""
    if portal.scanner is None:
        raise ScannerUnavailable("there is no scanner")
    signatures = portal.scanner.signatures()
    require_fresh(signatures, datetime.now(UTC), accept_test=portal.settings.demo)
    return portal.scanner, f"{signatures.engine}/{signatures.version}"


class _Reading:
    """An object's pieces, hashed while they are scanned: the verdict is on what was received."""

    def __init__(self, store: ObjectStore, key: str, copy: BinaryIO | None) -> None:
        self._store, self._key, self._copy = store, key, copy
        self._digest, self.size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._store.read(self._key):
            self._digest.update(piece)
            self.size += len(piece)
            if self._copy:
                self._copy.write(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


async def _note_failures(session: AsyncSession, failures: Sequence[Failure]) -> None:
    for failure in failures:
        await session.execute(
            sa.update(Document)
            .where(Document.id == failure.document_id, Document.state == DocumentState.held)
            .values(
                scans_failed=Document.scans_failed + 1,
                scan_failure=f"{type(failure.error).__name__}: {failure.error}"[:500],
            )
        )


async def _conclude(session: AsyncSession, judgements: Sequence[Judgement]) -> None:
    """Write the verdicts, unless there are some; on what is filed, also entry and notice."""
    ids = [judgement.document_id for judgement in judgements]
    # The submissions first, as filing does: one of the two sees what the other did. Shared, so that
    # no verdict keeps the next file from coming into its draft.
    submissions = {
        submission.id: submission
        for submission in await session.scalars(
            sa.select(Submission)
            .where(Submission.id.in_(sa.select(Document.submission_id).where(Document.id.in_(ids))))
            .order_by(Submission.id)
            .with_for_update(read=True, key_share=True)
        )
    }
    judged = await session.scalars(sa.select(Document).from_statement(_JUDGE), _columns(judgements))
    documents = judged.all()
    # Filed meanwhile for joined cases too: their copies of the same bytes got the verdict as well.
    copies = {one.submission_id for one in documents} - set(submissions)
    for copy in await session.scalars(sa.select(Submission).where(Submission.id.in_(copies))):
        submissions[copy.id] = copy
    filed = [submission for submission in submissions.values() if submission.filed_at is not None]
    await hold_everybody(session, {submission.case_id for submission in filed})
    for submission in filed:
        its = [one for one in documents if one.submission_id == submission.id]
        await tell_verdicts(session, submission, its)
    await ask_for_pictures(session, documents)


_JUDGE = sa.text(
    """
    update document set state = found.state, reason = found.reason, finding = found.finding,
        judged_at = now(), scanned_size = found.size, scanned_with = found.scanned_with,
        scan_failure = null, pages = coalesce(found.pages, document.pages)
    from unnest(cast(:ids as uuid[]), cast(:states as text[]), cast(:reasons as text[]),
        cast(:findings as text[]), cast(:sizes as bigint[]), cast(:scanners as text[]),
        cast(:pages as int[]))
        as found (id, state, reason, finding, size, scanned_with, pages)
    join document as asked on asked.id = found.id
    where document.object_key = asked.object_key and document.state = 'held'
    returning document.*
    """
).columns(**{one.name: one.type for one in Document.__table__.columns})


def _columns(judgements: Sequence[Judgement]) -> dict[str, list[Any]]:
    verdicts = [judgement.verdict for judgement in judgements]
    return {
        "ids": [judgement.document_id for judgement in judgements],
        "states": [verdict.outcome for verdict in verdicts],
        "reasons": [verdict.reason or verdict.outcome for verdict in verdicts],
        "findings": [verdict.signature or None for verdict in verdicts],
        "sizes": [judgement.size for judgement in judgements],
        "scanners": [judgement.scanned_with for judgement in judgements],
        "pages": [judgement.pages for judgement in judgements],
    }
