"""The people of the demonstration: told on the sign-in page, let in, and shown something."""

import pytest
from httpx2 import ASGITransport, AsyncClient

from portal.app import create_app
from portal.parts import Parts
from portal.people.demo import (
    AMIRA,
    CLAIRE,
    DEMO_PASSWORD,
    DEMO_PEOPLE,
    FARIDA,
    MARGARET,
    YONAS,
    DemoPerson,
)
from portal.seeding.cases import CASE
from tests.conftest import Browser


@pytest.mark.parametrize("person", DEMO_PEOPLE, ids=lambda one: one.email)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_everybody_is_let_in_and_shown_something(
    browser: Browser, person: DemoPerson, language: str
) -> None:
    """The e-mail and the password on the page work, and lead to pages that are not empty."""
    browser.cookies.set("language", language)
    door = await browser.get("/sign-in")
    token = door.text.split('name="csrf" value="')[1].split('"')[0]

    said = {"csrf": token, "email": person.email, "password": DEMO_PASSWORD, "next": ""}
    welcome = await browser.post("/sign-in", data=said)
    cases = await browser.get("/cases", follow_redirects=True)
    notices = await browser.get("/notices")

    assert person.email in door.text
    assert person.role[language] in door.text
    assert welcome.status_code == 303
    assert (cases.status_code, notices.status_code) == (200, 200)
    assert "/notices/" in notices.text or person.calling in {"registry", "delegate"}


async def test_a_real_tribunal_tells_nobody_how_to_come_in(real_portal: Parts) -> None:
    """Without the setting the page names no person and no password."""
    transport = ASGITransport(app=create_app(real_portal))
    async with AsyncClient(transport=transport, base_url="http://localhost:8000") as browser:
        door = await browser.get("/sign-in")

    assert door.status_code == 200
    assert DEMO_PASSWORD not in door.text
    assert CLAIRE.email not in door.text


async def test_the_case_in_the_pictures_is_as_drawn(browser: Browser) -> None:
    """Amira acts for Claire on the Noors' case; Farida has a letter that she has not opened."""
    noor = f"/cases/{CASE['noor'].id}"
    await browser.sign_in(AMIRA)  # pyright: ignore[reportArgumentType]
    hers = await browser.get(noor)
    await browser.sign_in(FARIDA)  # pyright: ignore[reportArgumentType]
    letters = await browser.get("/notices")

    assert "Noor, F. and two children" in hers.text
    assert "TC6-01482" in hers.text
    assert "You are acting for" in hers.text
    assert "Dari" in hers.text
    assert "Not opened yet" in letters.text


async def test_the_registry_finds_what_failed(browser: Browser) -> None:
    """Mail to Yonas came back, and a file of Louis's holds a virus."""
    await browser.sign_in(MARGARET)  # pyright: ignore[reportArgumentType]

    desk = await browser.get("/registry")

    assert desk.status_code == 200
    assert YONAS.name in desk.text
