"""Every task of a claimant and of a designated representative: by keyboard, and without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response
from starlette.routing import Route

from portal.app import routes
from portal.web.csrf import SAFE
from tests.cast import DINA, FARIDA, Character
from tests.journeys.house import open_house
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Filer
from tests.journeys.tasks import TASKS
from tests.permission_table import rows
from tests.servers import free_ports
from tests.staged import Template

SHUT = {401, 403, 404}
# Acts that are open to them, and that no page leads them to or that are a journey of their own.
ELSEWHERE = {
    "/cases/{case_id:uuid}/principal": "leads back: nobody lent them a case",
    "/submissions/{submission_id:uuid}/approvals": "leads back: they file for themselves",
    "/delegations/ending": "they lend nothing",
    "/delegations/review": "they lend nothing",
}
# The page's script sends files in pieces and the order at once; the form does both without it.
BY_SCRIPT = {
    "/submissions/{submission_id:uuid}/uploads",
    "/submissions/{submission_id:uuid}/order",
}
BY_FORM = {
    "/submissions/{submission_id:uuid}/documents",
    "/documents/{document_id:uuid}/place",
}
WITHOUT_A_MOUSE = Manners("en", keyboard=True)
WITHOUT_SCRIPT = Manners("fr", script=False, width=320)


@pytest.mark.parametrize("who", [FARIDA, DINA], ids=["claimant", "representative"])
@pytest.mark.parametrize("how", [WITHOUT_A_MOUSE, WITHOUT_SCRIPT], ids=["by keyboard", "no script"])
def test_every_task_can_be_done(
    full_case: Template,
    clamd_socket: Path,
    chromium: Browser,
    tmp_path: Path,
    who: Character,
    how: Manners,
) -> None:
    """Each act that is open to this person is reached from a page and done; none is left out."""
    with (
        full_case.copied(tmp_path, port=free_ports(1)[0]) as portal,
        open_house(portal, clamd=clamd_socket) as house,
    ):
        person = Filer(chromium, house, how)
        done = acts_of(person)
        for task in TASKS:
            task(person, who)
        person.leaves()

    skipped = BY_SCRIPT if not how.script else BY_FORM
    assert open_to(who) - set(ELSEWHERE) - skipped - done == set()


def test_what_is_done_elsewhere_is_open_to_them() -> None:
    """No exception outlives its reason."""
    known = open_to(FARIDA) | open_to(DINA)

    assert (set(ELSEWHERE) | BY_SCRIPT | BY_FORM) - known == set()


def open_to(who: Character) -> set[str]:
    """The acts that the permission table opens to this person, and not to anybody at the door."""
    acts = [row for row in rows() if row.method not in SAFE]
    given = [dict(row.expected()) for row in acts]
    return {
        row.route
        for row, answers in zip(acts, given, strict=True)
        if answers[who] not in SHUT and answers[None] in SHUT
    }


def acts_of(person: Person) -> set[str]:
    """The routes of what this person has got done, as it happens."""
    known = [(route.path_regex, route.path) for route in routes() if isinstance(route, Route)]
    done: set[str] = set()

    def note(answer: Response) -> None:
        if answer.request.method in SAFE or answer.status >= 400:
            return
        path = re.sub(r"^https?://[^/]+|\?.*$", "", answer.url)
        done.update(route for pattern, route in known if pattern.match(path))

    person.context.on("response", note)
    return done
