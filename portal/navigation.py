"""The sections at the top of the page: few, and only those that this person has a use for."""

from dataclasses import dataclass

from portal.models import Calling
from portal.web.language import N_, say
from portal.web.sessions import Me


@dataclass(frozen=True)
class Section:
    """One link of the navigation."""

    href: str
    text: str
    current: bool
    count: int = 0


_REGISTRY = (
    ("/registry", N_("Desk")),
    ("/cases", N_("Cases")),
    ("/hearings", N_("Hearings")),
)
_CLAIMANT = (
    ("/cases", N_("My hearing")),
    ("/notices", N_("Letters")),
    ("/my-documents", N_("My documents")),
    ("/my-contact-details", N_("My contact details")),
    ("/help", N_("Get help")),
)
_PROFESSIONAL = (
    ("/cases", N_("Cases")),
    ("/notices", N_("Notices")),
    ("/hearings", N_("Hearings")),
    ("/approvals", N_("To approve")),
    ("/delegations", N_("Delegations")),
)


def sections(me: Me, path: str, language: str) -> list[Section]:
    """The sections for this person; the one that holds this path is current."""
    if me.is_staff:
        rows = _REGISTRY
    elif me.calling in {Calling.claimant, Calling.representative}:
        rows = _CLAIMANT
    else:
        rows = _PROFESSIONAL
    counts = {"/notices": me.unopened, "/approvals": me.to_approve}
    return [
        Section(
            href,
            say(language, text),
            current=path == href or path.startswith(f"{href}/"),
            count=counts.get(href, 0),
        )
        for href, text in rows
    ]
