"""Every kind of notice, by its code. A new kind is one folder here: its facts and its words."""

from collections.abc import Mapping
from typing import Any

from notices.facts import Kind
from notices.kinds.document_not_accepted import DocumentNotAccepted
from notices.kinds.document_received import DocumentReceived
from notices.kinds.general_letter import GeneralLetter
from notices.kinds.hearing_cancelled import HearingCancelled
from notices.kinds.hearing_moved import HearingMoved
from notices.kinds.notice_to_appear import NoticeToAppear

KINDS: Mapping[str, type[Kind]] = {
    kind.code: kind
    for kind in (
        NoticeToAppear,
        HearingMoved,
        HearingCancelled,
        DocumentReceived,
        DocumentNotAccepted,
        GeneralLetter,
    )
}


def facts_to_json(facts: Kind) -> dict[str, Any]:
    """The facts as the database keeps them."""
    return facts.to_json()


def facts_from_json(code: str, stored: Mapping[str, Any]) -> Kind:
    """Read facts back as the kind they were issued as."""
    return KINDS[code].from_json(stored)
