"""The desk: what failed and what waits, in one's own divisions, and calm when nothing does."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import event

from notices.facts import Both
from notices.issuing import By, Recipient, issue
from notices.kinds.general_letter import GeneralLetter
from notices.model import Attempt, Service
from portal.models import Account, Document, Submission
from portal.parts import Parts
from tests.cast import CLAIRE, FARIDA, NOOR, RENEE, VICTOR, known
from tests.conftest import Browser

NOW = datetime.now(UTC)


async def file(portal: Parts, key: str, **state: object) -> None:
    """One filed document of Claire's in this state."""
    async with portal.database.system_transaction() as session:
        session.add(
            Submission(
                id=known(f"submission {key}"),
                case_id=NOOR,
                drafted_by=CLAIRE.id,
                principal_id=CLAIRE.id,
                receipt=f"R-{key}",
                filed_at=NOW - timedelta(hours=1),
                filed_by=CLAIRE.id,
                filer_name=CLAIRE.name,
                principal_name=CLAIRE.name,
            )
        )
        await session.flush()
        session.add(
            Document(
                case_id=NOOR,
                submission_id=known(f"submission {key}"),
                name=f"{key}.pdf",
                size=10,
                sha256="a" * 64,
                media_type="application/pdf",
                object_key=key,
                kept_by=CLAIRE.id,
                **({"kept_at": NOW - timedelta(hours=1)} | state),
            )
        )


async def serve(portal: Parts, *, days_ago: int, capacity: str = "service") -> None:
    """A letter in Farida's inbox since some days."""
    placed = NOW - timedelta(days=days_ago)
    letter = GeneralLetter(
        file_number="TC6-01482",
        division="rpd",
        subject=Both("Your address", "Votre adresse"),
        body=Both("a", "b"),
    )
    to = Recipient(
        person_id=FARIDA.id,
        name=FARIDA.name,
        capacity="copy" if capacity == "copy" else "service",
        why="a test",
        language="fr",
        address=FARIDA.email,
    )
    async with portal.database.system_transaction() as session:
        await issue(
            session,
            notice_id=known(f"letter of {days_ago} days {capacity}"),
            case_id=NOOR,
            facts=letter,
            language="en",
            recipients=[to],
            issued_by=By(RENEE.id, RENEE.name),
            now=placed,
        )


async def test_nothing_waits_is_said_calmly(browser: Browser) -> None:
    """An empty desk says so, and what would come to it."""
    await browser.sign_in(RENEE)

    page = await browser.get("/registry")

    assert "Nothing waits." in page.text


async def test_documents_that_wait_or_were_refused_are_on_it(browser: Browser) -> None:
    """A failed scan and a late one, an infected file; not one kept a moment ago, nor a clean one."""
    judged = {"judged_at": NOW, "reason": "signature"}
    await file(browser.portal, "failed", scans_failed=2, kept_at=NOW)
    await file(browser.portal, "late")
    await file(browser.portal, "virus", state="infected", **judged)
    await file(browser.portal, "locked", state="unscannable", **judged)
    await browser.sign_in(RENEE)

    page = (await browser.get("/registry")).text

    assert "Documents that could not be checked yet" in page
    assert "The check failed 2 times" in page
    for receipt in ("R-failed", "R-late", "R-virus", "R-locked"):
        assert f"Receipt {receipt}" in page
    assert ".pdf" not in page
    assert f"/cases/{NOOR}" in page


async def test_what_just_came_in_is_no_failure(browser: Browser) -> None:
    """A file that has been checking for a minute is nobody's work yet."""
    # Not NOW: that is when the whole run began, which may be more than five minutes ago.
    just_now = datetime.now(UTC)
    await file(browser.portal, "fresh", kept_at=just_now)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(sa.update(Submission).values(filed_at=just_now))
    await browser.sign_in(RENEE)

    assert "Nothing waits." in (await browser.get("/registry")).text


async def test_mail_that_cannot_arrive_is_on_it_until_the_notice_is_opened(
    browser: Browser,
) -> None:
    """An undeliverable mail and its address; opening the notice settles the mail."""
    await serve(browser.portal, days_ago=1)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Attempt).values(
                state="undeliverable", tries=1, tried_at=NOW, settled_at=NOW, detail="550 no"
            )
        )
        await session.execute(
            sa.update(Account).where(Account.person_id == FARIDA.id).values(mail_failed_at=NOW)
        )
    await browser.sign_in(RENEE)
    before = (await browser.get("/registry")).text
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Service).values(opened_at=NOW, opened_by=FARIDA.id, opened_by_name="F")
        )

    after = (await browser.get("/registry")).text

    assert "Mail that could not be delivered" in before
    assert "Mail addresses that do not work" in before
    assert FARIDA.email not in before
    assert "Mail that could not be delivered" not in after
    assert "Mail addresses that do not work" in after


async def test_a_notice_unopened_for_a_week_is_on_it(browser: Browser) -> None:
    """Served eight days ago, yes; six days ago, no; a copy, no."""
    await serve(browser.portal, days_ago=8)
    await serve(browser.portal, days_ago=6)
    await serve(browser.portal, days_ago=30, capacity="copy")
    await browser.sign_in(RENEE)

    page = (await browser.get("/registry")).text

    assert "Served by portal, not opened" in page
    assert page.count("Your address") == 1


async def test_each_officer_has_the_desk_of_the_own_division(browser: Browser) -> None:
    """The RPD's troubles are not on the Appeal Division's desk; counsel has no desk."""
    await file(browser.portal, "late")
    await serve(browser.portal, days_ago=8)
    await browser.sign_in(VICTOR)
    assert "Nothing waits." in (await browser.get("/registry")).text

    await browser.sign_in(CLAIRE)
    assert (await browser.get("/registry")).status_code == 404


async def test_the_desk_costs_two_questions(browser: Browser) -> None:
    """Who is it, and everything on the desk: two statements, however much there is."""
    for number in range(3):
        await file(browser.portal, f"late{number}")
        await serve(browser.portal, days_ago=8 + number)
    await browser.sign_in(RENEE)

    with counted(browser.portal) as statements:
        await browser.get("/registry")

    assert len(statements) <= 3, statements


async def test_the_desk_speaks_french(browser: Browser) -> None:
    """The same desk in French."""
    await file(browser.portal, "late")
    await browser.sign_in(RENEE, language="fr")

    page = (await browser.get("/registry")).text

    assert "Documents qui n’ont pas encore pu être vérifiés" in page


@contextmanager
def counted(portal: Parts) -> Generator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = portal.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
