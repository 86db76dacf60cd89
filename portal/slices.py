"""Every slice's pages, in one list: what is not here cannot be reached."""

from portal.accessibility import routes as accessibility
from portal.acting import routes as acting
from portal.appeals import routes as appeals
from portal.approvals import routes as approvals
from portal.bounces import routes as bounces
from portal.cases import routes as cases
from portal.counsel import routes as counsel
from portal.delegations import routes as delegations
from portal.delegations.acts import routes as acts
from portal.delegations.endings import routes as endings
from portal.delegations.offers import routes as offers
from portal.delegations.reviews import routes as reviews
from portal.documents import routes as documents
from portal.documents.changes import routes as changes
from portal.documents.filed import routes as filed
from portal.documents.pictures import routes as pictures
from portal.documents.resuming import routes as resuming
from portal.documents.translations import routes as translations
from portal.hearings import routes as hearings
from portal.help import routes as helping
from portal.home import routes as home
from portal.inbox import routes as inbox
from portal.joining import routes as joining
from portal.leaving import routes as leaving
from portal.operations import routes as operations
from portal.people import routes as people
from portal.people.invitations import routes as invitations
from portal.preferences import routes as preferences
from portal.proofs import routes as proofs
from portal.receipts import routes as receipts
from portal.records import routes as records
from portal.registry import routes as registry
from portal.requests import routes as requests
from portal.requests.papers import routes as papers
from portal.teams import routes as teams

SLICES = (
    people,
    helping,
    leaving,
    cases,
    home,
    acting,
    inbox,
    registry,
    operations,
    documents,
    filed,
    changes,
    resuming,
    translations,
    pictures,
    receipts,
    records,
    appeals,
    approvals,
    offers,
    delegations,
    acts,
    endings,
    reviews,
    teams,
    invitations,
    joining,
    hearings,
    requests,
    papers,
    preferences,
    bounces,
    proofs,
    counsel,
    accessibility,
)

# The page that offers to sign in again and keeps what was typed: sessions know no slice.
interrupted = people.interrupted
