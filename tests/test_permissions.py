"""Every route, asked by everybody: the answer is the table's, and a refusal changes nothing."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from httpx2 import ASGITransport, Response
from psycopg import sql
from starlette.routing import Route

from portal.app import create_app, routes
from portal.parts import Parts
from portal.web.csrf import SAFE
from portal.web.pages import Mode
from storage.database import without_driver
from tests.cast import Character
from tests.conftest import Browser
from tests.permission_table import PEOPLE, Row, rows
from tests.staged import Template, again

ROWS = rows()
ACTS = [row for row in ROWS if row.method not in SAFE]
# Doors for programs that are no browsers: each asks for a proof of its own instead.
FOR_MACHINES = {"/bounces", "/reminders/{token}"}
ON_PAGES = [row for row in ACTS if row.route not in FOR_MACHINES]
OWN_PAGE = {"sec-fetch-site": "same-origin"}
FORGED: dict[str, dict[str, str]] = {
    "another site": {"sec-fetch-site": "cross-site"},
    "a neighbour under the same domain": {"sec-fetch-site": "same-site"},
    "an old browser on another site": {"origin": "https://elsewhere.example"},
    "a frame without an origin": {"origin": "null"},
    "no browser at all": {},
    "a made-up token": {"x-csrf-token": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
}


@pytest.fixture(scope="module")
def shared(full_case: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """A copy of the full case for those who look, and for those who are refused."""
    with full_case.copied(tmp_path_factory.mktemp("shared")) as portal:
        yield portal


@pytest.fixture
async def portal(shared: Parts) -> AsyncIterator[Parts]:
    """A portal over the copy that nobody changes."""
    portal = again(shared)
    yield portal
    await portal.database.close()


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    """A new route without a rule is found here before it is found by somebody else."""
    there = {
        (method, route.path)
        for route in routes()
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }

    assert all(isinstance(route, Route) for route in routes())
    assert {(row.method, row.route) for row in ROWS} == there


@pytest.mark.parametrize("row", [row for row in ROWS if row.method in SAFE], ids=lambda r: r.name)
async def test_each_page_is_shown_to_those_it_is_for(
    row: Row, portal: Parts, full_case: Template
) -> None:
    """Everybody gets the table's answer; to whom it is 404, an absent thing looks the same."""
    for person, expected in row.expected():
        answer = await ask(portal, person, row, path=row.path(full_case.ids))
        assert answer.status_code == expected, named(person)
        if expected == 404 and row.absent:
            absent = await ask(portal, person, row, path=row.absent)
            assert masked(absent) == masked(answer), named(person)


@pytest.mark.parametrize("row", ACTS, ids=lambda r: r.name)
async def test_each_act_is_open_to_those_it_is_for(
    row: Row, portal: Parts, full_case: Template, tmp_path: Path
) -> None:
    """Everybody gets the table's answer; whoever is refused has changed nothing at all."""
    before = traces(portal)
    path = row.path(full_case.ids)
    for person, expected in row.expected():
        if expected >= 400:
            answer = await ask(portal, person, row, path=path)
            assert (answer.status_code, traces(portal)) == (expected, before), named(person)
            if expected == 404 and row.absent:
                absent = await ask(portal, person, row, path=row.absent)
                assert masked(absent) == masked(answer), named(person)
    for number, (person, expected) in enumerate(row.expected()):
        if expected < 400:
            # What is done by one must not decide what the next is answered.
            with full_case.copied(tmp_path / str(number)) as fresh:
                answer = await ask(fresh, person, row, path=path)
                assert answer.status_code == expected, named(person)
                await fresh.database.close()


def test_only_the_doors_for_machines_ask_for_no_page_of_ours() -> None:
    """A route that takes acts from anywhere is on the list above, or is found here."""
    doors = {
        route.path
        for route in routes()
        if isinstance(route, Route) and getattr(route.endpoint, "mode", None) is Mode.machine
    }

    assert doors == FOR_MACHINES


@pytest.mark.parametrize("row", ON_PAGES, ids=lambda r: r.name)
async def test_no_other_site_makes_anybody_act(
    row: Row, portal: Parts, full_case: Template
) -> None:
    """Whoever may do it, does not do it from a page that is not ours."""
    able = [person for person, expected in row.expected() if expected not in {401, 403, 404}]
    before = traces(portal)
    assert able

    for how, headers in FORGED.items():
        answer = await ask(portal, able[0], row, path=row.path(full_case.ids), headers=headers)
        assert (answer.status_code, traces(portal)) == (403, before), how


async def test_the_pages_own_token_is_enough_where_a_browser_says_nothing(
    portal: Parts,
) -> None:
    """A browser too old to say where it is may act with the token of the page it was given."""
    async with visitor(portal, headers={}) as browser:
        page = await browser.get("/sign-in")
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert found

        answer = await browser.post("/sign-in", data={"csrf": found[1]})

    assert answer.status_code == 422


def visitor(portal: Parts, *, headers: dict[str, str]) -> Browser:
    """A browser at this portal."""
    transport = ASGITransport(app=create_app(portal), raise_app_exceptions=True)
    browser = Browser(transport=transport, base_url="http://localhost:8000", headers=headers)
    browser.portal = portal
    return browser


async def ask(
    portal: Parts,
    person: Character | None,
    row: Row,
    *,
    path: str,
    headers: dict[str, str] = OWN_PAGE,
) -> Response:
    """What this person is answered."""
    async with visitor(portal, headers=headers) as browser:
        if person is not None:
            await browser.sign_in(person)
        return await browser.request(row.method, path, **row.sent)


def masked(answer: Response) -> str:
    """A page with what must differ taken out: token, address asked, seconds the session lasts."""
    path = answer.request.url.raw_path.decode()
    page = re.sub(r'name="csrf" value="[^"]+"|data-ends="\d+"', "", answer.text)
    return page.replace(quote(path, safe=""), "").replace(quote(path), "").replace(path, "")


def traces(portal: Parts) -> dict[str, str]:
    """What every table holds, in short; sessions apart, which any visit touches."""
    with psycopg.connect(without_driver(portal.database.url)) as connection:
        names = connection.execute(
            "select table_name::text from information_schema.tables where table_type = 'BASE TABLE'"
            " and table_schema = 'public' and table_name not in ('session', 'alembic_version')"
        ).fetchall()
        each = sql.SQL("select {}, md5(string_agg(t::text, '|' order by t::text)) from {} t")
        asked = [each.format(name, sql.Identifier(name)) for (name,) in names]
        return dict(connection.execute(sql.SQL(" union all ").join(asked)).fetchall())


def named(person: Character | None) -> str:
    """Whom an answer was for."""
    return person.name if person else "signed out"


def test_the_table_asks_everybody() -> None:
    """No column is forgotten."""
    assert {len(row.answers) for row in ROWS} == {len(PEOPLE)}
