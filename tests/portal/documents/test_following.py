"""Pages that follow a check by themselves stop when it is over, and keep no session alive."""

import re

import sqlalchemy as sa

from tests.cast import CLAIRE, NOOR
from tests.conftest import Browser
from tests.portal.documents.conftest import begin, documents, file_one, judge_all, send
from tests.samples import pdf

HTMX = {"hx-request": "true"}


async def test_a_draft_follows_until_everything_is_judged(browser: Browser) -> None:
    """While something is held the block asks again; with the last verdict it stops."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    [document] = await documents(browser.portal.database)

    waiting = (await browser.get(f"{draft}/states", headers=HTMX)).text
    await judge_all(browser)
    over = (await browser.get(f"{draft}/states", headers=HTMX)).text

    assert 'hx-trigger="every 2s, uploaded from:body"' in waiting
    assert f'id="state-{document.id}" data-announce hx-swap-oob="outerMorph"' in waiting
    assert "Received; checking for viruses" in waiting
    assert 'hx-trigger="uploaded from:body"' in over
    assert "Received and checked" in over
    assert "<html" not in over


async def test_receipt_and_case_follow_until_everything_is_judged(browser: Browser) -> None:
    """The same on the receipt and on the page of the case, there and after Reload."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())
    blocks = (f"/submissions/{document.submission_id}/states", f"/cases/{NOOR}/documents")
    pages = (f"/submissions/{document.submission_id}/receipt", f"/cases/{NOOR}")

    waiting = [(await browser.get(path, headers=HTMX)).text for path in blocks]
    waiting += [(await browser.get(path)).text for path in pages]
    await judge_all(browser)
    over = [(await browser.get(path, headers=HTMX)).text for path in blocks]
    over += [(await browser.get(path)).text for path in pages]

    for block in waiting:
        assert re.search(r'hx-trigger="every \ds"', block)
    for block in over:
        assert "hx-trigger" not in block
        assert "Received and checked" in block


async def test_following_does_not_keep_a_session(browser: Browser) -> None:
    """A page that asks by itself does not put off the end of an idle session; a person does."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await _idle(browser, minutes=50)

    await browser.get(f"{draft}/states", headers=HTMX)
    idle = await _minutes_idle(browser)
    await browser.get(draft)

    assert idle > 45
    assert await _minutes_idle(browser) < 1


async def test_signed_out_a_page_that_follows_stays_as_it_is(browser: Browser) -> None:
    """401 and nothing else: no sign-in form is swapped in around what somebody types."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await _idle(browser, minutes=61)

    answer = await browser.get(f"{draft}/states", headers=HTMX)

    assert (answer.status_code, answer.text) == (401, "")


async def test_a_block_asked_for_by_hand_leads_to_its_page(browser: Browser) -> None:
    """Whoever opens a block's address sees the whole page."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    answers = [await browser.get(path) for path in (f"{draft}/states", f"/cases/{NOOR}/documents")]

    assert [one.headers["location"] for one in answers] == [draft, f"/cases/{NOOR}#documents"]


async def _idle(browser: Browser, *, minutes: int) -> None:
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text("update session set seen_at = now() - make_interval(mins => :m)"),
            {"m": minutes},
        )


async def _minutes_idle(browser: Browser) -> float:
    async with browser.portal.database.system_transaction() as session:
        idle = await session.scalar(
            sa.text("select extract(epoch from now() - max(seen_at)) / 60 from session")
        )
    return float(idle or 0)
