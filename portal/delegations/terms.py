"""The terms of a loan of rights: what may be lent at all, and the sentences for what may not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from notices.address import NotAnAddress, one_address
from portal.models import Right
from portal.web.language import N_

# What the form offers beyond `see`.
OFFERED = (Right.read, Right.prepare, Right.file, Right.receive, Right.request, Right.delegate)
# What is lent to who covers: everything but lending.
COVER = frozenset(Right) - {Right.delegate, Right.administer}
# Why, in the words that every cover has; said in the language of whoever reads it.
COVERS = N_("Covers for me while I am away")
# Who may do the one must be able to do the other: filing begins with a draft, a notice is read.
NEEDS = {Right.file: Right.prepare, Right.receive: Right.read}
MOST_CASES = 500

NOT_AN_ADDRESS = N_("Enter one e-mail address, such as name@example.org")
TO_MYSELF = N_("This is your own address. Lend to somebody else")
TOO_EARLY = N_("The first day cannot be in the past")
ENDS_FIRST = N_("The last day must not be before the first day")
TOO_LONG = N_("Access can be lent for two years at most. Choose an earlier last day")
NO_CASES = N_("Choose at least one case, or lend access to all of your cases")
MANAGES_ALL = N_(
    "Who manages access does so for all of your cases. Choose all of them, or untick it"
)
NOT_LENT_ON = N_("The right to manage access is not lent on")
TOO_MANY_CASES = N_("Choose at most 500 cases, or lend access to all of your cases")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one person would lend to whoever has an address, or to a team; days are the lender's."""

    email: str | None
    rights: frozenset[Right]
    # None: all of the lender's cases, present and future.
    cases: tuple[UUID, ...] | None
    first_day: date
    last_day: date
    zone: str
    reason: str
    team_id: UUID | None = None
    kind: str = "loan"

    @property
    def starts_at(self) -> datetime:
        """The first moment of the first day."""
        return datetime.combine(self.first_day, time(), ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime:
        """The last second of the last day."""
        return datetime.combine(self.last_day, time(23, 59, 59), ZoneInfo(self.zone))

    def today(self, now: datetime) -> date:
        """The day it is where the lender is."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def misfits(self, *, own_address: str, today: date) -> Iterator[tuple[str, str]]:
        """Which field holds what cannot be lent, and the sentence to say there."""
        if self.team_id is None:
            yield from _unfit_address(self.email or "", own_address)
        if Right.delegate in self.rights and self.cases is not None:
            yield "rights", MANAGES_ALL
        if self.first_day < today:
            yield "starts", TOO_EARLY
        if self.last_day < self.first_day:
            yield "ends", ENDS_FIRST
        elif self.last_day > longest(self.first_day):
            yield "ends", TOO_LONG
        if self.cases is not None and not self.cases:
            yield "cases", NO_CASES
        if self.cases is not None and len(self.cases) > MOST_CASES:
            yield "cases", TOO_MANY_CASES


def completed(rights: set[Right]) -> frozenset[Right]:
    """These rights with those they cannot do without; `see` is the ground of all."""
    return frozenset({Right.see} | rights | {NEEDS[right] for right in rights if right in NEEDS})


def ordered(rights: Collection[Right]) -> list[str]:
    """As they are written down: from weak to strong."""
    return [right.value for right in Right if right in rights]


def usual(first_day: date) -> date:
    """The last day that is proposed: one year."""
    return _years(first_day, 1) - timedelta(days=1)


def longest(first_day: date) -> date:
    """The latest last day there can be: two years."""
    return _years(first_day, 2) - timedelta(days=1)


def _years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=2, day=28)


def _unfit_address(text: str, own: str) -> Iterator[tuple[str, str]]:
    if not _is_address(text):
        yield "email", NOT_AN_ADDRESS
    if text == own:
        yield "email", TO_MYSELF


def _is_address(text: str) -> bool:
    try:
        one_address(text)
    except NotAnAddress:
        return False
    return True
