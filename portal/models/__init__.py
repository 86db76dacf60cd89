"""The tables, as shared vocabulary: read any of them, write only through their owner's verb."""

from portal.models.approval import Approval, Outcome
from portal.models.case import Case, Party
from portal.models.delegation import Acting, Answer, Delegation, DelegationCase, Ending, Reminder
from portal.models.document import Document, DocumentState
from portal.models.entry import Entry
from portal.models.hearing import Hearing
from portal.models.person import Account, Calling, Invitation, Person, Posting, SignedIn
from portal.models.standing import Right, Role, Standing, Suspension, visible_authority
from portal.models.submission import Submission
from portal.models.team import Membership, Team

__all__ = [
    "Account",
    "Acting",
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
    "Hearing",
    "Invitation",
    "Membership",
    "Outcome",
    "Party",
    "Person",
    "Posting",
    "Reminder",
    "Right",
    "Role",
    "SignedIn",
    "Standing",
    "Submission",
    "Suspension",
    "Team",
    "visible_authority",
]
