"""The pages of batches, driven without JavaScript: from a list with mistakes to the result as CSV."""

import csv
import io
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response

from portal.registry.batches.running import issue_lot
from tests.cast import CLAIRE, NOOR, RENEE
from tests.conftest import Browser
from tests.portal.registry.batches.listed import LETTER, opened, worked
from tests.portal.registry.pressing import arrive, form_on, press

SUBJECT, BODY = LETTER["subject"], LETTER["body"]
TYPED = {
    "subject_en": SUBJECT["en"],
    "subject_fr": SUBJECT["fr"],
    "body_en": BODY["en"],
    "body_fr": BODY["fr"],
}


@pytest.fixture
async def officer(browser: Browser) -> Browser:
    """Renée at the portal, in English."""
    return await browser.sign_in(RENEE)


async def begun(officer: Browser, pasted: str, kind: str = "general_letter") -> str:
    """The address of a draft with this list, its facts filled in."""
    page = await officer.get("/registry/batches/new")
    sent = form_on(page, "/registry/batches").values | {"kind": kind, "pasted": pasted}
    sent.pop("file", None)
    facts = await arrive(officer, await officer.post("/registry/batches", data=sent))
    check = await press(officer, facts, action="/facts", **TYPED)
    return check.headers["location"]


async def test_from_a_list_with_mistakes_to_the_result(officer: Browser) -> None:
    """Paste, correct, look at one, issue, follow, take the result along."""
    first, second = await opened(officer.portal.database, 2)
    at = await begun(officer, f"{first}\nTC7-9999O\n{second}\n{first}")

    page = await officer.get(at)
    assert "Line 2" in page.text
    assert "No case here has this file number." in page.text
    assert "in the list already, on line 1" in page.text
    assert "Issue 2 notices" not in page.text

    corrected = await press(officer, page, action="/list", pasted=f"{first}\n{second}\nTC6-01482")
    page = await arrive(officer, corrected)
    assert "Issue 3 notices" in page.text
    row = await officer.get(f"{at}/cases/{NOOR}")
    assert "Our new address" in row.text
    assert "Notre nouvelle adresse" in row.text
    assert CLAIRE.name in row.text

    page = await arrive(officer, await press(officer, page, action="/issue"))
    assert "0 of 3 cases are done." in page.text
    await worked(officer.portal, _id(at))
    page = await officer.get(at)
    assert "3 of 3 cases are done." in page.text
    assert "All done" in page.text

    answer = await officer.get(f"{at}/rows.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["State"] for row in rows] == ["issued"] * 3
    assert all(row["Notice number"].startswith("N-") for row in rows)
    listed = await officer.get("/registry/batches")
    assert "3 notices issued" in listed.text


async def test_lines_are_left_out_only_when_somebody_says_so(officer: Browser) -> None:
    """With a problem left there is no button; left out, the result says so."""
    (number,) = await opened(officer.portal.database, 1)
    at = await begun(officer, f"{number}\nXX9-99999")
    page = await officer.get(at)
    assert "/issue" not in page.text
    refused = await officer.post(f"{at}/issue", data={"csrf": form_on(page).values["csrf"]})
    assert refused.status_code == 409

    page = await arrive(officer, await press(officer, page, action="/omission"))
    page = await arrive(officer, await press(officer, page, action="/issue"))
    await worked(officer.portal, _id(at))

    rows = await officer.get(f"{at}/rows.csv")
    assert "XX9-99999,,left out" in rows.content.decode()


async def test_a_csv_file_is_read_and_its_columns_count(officer: Browser) -> None:
    """With a mark, semicolons and quotes, as spreadsheets write it."""
    (number,) = await opened(officer.portal.database, 1)
    page = await officer.get("/registry/batches/new")
    values = form_on(page, "/registry/batches").values
    text = f'File number;Name;Answer wanted by\r\n{number};"Noor; F.";2027-02-01\r\n'
    fields = [(name, (None, values[name])) for name in ("csrf", "id", "division")]
    fields += [("kind", (None, "general_letter")), ("pasted", (None, ""))]
    file = ("file", ("list.csv", text.encode("utf-8-sig"), "text/csv"))

    facts = await arrive(officer, await officer.post("/registry/batches", files=[*fields, file]))
    checked = await press(officer, facts, action="/facts", **TYPED)
    page = await arrive(officer, checked)

    assert "Columns not used" in page.text
    assert "Name" in page.text
    assert "Issue 1 notice" in page.text


async def test_a_file_that_is_no_text_is_refused_in_words(officer: Browser) -> None:
    """Saved in another encoding: what was typed stays, and the page says what to do."""
    page = await officer.get("/registry/batches/new")
    values = form_on(page, "/registry/batches").values
    fields = [(name, (None, values[name])) for name in ("csrf", "id", "division")]
    fields += [("kind", (None, "general_letter"))]
    file = ("file", ("list.csv", "Numéro".encode("utf-16"), "text/csv"))

    answer = await officer.post("/registry/batches", files=[*fields, file])

    assert answer.status_code == 422
    assert "CSV UTF-8" in answer.text


async def test_no_cell_of_the_result_is_a_formula(officer: Browser) -> None:
    """A list can hold anything; a spreadsheet runs none of it."""
    (number,) = await opened(officer.portal.database, 1)
    at = await begun(officer, f"{number}\n=cmd|'/c calc'!A1")

    rows = await officer.get(f"{at}/rows.csv")

    assert "'=cmd" in rows.content.decode()


async def test_pressed_twice_and_by_two_it_is_issued_once(officer: Browser) -> None:
    """The second press shows how it goes."""
    (number,) = await opened(officer.portal.database, 1)
    at = await begun(officer, number)
    page = await officer.get(at)

    await press(officer, page, action="/issue")
    again = await arrive(officer, await press(officer, page, action="/issue"))

    assert "0 of 1 case is done." in again.text
    jobs = await _jobs(officer)
    assert jobs == 1


async def test_the_cases_of_a_search_fill_the_list(officer: Browser) -> None:
    """From the list of cases, with one press, all that are open and found."""
    numbers = await opened(officer.portal.database, 3)

    found = await officer.get("/cases?q=TC7-")
    assert "Issue a notice to all 3 open cases found" in found.text
    page = await officer.get("/registry/batches/new?division=rpd&q=TC7-")

    assert set(form_on(page, "/registry/batches").values["pasted"].split()) == set(numbers)


async def test_pause_stop_and_recall_by_their_buttons(officer: Browser) -> None:
    """Each is one press; recalled before it left, a notice reaches nobody."""
    numbers = await opened(officer.portal.database, 60)
    at = await begun(officer, "\n".join(numbers))
    page = await arrive(officer, await press(officer, await officer.get(at), action="/issue"))
    await issue_lot(officer.portal, _id(at))

    page = await arrive(officer, await officer.post(f"{at}/state", data=_to(page, "paused")))
    assert "Renée Gagnon paused this" in page.text
    assert "Go on" in page.text
    page = await arrive(officer, await officer.post(f"{at}/state", data=_to(page, "stopped")))
    assert "stopped this" in page.text


def _to(page: Response, state: str) -> dict[str, str]:
    return {"csrf": form_on(page).values["csrf"], "to": state}


def _id(at: str) -> UUID:
    return UUID(at.rsplit("/", 1)[-1])


async def _jobs(browser: Browser) -> int:
    asked = "select count(*) from procrastinate_jobs where task_name = 'issue_batch'"
    async with browser.portal.database.system_transaction() as session:
        return int(await session.scalar(sa.text(asked)) or 0)
