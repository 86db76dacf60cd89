"""One filing for cases that are heard together: a copy on each, one receipt, one verdict."""

import asyncio
import re

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from notices.model import Notice
from portal.documents.judging import judge
from portal.documents.sweeping import sweep
from portal.documents.telling import tell
from portal.models import Standing, Submission
from portal.receipts.verifying import find_received
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, FARIDA, LOUIS, MARC, NOOR, Character
from tests.conftest import Browser
from tests.portal.approvals.putting import let_prepare, prepare
from tests.portal.documents.answers import (
    SISTER,
    described_draft,
    exhibits_on,
    join_sister,
    papers_of,
    say,
)
from tests.portal.documents.conftest import (
    acts,
    documents,
    file,
    judge_all,
    scanner,
    stored,
    submissions,
)
from tests.portal.documents.test_arriving import text_of
from tests.portal.documents.test_translations import DECLARED

BOTH = {"joined": "yes", "also_for": str(SISTER)}
QUESTION = "Is this for other cases too?"

__all__ = ["scanner"]


async def file_for_both(browser: Browser, *names: str) -> str:
    """Claire files these for the Noors and for the sister; the receipt's number."""
    draft = await described_draft(browser, *names)
    await say(browser, draft, **BOTH)
    return await file(browser, draft)


async def test_the_filer_chooses_which_joined_cases_it_is_for(
    browser: Browser, database: Database
) -> None:
    """Asked on the draft, shown on the check, changed again; without a tick it is for one."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    asked = text_of((await browser.get(draft)).text)

    await say(browser, draft, **BOTH)
    chosen = text_of((await browser.get(f"{draft}/check")).text)
    await say(browser, draft, joined="yes")
    alone = text_of((await browser.get(f"{draft}/check")).text)
    await file(browser, draft)

    assert QUESTION in asked
    assert "Noor, S. · TC6-09999" in asked
    assert "Also for Noor, S. TC6-09999" in chosen
    assert "Also for No other case" in alone
    assert [one.case_id for one in await submissions(database)] == [NOOR]


async def test_a_copy_stands_on_every_case_under_one_receipt(
    browser: Browser, database: Database
) -> None:
    """Same bytes, moment and answers; numbers, limit, entry and notice of its own."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)

    receipt = await file_for_both(browser, "a.pdf", "b.pdf")

    first, copy = sorted(await submissions(database), key=lambda one: one.case_id != NOOR)
    assert (first.case_id, copy.case_id) == (NOOR, SISTER)
    assert first.receipt == copy.receipt == receipt
    assert first.filed_at == copy.filed_at
    assert first.package_id == copy.package_id == first.id
    assert (copy.filed_by, copy.principal_name, copy.also_for) == (CLAIRE.id, CLAIRE.name, [])
    assert (first.judged is None, copy.judged, first.also_for) == (False, None, [])
    here, there = await papers_of(database, NOOR), await papers_of(database, SISTER)
    assert [one.object_key for one in here] == [one.object_key for one in there]
    assert [one.sha256 for one in here] == [one.sha256 for one in there]
    assert [one.exhibit for one in there] == ["C-1", "C-2"]
    assert all(one.review == "due" for one in (*here, *there))
    assert len(stored(browser)) == 2
    entries = await acts(database, "submission.filed")
    assert {one["submission_id"] for one in entries} == {str(first.id), str(copy.id)}
    assert all(SISTER.hex not in str(one).replace("-", "") for one in entries)


async def test_each_case_counts_for_itself(browser: Browser) -> None:
    """What was filed in one case alone moves the numbers of that one only."""
    database = browser.portal.database
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    await file(browser, await described_draft(browser, "alone.pdf"))

    await file_for_both(browser, "a.pdf")

    assert [one.exhibit for one in await papers_of(database, SISTER)] == ["C-1"]
    assert {one.exhibit for one in await papers_of(database, NOOR)} == {"C-1", "C-2"}


async def test_a_verdict_reaches_every_copy(browser: Browser, database: Database) -> None:
    """Held when it was filed: one scan, both readable, an entry on each case."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    await file_for_both(browser, "a.pdf")
    [original] = await papers_of(database, NOOR)
    [copy] = await papers_of(database, SISTER)

    before = await browser.get(f"/documents/{copy.id}/file")
    await judge(browser.portal, original.id)
    after = await browser.get(f"/documents/{copy.id}/file")

    assert (before.status_code, after.status_code) == (403, 200)
    told = await acts(database, "document.judged")
    assert sorted(str(one["documents"]) for one in told) == sorted(
        str([str(one)]) for one in (original.id, copy.id)
    )
    assert [one.pages for one in await documents(database)] == [1, 1]


async def test_what_was_judged_before_needs_no_second_scan(
    browser: Browser, database: Database
) -> None:
    """Clean in the draft: every copy is clean from its first moment, and gets its picture."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    await judge_all(browser)
    await say(browser, draft, **BOTH)
    await file(browser, draft)
    [copy] = await papers_of(database, SISTER)

    answer = await browser.get(f"/documents/{copy.id}/file")

    assert (copy.state, copy.pages, answer.status_code) == ("clean", 1, 200)
    async with database.system_transaction() as session:
        jobs = await session.execute(
            sa.text(
                "select args ->> 'documents' from procrastinate_jobs where task_name = 'picture'"
            )
        )
        assert str(copy.id) in {row[0] for row in jobs}


async def test_others_on_each_case_are_told(browser: Browser, database: Database) -> None:
    """Marc has a notice in either case, of the papers of that case."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    await file_for_both(browser, "a.pdf")

    for one in await submissions(database):
        await tell(browser.portal, one.id)
        await tell(browser.portal, one.id)

    async with database.system_transaction() as session:
        told = await session.scalars(
            sa.select(Notice.case_id).where(Notice.kind == "document_received")
        )
        assert sorted(told) == sorted([NOOR, SISTER])


async def test_bytes_stay_while_a_row_names_them(browser: Browser, database: Database) -> None:
    """The sweep takes nothing that two cases share; the receipt's number finds it once."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    receipt = await file_for_both(browser, "a.pdf")
    [paper] = await papers_of(database, NOOR)

    await sweep(browser.portal)
    async with database.system_transaction() as session:
        found = await find_received(session, receipt, paper.sha256)

    assert stored(browser) == [paper.object_key]
    assert found is not None
    assert found.number == receipt


async def test_the_receipt_names_the_cases_its_reader_may_read(
    browser: Browser, database: Database
) -> None:
    """Claire reads where else it was filed; Farida, who is on one case alone, does not."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    await file_for_both(browser, "a.pdf")
    first = next(one for one in await submissions(database) if one.case_id == NOOR)

    claires = text_of((await browser.get(f"/submissions/{first.id}/receipt")).text)
    await browser.sign_in(FARIDA, language="en")
    faridas = text_of((await browser.get(f"/submissions/{first.id}/receipt")).text)

    assert "TC6-09999" in claires
    assert "TC6-09999" not in faridas
    assert exhibits_on(faridas) == ["C-1"]


async def test_a_translation_is_the_copys_own(browser: Browser, database: Database) -> None:
    """The copy's declaration names the copy that holds it, never a file of another case."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "letter.pdf", "english.pdf")
    letter, english = await papers_of(database, NOOR)
    told = {**DECLARED, "translation": str(english.id)}
    await browser.post(f"/documents/{letter.id}/translation", data=told)
    await say(browser, draft, **BOTH)

    await file(browser, draft)

    copy, translation = await papers_of(database, SISTER)
    assert (copy.translation_id, copy.translator) == (translation.id, "Parwin Azizi")


@pytest.mark.parametrize("person", [FARIDA, MARC])
async def test_nobody_is_offered_a_case_that_is_not_his(
    browser: Browser, database: Database, person: Character
) -> None:
    """Farida is not on her sister's case; what Marc files there is his own side's."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(person, language="en")
    draft = await described_draft(browser, "a.pdf")

    page = await browser.get(draft)

    assert (QUESTION in page.text) == (person is MARC)


async def test_a_case_that_was_never_offered_is_not_taken(
    browser: Browser, database: Database
) -> None:
    """Neither a joined case without a right there, nor a case of one's own that is not joined."""
    await join_sister(database, LOUIS)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")

    await say(browser, draft, **BOTH)
    await file(browser, draft)

    assert [one.case_id for one in await submissions(database)] == [NOOR]


async def test_the_database_copies_for_nobody_else(browser: Browser, database: Database) -> None:
    """Its function asks itself who files, in this transaction, on a joined case."""
    await join_sister(database, LOUIS)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    await file(browser, draft)
    [filed] = await submissions(database)

    for person in (CLAIRE, LOUIS, MARC):
        copied = sa.func.portal_file_also(filed.id, SISTER, None, sa.null(), "C")
        with pytest.raises(DBAPIError) as refused:
            async with database.transaction(person.id) as session:
                await session.execute(sa.select(copied))
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


async def test_a_right_that_ends_before_the_filing_is_told(
    browser: Browser, database: Database
) -> None:
    """Claire looked at two cases and has one left: nothing is filed until she has seen that."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    await say(browser, draft, **BOTH)
    seen = re.search(r'name="seen" value="(\w+)"', (await browser.get(f"{draft}/check")).text)
    assert seen is not None
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Standing)
            .where(Standing.case_id == SISTER, Standing.person_id == CLAIRE.id)
            .values(ends_at=sa.func.now())
        )

    pressed = await browser.post(f"{draft}/filing", data={"seen": seen[1]})
    await file(browser, draft)

    assert pressed.status_code == 409
    assert "is not open to you any more" in text_of(pressed.text)
    assert [one.case_id for one in await submissions(database)] == [NOOR]


async def test_a_delegate_files_through_the_loan_that_covers_both(
    browser: Browser, database: Database
) -> None:
    """Amira files for Claire on both cases; each entry says through which loan."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(AMIRA)

    await file_for_both(browser, "a.pdf")

    filed = await submissions(database)
    assert [(one.filed_by, one.delegation_id) for one in filed] == [(AMIRA.id, CLAIRE_TO_AMIRA)] * 2
    assert {one.principal_id for one in filed} == {CLAIRE.id}


async def test_who_prepares_on_one_case_is_offered_that_one(
    browser: Browser, database: Database
) -> None:
    """Jonas was lent the Noors' case alone; Claire, whom he prepares for, is offered both."""
    await join_sister(database, CLAIRE)
    await let_prepare(database)
    draft = await prepare(browser)

    jonas = (await browser.get(draft)).text
    await browser.sign_in(CLAIRE)
    claire = (await browser.get(draft)).text

    assert (QUESTION in jonas, QUESTION in claire) == (False, True)


async def test_pressed_twice_each_case_has_it_once(browser: Browser, database: Database) -> None:
    """A double click, and two packages that name each other's case first."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    draft = await described_draft(browser, "a.pdf")
    await say(browser, draft, **BOTH)
    other = await described_draft(browser, "b.pdf", case=SISTER)
    await say(browser, other, joined="yes", also_for=str(NOOR))

    pressed = [browser.post(f"{one}/filing") for one in (draft, other, draft, other)]
    answers = await asyncio.gather(*pressed)

    assert {answer.status_code for answer in answers} == {303}
    assert len(await submissions(database)) == 4
    for case in (NOOR, SISTER):
        assert sorted(one.exhibit or "" for one in await papers_of(database, case)) == [
            "C-1",
            "C-2",
        ]


async def test_a_receipt_is_of_one_package(browser: Browser, database: Database) -> None:
    """The database takes a number a second time for a copy only, and once a case."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    await file_for_both(browser, "a.pdf")
    first = next(one for one in await submissions(database) if one.case_id == NOOR)

    for case in (NOOR, SISTER):
        taken = {
            "receipt": first.receipt,
            "filed_at": first.filed_at,
            "filed_by": CLAIRE.id,
            "filer_name": CLAIRE.name,
        }
        with pytest.raises(IntegrityError):
            async with database.system_transaction() as session:
                session.add(
                    Submission(case_id=case, drafted_by=CLAIRE.id, principal_id=CLAIRE.id, **taken)
                )


async def test_what_replaces_a_document_is_for_its_case(
    browser: Browser, database: Database
) -> None:
    """A correction takes the place of one document in one case."""
    await join_sister(database, CLAIRE)
    await browser.sign_in(CLAIRE)
    await file_for_both(browser, "a.pdf")
    [paper] = await papers_of(database, NOOR)

    answer = await browser.post(f"/documents/{paper.id}/replacement")

    assert QUESTION not in (await browser.get(answer.headers["location"])).text
