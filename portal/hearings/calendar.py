"""A hearing as a calendar file (RFC 5545): its time and place, and no word about the case."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

from icalendar import Calendar, Event

from portal.models import Hearing
from portal.web.formatting import Formatting
from portal.web.language import N_, say

SUMMARY = N_("Hearing")
WHERE = N_("%(moment)s. Sign in to Dossier for everything else.")


def calendar_file(hearing: Hearing, *, language: str) -> bytes:
    """The file: the same UID for ever, a SEQUENCE that rises, UTC that no old zone data bends.

    The hearing's own clock is in the description, for a calendar shows the reader's.
    """
    cancelled = hearing.cancelled_at is not None
    moment = Formatting(language, hearing.zone).moment(hearing.starts_at)
    ends_at = hearing.starts_at + timedelta(minutes=hearing.minutes)
    event, calendar = Event(), Calendar()
    facts = {
        "uid": f"{hearing.id}@dossier",
        "sequence": hearing.sequence,
        "dtstamp": _changed(hearing),
        "dtstart": hearing.starts_at.astimezone(UTC),
        "dtend": ends_at.astimezone(UTC),
        "summary": say(language, SUMMARY),
        "description": say(language, WHERE, moment=moment),
        "status": "CANCELLED" if cancelled else "CONFIRMED",
        "class": "PRIVATE",
        "location": hearing.place or hearing.link or hearing.dial_in,
        "url": hearing.link,
    }
    _fill(event, facts)
    method = "CANCEL" if cancelled else "PUBLISH"
    _fill(calendar, {"prodid": "-//Dossier//EN", "version": "2.0", "method": method})
    calendar.add_component(event)
    return calendar.to_ical()


def _fill(part: Calendar | Event, facts: Mapping[str, object]) -> None:
    add = cast("Callable[[str, object], None]", part.add)  # pyright: ignore[reportUnknownMemberType]
    for name, value in facts.items():
        if value is not None:
            add(name, value)


def _changed(hearing: Hearing) -> datetime:
    """When it was last made otherwise: the same file as long as the hearing is the same."""
    moments = (hearing.scheduled_at, hearing.moved_at, hearing.cancelled_at)
    return max(moment for moment in moments if moment).astimezone(UTC)
