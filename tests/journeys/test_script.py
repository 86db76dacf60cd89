"""The page's own script in a real browser: files, presses, the session's end, nothing forbidden."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.responses import HTMLResponse

from tests.journeys.stage import Stage, row, served

LISTEN = """
window.forbidden = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.forbidden.push(event.violatedDirective + " " + event.blockedURI));
"""


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[Page]:
    """A page in Chromium that notes what the policy forbids."""
    page = chromium.new_page()
    page.add_init_script(LISTEN)
    yield page
    page.close()


def choose(tab: Page, *names: str, size: int = 3) -> None:
    """Choose files of these names."""
    tab.set_input_files(
        "#file",
        [{"name": name, "mimeType": "a/b", "buffer": b"x" * size} for name in names],
    )


def test_each_file_arrives_whole_and_gets_the_servers_own_row(tab: Page) -> None:
    """Several at once, names in any script, the token with each; the result is read out."""
    stage = Stage()
    with served(stage) as address:
        tab.goto(address)
        choose(tab, "lettre é.pdf", "رسالة.pdf", "c.pdf", "d.pdf", size=40)

        expect(tab.locator("#files tbody tr").filter(has_text="Received")).to_have_count(4)
        expect(tab.locator("#announce")).to_contain_text("رسالة.pdf: Received")

    assert sorted(stage.received) == sorted(
        (name, 40, "token") for name in ("lettre é.pdf", "رسالة.pdf", "c.pdf", "d.pdf")
    )


def test_a_refused_file_says_why_and_can_be_sent_again(tab: Page) -> None:
    """A refusal is a row of the server's; the button that it offers works."""
    stage = Stage()
    stage.answers["a.pdf"] = [row("a.pdf", "The store is down", status=503)]
    with served(stage) as address:
        tab.goto(address)
        choose(tab, "a.pdf")

        expect(tab.locator("#files tr", has_text="a.pdf")).to_contain_text("The store is down")
        tab.get_by_role("button", name="Again").click()
        expect(tab.locator("#files tr", has_text="a.pdf")).to_contain_text("Received")

    assert len(stage.received) == 2


def test_an_answer_that_is_no_row_is_a_broken_line(tab: Page) -> None:
    """A proxy's error page is never shown as if the tribunal had spoken; it is tried again."""
    stage = Stage()
    stage.answers["a.pdf"] = [HTMLResponse("<html>Bad gateway</html>", 502)]
    with served(stage) as address:
        tab.goto(address)
        choose(tab, "a.pdf")

        expect(tab.locator("#announce")).to_contain_text("a.pdf: The line broke")
        expect(tab.locator("#files tr", has_text="a.pdf")).to_contain_text("Received")
        assert tab.get_by_text("Bad gateway").count() == 0

    assert len(stage.received) == 2


def test_what_nobody_can_mend_is_left_to_the_person(tab: Page) -> None:
    """An answer that says no, but not in the tribunal's words: stopped, and it can be removed."""
    stage = Stage()
    stage.answers["a.pdf"] = [HTMLResponse("<html>Too large for this proxy</html>", 413)]
    with served(stage) as address:
        tab.goto(address)
        choose(tab, "a.pdf")

        expect(tab.locator("#files tr", has_text="a.pdf")).to_contain_text("nothing of it was kept")
        tab.get_by_role("button", name="Remove a.pdf").click()
        expect(tab.locator("#files tr", has_text="a.pdf")).to_have_count(0)


def test_a_file_over_the_limit_is_not_sent_at_all(tab: Page) -> None:
    """Nobody on a slow line waits for a refusal that was certain."""
    stage = Stage()
    with served(stage) as address:
        tab.goto(address)
        choose(tab, "big.mp4", size=5001)

        expect(tab.locator("#files tr", has_text="big.mp4")).to_contain_text("larger than 5 kB")

    assert stage.received == []


def test_three_presses_are_one_submit(tab: Page) -> None:
    """A double click sends a form once."""
    stage = Stage()
    with served(stage) as address:
        tab.goto(address)
        tab.evaluate(
            """() => { const press = document.querySelector("[action='/pressed'] button");
                       press.click(); press.click(); press.click(); }"""
        )
        expect(tab.locator("[action='/pressed'] button")).to_have_attribute("aria-disabled", "true")
        tab.wait_for_timeout(200)

    assert stage.pressed == 1


def test_the_end_of_the_session_is_announced_and_can_be_put_off(tab: Page) -> None:
    """Five minutes before, in words, with one button."""
    stage = Stage(idle_seconds=1204)
    with served(stage) as address:
        tab.clock.install()
        tab.goto(address)
        expect(tab.get_by_text("Are you still there?")).to_be_hidden()
        tab.clock.fast_forward(910_000)

        expect(tab.get_by_text("Are you still there?")).to_be_visible()
        expect(tab.locator("#announce")).to_contain_text("we sign you out soon")
        tab.get_by_role("button", name="Stay signed in").click()
        expect(tab.get_by_text("Are you still there?")).to_be_hidden()

    assert stage.stayed == 1


def test_a_followed_part_outlives_an_outage_and_breaks_no_policy(tab: Page) -> None:
    """An error page never takes the place of what was there; polling goes on until it arrives."""
    stage = Stage()
    with served(stage) as address:
        tab.goto(address)

        expect(tab.locator("#followed")).to_have_text("arrived")
        assert tab.evaluate("window.forbidden") == []
        assert tab.get_by_text("Gateway").count() == 0

    assert stage.followed == 2
