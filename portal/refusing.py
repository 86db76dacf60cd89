"""The one table from exceptions to what people are told; anything else is our fault."""

from portal.counsel.retaining import TooManyRetainers
from portal.delegations.answering import BothSides, ForCounsel, OfferOver
from portal.delegations.offering import NothingToLend
from portal.gate import Lacking, Unknown
from portal.inbox.reading import NotYours
from portal.joining.knocking import PassOver
from portal.people.inviting import InvitationOver, TooManyInvitations
from portal.people.signing_in import TooManyTries
from portal.receipts.asking import FileTooLarge
from portal.refusals import (
    BOTH_SIDES,
    BROKEN,
    CUT_SHORT,
    FILE_TOO_LARGE,
    FOR_COUNSEL,
    FORGED,
    FORM_TOO_LARGE,
    INVITATION_OVER,
    NOT_FOUND,
    NOT_YOUR_NOTICE,
    NOTHING_TO_LEND,
    OFFER_OVER,
    PASS_OVER,
    SLOW_DOWN,
    TOO_MANY_INVITATIONS,
    TOO_MANY_RETAINERS,
    TRY_LATER,
    Refusal,
    lacking,
)
from portal.registry.carrying import NotOurForm
from portal.web import csrf
from portal.web.pages import CutShort, FormTooLarge
from storage.confinement import ChildUnavailable
from storage.database import DatabaseUnavailable
from storage.objects import StoreUnavailable

# Every exception that is an answer; anything else is our fault and is logged.
REFUSALS: dict[type[Exception], Refusal] = {
    Unknown: NOT_FOUND,
    csrf.Forged: FORGED,
    NotOurForm: FORGED,
    FormTooLarge: FORM_TOO_LARGE,
    CutShort: CUT_SHORT,
    FileTooLarge: FILE_TOO_LARGE,
    TooManyTries: SLOW_DOWN,
    TooManyInvitations: TOO_MANY_INVITATIONS,
    TooManyRetainers: TOO_MANY_RETAINERS,
    NotYours: NOT_YOUR_NOTICE,
    OfferOver: OFFER_OVER,
    BothSides: BOTH_SIDES,
    ForCounsel: FOR_COUNSEL,
    NothingToLend: NOTHING_TO_LEND,
    InvitationOver: INVITATION_OVER,
    PassOver: PASS_OVER,
    DatabaseUnavailable: TRY_LATER,
    StoreUnavailable: TRY_LATER,
    ChildUnavailable: TRY_LATER,
}


def refusal_for(error: Exception) -> Refusal:
    """What this error is to the person it meets."""
    if isinstance(error, Lacking):
        return lacking(error.right, error.lenders)
    return next((REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS), BROKEN)
