"""Showing: what the page of a case says of appeals, to those who may know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.appeals.assembling import Record, assembled
from portal.appeals.counting import notice_due, record_due
from portal.appeals.grounds import Decision, Received, appealable
from portal.gate import OpenCase
from portal.rules.deadlines import Deadline


@dataclass(frozen=True)
class Offer:
    """That somebody may appeal: what was decided, and until when."""

    decision: Decision | None
    received: Received | None
    # Counted from the day of the reasons, or else from the day the decision came in here.
    due: Deadline | None


@dataclass(frozen=True)
class Timeline:
    """How far an appeal came: the notice, the record that is due, what is there of it."""

    appeal: Any
    notice_due: Deadline
    record_due: Deadline
    record: Record


def offer(opened: OpenCase, file: Any, *, me: UUID) -> Offer | None:  # noqa: ANN401 - a CaseFile
    """What this reader is offered on a claim; None where everybody has appealed, or nobody may."""
    taken = {one.claim_party_id for one in file.appealed}
    if not appealable(opened) or all(party.id in taken for party in file.parties):
        return None
    decision, office = file.decision, opened.case.office
    if decision is None:
        return Offer(None, None, None)
    acting = opened.acting_for
    received = decision.received(opened.case, principal=acting.principal_id if acting else me)
    on = received.on if received else decision.reached_on(office)
    return Offer(decision, received, notice_due(on, office=office) if on else None)


def timeline(opened: OpenCase, appeals: Sequence[Any], documents: Sequence[Any]) -> Timeline | None:
    """The appeal that this case is; None where it is no appeal that was filed here."""
    own = [one for one in appeals if one.case_id == opened.id]
    if not own:
        return None
    on, office = own[0].reasons_received_on, opened.case.office
    return Timeline(
        own[0],
        notice_due(on, office=office),
        record_due(on, office=office),
        # They come with the newest filing first, each in its own order.
        assembled(sorted(documents, key=lambda one: one.filed_at)),
    )
