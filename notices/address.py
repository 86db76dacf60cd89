"""One mail address, parsed: what is not exactly one is refused before anything is sent."""

import re

# A dot-atom at a dotted domain name (RFC 5321), in ASCII: quoted local parts, address literals,
# comments and lists have no place here, and what they smuggle in has none either.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})+")


class NotAnAddress(ValueError):
    """The text is not one plain mail address."""


def one_address(text: str) -> str:
    """The address itself, if the text is one and nothing else.

    An international domain is accepted in its ASCII form (xn--…): turning one into the other
    here could name another person's domain.
    """
    local, _, domain = text.rpartition("@")
    if not ADDRESS.fullmatch(text) or len(local) > 64 or len(domain) > 253:
        raise NotAnAddress
    return text
