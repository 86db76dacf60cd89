"""Before a notice leaves, nobody but the registry may see that there is one."""

import io
import re
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from httpx2 import Response

from notices.model import Notice, Service
from portal.settings import Settings
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, JONAS, MARC, NOOR, Character
from tests.conftest import Browser
from tests.portal.registry.issued import issue_one, kept, pass_time

READERS = (CLAIRE, AMIRA, JONAS, FARIDA, DINA, MARC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The five minutes of recall that a portal has."""
    return Settings(state=tmp_path / "state", demo=True)


async def everywhere(browser: Browser, person: Character) -> dict[str, Response]:
    """Every place where a reader of the case meets notices."""
    await browser.sign_in(person)
    services = await kept(browser.portal, sa.select(Service.id).order_by(Service.person_name))
    paths = ["/notices", "/cases", f"/cases/{NOOR}", f"/cases/{NOOR}/history"]
    for service in services:
        paths += [f"/notices/{service}", f"/notices/{service}/notice.pdf"]
    return {path: await browser.get(path) for path in paths}


def told(pages: dict[str, Response], notice: Notice) -> list[str]:
    """Where any of them says anything of the notice, or answers otherwise than for no notice."""
    words = (
        notice.number,
        str(notice.id),
        "Notice to appear",
        "issued a notice",
        "unopened notice",
    )
    return [
        path
        for path, page in pages.items()
        if any(word in page.text for word in words)
        or (path.startswith("/notices/") and page.status_code != 404)
    ]


def same(page: Response) -> str:
    """The page, but for what binds its forms to one session."""
    return re.sub(r'name="csrf" value="[^"]+"', "", page.text)


@pytest.mark.parametrize("person", READERS, ids=lambda one: one.email)
async def test_before_it_leaves_no_reader_learns_of_it(browser: Browser, person: Character) -> None:
    """List, cases, case, history, counter, page and PDF are as if nothing had been issued."""
    await browser.sign_in(person)
    bare = {path: same(await browser.get(path)) for path in ("/notices", "/cases")}
    notice = await issue_one(browser)

    pages = await everywhere(browser, person)

    assert told(pages, notice) == []
    assert {path: same(pages[path]) for path in bare} == bare


@pytest.mark.parametrize("person", READERS, ids=lambda one: one.email)
async def test_when_it_leaves_those_who_may_learn_of_it(
    browser: Browser, person: Character
) -> None:
    """The same places say it then, to whom they may: the test above can fail."""
    notice = await issue_one(browser)
    await pass_time(browser.portal)

    pages = await everywhere(browser, person)

    places = told(pages, notice)
    read = [path for path in places if path.endswith(".pdf") and pages[path].status_code == 200]
    assert f"/cases/{NOOR}/history" in places
    assert ("/notices" in places) is (person is not JONAS)
    assert bool(read) is (person is not JONAS)


async def test_a_copy_of_the_case_says_nothing_of_it(browser: Browser) -> None:
    """What Claire takes away meanwhile names neither the notice nor that one was issued."""
    notice = await issue_one(browser)
    await browser.sign_in(CLAIRE)

    copy = await browser.get(f"/cases/{NOOR}/copy.zip")

    assert copy.status_code == 200
    with zipfile.ZipFile(io.BytesIO(copy.content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert notice.number.encode() not in whole
    assert str(notice.id).encode() not in whole


async def test_the_database_itself_hides_it(browser: Browser) -> None:
    """With every route out of the way: no row of notice, service, mail or entry, and no case to it."""
    notice = await issue_one(browser)
    service = (await kept(browser.portal, sa.select(Service.id)))[0]

    for person in READERS:
        async with browser.portal.database.transaction(person.id) as session:
            for table in ("notice", "service", "attempt"):
                assert await session.scalar(sa.text(f"select count(*) from {table}")) == 0
            entries = sa.text("select count(*) from entry where facts ->> 'notice_id' = :id")
            assert await session.scalar(entries, {"id": str(notice.id)}) == 0
            assert await session.scalar(sa.select(sa.func.portal_case_of_service(service))) is None
            changed = await session.scalar(
                sa.update(Service)
                .where(Service.id == service)
                .values(language="fr")
                .returning(Service.id)
            )
            assert changed is None


async def test_the_registry_sees_it_at_once(browser: Browser) -> None:
    """Renée finds it on the case page and in the history."""
    notice = await issue_one(browser)

    case = await browser.get(f"/cases/{NOOR}")
    history = await browser.get(f"/cases/{NOOR}/history")

    assert notice.number in case.text
    assert notice.number in history.text


async def test_it_leaves_at_the_minute_that_was_said(browser: Browser) -> None:
    """Five minutes: placed, due and given up from then on, and the mails wait until then."""
    notice = await issue_one(browser)

    minutes = (notice.leaves_at - notice.issued_at).total_seconds() / 60
    async with browser.portal.database.login_transaction() as session:
        waiting = await session.scalars(
            sa.text("select scheduled_at from procrastinate_jobs where task_name = 'deliver'")
        )
        jobs = waiting.all()
    placed = await kept(browser.portal, sa.select(Service.placed_at))

    assert minutes == 5
    assert set(placed) == {notice.leaves_at}
    assert set(jobs) == {notice.leaves_at}
