"""What people of the demonstration ask of the registry: another date, an interpreter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Moment
from portal.models import Request
from portal.people.demo import CLAIRE, DemoPerson, demo_id
from portal.requests.asking import ask
from portal.requests.kind import RequestKind
from portal.requests.kinds.change_of_date import ChangeOfDate
from portal.requests.kinds.interpreter import Interpreter
from portal.requests.scene import Scene, set_scene
from portal.rules.holidays import Office
from portal.seeding.cases import CASE, DemoCase
from portal.seeding.stage import Stage


def plan_requests(stage: Stage) -> None:
    """Claire asks for both, for two clients; nobody has decided yet."""
    # The Noors' hearing was fixed yesterday.
    for key, hours, said in (("noor", 2, _another_date), ("shevchenko", 51, _interpreter)):
        moment = stage.now - timedelta(hours=hours)
        stage.plan(moment, CLAIRE.id, partial(_ask, CASE[key], CLAIRE, said))
        stage.dates.append(
            sa.update(Request).where(Request.id == _id(CASE[key])).values(asked_at=moment)
        )


def _id(case: DemoCase) -> UUID:
    return demo_id(f"request {case.key}")


async def _ask(
    case: DemoCase,
    person: DemoPerson,
    said: Callable[[Scene], RequestKind],
    session: AsyncSession,
    moment: datetime,
) -> None:
    scene = await set_scene(session, person.id, case.id, now=moment)
    await ask(session, scene, said(scene), request_id=_id(case), name=person.name)


def _another_date(scene: Scene) -> RequestKind:
    hearing, office = scene.hearings[0], Office(scene.case.office)
    on = hearing.local_start.date()
    return ChangeOfDate(
        hearing_id=str(hearing.id),
        hearing=Moment(hearing.starts_at, hearing.zone),
        reasons="I am before the Federal Court that whole day; the order fixing it is filed.",
        medical=False,
        days=tuple(office.working(on, number) for number in (2, 4, 6)),
    )


def _interpreter(scene: Scene) -> RequestKind:
    party = scene.parties[0]
    return Interpreter(
        party_ids=(str(party.id),),
        names=(party.name,),
        language="Ukrainian",
        dialect="",
        remarks="",
    )
