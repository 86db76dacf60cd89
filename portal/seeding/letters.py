"""The notices of the demonstration: what the registry wrote, on paper and in every inbox."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both, Kind
from notices.issuing import Paper
from notices.kinds import KINDS
from notices.kinds.general_letter import GeneralLetter
from notices.model import Notice
from portal.audit import Actor
from portal.models import Case, Hearing
from portal.parts import Parts
from portal.people.demo import demo_id
from portal.registry.notices.known import joined, known_facts
from portal.registry.noticing import Order, issue_notice, keep_letter, write_letter
from portal.registry.recipients import fingerprint, who_receives
from portal.seeding.cases import CASE, DemoCase
from portal.seeding.hearings import SITTINGS, Sitting, cancelled_at, moved_at
from portal.seeding.stage import Stage

JOINING = Both("Before a hearing by video", "Avant une audience par vidéo")
HOW_TO_JOIN = Both(
    "Try the link on the page of your hearing a few days before.\n\n"
    "If you have no quiet and private place, tell us: we have rooms for this.",
    "Essayez le lien à la page de votre audience quelques jours avant.\n\n"
    "Si vous n’avez pas d’endroit calme et privé, dites-le-nous : nous avons des salles pour cela.",
)
ADDRESS = Both("Your new address", "Votre nouvelle adresse")
WRITE_TO_US = Both(
    "A letter to you came back to us.\n\nPlease tell us where you live now.",
    "Une lettre qui vous était adressée nous est revenue.\n\nDites-nous où vous habitez maintenant.",
)


@dataclass(frozen=True)
class Letter:
    """One notice to one case, at some moment."""

    case: DemoCase
    moment: datetime
    facts: Kind

    @property
    def id(self) -> UUID:
        """Tells it from every other."""
        return demo_id(f"{self.facts.code} {self.case.key} {self.facts.to_json()}")


def letters(now: datetime) -> Sequence[Letter]:
    """Everything that the registry wrote, hearing by hearing, and three letters of its own."""
    written = [one for sitting in SITTINGS for one in _about(sitting, now)]
    return [
        *written,
        _general("tekle", now - timedelta(days=15), ADDRESS, WRITE_TO_US),
        _general("shevchenko", now - timedelta(days=9), ADDRESS, WRITE_TO_US),
        # Its mails go out as soon as the portal runs: the page of caught mail is not empty.
        _general("barzani", now - timedelta(minutes=3), JOINING, HOW_TO_JOIN),
    ]


def _about(sitting: Sitting, now: datetime) -> Iterator[Letter]:
    """What people are told of one hearing."""
    shortly = timedelta(minutes=2)
    yield _calling("notice_to_appear", sitting, sitting.fixed_at(now) + shortly, now=now)
    if sitting.moved_to:
        yield _calling("hearing_moved", sitting, moved_at(now) + shortly, now=now)
    if sitting.cancelled:
        yield _calling("hearing_cancelled", sitting, cancelled_at(now) + shortly, now=now)


def _calling(kind: str, sitting: Sitting, moment: datetime, *, now: datetime) -> Letter:
    """The facts are those that an officer finds in the form, filled in already."""
    moved = kind == "hearing_moved"
    hearing = Hearing(
        **vars(sitting.arrangement(now, moved=moved)),
        kind=sitting.kind,
        starts_at=sitting.starts_at(now, moved=moved),
        moved_from=sitting.starts_at(now) if moved else None,
    )
    case = Case(division=sitting.case.division, office=sitting.case.office)
    known = known_facts(kind, case, hearing, now=moment)
    known.pop("was_zone", None)
    return Letter(sitting.case, moment, KINDS[kind](**_headed(sitting.case), **known))


def _headed(case: DemoCase) -> dict[str, Any]:
    numbers = sorted(party.file_number for party in case.parties)
    return {"file_number": joined(numbers), "division": case.division}


def _general(key: str, moment: datetime, subject: Both, body: Both) -> Letter:
    case = CASE[key]
    return Letter(case, moment, GeneralLetter(**_headed(case), subject=subject, body=body))


async def keep_letters(portal: Parts, written: Sequence[Letter]) -> Mapping[UUID, Paper]:
    """Make every PDF and put it into the store, before any transaction."""
    kept = await asyncio.gather(*(asyncio.to_thread(_keep, portal, one) for one in written))
    return {one.id: paper for one, paper in zip(written, kept, strict=True)}


def _keep(portal: Parts, one: Letter) -> Paper:
    case = Case(office=one.case.office, language=one.case.language)
    pdf = write_letter(one.facts, case, notice_id=one.id, settings=portal.settings, now=one.moment)
    return keep_letter(portal.store, pdf)


def plan_letters(stage: Stage, written: Sequence[Letter], papers: Mapping[UUID, Paper]) -> None:
    """Each is issued by the officer who keeps the case."""
    for one in written:
        stage.plan(one.moment, one.case.officer.id, partial(_issue, one, papers[one.id]))


async def _issue(one: Letter, paper: Paper, session: AsyncSession, moment: datetime) -> Notice:
    case = await session.get_one(Case, one.case.id)
    seen = fingerprint(await who_receives(session, case, now=moment))
    order = Order(notice_id=one.id, facts=one.facts, seen=seen)
    by = Actor(one.case.officer.id, one.case.officer.name)
    return await issue_notice(session, order, case=case, paper=paper, by=by, now=moment)
