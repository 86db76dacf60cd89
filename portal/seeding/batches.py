"""A list of the demonstration: one letter to several cases, this morning, one line left out."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both
from notices.issuing import Paper
from notices.kinds.general_letter import GeneralLetter
from portal.audit import Actor
from portal.models import Batch, BatchRow, BatchState, Case, RowState
from portal.parts import Parts
from portal.people.demo import MARGARET, demo_id
from portal.registry.batches.checking import check_batch, leave_out
from portal.registry.batches.issuing import NewBatch, begin_batch, say_alike
from portal.registry.batches.preparing import look_up, numbers_of
from portal.registry.batches.running import notice_id
from portal.registry.batches.stating import to_keep
from portal.registry.notices.known import joined
from portal.registry.noticing import Order, issue_to, keep_letter, write_letter
from portal.seeding.cases import CASE, DemoCase
from portal.seeding.letters import RECALL_FOR
from portal.seeding.stage import Stage

BATCH = demo_id("batch of this morning")
CASES = ("noor", "barzani", "hosseini")
# An "O" in place of a zero: somebody typed it from a letter.
MISTYPED = "TC6-0148O"
SUBJECT = Both("Our counter has moved", "Notre comptoir a déménagé")
BODY = Both(
    "Our counter in Toronto is on the fourth floor from now on.\n\nNothing changes for hearings.",
    "Notre comptoir de Toronto est maintenant au quatrième étage.\n\nRien ne change pour les "
    "audiences.",
)


def _facts(case: DemoCase) -> GeneralLetter:
    number = joined(sorted(party.file_number for party in case.parties))
    return GeneralLetter(file_number=number, division="rpd", subject=SUBJECT, body=BODY)


async def keep_batch(portal: Parts, now: datetime) -> Mapping[UUID, Paper]:
    """Make its papers and put them into the store, by the id of each case."""
    cases = [CASE[key] for key in CASES]
    kept = await asyncio.gather(*(asyncio.to_thread(_keep, portal, one, now) for one in cases))
    return {one.id: paper for one, paper in zip(cases, kept, strict=True)}


def _keep(portal: Parts, one: DemoCase, now: datetime) -> Paper:
    case = Case(office=one.office, language=one.language)
    key, moment = notice_id(BATCH, one.id), issued_at(now)
    pdf = write_letter(_facts(one), case, notice_id=key, settings=portal.settings, now=moment)
    return keep_letter(portal.store, pdf)


def issued_at(now: datetime) -> datetime:
    """A while ago: all of it has left."""
    return now - timedelta(hours=2)


def plan_batch(stage: Stage, papers: Mapping[UUID, Paper]) -> None:
    """Checked and issued by the officer who keeps these cases."""
    stage.plan(issued_at(stage.now), MARGARET.id, partial(_issue, papers))


async def _issue(papers: Mapping[UUID, Paper], session: AsyncSession, moment: datetime) -> None:
    by = Actor(MARGARET.id, MARGARET.name)
    pasted = "\n".join([*(CASE[key].parties[0].file_number for key in CASES), MISTYPED])
    new = NewBatch(id=BATCH, division="rpd", kind="general_letter", pasted=pasted)
    batch = await begin_batch(session, new, by=by, now=moment)
    say_alike(batch, to_keep(_facts(CASE[CASES[0]])))
    await check_batch(session, batch, now=moment)
    await leave_out(session, batch)
    batch.issued_at, batch.issued_by, batch.issued_by_name = moment, by.id, by.name
    batch.state, batch.finished_at = BatchState.finished, moment
    await session.flush()
    await _issue_rows(session, batch, papers, by=by, moment=moment)


async def _issue_rows(
    session: AsyncSession,
    batch: Batch,
    papers: Mapping[UUID, Paper],
    *,
    by: Actor,
    moment: datetime,
) -> None:
    ready = (BatchRow.batch_id == batch.id, BatchRow.state == RowState.ready)
    rows = (await session.scalars(sa.select(BatchRow).where(*ready))).all()
    numbers = await numbers_of(session, [row.case_id for row in rows if row.case_id])
    lot = await look_up(session, batch, numbers, now=moment)
    for case_id, row in sorted((row.case_id, row) for row in rows if row.case_id):
        prepared = lot.prepare(case_id, {})
        order = Order(
            notice_id=notice_id(batch.id, case_id),
            facts=prepared.facts,
            seen="",
            hearing_id=prepared.hearing_id,
        )
        notice = await issue_to(
            session,
            order,
            prepared.reached,
            case=prepared.case,
            paper=papers[case_id],
            by=by,
            now=moment,
            recall_for=RECALL_FOR,
        )
        row.state, row.notice_id, row.settled_at = RowState.issued, notice.id, moment
