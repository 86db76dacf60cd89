"""The first page of a document, as somebody with a telephone or without JavaScript sees it."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.cast import CLAIRE, RENEE
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.staged import CLEAN

LOADED = "one => one.decode().then(() => [one.naturalWidth, one.naturalHeight])"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [320, 1180])
def test_the_first_page_fits_the_screen_and_nothing_jumps(
    house: House, chromium: Browser, width: int, script: bool
) -> None:
    """Its place is kept free before it comes, no wider than the screen; it comes, with words."""
    person = Person(chromium, house, Manners(width=width, script=script)).comes(CLAIRE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    person.page.route("**/picture", hold)
    person.page.goto(f"/documents/{CLEAN}", wait_until="domcontentloaded")
    picture = person.page.get_by_role("img", name="First page of")
    picture.scroll_into_view_if_needed()
    before: Any = picture.bounding_box()
    person.page.wait_for_timeout(200)
    for each in held:
        each.continue_()

    loaded = picture.evaluate(LOADED)

    after: Any = picture.bounding_box()
    assert loaded == [600, 778]
    assert (after["width"], after["height"]) == (before["width"], before["height"])
    assert after["x"] + after["width"] <= width
    assert person.page.evaluate(OVERFLOW) <= 0
    person.leaves()


def test_an_officer_takes_a_safe_copy(house: House, chromium: Browser) -> None:
    """A link on the document's page; what comes is a PDF under a name that says nothing."""
    person = Person(chromium, house).comes(RENEE)
    person.goes(f"/documents/{CLEAN}")

    with person.page.expect_download() as coming:
        person.page.get_by_role("link", name="Safe copy").click()

    assert coming.value.suggested_filename == f"safe-copy-{str(CLEAN)[:8]}.pdf"
    assert coming.value.path().read_bytes().startswith(b"%PDF-1.7")
    person.leaves()
