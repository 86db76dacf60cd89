"""From the draft to the receipt: once, in somebody's name, judged by the office's clock."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from portal.documents import filing
from portal.documents.filing import judge_time
from portal.documents.telling import tell
from portal.models import Answer, Delegation, Hearing
from portal.rules.deadlines import deadlines
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, HEARING, MARC, SAM
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
    send_form,
    submissions,
)
from tests.portal.documents.test_arriving import text_of
from tests.samples import TXT, pdf


async def test_a_file_is_sent_filed_judged_and_read(browser: Browser) -> None:
    """Counsel sends a PDF, has a receipt, and after the check downloads the same bytes."""
    await browser.sign_in(CLAIRE)
    data = pdf()

    document = await file_one(browser, "affidavit.pdf", data)
    before = await browser.get(f"/documents/{document.id}/file")
    await judge_all(browser)
    after = await browser.get(f"/documents/{document.id}/file")

    assert before.status_code == 403
    assert "Until then nobody can open it" in before.text
    assert (after.status_code, after.content) == (200, data)


async def test_the_whole_way_without_javascript(browser: Browser) -> None:
    """Plain forms alone lead to the same receipt, in French as well."""
    await browser.sign_in(FARIDA, language="fr")
    draft = await begin(browser)

    await send_form(browser, draft, {"lettre.txt": TXT, "preuve.pdf": pdf()})
    checked = await describe(browser, draft, "letter")
    receipt = await file(browser, draft)

    assert checked.headers["location"] == f"{draft}/check"
    page = (await browser.get(f"{draft}/receipt")).text
    assert "Nous avons reçu vos documents" in page
    assert receipt in page


async def test_filing_leaves_a_receipt_and_an_entry(browser: Browser) -> None:
    """The receipt's number, time, filer and limit are kept; the entry names no document."""
    await browser.sign_in(CLAIRE)
    before = datetime.now(UTC)

    await file_one(browser, "affidavit.pdf", pdf())

    [submission] = await submissions(browser.portal.database)
    assert re.fullmatch(r"R-[2-9CDFGHJKMNPQRTVWX]{4}-[2-9]{2}", submission.receipt or "")
    assert submission.filed_at is not None
    assert before <= submission.filed_at <= datetime.now(UTC)
    assert (submission.filer_name, submission.delegation_id) == (CLAIRE.name, None)
    assert submission.judged is not None
    assert (submission.judged["code"], submission.judged["late"]) == ("rpd_disclosure", False)
    assert await acts(browser.portal.database, "submission.filed") == [
        {"submission_id": str(submission.id), "receipt": submission.receipt, "documents": 1}
    ]


async def test_pressed_twice_it_is_filed_once(browser: Browser) -> None:
    """A double click and a second tab lead to the same receipt."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)

    pressed = await asyncio.gather(*(browser.post(f"{draft}/filing") for _ in range(4)))
    later = await browser.post(f"{draft}/filing")

    assert {answer.headers["location"] for answer in (*pressed, later)} == {f"{draft}/receipt"}
    assert len(await acts(browser.portal.database, "submission.filed")) == 1


async def test_an_empty_draft_is_not_filed(browser: Browser) -> None:
    """Nothing to file is said at the button that chooses files."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    page = await browser.post(f"{draft}/filing")

    assert page.status_code == 422
    assert "Choose at least one file" in page.text
    assert 'href="#file"' in page.text


async def test_a_file_nobody_described_is_not_filed(browser: Browser) -> None:
    """The mistake is named in the summary and at the field; what was typed is kept."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    [document] = await documents(browser.portal.database)

    page = await browser.post(
        f"{draft}/descriptions",
        data={f"type-{document.id}": "", f"title-{document.id}": "My letter", "then": "check"},
    )
    pressed = await browser.post(f"{draft}/filing")

    assert (page.status_code, pressed.status_code) == (422, 422)
    assert "Choose what this file is: a.pdf" in text_of(page.text)
    assert f'href="#type-{document.id}"' in page.text
    assert 'value="My letter"' in page.text
    assert await acts(browser.portal.database, "submission.filed") == []


async def test_what_changed_in_another_tab_is_shown_first(browser: Browser) -> None:
    """Who looked at two files does not file three."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)
    seen = re.search(r'name="seen" value="(\w+)"', (await browser.get(f"{draft}/check")).text)
    assert seen is not None
    await send(browser, draft, "b.pdf", pdf())
    await describe(browser, draft)

    page = await browser.post(f"{draft}/filing", data={"seen": seen[1]})

    assert page.status_code == 409
    assert "nothing was filed" in page.text
    assert "b.pdf" in page.text
    assert await acts(browser.portal.database, "submission.filed") == []


async def test_a_late_filing_is_warned_about_and_taken(
    browser: Browser, database: Database
) -> None:
    """After the last limit the page warns, and the receipt is given and marked all the same."""
    await move_hearing(database, days=2)
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)

    page = (await browser.get(f"{draft}/check")).text
    await file(browser, draft)

    assert "The limit has passed. You can still file" in page
    [submission] = await submissions(database)
    assert submission.judged is not None
    assert submission.judged["late"] is True
    assert "Late: Response to documents was due" in (await browser.get(f"{draft}/receipt")).text


def test_the_limit_is_judged_on_the_clock_of_the_office() -> None:
    """One minute before midnight in Vancouver is in time there, whatever Toronto's clock says.

    British Columbia keeps UTC-7 all year since 2026: an old time zone table fails here.
    """
    limits = deadlines(division="rpd", office="vancouver", hearings=[date(2026, 12, 3)])
    just_before = datetime(2026, 11, 24, 6, 59, tzinfo=UTC)

    in_time = judge_time(limits, just_before)
    after = judge_time(limits, datetime(2026, 11, 24, 7, 0, tzinfo=UTC))

    assert in_time is not None
    assert (in_time.code, in_time.due, in_time.late) == ("rpd_disclosure", "2026-11-23", False)
    assert after is not None
    assert (after.code, after.late, after.missed) == ("rpd_response", False, ("rpd_disclosure",))


def test_a_hearing_that_is_over_sets_no_limit() -> None:
    """Papers that come after the last hearing answer no limit of it."""
    limits = deadlines(division="rpd", office="toronto", hearings=[date(2026, 12, 3)])

    assert judge_time(limits, datetime(2026, 12, 5, tzinfo=UTC)) is None


async def test_a_receipt_number_is_never_given_twice(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that is taken is drawn again, in the same transaction."""
    numbers = iter(["R-AAAA-22", "R-AAAA-22", "R-AAAA-33"])
    monkeypatch.setattr(filing, "new_receipt", lambda: next(numbers))
    await browser.sign_in(CLAIRE)

    await file_one(browser, "a.pdf", pdf())
    await file_one(browser, "b.pdf", pdf())

    filed = await submissions(browser.portal.database)
    assert {one.receipt for one in filed} == {"R-AAAA-22", "R-AAAA-33"}


async def test_a_delegate_files_in_the_principals_name(browser: Browser) -> None:
    """Receipt, entry and page say by whom and for whom; the loan counts as used."""
    await browser.sign_in(AMIRA)
    document = await file_one(browser, "a.pdf", pdf())

    page = text_of((await browser.get(f"/documents/{document.id}")).text)

    assert "Filed by Amira Haddad for Claire Tremblay" in page
    async with browser.portal.database.system_transaction() as session:
        entry = (
            await session.execute(
                sa.text(
                    "select actor_name, principal_name, delegation_id from entry"
                    " where act = 'submission.filed'"
                )
            )
        ).one()
        used = await session.scalar(
            sa.select(Answer.last_used_at).where(Answer.delegation_id == CLAIRE_TO_AMIRA)
        )
    assert tuple(entry) == (AMIRA.name, CLAIRE.name, CLAIRE_TO_AMIRA)
    assert used is not None


async def test_who_may_only_prepare_is_told_who_files(browser: Browser, database: Database) -> None:
    """Preparing ends at the check: the button sends it to the principal; filing is refused."""
    await lend(database, ["see", "read", "prepare"])
    await browser.sign_in(AMIRA)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)

    page = text_of((await browser.get(f"{draft}/check")).text)
    refused = await browser.post(f"{draft}/filing")

    assert "Send to Claire Tremblay for approval" in page
    assert "now" not in re.findall(r"File one document (\w+)", page)
    assert refused.status_code == 403
    assert "Claire Tremblay" in refused.text


async def test_a_principal_files_what_was_prepared(browser: Browser, database: Database) -> None:
    """Claire finds Amira's draft and files it; it is hers then, through no delegation."""
    await lend(database, ["see", "read", "prepare"])
    await browser.sign_in(AMIRA)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)

    await browser.sign_in(CLAIRE)
    page = text_of((await browser.get(draft)).text)
    await file(browser, draft)

    assert "Prepared by Amira Haddad. You can change it, and file it." in page
    [submission] = await submissions(database)
    assert (submission.filed_by, submission.delegation_id) == (CLAIRE.id, None)


async def test_a_loan_that_ended_files_nothing_and_the_draft_stays(
    browser: Browser, database: Database
) -> None:
    """The former delegate finds nothing any more; the principal finds the draft and files it."""
    await browser.sign_in(AMIRA)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)
    async with database.system_transaction() as session:
        loan = await session.get_one(Delegation, CLAIRE_TO_AMIRA)
        loan.ended_at, loan.ended_by = datetime.now(UTC), CLAIRE.id

    refused = await browser.post(f"{draft}/filing")
    await browser.sign_in(CLAIRE)
    receipt = await file(browser, draft)

    assert refused.status_code == 404
    assert receipt.startswith("R-")


async def test_a_session_that_ended_files_nothing_and_loses_nothing(
    browser: Browser, database: Database
) -> None:
    """Signed out before the last press: 401, what was typed waits in the form, nothing is filed."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    [document] = await documents(database)
    async with database.system_transaction() as session:
        await session.execute(sa.text("update session set ended_at = now()"))

    page = await browser.post(
        f"{draft}/descriptions", data={f"title-{document.id}": "Brother's affidavit"}
    )
    pressed = await browser.post(f"{draft}/filing")

    assert (page.status_code, pressed.status_code) == (401, 401)
    assert "Brother&#39;s affidavit" in page.text
    assert f'value="{draft}/descriptions"' in page.text
    await browser.sign_in(CLAIRE)
    assert (await browser.get(draft)).status_code == 200
    assert await acts(database, "submission.filed") == []


async def test_the_others_are_told_and_the_filer_is_not(
    browser: Browser, database: Database
) -> None:
    """Everybody else who receives notices has one, once, however often the job runs."""
    await browser.sign_in(AMIRA)
    await file_one(browser, "a.pdf", pdf())
    [submission] = await submissions(database)

    await tell(browser.portal, submission.id)
    await tell(browser.portal, submission.id)

    async with database.system_transaction() as session:
        rows = await session.execute(
            sa.text("select person_id, capacity, why from service order by person_name")
        )
        served = {row.person_id: (row.capacity, row.why) for row in rows}
        jobs = await session.scalar(
            sa.text("select count(*) from procrastinate_jobs where task_name = 'deliver'")
        )
    assert served[CLAIRE.id] == ("service", "counsel_of_record")
    assert {MARC.id, FARIDA.id} <= set(served)
    assert not {AMIRA.id, SAM.id} & set(served)
    assert jobs == len(served)


async def test_the_receipt_on_paper_names_every_fingerprint(browser: Browser) -> None:
    """The PDF is tagged, in the reader's language, and not for anybody who may not read it."""
    await browser.sign_in(AMIRA, language="fr")
    await file_one(browser, "a.pdf", pdf())
    [submission] = await submissions(browser.portal.database)
    path = f"/submissions/{submission.id}/receipt.pdf"

    paper = await browser.get(path)
    await browser.sign_in(SAM)
    refused = await browser.get(path)

    assert paper.headers["content-type"] == "application/pdf"
    with pikepdf.open(BytesIO(paper.content)) as opened:
        assert opened.Root.Lang == "fr-CA"
        assert str(submission.receipt) in str(opened.docinfo.Title)
    assert refused.status_code == 404


async def lend(database: Database, rights: list[str]) -> None:
    """Let Claire's loan to Amira be these rights."""
    async with database.system_transaction() as session:
        (await session.get_one(Delegation, CLAIRE_TO_AMIRA)).rights = rights


async def move_hearing(database: Database, *, days: int) -> None:
    """Let the Noors' hearing be so many days from now."""
    async with database.system_transaction() as session:
        hearing = await session.get_one(Hearing, HEARING)
        now = datetime.now(UTC)
        shift = now.date() - hearing.local_start.date()
        hearing.local_start += shift
        hearing.local_start += timedelta(days=days)
        hearing.starts_at = now + timedelta(days=days)
