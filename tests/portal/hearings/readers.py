"""Two programs that read calendars and share no code: what each makes of a feed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import vobject  # pyright: ignore[reportMissingTypeStubs]
from icalendar import Calendar


@dataclass(frozen=True)
class Seen:
    """One event as a calendar program has it."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    status: str
    summary: str


def by_icalendar(content: bytes) -> list[Seen]:
    """Collective's `icalendar`, which also wrote it."""
    calendar: Any = Calendar.from_ical(content)
    return [
        Seen(
            uid=str(one["UID"]),
            sequence=int(one["SEQUENCE"]),
            starts=one["DTSTART"].dt,
            ends=one["DTEND"].dt,
            status=str(one["STATUS"]),
            summary=str(one["SUMMARY"]),
        )
        for one in calendar.walk("VEVENT")
    ]


def by_vobject(content: bytes) -> list[Seen]:
    """`vobject`, from Chandler, the calendar of the Open Source Applications Foundation."""
    read = cast("Any", vobject.readOne)  # pyright: ignore[reportUnknownMemberType]
    calendar = read(content.decode())
    return [
        Seen(
            uid=one.uid.value,
            sequence=int(one.sequence.value),
            starts=one.dtstart.value,
            ends=one.dtend.value,
            status=one.status.value,
            summary=one.summary.value,
        )
        for one in calendar.contents.get("vevent", [])
    ]


READERS: Mapping[str, Callable[[bytes], list[Seen]]] = {
    "icalendar": by_icalendar,
    "vobject": by_vobject,
}
