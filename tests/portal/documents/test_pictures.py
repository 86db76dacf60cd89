"""The first page and the safe copy: for whoever may read, after a clean verdict, and not longer."""

import asyncio
import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.exc import ProgrammingError

from portal.documents.pictures.making import make_pictures
from portal.documents.sweeping import ORPHANS_AFTER, sweep
from portal.models import Document, Picture
from portal.web.headers import SANDBOX
from storage.database import Database
from storage.objects import StoreUnavailable
from tests.cast import (
    AMIRA,
    CLAIRE,
    DINA,
    FARIDA,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    SAM,
    VICTOR,
    Character,
)
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    acts,
    begin,
    documents,
    file_one,
    judge_all,
    send,
    stored,
)
from tests.portal.documents.test_judging import object_of
from tests.samples import EICAR, TXT, ooxml
from tests.storage.drawings import pages, photograph

NOW = datetime.now(UTC).replace(minute=0)


async def draw_all(browser: Browser) -> list[Picture]:
    """Do the picture jobs that were asked for; returns every picture there is."""
    async with browser.portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.text(
                "select args ->> 'documents' as documents, priority from procrastinate_jobs"
                " where task_name = 'picture'"
            )
        )
        jobs = rows.all()
    assert all(job.priority < 0 for job in jobs)
    for job in jobs:
        await make_pictures(browser.portal, *map(UUID, job.documents.split(",")))
    async with browser.portal.database.system_transaction() as session:
        return list(await session.scalars(sa.select(Picture)))


async def one_pictured(browser: Browser) -> Document:
    """Claire filed a page; it was found clean and pictured."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pages(1))
    await judge_all(browser)
    await draw_all(browser)
    return document


async def test_the_first_page_is_on_the_documents_page(browser: Browser) -> None:
    """A picture with words for who cannot see it, its size known beforehand, loaded when in view."""
    document = await one_pictured(browser)

    page = (await browser.get(f"/documents/{document.id}")).text
    answer = await browser.get(f"/documents/{document.id}/picture")

    [picture] = [line for line in page.split("<img") if f"/documents/{document.id}/picture" in line]
    assert 'alt="First page of a' in picture
    assert 'width="300"' in picture
    assert 'height="389"' in picture
    assert 'loading="lazy"' in picture
    image = Image.open(io.BytesIO(answer.content), formats=["WEBP"])
    assert (image.width, image.height) == (600, 778)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == SANDBOX
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_browser_keeps_it_and_asks_each_time_whether_it_still_may(browser: Browser) -> None:
    """The same picture is not sent twice; once the right has ended it is not shown again."""
    document = await one_pictured(browser)
    first = await browser.get(f"/documents/{document.id}/picture")
    known = {"if-none-match": first.headers["etag"]}

    again = await browser.get(f"/documents/{document.id}/picture", headers=known)
    other = await browser.get(f"/documents/{document.id}/picture", headers={"if-none-match": '"x"'})
    await browser.sign_in(SAM)
    ended = await browser.get(f"/documents/{document.id}/picture", headers=known)

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert (other.status_code, other.content) == (200, first.content)
    assert ended.status_code == 404


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (AMIRA, 200),
        (FARIDA, 200),
        (DINA, 200),
        (MARC, 200),
        (RENEE, 200),
        (JONAS, 403),
        (LOUIS, 404),
        (VICTOR, 404),
        (SAM, 404),
    ],
    ids=lambda one: getattr(one, "name", str(one)),
)
async def test_it_is_reading_and_needs_the_right_to(
    browser: Browser, person: Character, status: int
) -> None:
    """Who may read the file sees its first page; who only sees the case does not, nor its page."""
    document = await one_pictured(browser)
    await browser.sign_in(person, language="en")

    answer = await browser.get(f"/documents/{document.id}/picture")
    page = await browser.get(f"/documents/{document.id}")

    assert answer.status_code == status
    assert (b"WEBP" in answer.content) == (status == 200)
    assert ("<img" in page.text.partition("<main")[2]) == (status == 200)


async def test_nothing_is_drawn_before_the_verdict_is_clean(browser: Browser) -> None:
    """Held, and infected: no job, no picture, and asked for one none is made."""
    await browser.sign_in(CLAIRE)
    held = await file_one(browser, "a.pdf", pages(1))
    await make_pictures(browser.portal, held.id)
    early = await browser.get(f"/documents/{held.id}/picture")
    infected = await file_one(browser, "b.txt", EICAR)
    await judge_all(browser)

    pictures = await draw_all(browser)
    await make_pictures(browser.portal, infected.id)

    assert early.status_code == 404
    assert [one.document_id for one in pictures] == [held.id]
    assert (await browser.get(f"/documents/{infected.id}/picture")).status_code == 404


async def test_a_verdict_taken_back_takes_the_picture_too(browser: Browser) -> None:
    """Found infected later, by new signatures: the database itself shows nobody the picture."""
    document = await one_pictured(browser)
    async with browser.portal.database.transaction(CLAIRE.id) as session:
        assert await session.get(Picture, document.id) is not None

    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.text("update document set state = 'infected', reason = 'infected' where id = :id"),
            {"id": document.id},
        )

    assert (await browser.get(f"/documents/{document.id}/picture")).status_code == 404
    async with browser.portal.database.transaction(CLAIRE.id) as session:
        assert await session.get(Picture, document.id) is None


@pytest.mark.parametrize("act", ["insert", "update", "delete"])
async def test_people_write_no_pictures(browser: Browser, act: str) -> None:
    """Nobody but the job makes one, and nobody at all changes one."""
    document = await one_pictured(browser)
    statement = {
        "insert": "insert into picture (document_id, case_id, failure) values (:id, :case, 'x')",
        "update": "update picture set width = 1 where document_id = :id and :case is not null",
        "delete": "delete from picture where document_id = :id and :case is not null",
    }[act]

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with browser.portal.database.transaction(CLAIRE.id) as session:
            await session.execute(sa.text(statement), {"id": document.id, "case": NOOR})


async def test_the_database_hides_pictures_as_it_hides_documents(
    browser: Browser, database: Database
) -> None:
    """Without any gate: strangers, the other division and whoever only sees the case get no row."""
    document = await one_pictured(browser)

    seen: dict[str, bool] = {}
    for person in (CLAIRE, RENEE, SAM, LOUIS, VICTOR, JONAS):
        async with database.transaction(person.id) as session:
            seen[person.name] = await session.get(Picture, document.id) is not None

    assert {name for name, there in seen.items() if there} == {CLAIRE.name, RENEE.name}


@pytest.mark.parametrize(
    ("name", "data", "failure"),
    [
        ("statement.docx", ooxml(), None),
        ("statement.txt", "سلام\n".encode(), "damaged"),
        ("statement.txt", TXT, ""),
        ("wound.jpg", photograph("JPEG"), ""),
        ("scan.tif", photograph("TIFF"), ""),
    ],
)
async def test_where_none_can_be_made_there_is_none_and_no_error(
    browser: Browser, name: str, data: bytes, failure: str | None
) -> None:
    """Word files are not tried; letters without a font are tried once; the page is as ever."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, name, data)
    await judge_all(browser)

    pictures = await draw_all(browser)
    page = await browser.get(f"/documents/{document.id}")

    assert [one.failure or "" for one in pictures] == ([] if failure is None else [failure])
    assert page.status_code == 200
    assert (f"/documents/{document.id}/picture" in page.text) == (failure == "")


async def test_it_is_made_once_whoever_else_does_the_same(browser: Browser) -> None:
    """Two workers with one job: one picture, and its bytes are the row's."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pages(1))
    await judge_all(browser)

    both = [make_pictures(browser.portal, document.id) for _ in range(2)]
    await asyncio.gather(*both)
    await make_pictures(browser.portal, document.id)

    [picture] = await draw_all(browser)
    assert picture.object_key in stored(browser)
    assert (await browser.get(f"/documents/{document.id}/picture")).status_code == 200


async def test_other_bytes_in_the_store_are_not_shown(browser: Browser) -> None:
    """Changed where it lies: 503 for the picture, whose bytes are checked like all others."""
    document = await one_pictured(browser)
    [picture] = await draw_all(browser)
    path = browser.portal.settings.state / "objects" / "objects" / str(picture.object_key)
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    answer = await browser.get(f"/documents/{document.id}/picture")

    assert answer.status_code == 503
    assert b"WEBP" not in answer.content


async def test_a_file_changed_in_the_store_is_not_pictured(browser: Browser) -> None:
    """Other bytes than were received are on no picture; a store that is away is asked again."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pages(1))
    await judge_all(browser)
    path = object_of(browser.portal, document)
    whole = path.read_bytes()

    path.write_bytes(pages(1, colour="1 0 0"))
    pictures = await draw_all(browser)
    path.write_bytes(whole)

    assert pictures == []
    assert len(await draw_all(browser)) == 1


async def test_it_goes_with_its_document(browser: Browser) -> None:
    """Taken out of a draft: two days later neither row nor bytes of either are left."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pages(1))
    [document] = await judge_all(browser)
    await draw_all(browser)
    assert len(stored(browser)) == 2
    assert (await browser.get(f"/documents/{document.id}/picture")).status_code == 200

    await browser.post(f"/documents/{document.id}/removal")
    removed = await browser.get(f"/documents/{document.id}/picture")
    await sweep(browser.portal, now=NOW + ORPHANS_AFTER + timedelta(hours=2))

    assert removed.status_code == 404
    assert (stored(browser), await documents(browser.portal.database)) == ([], [])
    assert await draw_all(browser) == []


async def test_the_sweep_leaves_pictures_that_a_row_names(browser: Browser) -> None:
    """Years later the whole store is looked through, and both objects are still there."""
    document = await one_pictured(browser)

    swept = await sweep(browser.portal, now=NOW + timedelta(days=1000))

    assert swept.orphans == 0
    assert (await browser.get(f"/documents/{document.id}/picture")).status_code == 200


async def test_a_look_is_an_entry_once_an_hour(browser: Browser) -> None:
    """The page is looked at again and again; who read what is in the history once."""
    document = await one_pictured(browser)
    for _ in range(3):
        await browser.get(f"/documents/{document.id}/picture")
    mine = await acts(browser.portal.database, "document.read")
    await browser.sign_in(AMIRA)
    await browser.get(f"/documents/{document.id}/picture")

    entries = await acts(browser.portal.database, "document.read")
    history = (await browser.get(f"/cases/{NOOR}/history")).text

    assert mine == [{"document_id": str(document.id), "copy": "picture", "side": "person"}]
    assert len(entries) == 2
    assert "saw the first page of a document" in history


async def test_an_officer_has_a_safe_copy(browser: Browser) -> None:
    """A PDF of pixels, under a name that tells nothing; each is an entry, and its words say so."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "Noor secret.pdf", pages(3))
    await judge_all(browser)
    await browser.sign_in(RENEE, language="en")

    page = (await browser.get(f"/documents/{document.id}")).text
    answer = await browser.get(f"/documents/{document.id}/safe-copy")
    await browser.get(f"/documents/{document.id}/safe-copy")

    assert f'href="/documents/{document.id}/safe-copy"' in page
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "secret" not in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"] == SANDBOX
    assert answer.headers["cache-control"] == "no-store"
    with pikepdf.open(io.BytesIO(answer.content)) as copy:
        assert len(copy.pages) == 3
    read = {"document_id": str(document.id), "copy": "safe", "side": "registry"}
    assert await acts(browser.portal.database, "document.read") == [read, read]
    history = (await browser.get(f"/cases/{NOOR}/history")).text
    assert "opened a safe copy of a document" in history


@pytest.mark.parametrize("person", [CLAIRE, AMIRA, FARIDA, MARC, VICTOR, SAM], ids=lambda p: p.name)
async def test_nobody_else_has_one(browser: Browser, person: Character) -> None:
    """To people of the case, to other divisions and to strangers the address does not exist."""
    document = await one_pictured(browser)
    await browser.sign_in(person)

    page = await browser.get(f"/documents/{document.id}")
    answer = await browser.get(f"/documents/{document.id}/safe-copy")

    assert answer.status_code == 404
    assert "safe-copy" not in page.text


async def test_no_safe_copy_is_said_in_words(browser: Browser) -> None:
    """Held: not yet. A Word file: never, and its page says so. Letters without a font: which page."""
    await browser.sign_in(CLAIRE)
    held = await file_one(browser, "a.pdf", pages(1))
    await browser.sign_in(RENEE, language="en")
    early = await browser.get(f"/documents/{held.id}/safe-copy")
    await browser.sign_in(CLAIRE)
    word = await file_one(browser, "a.docx", ooxml())
    persian = await file_one(browser, "a.txt", "سلام\n".encode())
    await judge_all(browser)
    await browser.sign_in(RENEE, language="en")

    page = (await browser.get(f"/documents/{word.id}")).text
    never = await browser.get(f"/documents/{word.id}/safe-copy")
    damaged = await browser.get(f"/documents/{persian.id}/safe-copy")

    assert early.status_code == 403
    assert "There is no safe copy of this kind of file." in page
    assert f"/documents/{word.id}/safe-copy" not in page
    assert (never.status_code, damaged.status_code) == (409, 409)
    assert "Files of this kind have no pages" in never.text
    assert "Page 1" in damaged.text
    assert await acts(browser.portal.database, "document.read") == []


async def test_a_store_that_is_away_makes_the_job_fail(browser: Browser) -> None:
    """Nothing is written down: the same job makes the picture later."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pages(1))
    await judge_all(browser)
    path = object_of(browser.portal, document)
    whole = path.read_bytes()
    path.unlink()
    path.mkdir()

    with pytest.raises(StoreUnavailable):
        await make_pictures(browser.portal, document.id)
    path.rmdir()
    path.write_bytes(whole)

    assert [one.failure for one in await draw_all(browser)] == [None]
