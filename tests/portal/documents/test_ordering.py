"""The order of a draft's files: by buttons without JavaScript, by script, and what they are numbered."""

import asyncio

import sqlalchemy as sa

from portal.models import Document
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, LOUIS, MARC, NOOR
from tests.conftest import Browser
from tests.portal.approvals.putting import let_prepare, prepared_and_asked
from tests.portal.documents.answers import described_draft, exhibits_on, papers_of
from tests.portal.documents.conftest import begin, documents, file, send
from tests.portal.documents.test_arriving import text_of
from tests.samples import pdf


async def names(database: Database) -> list[str]:
    """The files as they stand in their drafts and filings."""
    return [one.name for one in await papers_of(database)]


async def test_buttons_move_a_file_one_place(browser: Browser) -> None:
    """Down and up again, each without a script; the next page says the new place."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf", "b.pdf", "c.pdf")
    a, _, c = await papers_of(browser.portal.database)

    down = await browser.post(f"/documents/{a.id}/place", data={"place": "down"})
    moved = await names(browser.portal.database)
    page = await browser.get(draft)
    await browser.post(f"/documents/{c.id}/place", data={"place": "up"})

    assert down.headers["location"] == f"{draft}#file-{a.id}"
    assert "a.pdf is number 2 now." in text_of(page.text)
    assert moved == ["b.pdf", "a.pdf", "c.pdf"]
    assert await names(browser.portal.database) == ["b.pdf", "c.pdf", "a.pdf"]


async def test_at_the_ends_a_file_stays(browser: Browser) -> None:
    """The first goes no further up, the last no further down."""
    await browser.sign_in(CLAIRE)
    await described_draft(browser, "a.pdf", "b.pdf")
    a, b = await papers_of(browser.portal.database)

    await browser.post(f"/documents/{a.id}/place", data={"place": "up"})
    await browser.post(f"/documents/{b.id}/place", data={"place": "down"})

    assert await names(browser.portal.database) == ["a.pdf", "b.pdf"]


async def test_the_order_that_is_shown_is_the_order(browser: Browser) -> None:
    """What a page did not show yet comes after; what it makes up, or names twice, changes nothing."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf", "b.pdf", "c.pdf", "d.pdf")
    a, b, _, d = (str(one.id) for one in await papers_of(browser.portal.database))

    shown = ",".join([d, b, d, str(NOOR), "x", a])
    answer = await browser.post(f"{draft}/order", data={"files": shown})

    assert (answer.status_code, answer.text) == (204, "")
    assert await names(browser.portal.database) == ["d.pdf", "b.pdf", "a.pdf", "c.pdf"]


async def test_moving_without_a_script_keeps_what_was_typed(browser: Browser) -> None:
    """The button belongs to the form that says what the files are."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    for name in ("a.pdf", "b.pdf"):
        await send(browser, draft, name, pdf())
    a, b = await documents(browser.portal.database)

    typed = {"place": "up", f"type-{a.id}": "letter", f"title-{a.id}": "To the member"}
    await browser.post(f"/documents/{b.id}/place", data=typed)

    b, a = await papers_of(browser.portal.database)
    assert (a.name, a.type, a.title) == ("a.pdf", "letter", "To the member")


async def test_numbers_are_provisional_and_follow_the_order(browser: Browser) -> None:
    """A draft says what each file would be numbered; filed, that is what it is."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf", "b.pdf")
    a, _ = await papers_of(browser.portal.database)
    await browser.post(f"/documents/{a.id}/place", data={"place": "down"})

    shown = text_of((await browser.get(f"{draft}/check")).text)
    await file(browser, draft)
    receipt = await browser.get(f"{draft}/receipt")

    assert "b.pdf Exhibit C-1 (provisional)" in shown
    assert "a.pdf Exhibit C-2 (provisional)" in shown
    kept = [(one.name, one.exhibit) for one in await papers_of(browser.portal.database)]
    assert kept == [("b.pdf", "C-1"), ("a.pdf", "C-2")]
    assert exhibits_on(receipt.text) == ["C-1", "C-2"]


async def test_numbers_run_through_the_case_by_side(browser: Browser) -> None:
    """The claimant's go on where they stopped; the Minister's have a letter of their own."""
    for person, names_of in ((CLAIRE, ("a.pdf",)), (MARC, ("m.pdf",)), (AMIRA, ("b.pdf", "c.pdf"))):
        await browser.sign_in(person)
        await file(browser, await described_draft(browser, *names_of))

    papers = {one.name: one.exhibit for one in await papers_of(browser.portal.database)}
    assert papers == {"a.pdf": "C-1", "m.pdf": "M-1", "b.pdf": "C-2", "c.pdf": "C-3"}


async def test_a_number_is_never_given_twice(browser: Browser, database: Database) -> None:
    """Two people of one side press File at once; a file taken out of a draft gets none."""
    await browser.sign_in(CLAIRE)
    first = await described_draft(browser, "a.pdf", "gone.pdf")
    gone = (await documents(database))[-1]
    await browser.post(f"/documents/{gone.id}/removal")
    second = await described_draft(browser, "b.pdf", "c.pdf")

    await asyncio.gather(*(browser.post(f"{draft}/filing") for draft in (first, second)))

    async with database.system_transaction() as session:
        given = await session.scalars(sa.select(Document.exhibit).order_by(Document.exhibit))
    assert list(given) == ["C-1", "C-2", "C-3", None]


async def test_who_counts_numbers_of_a_case_sees_it(browser: Browser, database: Database) -> None:
    """The last numbers of a case are nothing that a stranger can ask the database for."""
    await browser.sign_in(CLAIRE)
    await file(browser, await described_draft(browser, "a.pdf"))
    asked = sa.select(sa.func.portal_last_exhibits(NOOR))

    for person, expected in ((MARC, {"C": 1}), (LOUIS, {})):
        async with database.transaction(person.id) as session:
            assert await session.scalar(asked) == expected


async def test_what_waits_for_approval_keeps_its_order(
    browser: Browser, database: Database
) -> None:
    """Who prepared it moves nothing any more; who may file it can."""
    await let_prepare(database)
    draft = await prepared_and_asked(browser)
    [paper] = await documents(database)

    stays = await browser.post(f"/documents/{paper.id}/place", data={"place": "up"})
    page = await browser.get(stays.headers["location"])
    await browser.sign_in(CLAIRE)
    moves = await browser.post(f"/documents/{paper.id}/place", data={"place": "up"})

    assert "This draft waits for approval, so nothing was changed." in text_of(page.text)
    assert moves.headers["location"] == f"{draft}#file-{paper.id}"


async def test_what_is_filed_keeps_its_order(browser: Browser) -> None:
    """Nothing is moved after the receipt, by a page that was open meanwhile either."""
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf", "b.pdf")
    a, _ = await papers_of(browser.portal.database)
    await file(browser, draft)

    answer = await browser.post(f"/documents/{a.id}/place", data={"place": "down"})

    assert answer.headers["location"] == f"{draft}/receipt"
    assert await names(browser.portal.database) == ["a.pdf", "b.pdf"]
