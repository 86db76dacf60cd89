"""Hearings as calendar files (RFC 5545): time and place, and no word about the case."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import cast
from uuid import UUID

from icalendar import Calendar, Event

from portal.models import Hearing
from portal.web.formatting import Formatting
from portal.web.language import N_, say

SUMMARY = N_("Hearing")
WHERE = N_("%(moment)s. Sign in to Dossier for everything else.")
# How often a calendar program is asked to look again.
AGAIN = timedelta(hours=1)


def calendar_file(hearing: Hearing, *, language: str) -> bytes:
    """One hearing, for the person who is signed in: with its place and the link to join."""
    facts = _event(_shown(hearing, language)) | {
        "location": hearing.place or hearing.link or hearing.dial_in,
        "url": hearing.link,
    }
    method = "CANCEL" if hearing.cancelled_at else "PUBLISH"
    return _calendar({"method": method}, [_written(facts)])


def calendar_feed(hearings: Iterable[Hearing], *, language: str) -> bytes:
    """All of somebody's, for a program that signs in nowhere: when, and nothing else."""
    about = {
        "method": "PUBLISH",
        "x-wr-calname": "Dossier",
        "refresh-interval": AGAIN,
        "x-published-ttl": "PT1H",
    }
    return _calendar(about, (_fed(_shown(one, language)) for one in hearings))


@dataclass(frozen=True)
class _Shown:
    """What a calendar shows of a hearing; the same file as long as this is the same."""

    id: UUID
    sequence: int
    changed_at: datetime
    starts_at: datetime
    minutes: int
    zone: str
    cancelled: bool
    language: str


def _shown(hearing: Hearing, language: str) -> _Shown:
    moments = (hearing.scheduled_at, hearing.moved_at, hearing.cancelled_at)
    return _Shown(
        id=hearing.id,
        sequence=hearing.sequence,
        changed_at=max(moment for moment in moments if moment).astimezone(UTC),
        starts_at=hearing.starts_at.astimezone(UTC),
        minutes=hearing.minutes,
        zone=hearing.zone,
        cancelled=hearing.cancelled_at is not None,
        language=language,
    )


@lru_cache(maxsize=20_000)
def _fed(shown: _Shown) -> bytes:
    """Programs fetch the same feed every hour: what has not changed is not written again."""
    return _written(_event(shown))


def _calendar(about: Mapping[str, object], events: Iterable[bytes]) -> bytes:
    calendar = Calendar()
    _fill(calendar, {"prodid": "-//Dossier//EN", "version": "2.0", **about})
    head, end, tail = calendar.to_ical().rpartition(b"END:VCALENDAR")
    return head + b"".join(events) + end + tail


def _written(facts: Mapping[str, object]) -> bytes:
    event = Event()
    _fill(event, facts)
    return event.to_ical()


def _event(shown: _Shown) -> dict[str, object]:
    """The same UID for ever, a SEQUENCE that rises, UTC that no old zone data bends.

    The hearing's own clock is in the description, for a calendar shows the reader's.
    """
    moment = Formatting(shown.language, shown.zone).moment(shown.starts_at)
    return {
        "uid": f"{shown.id}@dossier",
        "sequence": shown.sequence,
        "dtstamp": shown.changed_at,
        "dtstart": shown.starts_at,
        "dtend": shown.starts_at + timedelta(minutes=shown.minutes),
        "summary": say(shown.language, SUMMARY),
        "description": say(shown.language, WHERE, moment=moment),
        "status": "CANCELLED" if shown.cancelled else "CONFIRMED",
        "class": "PRIVATE",
    }


def _fill(part: Calendar | Event, facts: Mapping[str, object]) -> None:
    add = cast("Callable[[str, object], None]", part.add)  # pyright: ignore[reportUnknownMemberType]
    for name, value in facts.items():
        if value is not None:
            add(name, value)
