"""Receipts in words: what came in, when, by whom, for whom, and whether in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from portal.documents.reading import Package, read_submission
from portal.rules import Limit, rules
from portal.web.formatting import Formatting
from portal.web.language import N_, say

_WHOLE = sa.text(
    "select receipt_fingerprint(:id) as whole,"
    " exists (select from appeal where perfected_by = :id) as perfects, coalesce((select jsonb_agg(to_jsonb(line))"
    " from portal_sealed_lines(:id) as line), '[]') as sealed"
)


class NotFiled(Exception):
    """It is still a draft: nothing has been received."""


@dataclass(frozen=True)
class Fact:
    """One line of a receipt: what it is about, and what it says; `name`: of a person or a thing."""

    label: str
    text: str
    name: bool = False


@dataclass(frozen=True)
class Receipt:
    """A filing as its receipt tells it."""

    filed: Package
    # The hash over number, moment and every file's hash (`receipt_fingerprint`).
    whole: str
    # What has been sealed since: size, pages and hash prove it to the filer, and no name is left.
    sealed: Sequence[Mapping[str, Any]]
    # Whether it was the record that an appeal waited for.
    perfects: bool = False

    @property
    def number(self) -> str:
        """What people quote."""
        return self.filed.submission.receipt

    @property
    def at(self) -> datetime:
        """When it was received, by the database's clock."""
        return self.filed.submission.filed_at

    @property
    def checked_at(self) -> datetime:
        """The last time that a check of these files said something, or when they came."""
        return max([self.at, *(one.judged_at for one in self.filed.documents if one.judged_at)])


async def read_receipt(session: AsyncSession, me: UUID, submission_id: UUID) -> Receipt:
    """The receipt of what I filed or may read; raises NotFiled while it is a draft."""
    filed = await read_submission(session, me, submission_id)
    if filed.submission.filed_at is None:
        raise NotFiled
    found = (await session.execute(_WHOLE, {"id": submission_id})).one()
    return Receipt(filed, found.whole, found.sealed, found.perfects)


def facts(receipt: Receipt, f: Formatting) -> list[Fact]:
    """Everything that a receipt says of the filing as a whole, to this reader."""
    submission = receipt.filed.submission
    return [
        *_moments(receipt.at, receipt.filed.zone, f),
        *_people(receipt.filed, f),
        Fact(N_("Limit"), in_words(submission.judged, f)),
        *_perfected(receipt, f),
        *_named(N_("Why it is late"), submission.late_reasons),
        *_named(N_("Copy given to the other party"), _service(submission, f)),
    ]


def _perfected(receipt: Receipt, f: Formatting) -> list[Fact]:
    """That the record perfects the appeal."""
    said = say(f.language, N_("Your appeal is perfected."))
    return [Fact(N_("Appeal"), said)] if receipt.perfects else []


def _people(filed: Package, f: Formatting) -> list[Fact]:
    """By whom, for whom, and in which other cases as well."""
    submission = filed.submission
    names = {"filer": submission.filer_name, "principal": submission.principal_name}
    both = say(f.language, N_("%(filer)s for %(principal)s"), **names)
    also = [number for one in filed.joined for number in one.file_numbers]
    return [
        *_named(N_("Filed by"), both if submission.delegation_id else submission.filer_name),
        *_named(N_("In the name of"), submission.principal_name),
        *_named(N_("Prepared by"), filed.preparer),
        *_named(N_("Filed in these cases too"), ", ".join(also)),
    ]


def _named(label: str, text: str | None) -> list[Fact]:
    """What people said or are called, if anything: it is in nobody's language."""
    return [Fact(label, text, name=True)] if text else []


def _service(submission: Any, f: Formatting) -> str:  # noqa: ANN401 - a row
    """To whom, how and when, as the filer states it (RPD Rules, r. 34)."""
    how = rules.means.get(submission.served_how or "")
    on = submission.served_on
    told = (submission.served_to, f.data(how.name) if how else "", f.weekday(on) if on else "")
    return " · ".join(filter(None, told))


def _moments(at: datetime, zone: str, f: Formatting) -> list[Fact]:
    """The moment on the registry office's clock, on the reader's, and as the database has it."""
    offices = N_("%(moment)s (by the clock of the registry office)")
    shared = N_("%(moment)s (by the clock of the registry office, and yours)")
    same = f.zone == zone
    when = say(f.language, shared if same else offices, moment=_moment(at, zone, f))
    yours = [] if same else [Fact(N_("The same moment"), _moment(at, f.zone, f))]
    universal = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return [Fact(N_("Received"), when), *yours, Fact(N_("Universal time"), universal)]


def in_words(judged: Mapping[str, Any] | None, f: Formatting) -> str:
    """Whether a filing was in time, and for what."""
    if judged is None:
        return say(f.language, N_("No limit applied."))
    answered = _limit(judged["code"])
    late = N_("Late: %(what)s was due %(day)s.")
    in_time = N_("In time: %(what)s, due %(day)s.")
    day = f.weekday(date.fromisoformat(judged["due"]))
    said = say(f.language, late if judged["late"] else in_time, what=f.data(answered.name), day=day)
    missed = [f.data(_limit(code).name) for code in judged.get("missed", ())]
    if missed and not judged["late"]:
        passed = say(
            f.language, N_("The limit for this had passed: %(what)s."), what=", ".join(missed)
        )
        return f"{said} {passed}"
    return said


def _moment(moment: datetime, zone: str, f: Formatting) -> str:
    """Saturday, 21 November 2026, 20:05, Toronto time (Eastern)."""
    there = f.weekday(f.local_day(moment, zone))
    return f"{there}, {f.time(moment, zone)}, {f.zone_name(zone)}"


def _limit(code: str) -> Limit:
    return next(limit for limit in rules.limits if limit.code == code)
