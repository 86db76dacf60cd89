"""The ladder of evidence: how far one notice came with one person, each step with its time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from notices.kinds import KINDS
from portal.web.language import N_

# Each step once it is there, and while it is not.
DONE: Mapping[str, str] = MappingProxyType({
    "issued": N_("Issued by %(name)s"),
    "recalled": N_("Recalled by %(name)s before it left"),
    "placed": N_("Placed in the inbox"),
    "mail_sent": N_("E-mail about it sent"),
    "mail_accepted": N_("E-mail accepted by the mail server"),
    "mail_refused": N_("E-mail could not be delivered"),
    "mail_bounced": N_("E-mail came back"),
    "mail_withdrawn": N_("No e-mail: access had ended"),
    "reminder_sent": N_("Reminder by e-mail sent"),
    "reminder_accepted": N_("Reminder accepted by the mail server"),
    "reminder_refused": N_("Reminder could not be delivered"),
    "reminder_bounced": N_("Reminder came back"),
    "reminder_withdrawn": N_("Reminder not sent"),
    "letter_asked": N_("Letter asked for by %(name)s"),
    "letter_printed": N_("Letter printed"),
    "letter_posted": N_("Letter posted"),
    "letter_deemed": N_("Letter deemed received"),
    "letter_returned": N_("Letter came back"),
    "opened": N_("Opened by %(name)s"),
    "opened_for": N_("Opened by %(name)s for %(principal)s"),
    "acknowledged": N_("Acknowledged by %(name)s"),
    "acknowledged_for": N_("Acknowledged by %(name)s for %(principal)s"),
    "legal": N_("Legal date of receipt, set by %(name)s"),
})  # fmt: skip
PENDING: Mapping[str, str] = MappingProxyType({
    **DONE,
    "mail_accepted": N_("E-mail accepted, or returned"),
    "reminder_accepted": N_("Reminder accepted, or returned"),
    "opened": N_("Opened"),
    "acknowledged": N_("Acknowledged"),
    "legal": N_("Legal date of receipt"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that is known of a service, or is still to come.

    `at`: when it was (UTC); `on`: the day, where only a day is known or counts. Neither: not yet.
    """

    code: str
    at: datetime | None = None
    on: date | None = None
    # Who did it.
    by: UUID | None = None
    facts: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def done(self) -> bool:
        """Whether it has happened."""
        return self.at is not None or self.on is not None

    @property
    def word(self) -> str:
        """What it is called, to be translated and filled with `facts`."""
        if not self.done:
            return PENDING[self.code]
        return DONE[f"{self.code}_for" if "principal" in self.facts else self.code]


def climb(
    notice: Any,  # noqa: ANN401 - rows of notices, from a page's one question or the tables' own
    service: Any,  # noqa: ANN401 - as above
    attempts: Sequence[Any],
    letters: Sequence[Any],
    *,
    now: datetime,
) -> list[Step]:
    """Every step of one service, in the order of the ladder; `letters` say when they were printed.

    What was recalled before it left has no step after that.
    """
    issued = Step(code="issued", at=notice.issued_at, facts={"name": notice.issued_by_name})
    if service.recalled_at:
        who = {"name": notice.recalled_by_name}
        return [issued, Step(code="recalled", at=service.recalled_at, facts=who)]
    steps = [issued, *_placed(service, now), *(step for one in attempts for step in _mailed(one))]
    steps += [step for one in letters for step in _posted(one)]
    if service.person_id:
        wanted = KINDS[notice.kind].wants_acknowledgement
        steps += _answered(service, wanted=wanted)
    who = {"name": service.legal_set_by_name or ""}
    if service.capacity == "service":
        steps.append(Step(code="legal", on=service.legal_on, facts=who if who["name"] else {}))
    return steps


def _placed(service: Any, now: datetime) -> Iterator[Step]:  # noqa: ANN401 - a row
    """In an inbox, for whoever has one."""
    if service.person_id:
        there = service.placed_at <= now
        yield Step(code="placed", at=service.placed_at if there else None)


def _mailed(attempt: Any) -> Iterator[Step]:  # noqa: ANN401 - a row
    """What became of one mail; a server's words stay on the desk, for they may hold an address."""
    kind = "reminder" if attempt.purpose == "reminder" else "mail"
    facts = {"address": attempt.masked} if attempt.masked else {}
    match attempt.state:
        case "withdrawn":
            yield Step(code=f"{kind}_withdrawn", at=attempt.settled_at)
        case "undeliverable":
            yield Step(code=f"{kind}_refused", at=attempt.settled_at, facts=facts)
        case "accepted" | "bounced":
            yield Step(code=f"{kind}_sent", at=attempt.tried_at, facts=facts)
            yield Step(code=f"{kind}_accepted", at=attempt.settled_at)
            if attempt.bounced_at:
                code = {"code": attempt.bounce_code} if attempt.bounce_code else {}
                yield Step(code=f"{kind}_bounced", at=attempt.bounced_at, facts=code)
        case _:
            yield Step(code=f"{kind}_sent", at=attempt.tried_at, facts=facts)
            yield Step(code=f"{kind}_accepted")


def _posted(letter: Any) -> Iterator[Step]:  # noqa: ANN401 - a row
    """How far one letter came."""
    asked = {"name": letter.asked_by_name}
    yield Step(code="letter_asked", at=letter.asked_at, facts=asked)
    yield Step(code="letter_printed", at=letter.printed_at)
    yield Step(code="letter_posted", on=letter.posted_on)
    if letter.returned_on:
        yield Step(code="letter_returned", on=letter.returned_on)
    else:
        rule = {"rule": letter.deemed_rule} if letter.deemed_rule else {}
        yield Step(code="letter_deemed", on=letter.deemed_on, facts=rule)


def _answered(service: Any, *, wanted: bool) -> Iterator[Step]:  # noqa: ANN401 - a row
    """What the person did with it, and for whom."""
    lent = {"principal": service.principal_name} if service.principal_name else {}
    opened = {"name": service.opened_by_name, **lent} if service.opened_at else {}
    yield Step(code="opened", at=service.opened_at, by=service.opened_by, facts=opened)
    said = service.acknowledged_at
    if wanted or said:
        who = {"name": service.acknowledged_by_name, **lent} if said else {}
        yield Step(code="acknowledged", at=said, by=service.acknowledged_by, facts=who)
