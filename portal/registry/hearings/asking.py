"""Which act upon which hearing a page is asked for: the case opened, the form read."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from portal.gate import OpenCase, Right, Unknown, find, open_case
from portal.models import Hearing
from portal.registry.hearings.form import (
    KIND_WORDS,
    MODE_WORDS,
    ONLY_IN,
    CancellationForm,
    HearingForm,
    as_it_is,
)
from portal.registry.hearings.planning import Plan
from portal.rules import rules
from portal.web.visit import Visit


@dataclass(frozen=True)
class Asked:
    """A form about a hearing that is to be fixed, or of one that is there."""

    opened: OpenCase
    form: HearingForm | CancellationForm
    hearing: Hearing | None = None

    def plan(self, key: UUID) -> Plan:
        """What it asks for; only after the form was checked."""
        form, hearing = self.form, self.hearing
        return Plan(
            case=self.opened.case,
            key=key,
            kind=hearing.kind if hearing else form["kind"].data,
            hearing=hearing,
            arrangement=form.arrangement() if isinstance(form, HearingForm) else None,
            reason=form.reason,
        )


async def ask_new(visit: Visit) -> Asked:
    """A hearing to be fixed, on the clock of the case's office."""
    opened = await open_administered(visit, visit.request.path_params["case_id"])
    zone = rules.offices[opened.case.office].zone
    start: dict[str, Any] = {
        "id": str(uuid4()),
        "kind": "hearing",
        "mode": "video",
        "zone": zone,
        "minutes": 180,
    }
    form = visit.form(HearingForm, data=start)
    return Asked(opened, _offer(visit, form, opened))


async def ask_move(visit: Visit) -> Asked:
    """A hearing as it is, to be changed."""
    hearing, opened = await _hearing(visit)
    start = as_it_is(hearing) | {"id": str(uuid4())}
    with suppress(ValueError):
        # A date that was asked for, and granted.
        start["day"] = date.fromisoformat(visit.request.query_params.get("day", ""))
    form = visit.form(HearingForm, data=start)
    return Asked(opened, _offer(visit, form, opened), hearing)


async def ask_cancellation(visit: Visit) -> Asked:
    """A hearing to be called off."""
    hearing, opened = await _hearing(visit)
    start = {"id": str(uuid4()), "sequence": hearing.sequence}
    form = visit.form(CancellationForm, data=start)
    return Asked(opened, form, hearing)


async def open_administered(visit: Visit, case_id: UUID, *, lock: bool = False) -> OpenCase:
    """The case, for an officer who keeps it; to everybody else there is no such page."""
    if not visit.me.is_staff:
        raise Unknown
    return await open_case(visit.session, visit.me.id, case_id, right=Right.administer, lock=lock)


async def _hearing(visit: Visit) -> tuple[Hearing, OpenCase]:
    # Somebody who is signed out is asked to sign in, before anything is looked up.
    if not visit.me.is_staff:
        raise Unknown
    hearing = await find(visit.session, Hearing, visit.request.path_params["hearing_id"])
    return hearing, await open_administered(visit, hearing.case_id)


def _offer(visit: Visit, form: HearingForm, opened: OpenCase) -> HearingForm:
    """Give the form its choices, in the reader's language."""
    form.kind.choices = [
        (code, visit.say(words))
        for code, words in KIND_WORDS.items()
        if ONLY_IN.get(code, opened.case.division) == opened.case.division
    ]
    form.mode.choices = [(code, visit.say(words)) for code, words in MODE_WORDS.items()]
    zones = dict.fromkeys([rules.offices[opened.case.office].zone, *rules.zones])
    if form.zone.data:
        zones.setdefault(form.zone.data)
    form.zone.choices = [(code, visit.formatting.zone_name(code)) for code in zones]
    return form
