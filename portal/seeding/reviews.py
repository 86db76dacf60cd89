"""What became of some filings of the demonstration: accepted, sent back, refused, withdrawn, sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit import Actor
from portal.documents.announcing import announce_review, announce_withdrawal
from portal.documents.changes.withdrawing import withdraw
from portal.documents.reading import read_document
from portal.models import Document, Review, ReviewOutcome, Seal, Submission, Withdrawal
from portal.people.demo import CLAIRE, GENEVIEVE, MARC, DemoPerson, demo_id
from portal.registry.reviewing import Decision, read_filing, review
from portal.registry.sealing import seal
from portal.seeding.cases import CASE, DemoCase
from portal.seeding.filings import TOLD_SINCE
from portal.seeding.reading import date_notices
from portal.seeding.stage import Stage
from portal.seeding.times import local
from portal.seeding.told import FILINGS


@dataclass(frozen=True)
class Said:
    """A word of the registry on what this person filed last, so many days ago."""

    case: str
    filer: DemoPerson
    days_ago: int
    reason: str | None = None
    words: str | None = None
    # Of which of the files, from 0; none: of all.
    files: Sequence[int] = ()
    refused: bool = False


SAID = (
    Said("shevchenko", CLAIRE, 15, files=(1,)),
    Said("shevchenko", CLAIRE, 3, "not_paginated", "Pages 31 to 64 have no number.", files=(0,)),
    Said("hosseini", MARC, 7),
    Said("guzman", GENEVIEVE, 4, "not_legible", files=(1,), refused=True),
)
# Filings of which the registry has not said its word on the next day.
WAIT = {("shevchenko", 16), ("petrenko", 10)}
# What came in since then waits for a look.
LOOKED_AT = 8


def _all_said() -> Iterator[Said]:
    for filing in FILINGS:
        key = filing.case.key, filing.days_ago
        if filing.days_ago > LOOKED_AT and not filing.draft and key not in WAIT:
            yield Said(filing.case.key, filing.filer, filing.days_ago - 1)
    yield from SAID


def plan_reviews(stage: Stage) -> None:
    """Officers say their word; Claire takes something back; the Minister's paper is sealed."""
    for number, said in enumerate(_all_said()):
        case = CASE[said.case]
        moment = local(stage.now, case.office, -said.days_ago, f"{10 + number % 5}:24")
        stage.plan(moment, case.officer.id, partial(_say, stage, said, case))
        if stage.now - moment < TOLD_SINCE:
            stage.plan(moment + timedelta(seconds=5), None, partial(_tell_review, said, case))

    lease, intervention = CASE["petrenko"], CASE["hosseini"]
    moment = local(stage.now, lease.office, -4, "9:31")
    stage.plan(moment, CLAIRE.id, partial(_withdraw, stage, lease))
    stage.plan(moment + timedelta(seconds=5), None, _tell_withdrawal)
    moment = local(stage.now, intervention.office, -7, "15:02")
    stage.plan(moment, intervention.officer.id, partial(_seal, stage, intervention))


def _officer(case: DemoCase) -> Actor:
    return Actor(case.officer.id, case.officer.name)


def _key(said: Said) -> UUID:
    return demo_id(f"review {said.case} {said.filer.email} {said.days_ago}")


def _filed(case: DemoCase, filer: DemoPerson, moment: datetime) -> sa.Select[UUID]:
    """What this person had filed last at that moment."""
    mine = sa.select(Submission.id).where(Submission.case_id == case.id)
    before = mine.where(Submission.filed_by == filer.id, Submission.filed_at < moment)
    return before.order_by(Submission.filed_at.desc()).limit(1)


async def _say(
    stage: Stage, said: Said, case: DemoCase, session: AsyncSession, moment: datetime
) -> None:
    filing_id = (await session.scalars(_filed(case, said.filer, moment))).one()
    filing = await read_filing(session, case.officer.id, filing_id)
    wrong = ReviewOutcome.refused if said.refused else ReviewOutcome.correction
    decision = Decision(
        key=_key(said),
        outcome=wrong if said.reason else ReviewOutcome.accepted,
        documents=[
            one.id
            for number, one in enumerate(filing.documents)
            if not said.files or number in said.files
        ],
        reason=said.reason,
        words=said.words,
        seen=filing.seen,
    )
    its = await review(session, filing, decision, by=_officer(case))
    words = sa.update(Review).where(Review.document_id.in_(its))
    stage.dates.append(words.values(reviewed_at=moment))


async def _tell_review(said: Said, case: DemoCase, session: AsyncSession, moment: datetime) -> None:
    filing = _filed(case, said.filer, moment).scalar_subquery()
    papers = await session.scalars(sa.select(Document.id).where(Document.submission_id == filing))
    known = [uuid5(_key(said), str(one)) for one in papers]
    ids = await session.scalars(sa.select(Review.id).where(Review.id.in_(known)))
    await announce_review(session, ids.all())
    await date_notices(session, moment)


async def _withdraw(stage: Stage, case: DemoCase, session: AsyncSession, moment: datetime) -> None:
    filing_id = (await session.scalars(_filed(case, CLAIRE, moment))).one()
    [document_id] = await session.scalars(
        sa.select(Document.id).where(Document.submission_id == filing_id)
    )
    found = await read_document(session, CLAIRE.id, document_id)
    wish = await withdraw(
        session,
        found,
        key=demo_id("withdrawal"),
        why="These are the pay slips of somebody else with the same name.",
        by=Actor(CLAIRE.id, CLAIRE.name),
        now=moment,
    )
    mine = sa.update(Withdrawal).where(Withdrawal.id == wish.id)
    stage.dates.append(mine.values(asked_at=moment, answered_at=moment))
    its = sa.update(Document).where(Document.id == document_id)
    stage.dates.append(its.values(withdrawn_at=moment))


async def _tell_withdrawal(session: AsyncSession, moment: datetime) -> None:
    await announce_withdrawal(session, demo_id("withdrawal"))
    await date_notices(session, moment)


async def _seal(stage: Stage, case: DemoCase, session: AsyncSession, moment: datetime) -> None:
    filing_id = (await session.scalars(_filed(case, MARC, moment))).one()
    [document] = await session.scalars(
        sa.select(Document).where(Document.submission_id == filing_id)
    )
    await seal(
        session,
        document,
        key=demo_id("seal"),
        people={one.id: one.name for one in (CLAIRE, MARC)},
        why="It names a person who gave information in confidence.",
        by=_officer(case),
    )
    its = sa.update(Seal).where(Seal.document_id == document.id)
    stage.dates.append(its.values(sealed_at=moment))
