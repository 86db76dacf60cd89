"""Who sees a draft, a document, its bytes; and that the database itself keeps everybody else out."""

import pytest
import sqlalchemy as sa

from portal.web.headers import SANDBOX
from storage.database import Database
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
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
    describe,
    documents,
    file_one,
    judge_all,
    send,
    submissions,
)
from tests.portal.documents.test_judging import object_of
from tests.samples import TXT, pdf

ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("person", [SAM, LOUIS, VICTOR], ids=lambda one: one.name)
async def test_to_a_stranger_nothing_is_there(browser: Browser, person: Character) -> None:
    """Document, bytes, receipt and the case's list answer as absent ones do."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())
    await judge_all(browser)
    await browser.sign_in(person)

    for path in (
        "/documents/{}",
        "/documents/{}/file",
        "/submissions/{}/receipt",
        "/submissions/{}/receipt.pdf",
        "/submissions/{}/states",
    ):
        real = document.id if "documents" in path else document.submission_id
        there = await browser.get(path.format(real))
        absent = await browser.get(path.format(ABSENT))
        assert (there.status_code, absent.status_code) == (404, 404)
    assert (await browser.get(f"/cases/{NOOR}/documents")).status_code == 404


async def test_who_only_sees_is_told_who_could_lend(browser: Browser) -> None:
    """Jonas sees the case, not its papers, and may not begin a draft: 403 with a name to ask."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, "a.pdf", pdf())
    await browser.sign_in(JONAS, language="en")

    listed = await browser.get(f"/cases/{NOOR}/documents")
    begun = await browser.post(f"/cases/{NOOR}/submissions")

    assert (listed.status_code, begun.status_code) == (403, 403)
    assert "Claire Tremblay" in listed.text
    assert "Claire Tremblay" in begun.text


async def test_a_draft_is_its_drafters_its_principals_and_theirs_who_may_file(
    browser: Browser,
) -> None:
    """Amira's draft for Claire is hers and Claire's; neither the client's nor the Minister's."""
    await browser.sign_in(AMIRA)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    [document] = await documents(browser.portal.database)
    await describe(browser, draft)

    seen: dict[str, set[int]] = {}
    for person in (AMIRA, CLAIRE, JONAS, FARIDA, DINA, MARC, LOUIS, RENEE, SAM):
        await browser.sign_in(person)
        paths = (draft, f"{draft}/check", f"/documents/{document.id}")
        seen[person.name] = {(await browser.get(path)).status_code for path in paths}
        case = await browser.get(f"/cases/{NOOR}")
        assert (draft in case.text) == (person in (AMIRA, CLAIRE))

    assert seen.pop(AMIRA.name) == {200}
    assert seen.pop(CLAIRE.name) == {200}
    assert set(map(frozenset, seen.values())) == {frozenset({404})}


@pytest.mark.parametrize("person", [SAM, LOUIS, MARC, RENEE], ids=lambda one: one.name)
async def test_the_database_itself_hides_a_draft(
    browser: Browser, database: Database, person: Character
) -> None:
    """With no gate at all, a select as somebody else finds neither draft nor file, nor changes it."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())

    async with database.transaction(person.id) as session:
        found = [
            await session.scalar(sa.text(f"select count(*) from {table}"))
            for table in ("submission", "document")
        ]
        changed = await session.execute(sa.text("update document set title = 'x' returning id"))
        removed = await session.execute(sa.text("update submission set judged = '{}' returning id"))
        touched = (changed.all(), removed.all())

    assert found == [0, 0]
    assert touched == ([], [])


@pytest.mark.parametrize("person", [SAM, JONAS], ids=lambda one: one.name)
async def test_the_database_itself_hides_what_was_filed(
    browser: Browser, database: Database, person: Character
) -> None:
    """A stranger, and who may only see the case, select no filed document."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, "a.pdf", pdf())

    async with database.transaction(person.id) as session:
        assert await session.scalar(sa.text("select count(*) from document")) == 0


async def test_everybody_who_may_read_reads(browser: Browser) -> None:
    """Parties, representatives, both sides' counsel, delegate and registry open what is clean."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())
    await judge_all(browser)

    for person in (CLAIRE, AMIRA, FARIDA, DINA, MARC, RENEE):
        await browser.sign_in(person)
        assert (await browser.get(f"/documents/{document.id}/file")).status_code == 200

    reads = await acts(browser.portal.database, "document.read")
    sides = ["person"] * 4 + ["minister", "registry"]
    assert reads == [{"document_id": str(document.id), "side": side} for side in sides]


async def test_bytes_are_sent_so_that_they_can_do_nothing(browser: Browser) -> None:
    """Attachment, no sniffing, sandboxed, not kept; names in any script, and no header broken."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    for name in ("ደብዳቤ «é».pdf", 'a"b\\c.txt'):
        await send(browser, draft, name, pdf() if name.endswith("pdf") else TXT)
    await judge_all(browser)
    first, second = await documents(browser.portal.database)

    shown = (await browser.get(f"/documents/{first.id}/file")).headers
    plain = (await browser.get(f"/documents/{second.id}/file")).headers

    assert shown["content-security-policy"] == SANDBOX
    assert shown["x-content-type-options"] == "nosniff"
    assert shown["cross-origin-resource-policy"] == "same-origin"
    assert shown["cache-control"] == "no-store"
    assert shown["content-type"] == "application/pdf"
    assert plain["content-type"] == "application/octet-stream"
    assert shown["content-disposition"] == (
        'attachment; filename="____ ___.pdf"; '
        "filename*=UTF-8''%E1%8B%B0%E1%89%A5%E1%8B%B3%E1%89%A4%20%C2%AB%C3%A9%C2%BB.pdf"
    )
    assert plain["content-disposition"].startswith('attachment; filename="c.txt"')


async def test_wrong_bytes_in_the_store_are_never_sent(browser: Browser) -> None:
    """What the store gives back is checked before the first byte leaves: 503, and no entry."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())
    await judge_all(browser)
    object_of(browser.portal, document).write_bytes(b"something else")

    answer = await browser.get(f"/documents/{document.id}/file")

    assert answer.status_code == 503
    assert b"something else" not in answer.content
    assert await acts(browser.portal.database, "document.read") == []


async def test_a_removed_file_is_gone_for_everybody(browser: Browser) -> None:
    """Taken out of the draft: no page, no bytes, not in the list; removing again changes nothing."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    [document] = await documents(browser.portal.database)

    removed = await browser.post(f"/documents/{document.id}/removal")
    again = await browser.post(f"/documents/{document.id}/removal")

    assert (removed.status_code, again.status_code) == (303, 404)
    assert (await browser.get(f"/documents/{document.id}")).status_code == 404
    assert "a.pdf" not in (await browser.get(draft)).text


async def test_what_is_filed_is_not_removed(browser: Browser) -> None:
    """After filing, a file cannot be taken out; the page leads to the receipt."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())
    receipt = f"/submissions/{document.submission_id}/receipt"

    answer = await browser.post(f"/documents/{document.id}/removal")
    page = await browser.get(answer.headers["location"])

    assert answer.headers["location"] == receipt
    assert "These documents have been filed already" in page.text
    assert (await documents(browser.portal.database))[0].removed_at is None


async def test_access_that_ended_is_seen_at_once(browser: Browser, database: Database) -> None:
    """Whoever could read a minute ago and has lost access since gets what a stranger gets."""
    await browser.sign_in(AMIRA)
    document = await file_one(browser, "a.pdf", pdf())
    await judge_all(browser)
    async with database.system_transaction() as session:
        await session.execute(
            sa.text("update delegation set ended_at = now(), ended_by = :by where id = :id"),
            {"id": CLAIRE_TO_AMIRA, "by": CLAIRE.id},
        )

    [submission] = await submissions(database)
    paths = (f"/documents/{document.id}/file", f"/submissions/{submission.id}/receipt")

    assert [(await browser.get(path)).status_code for path in paths] == [404, 404]
