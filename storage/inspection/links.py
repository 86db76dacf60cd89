"""Links that a person follows with a click: to the web or a mailbox, never into a machine."""

from __future__ import annotations

import re
from typing import Final

from storage.inspection.finding import Objection

SCHEME: Final = re.compile(r"[\s\0]*([A-Za-z][A-Za-z0-9+.-]*)[\s\0]*:")
ORDINARY: Final = {"http", "https", "mailto", "tel", "ftp", "doi", "urn", "news", "sms", "about"}


def forbid_odd_link(target: str) -> None:
    """Raise Objection for script in a link, and for files of the reader's machine or network."""
    if re.match(r"[\s\0]*(\\\\|//)", target):
        raise Objection("leads_away", "a link to another machine's files")
    scheme = SCHEME.match(target)
    # "www.example.org:80" and "example.org:443/a" have no scheme, whatever it looks like.
    if scheme and scheme[1].lower() not in ORDINARY and "." not in scheme[1]:
        raise Objection("leads_away", f"a link to {scheme[1].lower()}:")
