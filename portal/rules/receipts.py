"""When a letter, or a notice in the inbox, counts as received: a rule's day, and how it was found."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from portal.rules import Receipt, rules
from portal.rules.holidays import Office


@dataclass(frozen=True)
class Deemed:
    """The day that a rule says, counted from the day of sending."""

    on: date
    sent_on: date
    rule: Receipt
    # The day before it was moved off days on which the office is closed.
    counted: date

    @property
    def moved(self) -> bool:
        """Whether the day counted was one on which the office is closed."""
        return self.on != self.counted


def deemed_receipt(
    *,
    division: str,
    office: str,
    by: Literal["letter", "portal"],
    sent_on: date,
    abroad: bool = False,
) -> Deemed | None:
    """The day of receipt by the rule in force when it was sent; None where no rule says one.

    `sent_on`: the local day at the registry office. `abroad`: to an address outside Canada; where the
    division has no row for that, its ordinary one holds.
    """
    held = [
        row
        for row in rules.receipts
        if row.division == division and row.by == by and row.in_force <= sent_on
        if abroad or not row.abroad
    ]
    if not held:
        return None
    rule = max(held, key=lambda row: (row.abroad, row.in_force))
    counted = sent_on + timedelta(days=rule.days)
    on = Office(office).open_from(counted) if rule.working else counted
    return Deemed(on, sent_on, rule, counted)
