"""Deciding: granted or refused, told by one notice, and hidden until that has left."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from notices.model import Notice, Service
from portal.models import RequestDecision
from portal.settings import Settings
from tests.cast import CLAIRE, FARIDA, MARC, NOOR, RENEE
from tests.conftest import Browser
from tests.portal.requests.asked import another_date, decide, preview, send, the_request

REFUSED = {
    "outcome": "refused",
    "why_en": "The date was fixed with you.",
    "why_fr": "Date convenue.",
}


@pytest.fixture
async def asked(browser: Browser) -> UUID:
    """Farida asks for another date."""
    await browser.sign_in(FARIDA)
    request_id = await send(browser, "change_of_date", await another_date(browser))
    await browser.sign_in(RENEE, language="en")
    return request_id


async def told(browser: Browser) -> list[Any]:
    """The notices of decisions and whom they reached."""
    async with browser.portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Notice.facts, Service.person_id)
            .join(Service, Service.notice_id == Notice.id)
            .where(Notice.kind == "request_decided")
        )
        return list(rows)


async def test_refusal_needs_a_reason(browser: Browser, asked: UUID) -> None:
    """In the language of the proceedings, and in that of whoever reads it."""
    form = {"id": str(asked), "outcome": "refused"}
    page = await browser.post(f"/requests/{asked}/decision/preview", data=form)
    assert page.status_code == 422
    assert "Say why it is refused" in page.text

    english = await browser.post(
        f"/requests/{asked}/decision/preview", data=form | {"why_en": "Fixed with you."}
    )

    assert english.status_code == 422
    assert "who reads this notice reads that language" in english.text


async def test_refused_is_told_to_who_asked_and_to_nobody_else(
    browser: Browser, asked: UUID
) -> None:
    """Counsel and the person have the notice; the Minister's counsel has nothing of it."""
    await decide(browser, asked, REFUSED)

    services = await told(browser)
    assert {CLAIRE.id, FARIDA.id} <= {row.person_id for row in services}
    assert MARC.id not in {row.person_id for row in services}
    assert services[0].facts["why"]["en"] == "The date was fixed with you."
    await browser.sign_in(FARIDA, language="en")
    page = await browser.get(f"/requests/{asked}")
    assert "refused" in page.text
    assert "The date does not change" in page.text
    assert "/notices/" in page.text
    await browser.sign_in(MARC, language="en")
    history = await browser.get(f"/cases/{NOOR}/history")
    assert "refused a request" not in history.text
    assert "issued a notice" not in history.text


async def test_granted_leads_on_to_the_hearing(browser: Browser, asked: UUID) -> None:
    """With the date that the officer chose; nothing has moved by itself."""
    day = (await the_request(browser, asked)).facts["days"][1]
    await decide(browser, asked, {"outcome": "granted", "day": day})

    page = await browser.get(f"/requests/{asked}")

    assert f"/move?day={day}" in page.text
    assert date.fromisoformat(day).strftime("%Y") in page.text


async def test_decided_once(browser: Browser, asked: UUID) -> None:
    """The same form twice is one decision; another officer's form finds it decided."""
    form = await preview(browser, asked, REFUSED)
    other = await preview(
        browser,
        asked,
        {"outcome": "granted"} | {"day": (await the_request(browser, asked)).facts["days"][0]},
    )

    for _ in range(2):
        answer = await browser.post(f"/requests/{asked}/decision", data=form)
        assert answer.status_code == 303
    late = await browser.post(f"/requests/{asked}/decision", data=other)

    assert late.status_code == 303
    async with browser.portal.database.system_transaction() as session:
        rows = (await session.scalars(sa.select(RequestDecision))).all()
    assert [row.outcome for row in rows] == ["refused"]


async def test_people_who_changed_are_looked_at_again(browser: Browser, asked: UUID) -> None:
    """Whoever is told now is not whom the officer saw: nothing is decided."""
    form = await preview(browser, asked, REFUSED)

    answer = await browser.post(f"/requests/{asked}/decision", data=form | {"seen": "0"})

    assert answer.status_code == 409
    assert (await the_request(browser, asked)).decided_at is None


class TestRecall:
    """Until the notice has left the decision is the registry's alone, and can be taken back."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Five minutes, as the registry has them."""
        return settings.model_copy(update={"recall_minutes": 5})

    async def test_who_asked_sees_nothing_yet(self, browser: Browser, asked: UUID) -> None:
        """Neither the page, nor the list, nor the history tells; withdrawing comes too late."""
        await decide(browser, asked, REFUSED)
        await browser.sign_in(FARIDA, language="en")

        page = await browser.get(f"/requests/{asked}")
        history = await browser.get(f"/cases/{NOOR}/history")
        await browser.post(f"/requests/{asked}/withdrawal")

        assert "with the registry" in page.text
        assert "refused" not in page.text
        assert "refused a request" not in history.text
        assert (await the_request(browser, asked)).withdrawn_at is None

    async def test_recalled_waits_again(self, browser: Browser, asked: UUID) -> None:
        """On the desk as before, to be decided anew."""
        await decide(browser, asked, REFUSED)
        notice_id = await self._notice(browser)

        await browser.post(f"/registry/notices/{notice_id}/recall")

        assert f"/requests/{asked}/decision" in (await browser.get("/registry")).text
        day = (await the_request(browser, asked)).facts["days"][0]
        await decide(browser, asked, {"outcome": "granted", "day": day})
        assert "granted" in (await browser.get(f"/requests/{asked}")).text

    async def _notice(self, browser: Browser) -> UUID:
        async with browser.portal.database.system_transaction() as session:
            return (await session.scalars(sa.select(RequestDecision.notice_id))).one()
