"""The receipt on its page and on paper: when, by whom, for whom, each file; the paper is proof."""

import hashlib
import io
import re
from datetime import UTC
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from portal.documents.printing import languages_of
from portal.models import Document, ReceiptPaper, Seal, Submission
from portal.web.language import say
from tests.cast import AMIRA, CLAIRE, JONAS, MARC, RENEE, Character, known
from tests.conftest import Browser
from tests.notices.test_document import tags_of
from tests.notices.test_document import text_of as printed_on
from tests.portal.documents.conftest import (
    begin,
    describe,
    documents,
    file,
    file_one,
    send,
    submissions,
)
from tests.portal.documents.test_arriving import text_of
from tests.portal.receipts.conftest import ask
from tests.samples import TXT, pdf

DECLARATION = pdf()
SERVICE = "M. Roy · By courier · Friday, 20 November 2026"
NO = "This file was not received under this number."


async def filed(browser: Browser, person: Character = AMIRA) -> Submission:
    """Two files, filed by Amira for Claire unless somebody else does."""
    await browser.sign_in(person)
    draft = await begin(browser)
    await send(browser, draft, "Déclaration.pdf", DECLARATION)
    await send(browser, draft, "lettre.txt", TXT)
    await describe(browser, draft)
    await file(browser, draft)
    return (await submissions(browser.portal.database))[-1]


async def alter(browser: Browser, statement: str, **values: object) -> None:
    """Change something beforehand."""
    async with browser.portal.database.system_transaction() as session:
        await session.execute(sa.text(statement), values)


async def paper_of(browser: Browser, submission: Submission, language: str = "") -> bytes:
    """The receipt as PDF."""
    asked = f"?language={language}" if language else ""
    answer = await browser.get(f"/submissions/{submission.id}/receipt.pdf{asked}")
    assert answer.status_code == 200
    return answer.content


async def test_the_page_says_when_by_both_clocks(browser: Browser) -> None:
    """The office's moment, the reader's, and the database's own: one instant, three times told."""
    await alter(browser, "update person set zone = 'America/Vancouver' where id = :id", id=AMIRA.id)
    submission = await filed(browser)
    assert submission.filed_at is not None

    page = text_of((await browser.get(f"/submissions/{submission.id}/receipt")).text)

    for zone, name in (
        ("America/Toronto", "Toronto time (Eastern) (by the clock of the registry office)"),
        ("America/Vancouver", "Vancouver time (Pacific)"),
    ):
        local = submission.filed_at.astimezone(ZoneInfo(zone))
        assert f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M}, {name}" in page
    assert f"{submission.filed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" in page


async def test_one_clock_is_told_once(browser: Browser) -> None:
    """Whoever lives by the office's clock reads it once, and that it is both."""
    submission = await filed(browser)

    page = text_of((await browser.get(f"/submissions/{submission.id}/receipt")).text)

    assert "(by the clock of the registry office, and yours)" in page
    assert "The same moment" not in page


async def test_the_page_tells_every_file_and_who_filed_for_whom(browser: Browser) -> None:
    """Name, size, pages, whole fingerprint, state in words; A for B."""
    submission = await filed(browser)
    await alter(browser, "update document set pages = 14 where name like 'D%'")

    page = text_of((await browser.get(f"/submissions/{submission.id}/receipt")).text)

    assert f"{AMIRA.name} for {CLAIRE.name}" in page
    for data in (DECLARATION, TXT):
        assert hashlib.sha256(data).hexdigest() in page
    for told in ("Déclaration.pdf", "14 pages", "lettre.txt", "Received; checking for viruses"):
        assert told in page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("infected", "Our check found a virus in this file. Nobody can open it here."),
        (
            "unscannable",
            "We could not check this file, so nobody can open it here. The registry looks at it.",
        ),
        (
            "held",
            "We have received it and are checking it for viruses. Until then nobody can open it.",
        ),
    ],
)
async def test_page_and_paper_say_what_became_of_a_file(
    browser: Browser, tmp_path: Path, state: str, words: str, language: str
) -> None:
    """The state of each file in words, on either, with the moment at which it stood so on paper."""
    submission = await filed(browser)
    if state != "held":
        await alter(
            browser, "update document set state = :s, reason = :s, judged_at = now()", s=state
        )
    await browser.sign_in(AMIRA, language=language)

    page = text_of((await browser.get(f"/submissions/{submission.id}/receipt")).text)
    paper = printed_on(await paper_of(browser, submission), tmp_path)

    told = say(language, words)
    assert plain(told) in plain(paper)
    # What is still being checked needs no sentence on the page: it follows the check by itself.
    assert state == "held" or plain(told) in plain(page)


def plain(text: str) -> str:
    """Without the difference between spaces, and between apostrophes as pages escape them."""
    return " ".join(text.replace("&#39;", "’").split())


@pytest.mark.parametrize(
    ("asked", "reader", "languages"),
    [
        (None, "en", ("en",)),
        (None, "fr", ("fr",)),
        ("en", "fr", ("en",)),
        ("fr", "en", ("fr",)),
        ("both", "fr", ("fr", "en")),
        ("both", "en", ("en", "fr")),
        ("de", "en", ("en",)),
    ],
)
def test_a_paper_is_in_the_readers_language_or_the_one_asked_for(
    asked: str | None, reader: str, languages: tuple[str, ...]
) -> None:
    """In both, the reader's own comes first; nonsense is no question."""
    assert languages_of(asked, reader) == languages


async def test_the_paper_is_whole_and_accessible(browser: Browser, tmp_path: Path) -> None:
    """Tagged, titled, PDF/UA-1; number, clocks, people, files, hash of the whole, where to check."""
    submission = await filed(browser)

    paper = await paper_of(browser, submission, "both")

    said = printed_on(paper, tmp_path)
    for fact in (
        f"Receipt {submission.receipt}",
        f"Récépissé {submission.receipt}",
        f"{AMIRA.name} for {CLAIRE.name}",
        "Déclaration.pdf",
        hashlib.sha256(TXT).hexdigest(),
        f"{submission.filed_at:%Y-%m-%d} ",
        "http://localhost:8000/verify",
        whole_of(submission, [DECLARATION, TXT]),
        "Page 1 of 2",
    ):
        assert fact in said, fact
    with pikepdf.open(io.BytesIO(paper)) as opened:
        assert str(opened.Root.Lang) == "en-CA"
        assert opened.Root.MarkInfo.Marked
        assert opened.open_metadata()["pdfuaid:part"] == "1"
        assert str(submission.receipt) in str(opened.docinfo.Title)
        assert {"/H1", "/H2", "/L", "/Table", "/TH", "/TD"} <= tags_of(opened)
        assert not re.search(rb"/URI|/JavaScript|/Launch", paper)


def whole_of(submission: Submission, files: list[bytes]) -> str:
    """The fingerprint of a receipt, computed as anybody can from what is printed on it."""
    assert submission.filed_at is not None
    lines = [
        str(submission.receipt),
        f"{submission.filed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        *(hashlib.sha256(data).hexdigest() for data in files),
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


async def test_a_receipt_itself_can_be_checked(browser: Browser) -> None:
    """By the PDF as it was handed out, and by the fingerprint of the whole; a changed one is not ours."""
    submission = await filed(browser)
    number = str(submission.receipt)
    paper = await paper_of(browser, submission)
    browser.cookies.clear()
    ours = f"This is our receipt {number}. Nothing on it was changed."

    whole = whole_of(submission, [DECLARATION, TXT])
    assert ours in (await ask(browser, number, paper)).text
    assert ours in (await ask(browser, number, sha256=whole)).text
    assert NO in (await ask(browser, number, paper.replace(b"%%EOF", b"%%EOF\n"))).text
    assert NO in (await ask(browser, "R-ZZZZ-99", paper)).text


async def test_the_same_paper_is_the_same_bytes_and_remembered_once(browser: Browser) -> None:
    """Printed again, nothing new; in another language, another paper that is ours as well."""
    submission = await filed(browser)

    papers = {await paper_of(browser, submission, language) for language in ("en", "en", "fr")}

    async with browser.portal.database.system_transaction() as session:
        known = set(await session.scalars(sa.select(ReceiptPaper.sha256)))
    assert known == {hashlib.sha256(paper).hexdigest() for paper in papers}
    assert len(papers) == 2


async def test_a_verdict_makes_another_paper_and_the_first_stays_ours(browser: Browser) -> None:
    """The paper of the evening before the verdict proves as much as the one after it."""
    submission = await filed(browser)
    before = await paper_of(browser, submission)
    await alter(browser, "update document set state = 'infected', reason = 'x', judged_at = now()")
    after = await paper_of(browser, submission)

    assert before != after
    for paper in (before, after):
        assert "This is our receipt" in (await ask(browser, str(submission.receipt), paper)).text


async def test_who_may_not_read_has_no_paper_and_leaves_none(browser: Browser) -> None:
    """Jonas may see the case and no documents; nothing is made for him, and nothing remembered."""
    submission = await filed(browser)
    await browser.sign_in(JONAS)

    answer = await browser.get(f"/submissions/{submission.id}/receipt.pdf?language=both")

    assert answer.status_code == 403
    async with browser.portal.database.system_transaction() as session:
        assert (await session.scalars(sa.select(ReceiptPaper))).all() == []


async def test_a_paper_is_never_changed(browser: Browser) -> None:
    """Neither a person's role nor the jobs' may alter or remove one."""
    database = browser.portal.database
    for act in ("update receipt_paper set made_at = now()", "delete from receipt_paper"):
        for enter in (database.transaction(RENEE.id), database.system_transaction()):
            with pytest.raises(ProgrammingError, match="permission denied"):
                async with enter as session:
                    await session.execute(sa.text(act))


async def test_what_was_sealed_since_stays_proven(browser: Browser, tmp_path: Path) -> None:
    """Who filed keeps size and fingerprint of a sealed file, without its name; the other side nothing."""
    submission = await filed(browser, CLAIRE)
    whole = whole_of(submission, [DECLARATION, TXT])
    [sealed, _] = await documents(browser.portal.database)
    async with browser.portal.database.system_transaction() as session:
        session.add(
            Seal(
                document_id=sealed.id,
                case_id=sealed.case_id,
                why="x",
                sealed_by=RENEE.id,
                sealed_by_name=RENEE.name,
            )
        )
    path = f"/submissions/{submission.id}/receipt"

    mine = text_of((await browser.get(path)).text)
    paper = printed_on(await paper_of(browser, submission), tmp_path)
    await browser.sign_in(MARC)
    theirs = text_of((await browser.get(path)).text)

    for told in (mine, paper):
        assert "Déclaration.pdf" not in told
        assert "A file that was sealed since" in told
        assert sealed.sha256 in told
    assert whole in paper
    assert sealed.sha256 not in theirs
    assert "Déclaration.pdf" not in theirs
    assert (
        "This file was received" in (await ask(browser, str(submission.receipt), DECLARATION)).text
    )


async def test_one_file_one_line(browser: Browser, tmp_path: Path) -> None:
    """The page count that the inspection found stands on the paper beside the size."""
    await browser.sign_in(CLAIRE)
    document: Document = await file_one(browser, "affidavit.pdf", pdf())
    await alter(browser, "update document set pages = 321")
    [submission] = await submissions(browser.portal.database)

    said = printed_on(await paper_of(browser, submission), tmp_path)

    assert isinstance(document.id, UUID)
    assert "321" in said


async def test_exhibit_numbers_and_reasons_stand_on_page_and_paper(
    browser: Browser, tmp_path: Path
) -> None:
    """What the files are called at the hearing, and why they come late, as the filer said it."""
    submission = await filed(browser)
    await alter(
        browser,
        "update submission set late_reasons = 'The consulate answered today.',"
        " served_to = 'M. Roy', served_how = 'courier', served_on = '2026-11-20'",
    )
    await alter(browser, "update document set exhibit = 'C-' || (40 + position)")

    page = text_of((await browser.get(f"/submissions/{submission.id}/receipt")).text)
    paper = printed_on(await paper_of(browser, submission), tmp_path)

    for told in (page, paper):
        for fact in ("Exhibit C-41", "Exhibit C-42", "The consulate answered today.", SERVICE):
            assert fact in told


async def test_one_receipt_for_joined_cases_is_checked_once(browser: Browser) -> None:
    """Filed for two cases under one number: the file, and either case's paper, is known."""
    submission = await filed(browser)
    number, other = str(submission.receipt), known("the joined case")
    await alter(
        browser,
        'insert into "case" (id, division, office, title, language, opened_by, joined_to)'
        " select :other, division, office, 'Joined', language, opened_by, id"
        ' from "case" where id = :case',
        other=other,
        case=submission.case_id,
    )
    await alter(
        browser,
        "insert into submission (id, case_id, package_id, drafted_by, principal_id,"
        " delegation_id, receipt, filed_at, filed_by, filer_name, principal_name)"
        " select gen_random_uuid(), :other, id, drafted_by, principal_id, delegation_id,"
        " receipt, filed_at, filed_by, filer_name, principal_name from submission where id = :id",
        other=other,
        id=submission.id,
    )
    await alter(browser, "update submission set package_id = :id", id=submission.id)

    answer = await ask(browser, number, DECLARATION)

    assert f"This file was received under the number {number}." in answer.text
