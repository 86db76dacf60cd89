"""The order of a draft's files at a browser: as chosen, by buttons, by dragging; the server agrees."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.cast import CLAIRE, NOOR
from tests.journeys.house import House
from tests.journeys.person import Person


def files(folder: Path, *sizes: int) -> list[Path]:
    """Texts of these many bytes: a.txt, b.txt, …"""
    paths = [folder / f"{letter}.txt" for letter, _ in zip("abcdef", sizes, strict=False)]
    for path, size in zip(paths, sizes, strict=True):
        path.write_text(os.urandom(size // 2).hex())
    return paths


def draft_with(person: Person, paths: list[Path]) -> Page:
    """A new draft of Claire's that holds these."""
    page = person.comes(CLAIRE).page
    page.goto(f"/cases/{NOOR}")
    page.goto(
        page.evaluate(
            "async (address) => (await fetch(address, {method: 'POST'})).url",
            f"/cases/{NOOR}/submissions",
        )
    )
    with page.expect_response("**/order") if len(paths) > 1 else page.expect_response("**/uploads"):
        page.set_input_files("#file", paths)
    return page


def names(page: Page) -> list[str]:
    """The files as the page shows them."""
    return page.locator("#files th strong").all_inner_texts()


def on_the_server(page: Page) -> list[str]:
    """The files as they stand there."""
    page.reload()
    return names(page)


def row(page: Page, name: str) -> Locator:
    """A file's row."""
    return page.locator("#files tr", has_text=name)


def test_files_stay_in_the_order_in_which_they_were_chosen(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    """A large file comes after the small ones; it is the first all the same, and has its number."""
    person = Person(chromium, house)
    page = draft_with(person, files(tmp_path, 3_000_000, 500, 900_000, 700))
    expected = ["a.txt", "b.txt", "c.txt", "d.txt"]

    assert names(page) == on_the_server(page) == expected
    numbers = [
        row(page, name).locator("[id^=about]").inner_text().split("(")[0] for name in expected
    ]
    assert numbers == sorted(numbers)
    person.leaves()


def test_buttons_and_keyboard_move_a_file(house: House, chromium: Browser, tmp_path: Path) -> None:
    """What was pressed keeps the focus, and the new place is said aloud."""
    person = Person(chromium, house)
    page = draft_with(person, files(tmp_path, 500, 600, 700))

    down = row(page, "a.txt").get_by_role("button", name="Move down")
    down.focus()
    for place in (2, 3):
        with page.expect_response("**/order"):
            page.keyboard.press("Enter")
        expect(page.locator("#announce")).to_contain_text(f"a.txt is number {place} of 3 now.")

    # At the end there is no way further down: the other button has the focus.
    assert page.evaluate("document.activeElement.dataset.move") == "up"
    expect(row(page, "a.txt").locator("[id^=about]")).to_contain_text("C-3")
    assert names(page) == on_the_server(page) == ["b.txt", "c.txt", "a.txt"]
    person.leaves()


def test_a_file_is_dragged_to_its_place(house: House, chromium: Browser, tmp_path: Path) -> None:
    """By its handle, above the row it is dropped on or below."""
    person = Person(chromium, house)
    page = draft_with(person, files(tmp_path, 500, 600, 700))

    with page.expect_response("**/order"):
        row(page, "c.txt").locator("[data-handle]").drag_to(
            row(page, "a.txt"), target_position={"x": 20, "y": 4}
        )

    assert names(page) == on_the_server(page) == ["c.txt", "a.txt", "b.txt"]
    person.leaves()


def test_where_the_server_says_no_the_file_goes_back(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    """The line is down: the file is shown where it stands, and that is said."""
    person = Person(chromium, house)
    page = draft_with(person, files(tmp_path, 500, 600))
    page.route("**/order", lambda route: route.abort())

    row(page, "b.txt").get_by_role("button", name="Move up").click()

    expect(page.locator("#announce")).to_contain_text("b.txt could not be moved just now.")
    assert names(page) == ["a.txt", "b.txt"]
    page.unroute("**/order")
    assert on_the_server(page) == ["a.txt", "b.txt"]
    person.troubles.clear()
    person.leaves()
