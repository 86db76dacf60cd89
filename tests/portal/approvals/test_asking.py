"""Asking: Jonas may prepare and not file; what he sends to Claire waits, and only she changes it."""

from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa

from portal.models import Approval, Submission
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, FARIDA, JONAS, MARC, NOOR
from tests.conftest import Browser
from tests.portal.approvals.putting import (
    ask,
    badge,
    let_prepare,
    outcomes,
    prepare,
    prepared_and_asked,
    press,
    rounds,
)
from tests.portal.delegations.lending import change
from tests.portal.documents.conftest import (
    begin,
    describe,
    documents,
    send,
    send_form,
    send_while,
    submissions,
)
from tests.portal.documents.test_arriving import text_of
from tests.portal.registry.pressing import form_on
from tests.samples import pdf


async def test_jonas_sends_what_he_prepared_to_claire(browser: Browser, database: Database) -> None:
    """The last page has no *File* but *Send*; nothing is filed, and the page says who has it now."""
    await let_prepare(database)
    draft = await prepare(browser)
    check = (await browser.get(f"{draft}/check")).text

    answer = await ask(browser, draft)

    page = text_of((await browser.get(answer.headers["location"])).text)
    assert "Send to Claire Tremblay for approval" in check
    assert f"{draft}/filing" not in check
    assert "Sent to Claire Tremblay for approval. Nothing has been filed yet." in page
    assert "Waiting for Claire Tremblay since" in page
    assert "23:59 Toronto time." in page
    [asked] = await rounds(database)
    assert (asked.asked_by, asked.asked_by_name) == (JONAS.id, "Jonas Roy")
    assert (asked.principal_id, asked.outcome) == (CLAIRE.id, None)
    [submission] = await submissions(database)
    assert submission.filed_at is None


async def test_a_draft_is_sent_in_french_too(browser: Browser, database: Database) -> None:
    """The same in the other language."""
    await let_prepare(database)
    draft = await prepare(browser, language="fr")
    check = text_of((await browser.get(f"{draft}/check")).text)

    await ask(browser, draft)

    page = text_of((await browser.get(draft)).text)
    assert "Envoyer à Claire Tremblay pour approbation" in check
    assert "En attente de la réponse de Claire Tremblay depuis" in page
    assert "Reprendre" in page


async def test_pressed_twice_it_is_asked_once(browser: Browser, database: Database) -> None:
    """Twice in a row, and again from the old page when it had come back meanwhile."""
    await let_prepare(database)
    draft = await prepare(browser)
    form = form_on(await browser.get(f"{draft}/check"), f"{draft}/approvals")
    first = await browser.post(form.action, data=form.values)
    second = await browser.post(form.action, data=form.values)
    [asked] = await rounds(database)
    await press(browser, draft, f"/approvals/{asked.id}/withdrawal")

    third = await browser.post(form.action, data=form.values)

    assert [first.status_code, second.status_code, third.status_code] == [303, 303, 303]
    assert await outcomes(database) == ["taken_back"]


async def test_while_it_waits_it_can_only_be_looked_at(
    browser: Browser, database: Database
) -> None:
    """No file comes in, none goes out, no word changes; each time one sentence says why."""
    await let_prepare(database)
    draft = await prepare(browser)
    before = form_on(await browser.get(draft), f"{draft}/descriptions")
    await ask(browser, draft)
    [file] = await documents(database)

    raw = await send(browser, draft, "more.pdf", pdf())
    described = await browser.post(
        before.action, data={**before.values, f"type-{file.id}": "other", "then": "check"}
    )
    told = text_of((await browser.get(described.headers["location"])).text)
    removed = await browser.post(f"/documents/{file.id}/removal", data=before.values)
    followed = await browser.post(
        f"/documents/{file.id}/removal", data=before.values, headers={"hx-request": "true"}
    )
    checked = await browser.get(f"{draft}/check")

    assert raw.status_code == 409
    assert "These documents wait for approval, so we did not add this file to them." in raw.text
    assert "This draft waits for approval, so nothing was changed. Take it back first." in told
    assert (removed.status_code, removed.headers["location"]) == (303, draft)
    assert (followed.status_code, followed.headers["hx-redirect"]) == (200, draft)
    assert (checked.status_code, checked.headers["location"]) == (303, draft)
    [same] = await documents(database)
    assert (same.type, same.removed_at) == (file.type, None)


async def test_a_form_without_javascript_is_told_the_same(
    browser: Browser, database: Database
) -> None:
    """The page was open; what is chosen on it after sending is not added."""
    await let_prepare(database)
    draft = await prepare(browser)
    old = await begin(browser)
    await ask(browser, draft)
    page = await send_form(browser, old, {"a.pdf": pdf()})

    late = await send_form_late(browser, old, draft)

    assert page.status_code == 303
    assert (late.status_code, late.headers["location"]) == (303, draft)
    assert len(await documents(database)) == 2


async def send_form_late(browser: Browser, page: str, draft: str):  # noqa: ANN201 - a response
    """Send a form's file to this draft with the token of another page."""
    token = form_on(await browser.get(page), f"{page}/descriptions").values["csrf"]
    parts = [("csrf", (None, token)), ("file", ("late.pdf", pdf()))]
    return await browser.post(f"{draft}/documents", files=parts)


async def test_a_file_on_its_way_when_it_is_sent_is_refused(
    browser: Browser, database: Database
) -> None:
    """Asked again after the last byte: what began before the sending does not slip in."""
    await let_prepare(database)
    draft = await prepare(browser)

    async def meanwhile() -> None:
        async with database.system_transaction() as session:
            session.add(
                Approval(
                    submission_id=UUID(draft.rpartition("/")[2]),
                    case_id=NOOR,
                    principal_id=CLAIRE.id,
                    asked_by=JONAS.id,
                    asked_by_name=JONAS.name,
                )
            )

    answer = await send_while(browser, draft, pdf(), meanwhile)

    assert answer.status_code == 409
    assert len(await documents(database)) == 1


async def test_a_new_draft_is_begun_beside_one_that_waits(
    browser: Browser, database: Database
) -> None:
    """Even when Claire has taken every file out of the one that waits."""
    await let_prepare(database)
    waits = await prepared_and_asked(browser)
    async with database.system_transaction() as session:
        await session.execute(
            sa.text("update document set removed_at = now(), removed_by = kept_by")
        )

    assert await begin(browser) != waits


async def test_jonas_takes_it_back_and_goes_on(browser: Browser, database: Database) -> None:
    """He can change it again, and Claire is not asked any more; what was done stays to be read."""
    await let_prepare(database)
    draft = await prepared_and_asked(browser)
    [asked] = await rounds(database)

    answer = await press(browser, draft, f"/approvals/{asked.id}/withdrawal")

    page = text_of((await browser.get(answer.headers["location"])).text)
    assert "You have taken the draft back. You can change it now." in page
    assert "Jonas Roy took it back" in page
    assert (await send(browser, draft, "more.pdf", pdf())).status_code == 200
    assert await outcomes(database) == ["taken_back"]
    await browser.sign_in(CLAIRE)
    assert await badge(browser) == 0


async def test_only_who_sent_it_takes_it_back(browser: Browser, database: Database) -> None:
    """To Claire the address is nobody's; to the other side and to strangers as well."""
    await let_prepare(database)
    await prepared_and_asked(browser)
    [asked] = await rounds(database)

    answers: list[int] = []
    for person in (CLAIRE, AMIRA, FARIDA, MARC):
        await browser.sign_in(person)
        answer = await browser.post(f"/approvals/{asked.id}/withdrawal")
        answers.append(answer.status_code)

    assert answers == [404, 404, 404, 404]
    assert await outcomes(database) == [None]


async def test_what_is_not_whole_is_not_sent(browser: Browser, database: Database) -> None:
    """A file of which nothing was said, an empty draft, one that changed since the last look."""
    await let_prepare(database)
    draft = await prepare(browser)
    form = form_on(await browser.get(f"{draft}/check"), f"{draft}/approvals")
    await send(browser, draft, "more.pdf", pdf())

    undescribed = await browser.post(form.action, data=form.values)
    await describe(browser, draft, "other")
    changed = await browser.post(form.action, data=form.values)
    empty = await begin(browser)
    nothing = await browser.post(f"{empty}/approvals", data={**form.values, "key": str(uuid4())})

    assert undescribed.status_code == 422
    assert "Choose what this file is: more.pdf" in text_of(undescribed.text)
    assert changed.status_code == 409
    assert "so nothing was filed" in changed.text
    assert nothing.status_code == 422
    assert await rounds(database) == []


async def test_who_may_file_needs_nobodys_word(browser: Browser, database: Database) -> None:
    """Amira may file for Claire: nothing is asked, and she is shown the button that files."""
    draft = await prepare(browser, AMIRA)

    answer = await browser.post(f"{draft}/approvals", data={"key": str(uuid4())})

    assert answer.headers["location"] == f"{draft}/check"
    assert await rounds(database) == []


async def test_a_form_that_is_not_ours_is_refused(browser: Browser, database: Database) -> None:
    """Without the id that our form carries nothing is asked."""
    await let_prepare(database)
    draft = await prepare(browser)

    answer = await browser.post(f"{draft}/approvals")

    assert answer.status_code == 403
    assert await rounds(database) == []


async def test_asking_uses_the_loan(browser: Browser, database: Database) -> None:
    """Who only prepares works too: the loan does not lapse while he does."""
    key = await let_prepare(database)
    await change(database, key, last_used_at=None)

    await prepared_and_asked(browser)

    async with database.system_transaction() as session:
        used = await session.scalar(
            sa.text("select last_used_at from answer where delegation_id = :key"), {"key": key}
        )
        asked = await session.scalar(sa.select(Approval.asked_at))
    assert used == asked


async def test_when_jonas_loses_access_the_draft_stays_with_claire(
    browser: Browser, database: Database
) -> None:
    """It still waits and can be filed; Jonas finds nothing there and cannot take it back."""
    key = await let_prepare(database)
    draft = await prepared_and_asked(browser)
    [asked] = await rounds(database)
    await change(database, key, ended_at=asked.asked_at + timedelta(0), ended_by=CLAIRE.id)

    his = await browser.get(draft)
    taken = await browser.post(f"/approvals/{asked.id}/withdrawal")
    await browser.sign_in(CLAIRE)
    waiting = text_of((await browser.get("/approvals")).text)
    filed = await press(browser, f"{draft}/check", f"{draft}/filing")

    assert (his.status_code, taken.status_code) == (404, 404)
    assert "Jonas Roy has prepared one document in your name." in waiting
    assert filed.status_code == 303
    receipt = text_of((await browser.get(filed.headers["location"])).text)
    assert "Prepared by Jonas Roy" in receipt
    assert await outcomes(database) == ["filed"]


async def test_a_file_on_its_way_when_access_ends_is_refused(
    browser: Browser, database: Database
) -> None:
    """The bytes arrive and are not kept; what was there before stays for Claire."""
    key = await let_prepare(database)
    draft = await prepare(browser)

    async def meanwhile() -> None:
        async with database.login_transaction() as session:
            await session.execute(
                sa.text(
                    "update delegation set ended_at = now(), ended_by = grantor_id where id = :id"
                ),
                {"id": key},
            )

    answer = await send_while(browser, draft, pdf(), meanwhile)

    assert answer.status_code in {403, 404}
    assert [one.name for one in await documents(database)] == ["statement.pdf"]
    await browser.sign_in(CLAIRE)
    assert (await browser.get(draft)).status_code == 200
    async with database.system_transaction() as session:
        assert await session.scalar(sa.select(Submission.drafter_name)) == "Jonas Roy"
