"""One mail address, parsed: what is not exactly one is refused before anything is sent."""

import re
import unicodedata

import idna

# A dot-atom (RFC 5321), or with letters, marks and digits of any script (RFC 6531): quoted local
# parts, address literals, comments and lists have no place here, and what they smuggle in has none
# either. Without % and !, which old relays read as the way to somebody else (RFC 5321, F.2).
ATOM = r"(?:[A-Za-z0-9#$&'*+/=?^_`{|}~-]|[^\x00-\x7f])+"
LOCAL = re.compile(rf"{ATOM}(?:\.{ATOM})*")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})+")

# Anything like an address in somebody else's words, to be taken out of them.
ANY_ADDRESS = re.compile(r"[^\s<>()\[\]:;,]+@[^\s<>()\[\]:;,]+")


class NotAnAddress(ValueError):
    """The text is not one plain mail address."""


def one_address(text: str) -> str:
    """The address as mail is sent to it, if the text is one and nothing else; else NotAnAddress.

    A plain address is itself. An international domain becomes its ASCII form (IDNA 2008, where
    "ß" is no "ss" and names nobody else's domain); one that UTS 46 would map to other letters is
    refused. A local part in another script stays as it is, composed (NFC); whether it can be
    written to is for the mail server to say (RFC 6531).
    """
    local, _, domain = unicodedata.normalize("NFC", text).rpartition("@")
    domain = _in_ascii(domain)
    if not LOCAL.fullmatch(local) or not _letters(local) or not DOMAIN.fullmatch(domain):
        raise NotAnAddress
    # Octets, not letters (RFC 5321, 4.5.3.1, and RFC 6532, 3.1).
    if len(local.encode()) > 64 or len(domain) > 253 or len(local.encode()) + len(domain) > 253:
        raise NotAnAddress
    return f"{local}@{domain}"


def _letters(local: str) -> bool:
    """Whether all beyond ASCII are letters, marks and digits: nothing unseen, nothing that turns."""
    return all(one.isascii() or unicodedata.category(one)[0] in "LMN" for one in local)


def _in_ascii(domain: str) -> str:
    """A domain as name servers know it; a plain one is itself."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain
    try:
        # Capitals become small; where more would change, what is seen is not what is sent.
        if idna.uts46_remap(domain) != domain.lower():
            raise NotAnAddress
        return idna.encode(domain.lower()).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise NotAnAddress from error
