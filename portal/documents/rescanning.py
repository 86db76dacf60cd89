"""Rescanning: what was clean is scanned again once the scanner has learnt more, the newest first."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import SYSTEM, record
from portal.documents.judging import Judgement, examine, lots, ready_scanner
from portal.documents.telling import tell_filer
from portal.gate import hold_everybody
from portal.models import Document, DocumentState, Submission
from portal.parts import Parts
from storage.objects import ObjectStore, StoreUnavailable
from storage.scanner import Scanner, ScannerUnavailable

log = structlog.get_logger()

# The job comes every five minutes and takes its share of an hour's bytes; files may be tiny.
RUNS_AN_HOUR = 12
AT_ONCE = 5_000


@dataclass(frozen=True)
class Rescanned:
    """How many were scanned again, how many of them are infected, how many gave no verdict."""

    scanned: int = 0
    infected: int = 0
    failed: int = 0


async def rescan(portal: Parts) -> Rescanned:
    """Scan again what was scanned with other signatures, as much as is meant for one run.

    Without a scanner whose word counts nothing is done; the next run looks again.
    """
    done = Rescanned()
    try:
        scanner, known = await asyncio.to_thread(ready_scanner, portal)
        for lot in lots(_share(await _outdated(portal, known), portal.settings.rescan_rate)):
            judgements = await asyncio.to_thread(_scan_all, scanner, portal.store, lot, known=known)
            infected = await _conclude(portal, judgements)
            done = Rescanned(
                done.scanned + len(judgements),
                done.infected + infected,
                done.failed + len(lot) - len(judgements),
            )
    except ScannerUnavailable as error:
        log.info("not scanned again", why=str(error))
    return done


async def _outdated(portal: Parts, known: str) -> Sequence[Document]:
    # Two ranges where one inequality is meant: only ranges are found by an index.
    other = sa.or_(Document.scanned_with < known, Document.scanned_with > known)
    async with portal.database.system_transaction() as session:
        found = await session.scalars(
            sa.select(Document)
            .where(sa.text("document.state = 'clean'"), other, Document.removed_at.is_(None))
            .order_by(Document.kept_at.desc(), Document.id)
            .limit(AT_ONCE)
        )
        return found.all()


def _share(documents: Sequence[Document], rate: int) -> Iterator[Document]:
    """As many as fit one run, though one at least."""
    left = rate // RUNS_AN_HOUR
    for document in documents:
        if left <= 0:
            return
        left -= document.size
        yield document


def _scan_all(
    scanner: Scanner, store: ObjectStore, documents: Sequence[Document], *, known: str
) -> list[Judgement]:
    """The verdicts; of what the store does not give back as it was, reconciling tells."""
    judgements: list[Judgement] = []
    for document in documents:
        try:
            judgements.append(examine(scanner, store, document, known=known))
        except StoreUnavailable as error:
            log.warning("not scanned again", document=str(document.id), why=type(error).__name__)
    return judgements


async def _conclude(portal: Parts, judgements: Sequence[Judgement]) -> int:
    """Write down what was found: on what is infected with entry and notice; how many those are."""
    infected = [one for one in judgements if one.verdict.outcome == DocumentState.infected]
    # The scanner is asked about viruses here; what else it has come to dislike stays as judged.
    well = [one for one in judgements if one not in infected]
    if well:
        async with portal.database.system_transaction() as session:
            await session.execute(
                sa.update(Document)
                .where(Document.id.in_([one.document_id for one in well]))
                .where(Document.state == DocumentState.clean)
                .values(scanned_with=well[0].scanned_with)
            )
    withdrawn = 0
    for one in infected:
        # Each by itself: holding several submissions and cases at once, two could wait in a ring.
        async with portal.database.system_transaction() as session:
            withdrawn += await _withdraw(session, one)
    return withdrawn


async def _withdraw(session: AsyncSession, judgement: Judgement) -> bool:
    """Take an infected document out of reading; False if somebody has done so already."""
    # The submission first, as filing does: one of the two sees what the other did.
    submission = await session.scalar(
        sa.select(Submission)
        .join(Document, Document.submission_id == Submission.id)
        .where(Document.id == judgement.document_id)
        .with_for_update(of=Submission)
    )
    document = await session.scalar(
        sa.update(Document)
        .where(Document.id == judgement.document_id, Document.state == DocumentState.clean)
        .values(_columns(judgement))
        .returning(Document)
    )
    if submission is None or document is None:
        return False
    log.error("infected after it could be read", document=str(document.id))
    if submission.filed_at is not None:
        await hold_everybody(session, [document.case_id])
        await record(
            session,
            document.case_id,
            "document.found_infected",
            by=SYSTEM,
            documents=[str(document.id)],
            reason=document.reason,
            receipt=submission.receipt,
        )
        await tell_filer(session, submission, document)
    return True


def _columns(judgement: Judgement) -> dict[str, Any]:
    verdict = judgement.verdict
    return {
        "state": verdict.outcome,
        "reason": verdict.reason,
        "finding": verdict.signature or None,
        "readable_from": Document.judged_at,
        "judged_at": sa.func.now(),
        "scanned_size": judgement.size,
        "scanned_with": judgement.scanned_with,
    }
