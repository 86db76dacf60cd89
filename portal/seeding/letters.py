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
from notices.kinds.deadline_set import DeadlineSet
from notices.kinds.general_letter import GeneralLetter
from notices.kinds.request_for_information import RequestForInformation
from notices.model import Notice
from portal.audit import Actor
from portal.models import Case, Hearing
from portal.parts import Parts
from portal.people.demo import demo_id
from portal.registry.issued.recalling import recall
from portal.registry.notices.known import joined, known_facts
from portal.registry.noticing import Order, issue_notice, keep_letter, write_letter
from portal.registry.recipients import fingerprint, who_receives
from portal.seeding.cases import CASE, DemoCase
from portal.seeding.hearings import SITTINGS, Sitting, cancelled_at, moved_at
from portal.seeding.stage import Stage

# As `make run` has it; the settings of a demonstration may say otherwise only of what comes after.
RECALL_FOR = timedelta(minutes=5)
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

INTERPRETER = Both("Your interpreter", "Votre interprète")
WHICH_LANGUAGE = Both(
    "We will bring an interpreter for Tigrinya.\n\nIf you need another language, tell us now.",
    "Nous aurons un interprète pour le tigrigna.\n\n"
    "S’il vous faut une autre langue, dites-le-nous maintenant.",
)


@dataclass(frozen=True)
class Letter:
    """One notice to one case, at some moment."""

    case: DemoCase
    moment: datetime
    facts: Kind
    hearing_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """Tells it from every other."""
        return demo_id(f"{self.facts.code} {self.case.key} {self.facts.to_json()}")


def letters(now: datetime) -> Sequence[Letter]:
    """Everything that the registry wrote: hearing by hearing, then what else there was to say."""
    written = [one for sitting in SITTINGS for one in _about(sitting, now)]
    return [
        *written,
        mistaken(now),
        _general("tekle", now - timedelta(days=15), ADDRESS, WRITE_TO_US),
        _general("shevchenko", now - timedelta(days=9), ADDRESS, WRITE_TO_US),
        *_asking(now),
        # To somebody whom only paper reaches: posted, and waiting to be.
        _general("haile", now - timedelta(days=11), JOINING, HOW_TO_JOIN),
        _general("haile", now - timedelta(days=1), INTERPRETER, WHICH_LANGUAGE),
        # Its mails go out as soon as the portal runs: the page of caught mail is not empty.
        _general("barzani", now - timedelta(minutes=3), JOINING, HOW_TO_JOIN),
    ]


def mistaken(now: datetime) -> Letter:
    """One that its officer took back two minutes later: it was meant for another case."""
    return _general("noor", now - timedelta(days=6), ADDRESS, WRITE_TO_US)


def _asking(now: datetime) -> Iterator[Letter]:
    """What the registry wants of people, and by when."""
    today = now.date()
    yield _written(
        RequestForInformation,
        "barzani",
        now - timedelta(days=4),
        wanted=Both(
            "A copy of both sides of your identity card.\n\nThe address where you lived until 2024.",
            "Une copie des deux côtés de votre carte d’identité.\n\n"
            "L’adresse où vous habitiez jusqu’en 2024.",
        ),
        answer_by=today + timedelta(days=10),
    )
    yield _written(
        DeadlineSet,
        "tekle",
        now - timedelta(days=6),
        task=Both(
            "Send the translation of your documents.", "Envoyez la traduction de vos documents."
        ),
        due=today + timedelta(days=14),
        was=today + timedelta(days=2),
        reason=Both("You asked for more time.", "Vous avez demandé plus de temps."),
    )


def _written(kind: type[Kind], key: str, moment: datetime, **facts: Any) -> Letter:
    """One notice with these facts to the case of this key."""
    return Letter(CASE[key], moment, kind(**_headed(CASE[key]), **facts))


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
    return Letter(sitting.case, moment, KINDS[kind](**_headed(sitting.case), **known), sitting.id)


def _headed(case: DemoCase) -> dict[str, Any]:
    numbers = sorted(party.file_number for party in case.parties)
    return {"file_number": joined(numbers), "division": case.division}


def _general(key: str, moment: datetime, subject: Both, body: Both) -> Letter:
    return _written(GeneralLetter, key, moment, subject=subject, body=body)


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
        if one == mistaken(stage.now):
            deed = partial(_recall, one)
            stage.plan(one.moment + timedelta(minutes=2), one.case.officer.id, deed)


async def _recall(one: Letter, session: AsyncSession, moment: datetime) -> None:
    by = Actor(one.case.officer.id, one.case.officer.name)
    await recall(session, one.id, by=by, now=moment)


async def _issue(one: Letter, paper: Paper, session: AsyncSession, moment: datetime) -> Notice:
    case = await session.get_one(Case, one.case.id)
    seen = fingerprint(await who_receives(session, case, now=moment))
    order = Order(notice_id=one.id, facts=one.facts, seen=seen, hearing_id=one.hearing_id)
    by = Actor(one.case.officer.id, one.case.officer.name)
    return await issue_notice(
        session, order, case=case, paper=paper, by=by, now=moment, recall_for=RECALL_FOR
    )
