"""Papers with a request: a draft as always, filed in the moment the request is sent."""

import re
from uuid import UUID, uuid4

from httpx2 import Response

from portal.models import Submission
from tests.cast import CLAIRE, FARIDA, MARC, NOOR
from tests.conftest import Browser
from tests.portal.documents.conftest import describe, submissions
from tests.portal.documents.conftest import send as upload
from tests.portal.requests.asked import another_date, the_request
from tests.samples import pdf

ASKING = f"/cases/{NOOR}/requests"


async def with_papers(browser: Browser) -> tuple[str, Response]:
    """Another date is asked, a file is added, and the check shows both; the draft's address."""
    form = {"id": str(uuid4()), **await another_date(browser)}
    answer = await browser.post(f"{ASKING}/papers?kind=change_of_date", data=form)
    draft = answer.headers["location"]
    assert (await upload(browser, draft, "certificate.pdf", pdf())).status_code == 200
    checked = await describe(browser, draft)
    assert checked.headers["location"] == f"{draft}/check"
    return draft, await browser.get(f"{draft}/request")


def hidden(page: str) -> dict[str, str]:
    """What the page's form would send."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


async def test_what_was_typed_waits_with_the_papers(browser: Browser) -> None:
    """The draft says what it is for, and leads back to the request, not to filing alone."""
    await browser.sign_in(FARIDA)
    draft, check = await with_papers(browser)

    there = await browser.get(draft)
    last = await browser.get(f"{draft}/check")

    assert "These documents go with your request" in there.text
    assert f'href="{draft}/request"' in last.text
    assert f"{draft}/filing" not in last.text
    assert "I am in another court that day." in check.text
    assert "certificate.pdf" in check.text
    assert "Send the request and one document" in check.text


async def test_both_are_sent_or_neither(browser: Browser) -> None:
    """One press files the papers and asks; the receipt names the papers' receipt."""
    await browser.sign_in(FARIDA)
    _, check = await with_papers(browser)
    form = hidden(check.text)

    changed = await browser.post(
        f"{ASKING}?kind=change_of_date", data=form | {"seen": "of another day"}
    )
    assert changed.headers["location"].endswith("/request")
    assert (await _filed(browser)) == []
    sent = [await browser.post(f"{ASKING}?kind=change_of_date", data=form) for _ in range(2)]

    assert {answer.headers["location"] for answer in sent} == {f"/requests/{form['id']}"}
    (filed,) = await _filed(browser)
    row = await the_request(browser, UUID(form["id"]))
    assert row.submission_id == filed.id
    page = await browser.get(f"/requests/{row.id}")
    assert filed.receipt
    assert filed.receipt in page.text


async def test_change_keeps_the_papers(browser: Browser) -> None:
    """Back to the form and on again: the draft is the same, the answer is the new one."""
    await browser.sign_in(FARIDA)
    draft, check = await with_papers(browser)
    form = hidden(check.text)

    page = await browser.post(f"{ASKING}/new?kind=change_of_date", data=form | {"step": "change"})
    again = hidden(page.text) | form | {"reasons": "My child is ill.", "step": "check"}
    onward = await browser.post(f"{ASKING}/new?kind=change_of_date", data=again)

    assert f'name="papers" value="{form["papers"]}"' in page.text
    assert onward.headers["location"] == f"{draft}/request"
    assert "My child is ill." in (await browser.get(f"{draft}/request")).text


async def test_papers_of_others_are_nobodys(browser: Browser) -> None:
    """A request in one name files no draft of another's."""
    await browser.sign_in(CLAIRE)
    _, check = await with_papers(browser)
    form = hidden(check.text)

    for person in (FARIDA, MARC):
        await browser.sign_in(person)
        answer = await browser.post(f"{ASKING}?kind=change_of_date", data=form)
        assert answer.status_code == 404, person

    assert await _filed(browser) == []


async def test_a_filing_by_itself_takes_none_of_it(browser: Browser) -> None:
    """Who begins to file something else gets an empty draft of its own."""
    await browser.sign_in(FARIDA)
    form = {"id": str(uuid4()), **await another_date(browser)}
    bound = await browser.post(f"{ASKING}/papers?kind=change_of_date", data=form)

    fresh = await browser.post(f"/cases/{NOOR}/submissions")

    assert fresh.headers["location"] != bound.headers["location"]


async def _filed(browser: Browser) -> list[Submission]:
    return [one for one in await submissions(browser.portal.database) if one.receipt]
