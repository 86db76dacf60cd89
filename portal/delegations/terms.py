"""The terms of a loan of rights: what may be lent at all, and the sentences for what may not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from notices.address import NotAnAddress, one_address
from portal.models import Right
from portal.web.language import N_

# What the form offers beyond `see`. `delegate` is lent when managing delegations in somebody's name is built.
OFFERED = (Right.read, Right.prepare, Right.file, Right.receive, Right.request)
# Who may do the one must be able to do the other: filing begins with a draft, a notice is read.
NEEDS = {Right.file: Right.prepare, Right.receive: Right.read}
MOST_CASES = 200

NOT_AN_ADDRESS = N_("Enter one e-mail address, such as name@example.org")
TO_MYSELF = N_("This is your own address. Lend to somebody else")
TOO_EARLY = N_("The first day cannot be in the past")
ENDS_FIRST = N_("The last day must not be before the first day")
TOO_LONG = N_("Access can be lent for two years at most. Choose an earlier last day")
NO_CASES = N_("Choose at least one case, or lend access to all of your cases")
TOO_MANY_CASES = N_("Choose at most 200 cases, or lend access to all of your cases")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one person would lend to whoever has an address; days are counted where the lender is."""

    email: str
    rights: frozenset[Right]
    # None: all of the lender's cases, present and future.
    cases: tuple[UUID, ...] | None
    first_day: date
    last_day: date
    zone: str
    reason: str

    @property
    def starts_at(self) -> datetime:
        """The first moment of the first day."""
        return datetime.combine(self.first_day, time(), ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime:
        """The last second of the last day."""
        return datetime.combine(self.last_day, time(23, 59, 59), ZoneInfo(self.zone))

    def misfits(self, *, own_address: str, today: date) -> Iterator[tuple[str, str]]:
        """Which field holds what cannot be lent, and the sentence to say there."""
        if not _is_address(self.email):
            yield "email", NOT_AN_ADDRESS
        if self.email == own_address:
            yield "email", TO_MYSELF
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


def _is_address(text: str) -> bool:
    try:
        one_address(text)
    except NotAnAddress:
        return False
    return True
