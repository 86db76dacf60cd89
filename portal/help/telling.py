"""What the page of a case in another language tells: the next hearing, what is due, letters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.cases.reading import CaseFile
from portal.rules.deadlines import Deadline


@dataclass(frozen=True)
class Told:
    """The few facts of a case that are data, and so need no translator."""

    # The next sitting that is not cancelled, or one that is going on.
    hearing: Any | None
    due: Deadline | None
    letters: int


def tell_case(file: CaseFile, me: UUID, *, now: datetime) -> Told:
    """The next hearing, the next date by which something must be sent, and letters not opened."""
    waiting = [
        one
        for one in file.notices
        if one.person_id == me and one.opened_at is None and one.recalled_at is None
    ]
    return Told(file.next_hearing(now), file.next_deadline(now), len(waiting))
