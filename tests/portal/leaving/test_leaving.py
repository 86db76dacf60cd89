"""Leaving quickly, and what no device may keep: what the server says and forgets."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from httpx2 import ASGITransport

from portal.app import create_app
from portal.models import SignedIn
from portal.settings import SettingsRefused, load_settings
from tests.cast import CLAIRE, FARIDA, PASSWORD, RENEE, Character
from tests.conftest import Browser

WEATHER = "https://weather.example.org/today?at=Ottawa&unit=C"


async def sessions_of(browser: Browser) -> list[SignedIn]:
    """Every session there is, the newest last."""
    async with browser.portal.database.system_transaction() as session:
        return list(await session.scalars(sa.select(SignedIn).order_by(SignedIn.began_at)))


@pytest.mark.parametrize("door", ["/leaving", "/sign-out"])
async def test_both_ways_out_end_the_session_and_empty_the_device(
    browser: Browser, door: str
) -> None:
    """The session is over on the server; the browser is told to drop cookies, cache and storage."""
    await browser.sign_in(FARIDA)
    name = browser.portal.cookie("session")

    answer = await browser.post(door)

    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert answer.headers["cache-control"] == "no-store"
    (ended,) = await sessions_of(browser)
    assert ended.ended_at is not None
    (dropped,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(name)]
    assert "max-age=0" in dropped.lower()
    # Whoever kept the cookie has nothing: its session is over.
    assert (await browser.get("/cases")).status_code == 303


async def test_leaving_leads_to_a_page_that_says_nothing(browser: Browser) -> None:
    """No mark, no name of portal or tribunal, no link back, in either language."""
    await browser.sign_in(FARIDA)
    answer = await browser.post("/leaving")
    assert answer.headers["location"] == "/measures"

    for language in ("en", "fr"):
        browser.cookies.set("language", language)
        page = (await browser.get("/measures")).text.lower()
        for word in (
            "dossier",
            "tribun",
            "hearing",
            "audience",
            "case",
            "asil",
            "refug",
            'href="/"',
        ):
            assert word not in page.replace("/static/site.", ""), word


async def test_an_operator_names_another_page(browser: Browser) -> None:
    """It is reached without telling it where one came from, and by no redirect of a form."""
    portal = browser.portal
    changed = portal.settings.model_copy(update={"exit_url": WEATHER})
    transport = ASGITransport(app=create_app(replace(portal, settings=changed)))
    headers = {"sec-fetch-site": "same-origin"}
    async with Browser(transport=transport, base_url="http://localhost:8000", headers=headers) as b:
        b.portal = portal
        await b.sign_in(FARIDA)
        page = await b.get("/notices")
        answer = await b.post("/leaving")

    assert f'data-leave="{WEATHER.replace("&", "&amp;")}"' in page.text
    assert answer.status_code == 200
    assert f'content="0; url={WEATHER.replace("&", "&amp;")}"' in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["clear-site-data"] == '"cache", "storage"'


@pytest.mark.parametrize("value", ["http://weather.example.org", "/weather", "javascript:alert(1)"])
def test_the_exit_is_an_https_address(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything else is nonsense that the portal does not start on."""
    monkeypatch.setenv("DOSSIER_EXIT_URL", value)

    with pytest.raises(SettingsRefused, match="DOSSIER_EXIT_URL"):
        load_settings()


@pytest.mark.parametrize(
    ("person", "path", "there"),
    [
        (None, "/sign-in", True),
        (None, "/help", True),
        (FARIDA, "/notices", True),
        (CLAIRE, "/cases", False),
        (RENEE, "/registry", False),
    ],
    ids=str,
)
async def test_the_way_out_is_where_danger_may_be(
    browser: Browser, person: Character | None, path: str, *, there: bool
) -> None:
    """On public pages and those of claimants; not on an office's."""
    if person:
        await browser.sign_in(person)

    page = await browser.get(path)

    assert ("Leave this page quickly" in page.text) is there


async def test_a_shared_device_gets_a_short_session_and_forms_that_forget(
    browser: Browser,
) -> None:
    """Ten minutes without a click, one hour in all, a cookie without an end, nothing remembered."""
    typed = {"email": FARIDA.email, "password": PASSWORD, "shared": "y"}
    answer = await browser.post("/sign-in", data=typed)

    (session,) = await sessions_of(browser)
    assert session.idle == timedelta(minutes=10)
    assert session.ends_at - session.began_at == timedelta(hours=1)
    name = browser.portal.cookie("session")
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(name)]
    assert "max-age" not in cookie.lower()
    assert "expires" not in cookie.lower()
    page = (await browser.get("/preferences")).text
    assert 'data-timeout="600"' in page
    assert page.count("<form") == page.count('<form autocomplete="off"') > 2
    assert page.count("autocomplete=") == page.count("<form")

    await used_last(browser, minutes=11)
    assert (await browser.get("/preferences")).status_code == 303


async def test_ones_own_device_keeps_the_usual_session(browser: Browser) -> None:
    """Without the box eleven minutes are nothing."""
    await browser.post("/sign-in", data={"email": FARIDA.email, "password": PASSWORD})
    await used_last(browser, minutes=11)

    page = await browser.get("/preferences")

    assert page.status_code == 200
    assert 'data-timeout="3600"' in page.text
    assert 'data-go="' not in page.text


async def used_last(browser: Browser, *, minutes: int) -> None:
    """So long ago."""
    async with browser.portal.database.system_transaction() as session:
        then = sa.func.now() - timedelta(minutes=minutes)
        await session.execute(sa.update(SignedIn).values(seen_at=then))
