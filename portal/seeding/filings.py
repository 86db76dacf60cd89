"""The filings of the demonstration, performed: drafted, filed, judged and told as anybody's are."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.approvals.asking import ask
from portal.documents import drafting
from portal.documents.describing import (
    Description,
    Translation,
    describe,
    describe_translation,
)
from portal.documents.drafting import Room
from portal.documents.filing import file, judge_time
from portal.documents.telling import tell_others, tell_verdicts
from portal.documents.uploading import room_of
from portal.gate import Right, open_case
from portal.models import Document, DocumentState, Hearing, Submission
from portal.parts import Parts
from portal.people.demo import demo_id
from portal.rules.deadlines import Deadline, deadlines
from portal.seeding.papers import EICAR, locked_paper, paper
from portal.seeding.reading import date_notices
from portal.seeding.stage import Stage
from portal.seeding.times import local
from portal.seeding.told import FILINGS, File, Filing
from storage.intake import Received, receive

# What the scanner says of files like these.
VERDICTS: dict[str, dict[str, str]] = {
    DocumentState.clean: {"reason": "clean"},
    DocumentState.infected: {"reason": "signature", "finding": "Dossier.Test.EICAR"},
    DocumentState.refused: {"reason": "encrypted", "finding": "Heuristics.Encrypted.PDF"},
    DocumentState.unscannable: {"reason": "limits", "finding": "Heuristics.Limits.Exceeded"},
}
# Others are told of what came in lately; what is older, everybody has read.
TOLD_SINCE = timedelta(days=5)

Arrived = dict[tuple[UUID, str], Received]


async def keep_papers(portal: Parts) -> Arrived:
    """Bring every file in by the only way in; what a crash leaves behind is harmless."""
    pairs = [(filing, one) for filing in FILINGS for one in filing.files]
    kept = await asyncio.gather(*(_bring(portal, filing, one) for filing, one in pairs))
    return {
        (filing.id, one.name): received for (filing, one), received in zip(pairs, kept, strict=True)
    }


async def _bring(portal: Parts, filing: Filing, one: File) -> Received:
    data = _bytes(filing, one)

    async def pieces() -> AsyncIterator[bytes]:
        yield data

    limit = portal.settings.max_file
    return await receive(pieces(), name=one.name, store=portal.store, limit=limit)


def _bytes(filing: Filing, one: File) -> bytes:
    if one.state == DocumentState.infected:
        return EICAR
    if one.state == DocumentState.refused:
        return locked_paper(one.title, language=filing.case.language)
    return paper(one.title, language=filing.case.language, pages=one.pages)


def plan_filings(stage: Stage, portal: Parts, kept: Arrived) -> None:
    """Each is drafted and filed by its filer, then judged by the portal half a minute later."""
    room = room_of(portal)
    for filing in FILINGS:
        moment = _moment(stage, filing)
        stage.plan(moment, filing.filer.id, partial(_draft, filing, kept, room))
        if not filing.draft:
            stage.plan(moment, filing.filer.id, partial(_file, filing))
        later = moment + timedelta(seconds=30)
        stage.plan(later, None, partial(_conclude, filing, stage.now))
        if filing.asks:
            stage.plan(later + timedelta(minutes=1), filing.filer.id, partial(_ask, filing))


def _moment(stage: Stage, filing: Filing) -> datetime:
    """When it was; "today" counts back from now, so that it never lies ahead."""
    if filing.days_ago:
        return local(stage.now, filing.case.office, -filing.days_ago, filing.clock)
    hours, minutes = map(int, filing.clock.split(":"))
    return stage.now - timedelta(hours=hours, minutes=minutes)


async def _draft(
    filing: Filing, kept: Arrived, room: Room, session: AsyncSession, moment: datetime
) -> None:
    me = filing.filer.id
    opened = await open_case(session, me, filing.case.id, right=Right.prepare)
    draft_id = await drafting.start(session, opened, principal=filing.principal.id)
    files = [kept[filing.id, one.name] for one in filing.files]
    held = await drafting.keep(session, draft_id, files, me=me, room=room)
    papers = [
        (one.document, told)
        for one, told in zip(held, filing.files, strict=True)
        if isinstance(one, drafting.Kept)
    ]
    said = {
        document.id: Description(told.type, filing.case.language, told.title)
        for document, told in papers
    }
    await describe(session, draft_id, said, me=me, answers=_answers(filing, moment))
    for document, told in papers:
        if told.tongue:
            holds = papers[told.translation][0].id if told.translator else None
            translation = Translation(
                told.tongue, told.translator, moment.date(), told.translator is not None, holds
            )
            await describe_translation(session, document, translation, me=me)


def _answers(filing: Filing, moment: datetime) -> dict[str, object]:
    """What was said of the filing as a whole."""
    said: dict[str, object] = {"late_reasons": filing.why_late}
    if filing.also:
        said["also_for"] = [filing.also.id]
    if filing.served:
        to, how = filing.served
        day = (moment - timedelta(days=1)).date()
        said |= {"served_to": to, "served_how": how, "served_on": day}
    return said


async def _file(filing: Filing, session: AsyncSession, moment: datetime) -> None:
    draft_id = await session.scalar(_unfiled(filing))
    if draft_id is not None:
        await file(session, draft_id, me=filing.filer.id, name=filing.filer.name)


async def _ask(filing: Filing, session: AsyncSession, moment: datetime) -> None:
    me, name = filing.filer.id, filing.filer.name
    draft_id = await session.scalar(_unfiled(filing))
    if draft_id is not None:
        await ask(session, draft_id, key=demo_id("approval"), me=me, name=name, now=moment)


async def _conclude(
    filing: Filing, today: datetime, session: AsyncSession, moment: datetime
) -> None:
    """Give everything its own day, and the papers what became of them."""
    submission = (await session.scalars(_latest(filing))).one()
    submission.drafted_at = moment - timedelta(minutes=12)
    documents = (await session.scalars(_papers_of(submission))).all()
    for one, document in zip(filing.files, documents, strict=True):
        document.kept_at = moment - timedelta(minutes=9)
        document.pages = one.pages or None
        _judge(document, one, moment)
    if filing.draft:
        return
    filed_at = moment - timedelta(seconds=30)
    judged = judge_time(await _limits(session, filing), filed_at)
    submission.filed_at = filed_at
    submission.judged = asdict(judged) if judged else None
    await session.flush()
    known = [document for document in documents if document.state != DocumentState.held]
    await tell_verdicts(session, submission, known)
    if moment > today - TOLD_SINCE:
        await tell_others(session, submission, documents)
    await date_notices(session, moment)


def _judge(document: Document, one: File, moment: datetime) -> None:
    if one.state == DocumentState.held:
        document.scans_failed = one.failed
        document.scan_failure = "ScannerUnavailable: no answer in time" if one.failed else None
        return
    document.state, document.judged_at = one.state, moment
    document.scanned_size, document.scanned_with = document.size, "demonstration"
    document.reason = VERDICTS[one.state]["reason"]
    document.finding = VERDICTS[one.state].get("finding")


async def _limits(session: AsyncSession, filing: Filing) -> list[Deadline]:
    days = await session.scalars(
        sa.select(Hearing.local_start).where(
            Hearing.case_id == filing.case.id, Hearing.cancelled_at.is_(None)
        )
    )
    case = filing.case
    return deadlines(
        division=case.division, office=case.office, hearings={day.date() for day in days}
    )


def _unfiled(filing: Filing) -> sa.Select[UUID]:
    return sa.select(Submission.id).where(
        Submission.case_id == filing.case.id,
        Submission.drafted_by == filing.filer.id,
        Submission.filed_at.is_(None),
    )


def _latest(filing: Filing) -> sa.Select[Submission]:
    """What was drafted and filed a moment ago: the database has told no other time yet."""
    return sa.select(Submission).where(
        Submission.case_id == filing.case.id,
        Submission.drafted_by == filing.filer.id,
        Submission.drafted_at == sa.func.now(),
    )


def _papers_of(submission: Submission) -> sa.Select[Document]:
    return (
        sa.select(Document)
        .where(Document.submission_id == submission.id)
        .order_by(Document.position)
    )
