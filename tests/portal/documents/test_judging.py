"""Every kept file gets one verdict; what is not clean is never readable, and people are told why."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.documents.judging import judge
from portal.documents.telling import tell
from portal.models import Document, DocumentState
from portal.parts import Parts
from storage import confinement
from storage.inspection import ChildUnavailable
from storage.objects import StoreUnavailable
from storage.scanner import Clamd, Scanner, ScannerUnavailable, Signatures, Verdict
from tests.cast import AMIRA, CLAIRE, EVERYBODY, RENEE
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    acts,
    begin,
    describe,
    documents,
    file,
    file_one,
    judge_all,
    send,
    submissions,
)
from tests.samples import EICAR, ooxml, pdf, zipped
from tests.storage.inspection.attacks import REFUSED

DOCX = "statement.docx"
INFECTED = [
    ("eicar.txt", EICAR),
    (DOCX, ooxml(more={"word/embeddings/oleObject1.bin": EICAR})),
    (DOCX, ooxml(more={"word/embeddings/more.zip": zipped({"inner.zip": zipped({"e": EICAR})})})),
]


@pytest.mark.parametrize(("name", "data"), INFECTED, ids=["plain", "in a DOCX", "zip in a DOCX"])
async def test_a_virus_has_a_receipt_and_no_reader(
    browser: Browser, name: str, data: bytes
) -> None:
    """Filed by counsel: receipt yes, opened by nobody; filer and registry are told why."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, name, data)
    [submission] = await submissions(browser.portal.database)

    [judged] = await judge_all(browser)

    assert submission.receipt is not None
    assert judged.state == DocumentState.infected
    for person in EVERYBODY:
        await browser.sign_in(person)
        answer = await browser.get(f"/documents/{document.id}/file")
        assert answer.status_code in (403, 404)
        assert b"EICAR-STANDARD" not in answer.content
    await browser.sign_in(CLAIRE)
    mine = (await browser.get(f"/documents/{document.id}/file")).text
    await browser.sign_in(RENEE, language="en")
    registry = (await browser.get(f"/documents/{document.id}/file")).text
    assert "Our check found a virus in this file." in mine
    assert "Dossier.Test.EICAR" not in mine
    assert "Dossier.Test.EICAR" in registry


async def test_the_filer_gets_a_notice_of_what_was_not_accepted(browser: Browser) -> None:
    """Filer and principal have it in their inboxes, once, whether judged before filing or after."""
    await browser.sign_in(AMIRA)
    draft = await begin(browser)
    await send(browser, draft, "before.txt", EICAR)
    await judge_all(browser)
    await send(browser, draft, "after.txt", EICAR)
    await describe(browser, draft)
    await file(browser, draft)
    [submission] = await submissions(browser.portal.database)
    await judge_all(browser)
    await tell(browser.portal, submission.id)
    await tell(browser.portal, submission.id)

    async with browser.portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.text(
                "select n.facts ->> 'document' as document, s.person_name from service s"
                " join notice n on n.id = s.notice_id where n.kind = 'document_not_accepted'"
                " order by 1, 2"
            )
        )
        told = [tuple(row) for row in rows]
    people = (AMIRA.name, CLAIRE.name)
    assert told == [(name, who) for name in ("after.txt", "before.txt") for who in people]
    assert len(await acts(browser.portal.database, "document.judged")) == 2


async def test_a_pdf_with_a_password_is_refused_after_its_receipt(browser: Browser) -> None:
    """Nobody can check it, so nobody can read it; the page says how to mend it."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "locked.pdf", pdf(password="secret"))

    [judged] = await judge_all(browser)

    assert (judged.state, judged.reason) == (DocumentState.refused, "encrypted")
    page = (await browser.get(f"/documents/{document.id}")).text
    assert "This file opens only with a password" in page
    assert "Save a copy without a password and file that." in page
    assert "Download" not in page


async def test_what_acts_inside_a_file_is_refused_after_its_receipt(browser: Browser) -> None:
    """The antivirus finds nothing, the inspection does; the page says what and how to mend it."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "form.pdf", REFUSED["opens-script.pdf"][0])

    [judged] = await judge_all(browser)

    assert (judged.state, judged.reason) == (DocumentState.refused, "script")
    assert judged.finding == "JavaScript"
    page = (await browser.get(f"/documents/{document.id}")).text
    assert "This PDF holds a small program (JavaScript)" in page
    assert "as the printer choose" in page
    assert "Download" not in page


async def test_pages_are_counted_with_the_verdict(browser: Browser) -> None:
    """A PDF's pages are known as soon as it is clean."""
    await browser.sign_in(CLAIRE)
    await file_one(browser, "a.pdf", pdf())

    [judged] = await judge_all(browser)

    assert (judged.state, judged.pages) == (DocumentState.clean, 1)


async def test_no_child_to_look_inside_is_an_outage(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no confined child can be had nothing becomes clean, and the job is done again."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())
    monkeypatch.setattr(confinement, "START", "raise SystemExit")
    monkeypatch.setattr(confinement, "_idle", [])

    with pytest.raises(ChildUnavailable):
        await judge(browser.portal, document.id)

    [held] = await documents(browser.portal.database)
    assert (held.state, held.scans_failed) == (DocumentState.held, 1)


async def test_the_scanner_down_costs_no_deadline(
    browser: Browser, clamd_socket: Path, tmp_path: Path
) -> None:
    """No scanner: a receipt, nothing readable, the job fails; later the same job gives a verdict."""
    down = parts_with(browser.portal, Clamd(tmp_path / "nobody listens here"))
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())

    with pytest.raises(ScannerUnavailable):
        await judge(down, document.id)
    page = (await browser.get(f"/documents/{document.id}/file")).text
    [held] = await documents(browser.portal.database)
    await judge(browser.portal, document.id)
    [judged] = await documents(browser.portal.database)

    assert "The check for viruses does not work at the moment" in page
    assert (held.state, held.scans_failed) == (DocumentState.held, 1)
    assert held.scan_failure is not None
    assert (judged.state, judged.scan_failure) == (DocumentState.clean, None)


async def test_test_signatures_count_in_a_demonstration_only(
    browser: Browser, clamd_socket: Path
) -> None:
    """Without real signatures nothing becomes clean where cases are real."""
    real = parts_with(browser.portal, Clamd(clamd_socket), settings={"demo": False})
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.pdf", pdf())

    with pytest.raises(ScannerUnavailable):
        await judge(real, document.id)

    [held] = await documents(browser.portal.database)
    assert held.state == DocumentState.held


async def test_two_workers_give_one_verdict(browser: Browser) -> None:
    """Racing, they write one verdict, one entry and one notice."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.txt", EICAR)

    await asyncio.gather(*(judge(browser.portal, document.id) for _ in range(4)))

    assert len(await acts(browser.portal.database, "document.judged")) == 1
    assert len(await acts(browser.portal.database, "notice.issued")) == 1


async def test_a_verdict_before_filing_is_an_entry_after_it(browser: Browser) -> None:
    """What became of a draft's file is nobody's business; once it is filed the entry is made."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await judge_all(browser)
    before = await acts(browser.portal.database, "document.judged")
    await describe(browser, draft)
    receipt = await file(browser, draft)
    [submission] = await submissions(browser.portal.database)

    await tell(browser.portal, submission.id)
    await tell(browser.portal, submission.id)

    [document] = await documents(browser.portal.database)
    assert before == []
    assert await acts(browser.portal.database, "document.judged") == [
        {"documents": [str(document.id)], "state": "clean", "reason": "clean", "receipt": receipt}
    ]


async def test_other_bytes_than_were_received_get_no_verdict(browser: Browser) -> None:
    """A store that gives back something else is an outage, and holds up no other file."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await send(browser, draft, "b.pdf", pdf())
    first, second = await documents(browser.portal.database)
    object_of(browser.portal, first).write_bytes(bytes(first.size))

    with pytest.raises(StoreUnavailable):
        await judge(browser.portal, first.id, second.id)

    first, second = await documents(browser.portal.database)
    assert (first.state, second.state) == (DocumentState.held, DocumentState.clean)


async def test_a_removed_file_is_not_judged(browser: Browser) -> None:
    """Taken out of its draft before its turn, a file keeps its state."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    [document] = await documents(browser.portal.database)
    await browser.post(f"/documents/{document.id}/removal")

    await judge(browser.portal, document.id)

    [document] = await documents(browser.portal.database)
    assert document.state == DocumentState.held


class Blind:
    """A scanner that answers OK to whatever it is given, having read none of it."""

    def scan(self, pieces: Iterable[bytes], *, size: int) -> Verdict:
        """Say that it is clean."""
        return Verdict("clean")

    def signatures(self) -> Signatures:
        """Say that everything is known."""
        return Signatures("Blind", "1", None)

    def canary(self) -> None:
        """Say that all is well."""


async def test_clean_without_having_read_is_no_verdict(browser: Browser) -> None:
    """A verdict counts only if every byte that was received has been read for it."""
    await browser.sign_in(CLAIRE)
    document = await file_one(browser, "a.txt", EICAR)

    with pytest.raises(StoreUnavailable):
        await judge(parts_with(browser.portal, Blind()), document.id)

    [held] = await documents(browser.portal.database)
    assert held.state == DocumentState.held


def parts_with(
    portal: Parts, scanner: Scanner, *, settings: dict[str, object] | None = None
) -> Parts:
    """The same portal with another scanner, or with other settings."""
    changed = portal.settings.model_copy(update=settings or {})
    return Parts(
        settings=changed,
        database=portal.database,
        store=portal.store,
        scanner=scanner,
        watch=portal.watch,
        passwords=portal.passwords,
        channel=portal.channel,
    )


def object_of(portal: Parts, document: Document) -> Path:
    """Where the directory store keeps its bytes."""
    return portal.settings.state / "objects" / "objects" / document.object_key
