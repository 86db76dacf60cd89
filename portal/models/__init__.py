"""The tables, as shared vocabulary: read any of them, write only through their owner's verb."""

from portal.models.case import Case, Party
from portal.models.delegation import Delegation, DelegationCase
from portal.models.document import Document, DocumentState
from portal.models.entry import Entry
from portal.models.hearing import Hearing
from portal.models.person import Account, Calling, Invitation, Person, Posting, SignedIn
from portal.models.standing import Right, Role, Standing, visible_authority
from portal.models.submission import Submission

__all__ = [
    "Account",
    "Calling",
    "Case",
    "Delegation",
    "DelegationCase",
    "Document",
    "DocumentState",
    "Entry",
    "Hearing",
    "Invitation",
    "Party",
    "Person",
    "Posting",
    "Right",
    "Role",
    "SignedIn",
    "Standing",
    "Submission",
    "visible_authority",
]
