"""A claimant without counsel comes to see when the hearing is, and what to do before."""

import re
import shutil

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.cast import FARIDA, HEARING, NOOR
from tests.journeys.conftest import ARGUMENTS
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Counsel
from tests.portal.hearings.readers import by_icalendar

WAYS = pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
# What a browser answers when another program holds the camera; no machine here has one to hold.
HELD = """() => {
    navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("in use", "NotReadableError");
    };
}"""


@WAYS
@LANGUAGES
def test_when_and_where_and_what_to_do(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """One look says the day; from there to paper, calendar, letter, more time and a new address."""
    farida = Counsel(chromium, house, Manners(language, script, width))
    farida.comes(FARIDA)
    farida.goes("/")
    expect(farida.page.locator("h1")).to_contain_text(
        re.compile("Your hearing is in|Votre audience a lieu dans")
    )
    expect(farida.page.locator(".dossier-hearing time")).to_be_visible()
    farida.fits()

    # On paper, and in the calendar.
    farida.page.get_by_role("link", name=farida.word("Print this on one sheet")).first.click()
    farida.sees("Your hearing on one sheet")
    farida.sees("Who will be there")
    farida.fits()
    farida.presses("Back to the case")
    assert len(by_icalendar(farida.downloads("Add to my calendar (.ics)"))) == 1

    # The letter, opened and acknowledged.
    farida.page.locator("#letters ~ ul a").first.click()
    farida.fits()
    farida.goes(f"/cases/{NOOR}")

    # More time, and a new address: both forms are one press away.
    farida.follows("Ask for something")
    expect(farida.page.locator("main a[href*='kind=change_of_date']")).to_be_visible()
    expect(farida.page.locator("main a[href*='kind=extension']")).to_be_visible()
    farida.goes(f"/cases/{NOOR}")
    farida.follows("Change my contact details")
    farida.fits()
    farida.sees(
        "It holds from the moment you send it. Only the registry can see it. Nobody else in the "
        "case sees it. No page or paper of the case shows it."
    )
    farida.goes("/my-documents")
    farida.sees("What we received from you")
    farida.leaves()


@LANGUAGES
def test_it_can_be_read_without_its_style(house: House, chromium: Browser, language: str) -> None:
    """The style sheet does not come: the day stands right after the sections, before all else."""
    farida = Person(chromium, house, Manners(language, script=False, width=320))
    farida.comes(FARIDA)

    def refuse(route: Route) -> None:
        route.abort()

    farida.page.route("**/*.css*", refuse)
    farida.goes(f"/cases/{NOOR}")

    text = farida.page.locator("main").inner_text()
    day = farida.page.locator("main time").first.inner_text()
    assert text.index(day) < 350
    farida.troubles = [one for one in farida.troubles if "ERR_FAILED" not in one]
    farida.fits()
    farida.leaves()


@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "refused"])
@LANGUAGES
def test_camera_and_sound_are_tried_out(
    house: House, chromium: Browser, *, language: str, allowed: bool
) -> None:
    """With a camera that is a film and a microphone that beeps: seen and heard; refused, it says how."""
    arguments = [*ARGUMENTS, "--use-fake-device-for-media-stream"]
    browser = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=arguments)
    somebody = Person(browser, house, Manners(language))
    if allowed:
        somebody.context.grant_permissions(["camera", "microphone"], origin=house.address)
    somebody.goes("/device-test")
    somebody.presses("Play three tones")
    somebody.sees("Did you hear three tones? Then the sound works.")
    somebody.presses("Test camera and microphone")
    if allowed:
        somebody.sees("We hear you. The microphone works.")
        expect(somebody.page.locator("video")).to_be_visible()
    else:
        somebody.sees(
            "The browser does not let us. Press the lock beside the address, then allow camera"
            " and microphone."
        )
    somebody.leaves()
    browser.close()


def test_what_is_missing_or_taken_is_named(house: House, chromium: Browser) -> None:
    """No camera is there; then one that another program holds."""
    somebody = Person(chromium, house, Manners())
    somebody.context.grant_permissions(["camera", "microphone"], origin=house.address)
    somebody.goes("/device-test")
    somebody.presses("Test camera and microphone")
    somebody.sees("We find no camera. Try another phone or computer.")
    somebody.page.evaluate(HELD)
    somebody.presses("Test camera and microphone")
    somebody.sees("Another program uses the camera or the microphone. Close it, then press again.")
    somebody.leaves()


def test_without_javascript_the_device_is_tried_by_hand(house: House, chromium: Browser) -> None:
    """No button that does nothing; what one can do oneself is said."""
    somebody = Person(chromium, house, Manners(script=False, width=320))
    somebody.goes("/device-test")
    somebody.sees("If the test does not work")
    expect(somebody.page.get_by_role("button", name="Play three tones")).to_have_count(0)
    somebody.fits()
    somebody.leaves()


def test_the_sheet_prints_the_day_and_not_the_buttons(house: House, chromium: Browser) -> None:
    """On paper: the card, what to do, what to bring; no sections, no buttons."""
    farida = Person(chromium, house, Manners("en"))
    farida.comes(FARIDA)
    farida.goes(f"/hearings/{HEARING}/sheet")
    farida.page.emulate_media(media="print")

    expect(farida.page.locator(".dossier-hearing time")).to_be_visible()
    expect(farida.page.get_by_role("button", name="Print this page")).to_have_count(0)
    expect(farida.page.locator(".dossier-nav")).to_be_hidden()
    farida.leaves()
