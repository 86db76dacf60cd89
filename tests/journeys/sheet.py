"""`make sheet`: every page of a claimant on one contact sheet a screen and language, to be looked at.

Not a test: it is run by name, and leaves PNG files and an index in build/sheet.
"""

import io
import re
import shutil
from collections.abc import Sequence
from html import escape

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser

from bench.figures import ROOT
from tests.cast import DINA, FARIDA, Character
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.walk import IN_LANGUAGE, pages_in_brief, pages_of
from tests.staged import Staged, Template

FOLDER = ROOT / "build" / "sheet"
WIDTHS = {"desktop": 1180, "phone": 360}
LANGUAGES = ("en", "fr", "ar")
# One picture: so wide on the sheet, with its address above; and no higher than this.
CELL = {"desktop": 440, "phone": 220}
COLUMNS = {"desktop": 4, "phone": 8}
HIGH, MARGIN, CAPTION = 900, 16, 34

Shot = tuple[str, Image.Image]


def test_every_page_of_a_claimant_on_a_sheet(
    house: House, chromium: Browser, full_case: Template
) -> None:
    """Desktop and phone, English, French and Arabic where there is such a page."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    made: list[str] = []
    for language in LANGUAGES:
        for screen, width in WIDTHS.items():
            shots = list(taken(house, chromium, full_case.ids, language, width=width))
            if shots:
                name = f"{language}-{screen}.png"
                lay(shots, screen).save(FOLDER / name, optimize=True)
                made.append(name)
    links = "".join(f'<h2>{escape(name)}</h2><img src="{escape(name)}" alt="">' for name in made)
    title = "<!DOCTYPE html><html lang='en'><title>Contact sheet</title><h1>Contact sheet</h1>"
    (FOLDER / "index.html").write_text(title + links)

    assert {"en-desktop.png", "en-phone.png", "fr-desktop.png", "fr-phone.png"} <= set(made)


def taken(
    house: House, chromium: Browser, ids: Staged, language: str, *, width: int
) -> Sequence[Shot]:
    """Pictures of all pages that are shown, from the top to the foot."""
    found: list[Shot] = []
    for who in (None, FARIDA, DINA):
        spoken = language if language in LANGUAGES[:2] else "en"
        person = Person(chromium, house, Manners(spoken, width=width))
        if who:
            person.comes(who)
        for path in addresses(who, ids, language):
            answer = person.page.goto(path)
            if answer and answer.status == 200:
                picture = Image.open(io.BytesIO(person.page.screenshot(full_page=True)))
                found.append(
                    (f"{who.name.split()[0] if who else 'Nobody'} {path}", small(picture, width))
                )
        person.forgets_refusals()
        person.leaves()
    return found


def addresses(who: Character | None, ids: Staged, language: str) -> list[str]:
    """One page of each kind; in a further language, those that are there in it."""
    paths = pages_in_brief(who, ids) if who else pages_of(who, ids)
    if language in LANGUAGES[:2]:
        return [path for path in paths if not IN_LANGUAGE.search(path)]
    further = [
        IN_LANGUAGE.sub(f"/in/{language}", path) for path in paths if IN_LANGUAGE.search(path)
    ]
    return list(dict.fromkeys(further))


def small(picture: Image.Image, width: int) -> Image.Image:
    """As it stands on the sheet."""
    broad = CELL["desktop" if width == WIDTHS["desktop"] else "phone"]
    shrunk = picture.copy()
    shrunk.thumbnail((broad, picture.height))
    return shrunk.crop((0, 0, broad, min(HIGH, shrunk.height)))


def lay(shots: Sequence[Shot], screen: str) -> Image.Image:
    """All pictures on one sheet, each below its address."""
    broad, columns = CELL[screen] + MARGIN, COLUMNS[screen]
    rows = [shots[at : at + columns] for at in range(0, len(shots), columns)]
    heights = [max(picture.height for _, picture in row) + CAPTION + MARGIN for row in rows]
    sheet = Image.new("RGB", (columns * broad + MARGIN, sum(heights) + MARGIN), "#8a8f8c")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    top = MARGIN
    for row, high in zip(rows, heights, strict=True):
        for number, (caption, picture) in enumerate(row):
            left = MARGIN + number * broad
            draw.text((left, top), short(caption, broad), fill="white", font=font)
            sheet.paste(picture, (left, top + CAPTION))
        top += high
    return sheet


def short(caption: str, broad: int) -> str:
    """An address without the ids that say nothing, in as many letters as fit."""
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", caption)
    letters = broad // 8
    return "\n".join(plain[at : at + letters] for at in (0, letters))
