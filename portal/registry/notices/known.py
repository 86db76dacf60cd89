"""What a notice's facts are known to be already: from the hearing, the case and the rules."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel import Locale
from sqlalchemy.ext.asyncio import AsyncSession

from notices.facts import Both, Moment
from portal.models import Case, Hearing, Party
from portal.rules import rules
from portal.rules.deadlines import deadlines

# What is held, where it is no hearing of the division's usual kind.
OTHER_SITTINGS = {
    "conference": Both("Conference", "Conférence"),
    "detention_review": Both("Detention review", "Contrôle des motifs de détention"),
    "admissibility_hearing": Both("Admissibility hearing", "Enquête"),
}


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
    """The hearing a notice is about: the one named, else the next, or the last one cancelled."""
    if kind == "general_letter":
        return None
    select = sa.select(Hearing).where(Hearing.case_id == case_id)
    if hearing_id:
        return await session.scalar(select.where(Hearing.id == hearing_id))
    if kind == "hearing_cancelled":
        gone = select.where(Hearing.cancelled_at.is_not(None))
        return await session.scalar(gone.order_by(Hearing.cancelled_at.desc()).limit(1))
    coming = select.where(Hearing.cancelled_at.is_(None), Hearing.starts_at > now)
    return await session.scalar(coming.order_by(Hearing.starts_at).limit(1))


def known_facts(kind: str, case: Case, hearing: Hearing | None, *, now: datetime) -> dict[str, Any]:
    """The facts of this kind that need no typing."""
    if kind == "general_letter":
        return {}
    if hearing is None:
        zone = rules.offices[case.office].zone
        return {"hearing": about(case, "hearing"), "starts_zone": zone, "was_zone": zone}
    facts: dict[str, Any] = {"hearing": about(case, hearing.kind)}
    starts = Moment(hearing.starts_at, hearing.zone)
    if kind == "hearing_cancelled":
        return facts | {"was": starts}
    facts |= {"starts": starts, "mode": hearing.mode, "documents_due": _due(case, hearing, now=now)}
    if hearing.place:
        facts["place"] = Both(hearing.place, hearing.place)
    if hearing.interpreter:
        facts["interpreter"] = in_both(hearing.interpreter)
    if kind == "hearing_moved":
        facts["was_zone"] = hearing.zone
        if hearing.moved_from:
            facts["was"] = Moment(hearing.moved_from, hearing.zone)
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


def _due(case: Case, hearing: Hearing, *, now: datetime) -> date | None:
    """The day documents are due, unless it has passed."""
    today = now.astimezone(ZoneInfo(rules.offices[case.office].zone)).date()
    limits = deadlines(
        division=case.division, office=case.office, hearings=[hearing.local_start.date()]
    )
    coming = [limit.due for limit in limits if limit.due >= today]
    return coming[0] if coming and coming[0] == limits[0].due else None
