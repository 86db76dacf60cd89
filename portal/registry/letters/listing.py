"""What the pages of letters show: what waits office by office, what lacks an address, what was printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from notices.letters import Letter, Mailing
from notices.model import Notice, Service
from portal.models import Case
from portal.registry.incoming import DIVISIONS, MOST, NOW, Bound, total
from portal.registry.letters.waiting import address_known, waiting
from storage.bundle import Bundle

# What came back longer ago stays in its case's history.
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True)
class Letters:
    """The lists of one page; each row of the last three knows `total`."""

    # An office of a division: .division .office .ready
    offices: Sequence[Any]
    addressless: Sequence[Any]
    returned: Sequence[Any]
    mailings: Sequence[Any]


async def read_letters(
    session: AsyncSession, *, divisions: Sequence[str], now: datetime
) -> Letters:
    """The page of these divisions, in one question."""
    return Letters(**vars(await _LISTS.read(session, divisions=divisions, now=now)))


def ready(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """How many letters can be printed now, for each office of a division that has some."""
    columns = (Case.division, Case.office, sa.func.count().label("ready"))
    return (
        waiting(divisions, now, *columns)
        .where(address_known())
        .group_by(Case.division, Case.office)
        .order_by(Case.division, Case.office)
    )


def addressless(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Letters that cannot be printed: nobody has recorded where they would go."""
    whose = sa.func.coalesce(Service.person_id, Service.party_id).label("whose_id")
    return (
        waiting(divisions, now, *_shown(), Letter.why, Letter.asked_at, whose)
        .where(sa.not_(address_known()))
        .order_by(Letter.asked_at)
        .limit(MOST)
    )


def returned(divisions: Bound, now: Bound) -> sa.Select[*tuple[Any, ...]]:
    """Letters that the post brought back, until a later one goes out or the notice is opened."""
    later = aliased(Letter)
    newer = sa.exists(
        sa.select(later.id).where(
            later.service_id == Letter.service_id, later.number > Letter.number
        )
    )
    whose = sa.func.coalesce(Service.person_id, Service.party_id).label("whose_id")
    return (
        sa.select(*_shown(), Letter.posted_on, Letter.returned_on, whose)
        .select_from(Letter)
        .join(Service, Service.id == Letter.service_id)
        .join(Notice, Notice.id == Service.notice_id)
        .join(Case, Case.id == Letter.case_id)
        .where(Case.division.in_(divisions), Letter.returned_on.is_not(None), sa.not_(newer))
        .where(Letter.returned_at > now - REMEMBERED, Service.opened_at.is_(None))
        .order_by(Letter.returned_at)
        .limit(MOST)
    )


def _shown() -> list[Any]:
    """What the rows of every list say of a letter."""
    return [
        Letter.id,
        Letter.service_id,
        Service.person_name,
        Notice.number,
        Notice.subject_en,
        Notice.subject_fr,
        Case.id.label("case_id"),
        Case.title,
        total(),
    ]


def _mailings(divisions: Bound) -> sa.Select[*tuple[Any, ...]]:
    """What was printed, the newest first, and how many of it have not been marked as posted."""
    left = (
        sa.select(sa.func.count())
        .where(Letter.mailing_id == Mailing.id, Letter.posted_on.is_(None))
        .correlate(Mailing)
        .scalar_subquery()
    )
    made = sa.case((Mailing.pdf_key.is_not(None), True), else_=False)
    return (
        sa.select(
            Mailing.id,
            Mailing.division,
            Mailing.office,
            Mailing.made_at,
            Mailing.made_by_name,
            Mailing.letters,
            made.label("made"),
            left.label("left"),
            total(),
        )
        .where(Mailing.division.in_(divisions))
        .order_by(Mailing.made_at.desc())
        .limit(MOST)
    )


async def letters_of(session: AsyncSession, mailing_id: UUID) -> Sequence[Any]:
    """The letters of a mailing in the order of its list; where they went is on the paper."""
    columns: list[Any] = [
        Letter.place,
        Letter.number.label("letter"),
        Letter.why,
        Letter.posted_on,
        Letter.deemed_on,
        Letter.deemed_rule,
        Letter.returned_on,
        *_shown(),
    ]
    rows = await session.execute(
        sa.select(*columns)
        .select_from(Letter)
        .join(Service, Service.id == Letter.service_id)
        .join(Notice, Notice.id == Service.notice_id)
        .join(Case, Case.id == Letter.case_id)
        .where(Letter.mailing_id == mailing_id)
        .order_by(Letter.place)
    )
    return rows.all()


_LISTS = Bundle(
    offices=ready(DIVISIONS, NOW),
    addressless=addressless(DIVISIONS, NOW),
    returned=returned(DIVISIONS, NOW),
    mailings=_mailings(DIVISIONS),
)
