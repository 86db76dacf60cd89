"""Opening and acknowledging a notice: whose act it is, and what is recorded of it."""

import pytest
import sqlalchemy as sa

from portal.models import Answer
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, JONAS, LOUIS, MARC, RENEE, SAM
from tests.conftest import Browser
from tests.notices.samples import SAMPLES
from tests.portal.inbox.served import (
    NUMBER,
    OTHER,
    address,
    copy_of,
    entries,
    recall,
    serve,
)

LETTER = SAMPLES[-1]


async def test_reading_ones_own_copy_opens_it_once(browser: Browser) -> None:
    """The first reading is recorded with time and name; a second one changes nothing."""
    await serve(browser.portal)
    mine = await address(browser.portal, CLAIRE)
    await browser.sign_in(CLAIRE)

    first = await browser.get(mine)
    opened = await copy_of(browser.portal, CLAIRE)
    await browser.get(mine)

    assert first.status_code == 200
    assert "Opened by you" in first.text
    assert (await copy_of(browser.portal, CLAIRE)).opened_at == opened.opened_at
    assert (opened.opened_by, opened.opened_by_name) == (CLAIRE.id, CLAIRE.name)
    assert await entries(browser.portal) == [("notice.opened", CLAIRE.name, None, NUMBER)]


async def test_the_badge_counts_what_is_left_unopened(browser: Browser) -> None:
    """The page that opens the last notice no longer says that one waits."""
    await serve(browser.portal)
    await browser.sign_in(CLAIRE)

    before = await browser.get("/notices")
    after = await browser.get(await address(browser.portal, CLAIRE))

    assert "dossier-badge" in before.text
    assert "dossier-badge" not in after.text


async def test_a_delegates_copy_is_opened_for_the_principal(browser: Browser) -> None:
    """What Amira opens through Claire's loan says so, and Claire's own copy stays unopened."""
    await serve(browser.portal)
    await browser.sign_in(AMIRA)

    page = await browser.get(await address(browser.portal, AMIRA))

    assert "You are acting for" in page.text
    assert (await copy_of(browser.portal, CLAIRE)).opened_at is None
    assert await entries(browser.portal) == [("notice.opened", AMIRA.name, CLAIRE.name, NUMBER)]


@pytest.mark.parametrize("reader", [CLAIRE, AMIRA, RENEE], ids=lambda who: who.email)
async def test_somebody_elses_copy_can_be_read_and_is_not_opened(
    browser: Browser, reader: object
) -> None:
    """Others on the case read the same words; the claimant's copy stays unopened."""
    await serve(browser.portal)
    await browser.sign_in(reader)  # pyright: ignore[reportArgumentType]

    page = await browser.get(await address(browser.portal, FARIDA))

    assert page.status_code == 200
    assert "Farida Noor" in page.text
    assert "not recorded as an opening" in page.text
    assert "I received this" not in page.text
    assert (await copy_of(browser.portal, FARIDA)).opened_at is None
    assert await entries(browser.portal) == []


async def test_acknowledging_is_recorded_once(browser: Browser) -> None:
    """The button records who and when; pressing it again records nothing more."""
    await serve(browser.portal)
    mine = await address(browser.portal, FARIDA)
    await browser.sign_in(FARIDA)
    page = await browser.get(mine)
    token = page.text.split('name="csrf" value="')[1].split('"')[0]

    for _ in range(2):
        answer = await browser.post(f"{mine}/acknowledgement", data={"csrf": token})
        assert answer.status_code == 303
    after = await browser.get(mine)

    assert "Acknowledged by you" in after.text
    assert "I received this" not in after.text
    assert [act for act, *_ in await entries(browser.portal)] == [
        "notice.opened",
        "notice.acknowledged",
    ]


async def test_nobody_acknowledges_for_somebody_else(browser: Browser) -> None:
    """Counsel reads the claimant's copy, and cannot say that she received it."""
    await serve(browser.portal)
    hers = await address(browser.portal, FARIDA)
    await browser.sign_in(CLAIRE)
    page = await browser.get("/notices")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]

    answer = await browser.post(f"{hers}/acknowledgement", data={"csrf": token})

    assert answer.status_code == 403
    assert "the person it was addressed to can acknowledge it" in answer.text
    assert (await copy_of(browser.portal, FARIDA)).acknowledged_at is None


async def test_an_unread_notice_is_not_acknowledged(browser: Browser) -> None:
    """A button pressed on a notice never opened leads to the notice, and records nothing."""
    await serve(browser.portal)
    mine = await address(browser.portal, CLAIRE)
    await browser.sign_in(CLAIRE)
    page = await browser.get("/notices")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]

    answer = await browser.post(f"{mine}/acknowledgement", data={"csrf": token})

    assert answer.headers["location"] == mine
    assert await entries(browser.portal) == []


async def test_a_letter_that_asks_nothing_has_no_button(browser: Browser) -> None:
    """Only kinds that want to be acknowledged ask for it."""
    await serve(browser.portal, LETTER, OTHER)
    await browser.sign_in(CLAIRE)

    page = await browser.get(await address(browser.portal, CLAIRE, OTHER))

    assert "Your new address" in page.text
    assert "I received this" not in page.text


async def test_a_recalled_notice_says_so(browser: Browser) -> None:
    """It can still be read, says that it no longer counts, and asks nothing."""
    await serve(browser.portal)
    await recall(browser.portal)
    await browser.sign_in(CLAIRE)

    page = await browser.get(await address(browser.portal, CLAIRE))

    assert "It no longer counts" in page.text
    assert "I received this" not in page.text


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-moz", "prefetch"),
    ],
)
@pytest.mark.parametrize("tail", ["", "/notice.pdf"])
async def test_looking_ahead_is_not_opening(
    browser: Browser, header: str, value: str, tail: str
) -> None:
    """A browser that fetches a page in case it is wanted gets nothing, and opens nothing."""
    await serve(browser.portal)
    await browser.sign_in(CLAIRE)

    answer = await browser.get(
        await address(browser.portal, CLAIRE) + tail, headers={header: value}
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await copy_of(browser.portal, CLAIRE)).opened_at is None


async def test_asking_for_the_headers_alone_is_not_opening(browser: Browser) -> None:
    """HEAD shows nobody anything."""
    await serve(browser.portal)
    await browser.sign_in(CLAIRE)

    await browser.head(await address(browser.portal, CLAIRE))

    assert (await copy_of(browser.portal, CLAIRE)).opened_at is None


@pytest.mark.parametrize("tail", ["", "/notice.pdf"])
async def test_a_link_followed_signed_out_opens_nothing(browser: Browser, tail: str) -> None:
    """A mail scanner that follows a link is sent to the door."""
    await serve(browser.portal)

    answer = await browser.get(await address(browser.portal, CLAIRE) + tail)

    assert answer.headers["location"].startswith("/sign-in?next=")
    assert (await copy_of(browser.portal, CLAIRE)).opened_at is None


@pytest.mark.parametrize("stranger", [SAM, LOUIS, MARC], ids=lambda who: who.email)
@pytest.mark.parametrize("tail", ["", "/notice.pdf"])
async def test_a_stranger_finds_nothing(browser: Browser, stranger: object, tail: str) -> None:
    """Somebody else's case: the same 404 as for a notice that does not exist."""
    await serve(browser.portal)
    await browser.sign_in(stranger)  # pyright: ignore[reportArgumentType]

    real = await browser.get(await address(browser.portal, CLAIRE) + tail)
    absent = await browser.get(f"/notices/00000000-0000-4000-8000-000000000000{tail}")

    assert (real.status_code, absent.status_code) == (404, 404)


@pytest.mark.parametrize("tail", ["", "/notice.pdf"])
async def test_who_only_sees_the_case_is_told_what_is_missing(browser: Browser, tail: str) -> None:
    """Jonas was lent `see` alone: 403, with the names of those who could lend more."""
    await serve(browser.portal)
    await browser.sign_in(JONAS)

    answer = await browser.get(await address(browser.portal, CLAIRE) + tail)

    assert answer.status_code == 403
    assert "you may not read its documents and notices" in answer.text
    assert CLAIRE.name in answer.text


async def test_each_language_has_its_own_words(browser: Browser) -> None:
    """The language switch shows the notice as it was said in the other language."""
    await serve(browser.portal)
    mine = await address(browser.portal, CLAIRE)

    english = await (await browser.sign_in(CLAIRE, language="en")).get(mine)
    browser.cookies.clear()
    french = await (await browser.sign_in(CLAIRE, language="fr")).get(mine)

    assert "Thursday, 3 December 2026" in english.text
    assert "jeudi 3 décembre 2026" in french.text


async def test_what_the_registry_reads_is_an_entry(browser: Browser) -> None:
    """An officer who reads a notice leaves the same entry as on the page of the case."""
    await serve(browser.portal)
    await browser.sign_in(RENEE)

    await browser.get(await address(browser.portal, CLAIRE))

    async with browser.portal.database.system_transaction() as session:
        looks = await session.scalar(sa.text("select count(*) from entry where act = 'case.read'"))
    assert looks == 1


async def test_opening_through_a_loan_keeps_it_from_lapsing(browser: Browser) -> None:
    """A delegate who only reads notices uses the loan too."""
    await serve(browser.portal)
    await browser.sign_in(AMIRA)

    await browser.get(await address(browser.portal, AMIRA))

    async with browser.portal.database.system_transaction() as session:
        used = await session.scalar(
            sa.select(Answer.last_used_at).where(Answer.delegation_id == CLAIRE_TO_AMIRA)
        )
    assert used is not None
