"""The tables, as shared vocabulary: read any of them, write only through their owner's verb."""

from portal.models.approval import Approval, Outcome
from portal.models.case import Case, Party
from portal.models.delegation import Acting, Answer, Delegation, DelegationCase, Ending, Reminder
from portal.models.document import Document, DocumentState
from portal.models.entry import Entry
from portal.models.finding import Amiss, Finding, Share
from portal.models.hearing import Hearing
from portal.models.paper import ReceiptPaper
from portal.models.person import Account, Calling, Invitation, Person, Posting, SignedIn
from portal.models.picture import Picture
from portal.models.review import (
    Review,
    ReviewOutcome,
    Seal,
    SealReader,
    Withdrawal,
    WithdrawalOutcome,
)
from portal.models.standing import Right, Role, Standing, Suspension, visible_authority
from portal.models.submission import Submission
from portal.models.team import Membership, Team
from portal.models.upload import Upload

__all__ = [
    "Account",
    "Acting",
    "Amiss",
    "Answer",
    "Approval",
    "Calling",
    "Case",
    "Delegation",
    "DelegationCase",
    "Document",
    "DocumentState",
    "Ending",
    "Entry",
    "Finding",
    "Hearing",
    "Invitation",
    "Membership",
    "Outcome",
    "Party",
    "Person",
    "Picture",
    "Posting",
    "ReceiptPaper",
    "Reminder",
    "Review",
    "ReviewOutcome",
    "Right",
    "Role",
    "Seal",
    "SealReader",
    "Share",
    "SignedIn",
    "Standing",
    "Submission",
    "Suspension",
    "Team",
    "Upload",
    "Withdrawal",
    "WithdrawalOutcome",
    "visible_authority",
]
