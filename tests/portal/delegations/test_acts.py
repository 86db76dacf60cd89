"""Everything done in one's name: found by person, case, act and day; as CSV and on paper."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
import sqlalchemy as sa

from portal.audit import Actor, record
from portal.delegations.acts.exporting import harmless
from portal.gate import Chain, Right
from portal.models import Standing
from storage.database import Database
from tests.cast import AMIRA, CLAIRE, CLAIRE_TO_AMIRA, JONAS, LOUIS, NOOR, lend
from tests.conftest import Browser

THROUGH_CLAIRE = Chain(CLAIRE.id, CLAIRE.name, CLAIRE_TO_AMIRA, None, frozenset({Right.file}))
FORMULA = '=HYPERLINK("https://elsewhere.example";"Claire")'


async def did(database: Database, act: str, *, name: str = AMIRA.name, **facts: object) -> None:
    """Amira does this for Claire, as far as the history goes."""
    async with database.system_transaction() as session:
        await record(session, NOOR, act, by=Actor(AMIRA.id, name, THROUGH_CLAIRE), **facts)


async def filed(database: Database, receipt: str = "R-9QX4-17") -> None:
    """Amira files one document for Claire."""
    await did(database, "submission.filed", receipt=receipt, documents=1)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"filed", "opened"}),
        (f"?person={AMIRA.id}", {"filed", "opened"}),
        (f"?person={JONAS.id}", set[str]()),
        ("?act=submission.filed", {"filed"}),
        ("?act=document.read&case=noor", {"opened"}),
        ("?case=TC6-01483", {"filed", "opened"}),
        ("?case=Abebe", set[str]()),
        ("?until-day=1&until-month=1&until-year=2026", set[str]()),
        ("?since-day=1&since-month=1&since-year=2026", {"filed", "opened"}),
    ],
)
async def test_acts_are_found(
    browser: Browser, database: Database, asked: str, found: set[str]
) -> None:
    """By person, case, file number, act and day; without JavaScript, in the address."""
    await filed(database)
    await did(database, "document.read", document_id=str(NOOR))
    await browser.sign_in(CLAIRE)

    page = (await browser.get(f"/delegations/acts{asked}")).text

    shown = {"filed": "filed one document", "opened": "opened a document"}
    assert {word for word, text in shown.items() if text in page} == found


async def test_others_find_nothing_of_mine(browser: Browser, database: Database) -> None:
    """Neither the delegate nor other counsel read what was done in Claire's name, asked or not."""
    await filed(database)
    for person in (AMIRA, LOUIS):
        await browser.sign_in(person)
        own = await browser.get("/delegations/acts")
        hers = await browser.get(f"/delegations/acts?principal={CLAIRE.id}")

        assert "R-9QX4-17" not in own.text
        assert hers.status_code == 404


async def test_who_manages_access_reads_it_too(browser: Browser, database: Database) -> None:
    """Louis, to whom Claire lent the right to manage access, sees what is done in her name."""
    await filed(database)
    async with database.system_transaction() as session:
        await lend(session, CLAIRE, LOUIS, rights=("see", "delegate"))
    await browser.sign_in(LOUIS)

    page = await browser.get(f"/delegations/acts?principal={CLAIRE.id}")

    assert "R-9QX4-17" in page.text


async def test_a_page_holds_fifty(browser: Browser, database: Database) -> None:
    """The fifty-first act is on the second page, with the filters kept."""
    for number in range(51):
        await filed(database, f"R-{number:03}")
    await browser.sign_in(CLAIRE)

    first = (await browser.get("/delegations/acts?case=noor")).text
    second = (await browser.get("/delegations/acts?case=noor&page=2")).text

    assert "R-050" in first
    assert "R-000" not in first
    assert "/delegations/acts?case=noor&amp;page=2" in first
    assert "R-000" in second


async def test_the_csv_is_the_same_and_runs_nowhere(browser: Browser, database: Database) -> None:
    """RFC 4180 with its mark; what would be a formula to a spreadsheet is text."""
    await filed(database)
    await did(database, "document.read", name=FORMULA, document_id=str(NOOR))
    await browser.sign_in(CLAIRE)

    answer = await browser.get("/delegations/acts.csv")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][:4] == ["When", "Who", "In the name of", "Act"]
    assert lines[1][1] == f"'{FORMULA}"
    assert lines[2][1:4] == ["Amira Haddad", "Claire Tremblay", "Filed documents"]
    assert lines[2][-1] == "Receipt R-9QX4-17"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_a_formula(first: str) -> None:
    """Every beginning that a spreadsheet takes for one gets an apostrophe before it."""
    assert harmless(f"{first}1+1") == f"'{first}1+1"


async def test_paper_says_what_was_looked_for(browser: Browser, database: Database) -> None:
    """A tagged PDF with a title, in the reader's language."""
    await filed(database)
    await browser.sign_in(CLAIRE)

    answer = await browser.get("/delegations/acts.pdf?act=submission.filed")

    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo.Title) == "Done in my name"


async def test_what_is_lost_with_the_case_is_not_shown(
    browser: Browser, database: Database
) -> None:
    """Acts on a case that Claire no longer has are the case's business, not hers."""
    await filed(database)
    async with database.system_transaction() as session:
        await session.execute(
            sa.update(Standing)
            .where(Standing.person_id == CLAIRE.id)
            .values(ends_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    await browser.sign_in(CLAIRE)

    assert "R-9QX4-17" not in (await browser.get("/delegations/acts")).text
