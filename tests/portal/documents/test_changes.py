"""Replacing and withdrawing what was filed: nothing is erased, everybody is told, once."""

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from notices.model import Notice, Service
from portal.documents.announcing import tell_withdrawal
from portal.documents.telling import tell
from portal.models import Document, Review, Submission, Withdrawal
from storage.scanner import Clamd, Scanner
from tests.cast import AMIRA, CLAIRE, DINA, FARIDA, JONAS, MARC, NOOR, RENEE, SAM, Character
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    acts,
    describe,
    documents,
    file,
    file_one,
    judge_all,
    send,
    submissions,
)
from tests.portal.registry.pressing import arrive, press
from tests.samples import pdf


@pytest.fixture
def scanner(clamd_socket: Path) -> Scanner:
    """A real clamd."""
    return Clamd(clamd_socket)


async def filed(browser: Browser, by: Character = CLAIRE) -> Document:
    """One clean document."""
    await browser.sign_in(by)
    document = await file_one(browser, "first.pdf", pdf())
    await judge_all(browser)
    return document


async def accept(browser: Browser, document: Document) -> None:
    """The registry accepts it."""
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


async def replace(browser: Browser, document: Document, name: str = "second.pdf") -> Submission:
    """Press "Replace this document", and file the new one."""
    answer = await browser.post(f"/documents/{document.id}/replacement")
    assert answer.status_code == 303, answer.text
    draft = answer.headers["location"]
    await send(browser, draft, name, pdf())
    await describe(browser, draft)
    await file(browser, draft)
    await judge_all(browser)
    return (await submissions(browser.portal.database))[-1]


async def withdraw(browser: Browser, document: Document, why: str = "It was filed twice.") -> str:
    """Say why, and press; the page that follows."""
    page = await browser.get(f"/documents/{document.id}/withdrawal")
    assert page.status_code == 200, page.text
    answer = await arrive(browser, await press(browser, page, why=why))
    return answer.text


async def wishes(browser: Browser) -> list[Withdrawal]:
    """Every withdrawal there is."""
    async with browser.portal.database.system_transaction() as session:
        return list(await session.scalars(sa.select(Withdrawal).order_by(Withdrawal.asked_at)))


async def tell_withdrawals(browser: Browser) -> None:
    """Do the jobs that wait."""
    async with browser.portal.database.system_transaction() as session:
        jobs = await session.scalars(
            sa.text(
                "select args ->> 'withdrawal' from procrastinate_jobs"
                " where task_name = 'tell_withdrawal'"
            )
        )
        waiting = jobs.all()
    for one in waiting:
        await tell_withdrawal(browser.portal, UUID(one))


async def told(browser: Browser, kind: str) -> set[str]:
    """Who was told by a notice of this kind."""
    async with browser.portal.database.system_transaction() as session:
        rows = await session.scalars(
            sa.select(Service.person_name)
            .join(Notice, Notice.id == Service.notice_id)
            .where(Notice.kind == kind)
        )
        return set(rows)


async def test_what_is_replaced_stays_and_says_by_what(browser: Browser) -> None:
    """The old one can still be read, and says when and by whom; the new one says in place of what."""
    first = await filed(browser)
    await replace(browser, first)
    old, new = await documents(browser.portal.database)

    await browser.sign_in(MARC)
    before = (await browser.get(f"/documents/{old.id}")).text
    after = (await browser.get(f"/documents/{new.id}")).text

    assert "Replaced" in before
    assert f"/documents/{new.id}" in before
    assert "filed another in its place" in before
    assert f"/documents/{old.id}" in after
    assert (await browser.get(f"/documents/{old.id}/file")).status_code == 200
    assert "Replaced" in (await browser.get(f"/cases/{NOOR}")).text


async def test_everybody_is_told_in_place_of_what(browser: Browser) -> None:
    """The notice of the new document names the old one."""
    first = await filed(browser)
    submission = await replace(browser, first)
    await tell(browser.portal, submission.id)

    async with browser.portal.database.system_transaction() as session:
        notice = await session.scalar(sa.select(Notice).where(Notice.kind == "document_received"))

    assert notice is not None
    assert notice.facts["replaces"] == "first.pdf"
    assert "In place of" in str(notice.parts_en)


async def test_replacing_begins_one_draft(browser: Browser) -> None:
    """Pressed twice it is one draft; a draft of other papers is not taken for it."""
    first = await filed(browser)
    other = (await browser.post(f"/cases/{NOOR}/submissions")).headers["location"]
    drafts = {
        (await browser.post(f"/documents/{first.id}/replacement")).headers["location"]
        for _ in range(2)
    }

    assert len(drafts) == 1
    assert other not in drafts
    assert "first.pdf" in (await browser.get(drafts.pop())).text


async def test_a_replacement_is_the_registrys_to_look_at_and_the_old_one_no_more(
    browser: Browser,
) -> None:
    """The desk's pile has the new filing alone."""
    first = await filed(browser)
    submission = await replace(browser, first)
    await browser.sign_in(RENEE)

    desk = (await browser.get("/registry")).text

    assert f"/submissions/{submission.id}/review" in desk
    assert f"/submissions/{first.submission_id}/review" not in desk


async def test_before_it_is_accepted_it_is_withdrawn_at_once(browser: Browser) -> None:
    """Marked, readable as before, and everybody who receives is told why, but who did it."""
    first = await filed(browser)

    page = await withdraw(browser, first)
    await tell_withdrawals(browser)
    await tell_withdrawals(browser)

    assert "Withdrawn" in page
    assert "It was filed twice." in page
    assert await told(browser, "document_withdrawn") == {
        AMIRA.name,
        FARIDA.name,
        DINA.name,
        MARC.name,
    }
    assert len(await acts(browser.portal.database, "notice.issued")) == 1
    await browser.sign_in(MARC)
    assert "Withdrawn" in (await browser.get(f"/cases/{NOOR}")).text
    assert (await browser.get(f"/documents/{first.id}/file")).status_code == 200


async def test_once_accepted_the_registry_is_asked(browser: Browser) -> None:
    """It stays until an officer agrees; then everybody is told, who asked included."""
    first = await filed(browser)
    await accept(browser, first)

    page = await withdraw(browser, first)
    assert "until the registry agrees" in page
    assert (await documents(browser.portal.database))[0].withdrawn_at is None

    await browser.sign_in(RENEE)
    (wish,) = await wishes(browser)
    assert f"/withdrawals/{wish.id}/answer" in (await browser.get("/registry")).text
    answer = await browser.get(f"/withdrawals/{wish.id}/answer")
    await arrive(browser, await press(browser, answer, outcome="withdrawn"))
    await tell_withdrawals(browser)

    assert (await documents(browser.portal.database))[0].withdrawn_at is not None
    assert CLAIRE.name in await told(browser, "document_withdrawn")


async def test_the_registry_may_keep_it_and_says_why(browser: Browser) -> None:
    """Without a reason it is not refused; who asked reads it; asking again is possible."""
    first = await filed(browser)
    await accept(browser, first)
    await withdraw(browser, first)
    (wish,) = await wishes(browser)
    await browser.sign_in(RENEE)
    page = await browser.get(f"/withdrawals/{wish.id}/answer")

    silent = await press(browser, page, outcome="refused")
    await press(browser, page, outcome="refused", remark="The member relied on it.")
    await tell_withdrawals(browser)

    assert silent.status_code == 422
    assert await told(browser, "withdrawal_refused") == {CLAIRE.name, AMIRA.name}
    await browser.sign_in(CLAIRE)
    assert "The member relied on it." in (await browser.get(f"/documents/{first.id}")).text
    await withdraw(browser, first, why="Privileged.")
    assert len(await wishes(browser)) == 2


async def test_a_wish_is_between_its_side_and_the_registry(browser: Browser) -> None:
    """Marc reads neither that somebody wants it back nor why."""
    first = await filed(browser)
    await accept(browser, first)
    await withdraw(browser, first, why="Privileged.")

    await browser.sign_in(MARC)
    theirs = (await browser.get(f"/documents/{first.id}")).text
    history = (await browser.get(f"/cases/{NOOR}/history")).text

    assert "Privileged." not in theirs
    assert "asked" not in theirs
    assert "asked to withdraw" not in history


async def test_a_form_sent_twice_withdraws_once(browser: Browser) -> None:
    """One row, one entry, whatever is pressed how often."""
    first = await filed(browser)
    page = await browser.get(f"/documents/{first.id}/withdrawal")
    other = await browser.get(f"/documents/{first.id}/withdrawal")
    for _ in range(3):
        assert (await press(browser, page, why="Twice.")).status_code == 303
    # Another tab, opened before, has a key of its own.
    assert (await press(browser, other, why="Twice.")).status_code == 303

    assert len(await wishes(browser)) == 1
    assert len(await acts(browser.portal.database, "document.withdrawn")) == 1


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (CLAIRE, 200),
        (AMIRA, 200),
        (FARIDA, 403),
        (MARC, 403),
        (JONAS, 403),
        (RENEE, 403),
        (SAM, 404),
    ],
    ids=lambda one: getattr(one, "name", one),
)
async def test_only_who_may_file_in_that_name_takes_it_back(
    browser: Browser, person: Character, status: int
) -> None:
    """Claire and who files for her; the database takes it from nobody else."""
    first = await filed(browser)
    await browser.sign_in(person)

    assert (await browser.get(f"/documents/{first.id}/withdrawal")).status_code == status
    if status != 200:
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with browser.portal.database.transaction(person.id) as session:
                await session.execute(
                    sa.insert(Withdrawal).values(
                        document_id=first.id,
                        case_id=NOOR,
                        why="mine",
                        asked_by=person.id,
                        asked_by_name=person.name,
                    )
                )
        assert not await wishes(browser)


async def test_nothing_is_replaced_in_anothers_name(browser: Browser) -> None:
    """Marc cannot put a paper in the place of Claire's, with the application's help or without."""
    first = await filed(browser)
    await browser.sign_in(MARC)

    assert (await browser.post(f"/documents/{first.id}/replacement")).status_code == 403
    with pytest.raises(ProgrammingError, match="only what was filed in this name"):
        async with browser.portal.database.transaction(MARC.id) as session:
            await session.execute(
                sa.insert(Submission).values(
                    case_id=NOOR, drafted_by=MARC.id, principal_id=MARC.id, replaces_id=first.id
                )
            )


async def test_its_life_is_told_in_order(browser: Browser) -> None:
    """Received, checked, opened, withdrawn, each with its moment and zone; each side its own reads."""
    first = await filed(browser)
    async with browser.portal.database.system_transaction() as session:
        submission = await session.get_one(Submission, first.submission_id)
    await tell(browser.portal, submission.id)
    for person in (CLAIRE, MARC, RENEE):
        await browser.sign_in(person)
        await browser.get(f"/documents/{first.id}/file")
    await browser.sign_in(CLAIRE)
    ours = (await browser.get(f"/documents/{first.id}")).text
    await withdraw(browser, first)
    await browser.sign_in(MARC)
    theirs = (await browser.get(f"/documents/{first.id}")).text
    await browser.sign_in(RENEE)
    registrys = (await browser.get(f"/documents/{first.id}")).text

    def opened_by(page: str) -> set[str]:
        life = page.partition('id="life"')[2]
        names = {one.name for one in (CLAIRE, MARC, RENEE)}
        return {name for name in names if f"{name}</strong> opened it" in life}

    assert opened_by(ours) == {CLAIRE.name}
    assert opened_by(theirs) == {MARC.name}
    assert opened_by(registrys) == {CLAIRE.name, MARC.name, RENEE.name}
    told = registrys.partition('id="life"')[2]
    assert told.index("withdrew it") < told.index("opened it") < told.index("no virus was found")
    assert told.index("no virus was found") < told.index("Received from")
    assert "Toronto time" in told
