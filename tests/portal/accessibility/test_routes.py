"""The accessibility statement: open to anybody, and it says by when an answer comes."""

import re
from datetime import datetime

import pytest

from portal.accessibility.routes import ANSWERED_WITHIN, REVIEWED
from portal.rules.holidays import Office
from portal.web.formatting import Formatting
from tests.cast import TORONTO
from tests.conftest import Browser


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_it_says_by_which_day_an_answer_comes(browser: Browser, language: str) -> None:
    """Whoever tells us today reads a day in words: so many working days on, holidays left out."""
    browser.cookies.set("language", language)

    page = await browser.get("/accessibility")

    day = Office("toronto").working(datetime.now(TORONTO).date(), ANSWERED_WITHIN)
    f = Formatting(language, "America/Toronto")
    assert page.status_code == 200
    assert f.weekday(day) in page.text
    assert f.day(REVIEWED) in page.text
    assert "PO Box 1001, Station A" in page.text


async def test_every_page_leads_to_it(browser: Browser) -> None:
    """From the foot of the page, before anybody has signed in."""
    page = await browser.get("/sign-in")

    assert re.search(r'<footer.*href="/accessibility"', page.text, re.DOTALL)
