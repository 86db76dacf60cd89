"""No other site makes a person act: fetch metadata, then the origin, then a token."""

import base64
import hashlib
import hmac
import secrets

from starlette.datastructures import Headers

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Forged(Exception):
    """The request did not come from one of our own pages."""


def token(secret: str) -> str:
    """A token for this browser; masked anew each time, so that compression tells nothing."""
    mask = secrets.token_bytes(16)
    masked = bytes(a ^ b for a, b in zip(mask, _true(secret), strict=True))
    return base64.urlsafe_b64encode(mask + masked).decode()


def require_own_page(headers: Headers, *, secret: str, given: str | None, origin: str) -> None:
    """Raise Forged unless the browser, or failing that the token, says it is our own page.

    Browsers that send `Sec-Fetch-Site` are believed (it cannot be set by a page), then `Origin`
    (RFC 6454); only browsers that send neither need the token.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        allowed = site in {"same-origin", "none"}
    elif "origin" in headers:
        allowed = headers["origin"] == origin
    else:
        allowed = matches(secret, given)
    if not allowed:
        raise Forged


def matches(secret: str, given: str | None) -> bool:
    """Whether a token was made for this browser."""
    try:
        raw = base64.urlsafe_b64decode(given or "")
    except ValueError:
        return False
    mask, masked = raw[:16], raw[16:]
    if len(masked) != 16:
        return False
    return hmac.compare_digest(
        bytes(a ^ b for a, b in zip(mask, masked, strict=True)), _true(secret)
    )


def _true(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"csrf", hashlib.sha256)[:16]
