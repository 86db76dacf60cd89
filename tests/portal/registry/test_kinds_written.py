"""Every kind of notice that an officer writes: its form, its preview and its issue."""

import html
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from notices.facts import Both, Kind, Moment, Served
from notices.kinds import facts_from_json
from notices.model import Notice
from notices.wording import both_wordings
from portal.registry.notices.form import as_typed
from tests.cast import NOOR, RENEE
from tests.conftest import Browser
from tests.notices.samples import SAMPLES
from tests.portal.registry.pressing import press

WRITTEN = [facts for facts in SAMPLES if facts.served is Served.PARTIES]


def typed(facts: Kind) -> dict[str, str]:
    """What an officer types to state these facts."""
    sent: dict[str, str] = {}
    stated = {name: getattr(facts, name) for name in facts.inputs()}
    for name, value in as_typed(stated).items():
        match value:
            case datetime():
                raise TypeError(name)
            case date():
                sent |= {f"{name}-{part}": str(getattr(value, part)) for part in DAY}
            case None:
                sent[name] = ""
            case str():
                sent[name] = value
            case _:
                sent[name] = value.strftime("%H:%M")
    return sent


DAY = ("day", "month", "year")


@pytest.mark.parametrize("facts", WRITTEN, ids=lambda facts: facts.code)
async def test_what_is_typed_is_what_is_issued(facts: Kind, browser: Browser) -> None:
    """The form takes every fact of the kind; the preview says it in both languages; it goes out."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/cases/{NOOR}/notices/new?kind={facts.code}")

    preview = await press(browser, page, action="/notices/preview", **typed(facts))
    issued = await press(browser, preview, action=f"/cases/{NOOR}/notices?")

    assert preview.status_code == 200
    assert issued.status_code == 303
    async with browser.portal.database.system_transaction() as session:
        notice = (await session.scalars(sa.select(Notice))).one()
    kept = facts_from_json(facts.code, notice.facts)
    for name, value in {name: getattr(facts, name) for name in facts.inputs()}.items():
        # What the case knows besides stays as it was filled in.
        assert value in (None, getattr(kept, name))
    for wording in both_wordings(kept, "en"):
        assert html.escape(wording.subject, quote=True) in preview.text.replace("&#34;", "&quot;")


@pytest.mark.parametrize(("language", "other"), [("en", "fr"), ("fr", "en")])
@pytest.mark.parametrize("facts", WRITTEN, ids=lambda facts: facts.code)
async def test_the_form_speaks_the_readers_language(
    facts: Kind, language: str, other: str, browser: Browser
) -> None:
    """Labels, hints and choices are those of the kind, in one language and not the other."""
    await browser.sign_in(RENEE, language=language)

    page = html.unescape((await browser.get(f"/cases/{NOOR}/notices/new?kind={facts.code}")).text)

    for asked in facts.inputs().values():
        words: list[Any] = [asked.label, asked.hint, asked.clock, *asked.choices.values()]
        for both in filter(None, words):
            assert both.said(language) in page
            assert f">{both.said(other)}<" not in page


def test_every_shape_of_a_fact_is_tried() -> None:
    """Texts in both languages, moments, days, choices and names: none is only declared."""
    shapes: set[object] = {
        type(getattr(facts, name)) for facts in WRITTEN for name in facts.inputs()
    }

    assert {Both, Moment, date, str} <= shapes
