"""What a notice's facts are known to be already: from the hearing, the case and the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel import Locale
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both, Kind, Moment
from notices.kinds import KINDS
from portal.models import Case, Hearing, Party
from portal.rules import rules
from portal.rules.deadlines import deadlines

# What is held, where it is no hearing of the division's usual kind.
OTHER_SITTINGS = {
    "conference": Both("Conference", "Conférence"),
    "detention_review": Both("Detention review", "Contrôle des motifs de détention"),
    "admissibility_hearing": Both("Admissibility hearing", "Enquête"),
}


@dataclass(frozen=True, kw_only=True)
class Convening:
    """A hearing as a notice states it, whether the database has it already or will in a moment."""

    kind: str
    starts: Moment
    mode: str
    place: str | None = None
    interpreter: str | None = None
    # When it was to be, where it was moved.
    was: Moment | None = None


def convening(hearing: Hearing) -> Convening:
    """A hearing that the database has."""
    before = hearing.moved_from
    return Convening(
        kind=hearing.kind,
        starts=Moment(hearing.starts_at, hearing.zone),
        mode=hearing.mode,
        place=hearing.place,
        interpreter=hearing.interpreter,
        was=Moment(before, hearing.zone) if before else None,
    )


async def file_numbers(session: AsyncSession, case_id: UUID) -> str:
    """The case's file numbers as papers have them: "TC6-01482/83"."""
    numbers = await session.scalars(
        sa.select(Party.file_number).where(Party.case_id == case_id).order_by(Party.file_number)
    )
    return joined(numbers.all())


def joined(numbers: Sequence[str]) -> str:
    """Numbers that differ in their last two digits share the rest: TB6-03419/20/21."""
    if not numbers:
        return ""
    first, *others = numbers
    if all(number[:-2] == first[:-2] and len(first) > 2 for number in others):
        return "/".join([first, *(number[-2:] for number in others)])
    return " / ".join(numbers)


async def hearing_meant(
    session: AsyncSession, case_id: UUID, *, kind: str, hearing_id: UUID | None, now: datetime
) -> Hearing | None:
    """The hearing a notice is about: the one named, else the next, or the last one cancelled.

    None for a kind that does not speak of a hearing.
    """
    if "hearing" not in KINDS[kind].inputs():
        return None
    select = sa.select(Hearing).where(Hearing.case_id == case_id)
    if hearing_id:
        return await session.scalar(select.where(Hearing.id == hearing_id))
    if kind == "hearing_cancelled":
        gone = select.where(Hearing.cancelled_at.is_not(None))
        return await session.scalar(gone.order_by(Hearing.cancelled_at.desc()).limit(1))
    coming = select.where(Hearing.cancelled_at.is_(None), Hearing.starts_at > now)
    return await session.scalar(coming.order_by(Hearing.starts_at).limit(1))


def known_facts(
    kind: str, case: Case, hearing: Hearing | Convening | None, *, now: datetime
) -> dict[str, Any]:
    """The facts of this kind that need no typing; a kind that shares none of them has none."""
    convened = convening(hearing) if isinstance(hearing, Hearing) else hearing
    hints = get_type_hints(KINDS[kind])
    asked = {name: hints[name] for name in KINDS[kind].inputs()}
    facts: dict[str, Any] = {}
    if "hearing" in asked:
        facts = _hearing_facts(kind, case, convened, now=now) if convened else {}
        facts.setdefault("hearing", about(case, "hearing"))
    known = {name: value for name, value in facts.items() if name in asked}
    # A moment nobody knows yet will be typed on the clock of the hearing, or else of the office.
    zone = convened.starts.zone if convened else rules.offices[case.office].zone
    moments = [name for name, hint in asked.items() if hint in {Moment, Moment | None}]
    return known | {f"{name}_zone": zone for name in moments if name not in known}


def state_known(
    kind: str, case: Case, hearing: Convening, *, file_number: str, now: datetime, **given: Any
) -> Kind:
    """The notice of a hearing, of what is known and what is `given` besides."""
    asked = KINDS[kind].inputs()
    known = known_facts(kind, case, hearing, now=now) | given
    facts = {name: value for name, value in known.items() if name in asked}
    return KINDS[kind](file_number=file_number, division=case.division, **facts)


def _hearing_facts(kind: str, case: Case, hearing: Convening, *, now: datetime) -> dict[str, Any]:
    """What a hearing states."""
    facts: dict[str, Any] = {"hearing": about(case, hearing.kind)}
    if kind == "hearing_cancelled":
        return facts | {"was": hearing.starts}
    facts |= {"starts": hearing.starts, "mode": hearing.mode}
    facts["documents_due"] = _due(case, hearing.starts.local.date(), now=now)
    if hearing.place:
        facts["place"] = Both(hearing.place, hearing.place)
    if hearing.interpreter:
        facts["interpreter"] = in_both(hearing.interpreter)
    if hearing.was:
        facts["was"] = hearing.was
    return facts


def about(case: Case, kind: str) -> Both:
    """What is held, in both languages."""
    usual = rules.divisions[case.division].hearing
    return OTHER_SITTINGS.get(kind) or Both(usual["en"], usual["fr"])


def in_both(language: str) -> Both:
    """A language by its name in English and in French, where its name is known; else as typed."""
    in_english = cast("dict[str, str]", Locale("en").languages)
    in_french = cast("dict[str, str]", Locale("fr").languages)
    for code, english in in_english.items():
        french = in_french.get(code, english)
        if language.casefold() in {english.casefold(), french.casefold()}:
            return Both(english, french)
    return Both(language, language)


def _due(case: Case, day: date, *, now: datetime) -> date | None:
    """The day documents are due before a hearing on this one, unless it has passed."""
    today = now.astimezone(ZoneInfo(rules.offices[case.office].zone)).date()
    limits = deadlines(division=case.division, office=case.office, hearings=[day])
    coming = [limit.due for limit in limits if limit.due >= today]
    return coming[0] if coming and coming[0] == limits[0].due else None
