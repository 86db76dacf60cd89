"""What the first page answers first: how things stand with the hearing, and what has come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from portal.cases.reading import CaseFile


class Situation(StrEnum):
    """How it stands with the hearing of a case."""

    closed = "closed"
    going_on = "going_on"
    coming = "coming"
    cancelled = "cancelled"
    over = "over"
    unfixed = "unfixed"


@dataclass(frozen=True)
class Situated:
    """The situation, and the hearing that it is about, if any."""

    situation: Situation
    hearing: Any = None


@dataclass(frozen=True)
class Received:
    """One thing the reader sent: documents under one receipt, or a request."""

    at: datetime
    documents: tuple[Any, ...] = ()
    request: Any = None


def situate(file: CaseFile, *, closed: bool, now: datetime) -> Situated:
    """The hearing that matters to somebody who has come to see when it is.

    One that is going on comes first; then the next; then a cancelled one still to come, lest
    somebody travels to it; then the last that is over.
    """
    called_off = [one for one in file.hearings if one.cancelled_at and one.starts_at > now]
    over = [one for one in file.hearings if one.cancelled_at is None and one.starts_at <= now]
    if following := file.next_hearing(now):
        going_on = following.starts_at <= now
        return Situated(Situation.going_on if going_on else Situation.coming, following)
    if closed:
        return Situated(Situation.closed)
    if called_off:
        return Situated(Situation.cancelled, called_off[0])
    return Situated(Situation.over, over[-1]) if over else Situated(Situation.unfixed)


def received_from(me: UUID, documents: Sequence[Any], requests: Sequence[Any]) -> list[Received]:
    """What this person sent, the latest first: each receipt with its documents, each request."""
    mine = [one for one in documents if me in {one.filed_by, one.principal_id}]
    sent = [
        Received(at, documents=(*together,))
        for at, together in groupby(mine, key=lambda one: one.filed_at)
    ]
    asked = [Received(one.asked_at, request=one) for one in requests]
    return sorted(sent + asked, key=lambda one: one.at, reverse=True)


def others(me: UUID, documents: Sequence[Any]) -> list[Any]:
    """What others filed."""
    return [one for one in documents if me not in {one.filed_by, one.principal_id}]
