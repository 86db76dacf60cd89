"""The tables, as shared vocabulary: read any of them, write only through their owner's verb."""

from notices.postroom import Bounce, Pace, Preference, StopLink, Suppression
from portal.models.appeal import Appeal, AppealNumber, Appellant
from portal.models.approval import Approval, Outcome
from portal.models.batch import Batch, BatchRow, BatchState, RowState
from portal.models.booking import Booked, Booking
from portal.models.case import Case, Party
from portal.models.delegation import Acting, Answer, Delegation, DelegationCase, Ending, Reminder
from portal.models.document import Document, DocumentState
from portal.models.entry import Entry
from portal.models.feed import Feed
from portal.models.finding import Amiss, Finding, Share
from portal.models.hearing import Hearing
from portal.models.joining import InvitationLetter, Joining, LetterEnd
from portal.models.paper import ReceiptPaper
from portal.models.person import Account, Calling, Invitation, Person, Posting, SignedIn
from portal.models.picture import Picture
from portal.models.postal import PostalAddress, Telephone
from portal.models.request import Decided, Request, RequestDecision
from portal.models.retainer import Retainer, RetainerOutcome
from portal.models.review import (
    Review,
    ReviewOutcome,
    Seal,
    SealReader,
    Withdrawal,
    WithdrawalOutcome,
)
from portal.models.standing import (
    Designation,
    Right,
    Role,
    Standing,
    Suspension,
    Why,
    visible_authority,
)
from portal.models.submission import Submission
from portal.models.team import Membership, Team
from portal.models.upload import Upload

__all__ = [
    "Account",
    "Acting",
    "Amiss",
    "Answer",
    "Appeal",
    "AppealNumber",
    "Appellant",
    "Approval",
    "Batch",
    "BatchRow",
    "BatchState",
    "Booked",
    "Booking",
    "Bounce",
    "Calling",
    "Case",
    "Decided",
    "Delegation",
    "DelegationCase",
    "Designation",
    "Document",
    "DocumentState",
    "Ending",
    "Entry",
    "Feed",
    "Finding",
    "Hearing",
    "Invitation",
    "InvitationLetter",
    "Joining",
    "LetterEnd",
    "Membership",
    "Outcome",
    "Pace",
    "Party",
    "Person",
    "Picture",
    "PostalAddress",
    "Posting",
    "Preference",
    "ReceiptPaper",
    "Reminder",
    "Request",
    "RequestDecision",
    "Retainer",
    "RetainerOutcome",
    "Review",
    "ReviewOutcome",
    "Right",
    "Role",
    "RowState",
    "Seal",
    "SealReader",
    "Share",
    "SignedIn",
    "Standing",
    "StopLink",
    "Submission",
    "Suppression",
    "Suspension",
    "Team",
    "Telephone",
    "Upload",
    "Why",
    "Withdrawal",
    "WithdrawalOutcome",
    "visible_authority",
]
