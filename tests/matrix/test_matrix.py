"""Every route × everybody's state × the state of the case: status, body and rows, none left out."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.figures import ROOT, record
from portal.models import Case
from portal.parts import Parts
from storage.database import Database
from tests.cast import NOOR, OKAFOR, RENEE
from tests.conftest import Browser
from tests.matrix.people import STATES, State, appear
from tests.matrix.rehearsal import Rehearsal
from tests.matrix.rules import RULES, expected
from tests.permission_table import Row, rows
from tests.staged import Staged, Template
from tests.test_permissions import masked, visitor

ROWS = [row for row in rows() if row.route != "/static/{path:path}"] + [
    row for row in rows() if row.route == "/static/{path:path}"
]
CASES = ("open", "closed and joined")
CELLS = len(ROWS) * len(STATES) * len(CASES)
FOLDER = ROOT / "build" / "matrix"
# What stands in the Noors' case alone, and who has no right to it must not find on any page.
SECRETS = ("Noor, F.", "TC6-01483", "Laila", "Déclaration", "affidavit.pdf", "R-AB34-56")


@pytest.fixture(scope="module", params=CASES)
def stage(
    request: pytest.FixtureRequest, full_case: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Parts]]:
    """The full case with everybody on it: open, or closed and joined to another."""
    with full_case.copied(tmp_path_factory.mktemp("matrix")) as portal:
        yield request.param, portal


@pytest.fixture(scope="module")
def everybody(stage: tuple[str, Parts]) -> tuple[str, Parts]:
    """Write the people down, once."""
    asyncio.run(_set_up(*stage))
    return stage


async def _set_up(how: str, portal: Parts) -> None:
    database = Database(portal.database.url)
    async with database.system_transaction() as session:
        await appear(session)
        if how == "closed and joined":
            closed = {"closed_at": sa.func.now(), "closed_by": RENEE.id, "joined_to": OKAFOR}
            await session.execute(sa.update(Case).where(Case.id == NOOR).values(**closed))
    await database.close()


@pytest.fixture
async def portal(everybody: tuple[str, Parts]) -> AsyncIterator[Parts]:
    """The portal over a database that keeps nothing."""
    rehearsal = Rehearsal(everybody[1].database.url)
    yield replace(everybody[1], database=rehearsal)
    await rehearsal.close()


def test_no_cell_is_unspecified() -> None:
    """Each row of the permission table has its rule, and there are cells enough to mean something."""
    unspecified = {row.name for row in ROWS} ^ set(RULES)
    kept = {"limit": 0, "command": "make test"}
    record("permission_unspecified", len(unspecified), **kept)  # pyright: ignore[reportArgumentType]
    record("permission_cells", CELLS, limit=5000, at_least=True, command="make test")

    assert unspecified == set()
    assert CELLS >= 5000


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_everybody_is_answered_as_the_rules_say(
    state: State, portal: Parts, everybody: tuple[str, Parts], full_case: Template
) -> None:
    """Whoever is refused has changed no row and read no secret; what is hidden looks absent."""
    wrong: list[str] = []
    async with visitor(portal, headers={"sec-fetch-site": "same-origin"}) as browser:
        for row in ROWS:
            browser.cookies.clear()
            browser.cookies.set("language", "en")
            if state.session != "none":
                browser.cookies.set(portal.cookie("session"), state.token)
            wrong += await _ask(browser, row, state, full_case.ids, closed=everybody[0] != CASES[0])
    _count(f"{everybody[0]} {state.name}", len(wrong))

    assert not wrong, "\n".join(wrong)


async def _ask(browser: Browser, row: Row, state: State, ids: Staged, *, closed: bool) -> list[str]:
    """What is wrong with the answer."""
    database = browser.portal.database
    assert isinstance(database, Rehearsal)
    database.written = set()
    answer = await _sent(browser, row, row.path(ids))
    if row.name not in RULES:
        return [f"{row.name}: no rule says what"]
    wanted = expected(row.name, state, closed=closed)
    found: list[str] = []
    if answer.status_code != wanted:
        found.append(f"{row.name}: {answer.status_code}, not {wanted}")
    # That an officer looked at a case is written whatever the page then says.
    if wanted in {401, 403, 404} and (database.written and not state.staff):
        found.append(f"{row.name}: refused, but wrote to {database.written}")
    body = answer.text if "text" in answer.headers.get("content-type", "") else ""
    if not state.may("see") and any(secret in body for secret in SECRETS):
        found.append(f"{row.name}: tells a stranger something")
    if wanted == 404 and row.absent:
        absent = await _sent(browser, row, row.absent)
        if masked(absent) != masked(answer):
            found.append(f"{row.name}: what is hidden looks other than what is not there")
    told = re.search(r"may not|only|cannot|could not|virus|not yet", body, re.I)
    if wanted == 403 and state.may("see") and not told:
        found.append(f"{row.name}: does not say what is missing")
    return found


async def _sent(browser: Browser, row: Row, path: str):  # noqa: ANN202 - as the browser has it
    return await browser.request(row.method, path, **row.sent)


def _count(cell: str, wrong: int) -> None:
    """Add up what all workers found: each leaves its number, the last to come sees them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", cell)
    (FOLDER / f"{name}.json").write_text(json.dumps(wrong))
    counted = [json.loads(file.read_text()) for file in Path(FOLDER).glob("*.json")]
    record("permission_wrong", sum(counted), limit=0, command="make test")
