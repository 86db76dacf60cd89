"""Counting: until when a notice of appeal and an appellant's record are in time, and what was late."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.rules import rules
from portal.rules.deadlines import Deadline, limit_from

# Before this day there was no Division to appeal to.
FIRST_DAY = min(one.in_force for one in rules.limits if one.code == "rad_notice_of_appeal")


@dataclass(frozen=True)
class Pending:
    """What is still to come in an appeal that is not perfected."""

    reasons_received_on: date
    office: str

    @property
    def record_due(self) -> Deadline:
        """Until when the appellant's record perfects it in time."""
        return record_due(self.reasons_received_on, office=self.office)


def notice_due(received_on: date, *, office: str) -> Deadline:
    """The last day of the notice of appeal, counted from the reasons (IRPR, s. 159.91)."""
    return limit_from("rad_notice_of_appeal", received_on, office=office)


def record_due(received_on: date, *, office: str) -> Deadline:
    """The last day of the appellant's record, by the limit in force when the reasons came."""
    return limit_from("rad_perfection", received_on, office=office)


def tribunal_record_due(filed_at: datetime, *, office: str) -> Deadline:
    """Until when the Division of the claim sends its record (RAD Rules, r. 21)."""
    return limit_from("rad_tribunal_record", local_day(filed_at, office), office=office)


def judge(due: Deadline, at: datetime) -> dict[str, Any]:
    """What a receipt says of a limit; warned about and marked, never a reason to refuse."""
    return {"code": due.limit.code, "due": due.due.isoformat(), "late": due.passed(at)}


def local_day(moment: datetime, office: str) -> date:
    """The date at the registry office."""
    return moment.astimezone(ZoneInfo(rules.offices[office].zone)).date()
