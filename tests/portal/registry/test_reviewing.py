"""The registry's word on what was filed: said once, told to who filed, shown to everybody."""

import re
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlalchemy.exc import ProgrammingError

from notices.model import Notice, Service
from portal.documents.announcing import tell_review
from portal.documents.telling import tell
from portal.models import Document, Review, Submission
from storage.scanner import Clamd, Scanner
from tests.cast import AMIRA, CLAIRE, FARIDA, MARC, NOOR, RENEE, VICTOR, Character
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    acts,
    begin,
    describe,
    documents,
    file,
    judge_all,
    send,
    submissions,
)
from tests.portal.registry.pressing import arrive, form_on
from tests.samples import pdf


@pytest.fixture
def scanner(clamd_socket: Path) -> Scanner:
    """A real clamd."""
    return Clamd(clamd_socket)


async def filed(browser: Browser, *names: str, by: Character = AMIRA) -> Submission:
    """Files of Claire's that Amira filed and the scanner found clean."""
    await browser.sign_in(by)
    draft = await begin(browser)
    for name in names:
        assert (await send(browser, draft, name, pdf())).status_code == 200
    await describe(browser, draft)
    await file(browser, draft)
    await judge_all(browser)
    submission = (await submissions(browser.portal.database))[-1]
    await tell(browser.portal, submission.id)
    return submission


async def review(browser: Browser, submission: Submission, **typed: str) -> Response:
    """Press the button of the review page, with what is ticked there."""
    await browser.sign_in(RENEE)
    page = await browser.get(f"/submissions/{submission.id}/review")
    assert page.status_code == 200, page.text
    return await decide(browser, page, **typed)


async def decide(browser: Browser, page: Response, **typed: str) -> Response:
    """Send the page's form, every tick of it."""
    form = form_on(page, "/review")
    boxes = re.findall(r'<input[^>]+name="documents"[^>]+>', page.text)
    ticked = [re.findall(r'value="([^"]+)"', box)[0] for box in boxes if " checked" in box]
    answer = await browser.post(form.action, data=form.values | {"documents": ticked} | typed)
    return await arrive(browser, answer) if answer.status_code == 303 else answer


async def tell_all(browser: Browser) -> None:
    """Do the jobs that tell what was said."""
    async with browser.portal.database.system_transaction() as session:
        jobs = await session.scalars(
            sa.text(
                "select args ->> 'reviews' from procrastinate_jobs where task_name = 'tell_review'"
            )
        )
        waiting = [[UUID(one) for one in job.split(",")] for job in jobs]
    for reviews in waiting:
        await tell_review(browser.portal, reviews)


async def told(browser: Browser, kind: str) -> list[tuple[str, list[str]]]:
    """Who was told of which documents by notices of this kind."""
    async with browser.portal.database.system_transaction() as session:
        rows = await session.execute(
            sa.select(Service.person_name, Notice.facts)
            .join(Notice, Notice.id == Service.notice_id)
            .where(Notice.kind == kind)
            .order_by(Service.person_name)
        )
        return [(row.person_name, row.facts["documents"]) for row in rows]


async def reviews(browser: Browser) -> Sequence[Review]:
    """Every word of the registry."""
    async with browser.portal.database.system_transaction() as session:
        return list(await session.scalars(sa.select(Review).order_by(Review.number)))


async def test_what_came_in_waits_on_the_desk_until_it_is_accepted(browser: Browser) -> None:
    """A whole filing is accepted in one press, and leaves the pile."""
    submission = await filed(browser, "a.pdf", "b.pdf")
    await browser.sign_in(RENEE)
    desk = (await browser.get("/registry")).text
    assert "New documents" in desk
    assert f"/submissions/{submission.id}/review" in desk

    page = await review(browser, submission, outcome="accepted")

    assert "Accepted" in page.text
    assert "New documents" not in (await browser.get("/registry")).text
    assert [one.review for one in await documents(browser.portal.database)] == ["accepted"] * 2
    (entry,) = await acts(browser.portal.database, "document.reviewed")
    assert entry["outcome"] == "accepted"


async def test_accepted_is_never_silent(browser: Browser) -> None:
    """Who filed and who it was filed for have one notice of the whole; nobody else has."""
    submission = await filed(browser, "a.pdf", "b.pdf")
    await review(browser, submission, outcome="accepted")

    await tell_all(browser)
    await tell_all(browser)

    both = ["a.pdf", "b.pdf"]
    expected = [(AMIRA.name, both), (CLAIRE.name, both)]
    assert await told(browser, "document_accepted") == expected


async def test_a_page_that_is_sent_twice_says_it_once(browser: Browser) -> None:
    """The form's key makes it one review, one entry and one job."""
    submission = await filed(browser, "a.pdf")
    await browser.sign_in(RENEE)
    page = await browser.get(f"/submissions/{submission.id}/review")

    for _ in range(3):
        await decide(browser, page, outcome="accepted")

    assert len(await reviews(browser)) == 1
    assert len(await acts(browser.portal.database, "document.reviewed")) == 1


async def test_a_correction_needs_a_reason_and_the_filer_reads_it(browser: Browser) -> None:
    """Refused without a reason; with one, the filer reads it in both languages, with how to mend it."""
    submission = await filed(browser, "a.pdf")

    refused = await review(browser, submission, outcome="correction")
    assert refused.status_code == 422
    assert "Choose a reason" in refused.text

    await review(
        browser, submission, outcome="correction", reason="not_paginated", words="From page 3 on."
    )
    await tell_all(browser)

    async with browser.portal.database.system_transaction() as session:
        notice = await session.scalar(
            sa.select(Notice).where(Notice.kind == "correction_requested")
        )
    assert notice is not None
    english, french = str(notice.parts_en), str(notice.parts_fr)
    assert "Its pages are not numbered" in english
    assert "From page 3 on." in english
    assert "Ses pages ne sont pas numérotées" in french
    await browser.sign_in(CLAIRE)
    document = (await documents(browser.portal.database))[0]
    page = (await browser.get(f"/documents/{document.id}")).text
    assert "The registry asks for a correction" in page
    assert "From page 3 on." in page


async def test_why_is_not_for_the_other_side(browser: Browser) -> None:
    """Marc sees that it was refused; the reason is between the filer's side and the registry."""
    submission = await filed(browser, "a.pdf")
    await review(browser, submission, outcome="refused", reason="other", words="Not yours to file.")
    document = (await documents(browser.portal.database))[0]

    await browser.sign_in(MARC)
    theirs = (await browser.get(f"/documents/{document.id}")).text
    await browser.sign_in(FARIDA)
    ours = (await browser.get(f"/documents/{document.id}")).text

    assert "Refused by the registry" in theirs
    assert "Not yours to file." not in theirs
    assert "Not yours to file." in ours


async def test_refused_is_not_erased(browser: Browser) -> None:
    """It stays in the list, marked, and can be read as before."""
    submission = await filed(browser, "a.pdf")
    await review(browser, submission, outcome="refused", reason="not_legible")
    document = (await documents(browser.portal.database))[0]

    await browser.sign_in(FARIDA)

    assert "Refused by the registry" in (await browser.get(f"/cases/{NOOR}")).text
    assert (await browser.get(f"/documents/{document.id}/file")).status_code == 200


async def test_the_latest_word_counts_and_the_first_stays(browser: Browser) -> None:
    """Refused, then accepted: both are on record."""
    submission = await filed(browser, "a.pdf")
    await review(browser, submission, outcome="refused", reason="not_legible")
    document = (await documents(browser.portal.database))[0]
    await review(browser, submission, outcome="accepted", documents=str(document.id))

    assert [one.outcome for one in await reviews(browser)] == ["refused", "accepted"]
    assert (await documents(browser.portal.database))[0].review == "accepted"


async def test_another_officers_word_is_not_spoken_over(browser: Browser) -> None:
    """A page that was opened before somebody else decided records nothing, and shows what is now."""
    submission = await filed(browser, "a.pdf")
    await browser.sign_in(RENEE)
    before = await browser.get(f"/submissions/{submission.id}/review")
    await review(browser, submission, outcome="refused", reason="wrong_case")

    late = await decide(browser, before, outcome="accepted")

    assert late.status_code == 409
    assert "Another officer reviewed this filing" in late.text
    assert [one.outcome for one in await reviews(browser)] == ["refused"]


async def test_only_what_can_be_read_is_accepted(browser: Browser) -> None:
    """While it is being checked nothing can be said of it; the database would not take it either."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)
    await send(browser, draft, "a.pdf", pdf())
    await describe(browser, draft)
    await file(browser, draft)
    (document,) = await documents(browser.portal.database)
    submission = (await submissions(browser.portal.database))[-1]

    await browser.sign_in(RENEE)
    page = (await browser.get(f"/submissions/{submission.id}/review")).text
    assert "still being checked" in page
    assert "New documents" not in (await browser.get("/registry")).text
    async with browser.portal.database.transaction(RENEE.id) as session:
        await session.execute(
            sa.insert(Review).values(
                document_id=document.id,
                case_id=NOOR,
                outcome="accepted",
                reviewed_by=RENEE.id,
                reviewed_by_name=RENEE.name,
            )
        )
    assert not await reviews(browser)


async def test_reviews_cannot_be_changed(browser: Browser) -> None:
    """Neither an officer nor a job changes or deletes what was said."""
    submission = await filed(browser, "a.pdf")
    await review(browser, submission, outcome="accepted")

    for database_call in (
        sa.update(Review).values(outcome="refused", reason="other"),
        sa.delete(Review),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with browser.portal.database.transaction(RENEE.id) as session:
                await session.execute(database_call)
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with browser.portal.database.system_transaction() as session:
                await session.execute(database_call)


async def test_another_divisions_officer_and_counsel_do_not_review(browser: Browser) -> None:
    """The page is not there for them, and the database takes no word of theirs."""
    submission = await filed(browser, "a.pdf")
    document = (await documents(browser.portal.database))[0]
    for person in (VICTOR, CLAIRE):
        await browser.sign_in(person)
        assert (await browser.get(f"/submissions/{submission.id}/review")).status_code == 404
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with browser.portal.database.transaction(person.id) as session:
                await session.execute(
                    sa.insert(Review).values(
                        document_id=document.id,
                        case_id=NOOR,
                        outcome="accepted",
                        reviewed_by=person.id,
                        reviewed_by_name=person.name,
                    )
                )


async def test_the_page_and_the_desk_speak_french(browser: Browser) -> None:
    """Reasons and notices come from the rules data in both languages."""
    submission = await filed(browser, "a.pdf")
    await browser.sign_in(RENEE, language="fr")

    page = (await browser.get(f"/submissions/{submission.id}/review")).text

    assert "Pages non numérotées" in page
    assert re.search(r'<html[^>]*lang="fr"', page)


async def test_what_was_filed_before_reviews_existed_waits_for_none(browser: Browser) -> None:
    """Rows without a review are not in the pile, and show their check as before."""
    await filed(browser, "a.pdf")
    async with browser.portal.database.system_transaction() as session:
        await session.execute(sa.update(Document).values(review=None))

    await browser.sign_in(RENEE)

    assert "New documents" not in (await browser.get("/registry")).text
    assert "Received and checked" in (await browser.get(f"/cases/{NOOR}")).text
