"""Every kind of notice, by its code. A new kind is one folder here: its facts and its words."""

from collections.abc import Mapping
from typing import Any

from notices.facts import Kind
from notices.kinds.correction_requested import CorrectionRequested
from notices.kinds.document_accepted import DocumentAccepted
from notices.kinds.document_not_accepted import DocumentNotAccepted
from notices.kinds.document_received import DocumentReceived
from notices.kinds.document_refused import DocumentRefused
from notices.kinds.document_withdrawn import DocumentWithdrawn
from notices.kinds.general_letter import GeneralLetter
from notices.kinds.hearing_cancelled import HearingCancelled
from notices.kinds.hearing_moved import HearingMoved
from notices.kinds.notice_to_appear import NoticeToAppear
from notices.kinds.withdrawal_refused import WithdrawalRefused

KINDS: Mapping[str, type[Kind]] = {
    kind.code: kind
    for kind in (
        NoticeToAppear,
        HearingMoved,
        HearingCancelled,
        DocumentReceived,
        DocumentNotAccepted,
        DocumentAccepted,
        CorrectionRequested,
        DocumentRefused,
        DocumentWithdrawn,
        WithdrawalRefused,
        GeneralLetter,
    )
}


def facts_to_json(facts: Kind) -> dict[str, Any]:
    """The facts as the database keeps them."""
    return facts.to_json()


def facts_from_json(code: str, stored: Mapping[str, Any]) -> Kind:
    """Read facts back as the kind they were issued as."""
    return KINDS[code].from_json(stored)
