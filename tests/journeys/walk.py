"""A walk over every page that somebody may see, as the permission table says.

A page of a new route is walked over as soon as the route has its row in the table.
"""

import re
from collections.abc import Iterator

from tests.cast import (
    AMIRA,
    CLAIRE,
    DINA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    RENEE,
    SAM,
    Character,
)
from tests.permission_table import ABSENT, rows
from tests.staged import Staged

# One of each role, and those whose pages are nearly empty.
WALKERS: tuple[Character | None, ...] = (None, CLAIRE, FARIDA, RENEE)
BRIEFLY = (AMIRA, DINA, MARC, JONAS, LOUIS, SAM)
# What is not a page: texts for machines, and files.
NO_PAGES = (
    "/static/", "/healthz", "/readyz", ".pdf", ".csv", ".ics", ".zip", ".pem", ".json",
    "/file", "/picture", "/safe-copy", "/uploads",
)  # fmt: skip
# Pages that speak a further language say which in their address.
IN_LANGUAGE = re.compile(r"/in/([a-z]{2,3})(?=$|[/?])")
# Shown to the signed in as they are to anybody.
PUBLIC = (
    "/sign-in", "/help", "/device-test", "/accessibility", "/measures", "/mail", "/verify",
    "/record-key", "/invitations/", "/join", "/hearing-check",
)  # fmt: skip


def pages_of(person: Character | None, ids: Staged) -> list[str]:
    """Addresses of all pages this person is shown or refused, and of one that is not there."""
    found = [address for address, _ in routes_of(person, ids)]
    return [*found, f"/cases/{ABSENT}"] if person else found


def pages_in_brief(person: Character, ids: Staged) -> list[str]:
    """One page of each kind that this person is shown."""
    return list({route: address for address, route in routes_of(person, ids)}.values())


def routes_of(person: Character | None, ids: Staged) -> Iterator[tuple[str, str]]:
    """Addresses of all pages this person is shown or refused, each with its route."""
    for row in rows():
        status = dict(row.expected())[person]
        if row.method != "GET" or status not in {200, 403}:
            continue
        if any(part in row.route for part in NO_PAGES):
            continue
        if person and row.route.startswith(PUBLIC):
            continue
        query = "&".join(f"{name}={value}" for name, value in row.query.items())
        yield row.path(ids) + (f"?{query}" if query else ""), row.route


def spoken_on(path: str, language: str) -> str:
    """The language of a page, for somebody who has chosen this one."""
    found = IN_LANGUAGE.search(path)
    return found[1] if found else language
