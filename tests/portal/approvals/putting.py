"""Putting a draft before its principal as people do it: Jonas prepares, Claire decides."""

import re
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response

from portal.models import Approval
from storage.database import Database
from tests.cast import CLAIRE, JONAS, NOOR, Character, lend
from tests.conftest import Browser
from tests.portal.documents.conftest import begin, describe, send
from tests.portal.registry.pressing import form_on
from tests.samples import pdf


async def let_prepare(
    database: Database, person: Character = JONAS, *, rights: tuple[str, ...] = ()
) -> UUID:
    """Claire lends this person what it takes to prepare in the Noors' case, and these rights."""
    async with database.system_transaction() as session:
        lent = ("see", "read", "prepare", *rights)
        return await lend(session, CLAIRE, person, rights=lent, cases=[NOOR])


async def prepare(
    browser: Browser,
    person: Character = JONAS,
    *,
    name: str = "statement.pdf",
    language: str = "en",
) -> str:
    """This person signs in, begins a draft and says what its one file is; the draft's address."""
    await browser.sign_in(person, language=language)
    draft = await begin(browser)
    assert (await send(browser, draft, name, pdf())).status_code == 200
    assert (await describe(browser, draft)).status_code == 303
    return draft


async def press(browser: Browser, page: str, action: str, **typed: Any) -> Response:
    """Press the button of the form on this page that goes to this address."""
    form = form_on(await browser.get(page), action)
    return await browser.post(form.action, data={**form.values, **typed})


async def ask(browser: Browser, draft: str) -> Response:
    """Look at the draft once more and send it for approval."""
    return await press(browser, f"{draft}/check", f"{draft}/approvals")


async def prepared_and_asked(
    browser: Browser, person: Character = JONAS, *, name: str = "statement.pdf"
) -> str:
    """A draft of this person's that waits for Claire; its address."""
    draft = await prepare(browser, person, name=name)
    answer = await ask(browser, draft)
    assert answer.status_code == 303, answer.text
    return draft


async def send_back(browser: Browser, database: Database, remark: str) -> Response:
    """Whoever is signed in sends back what waits, with this remark."""
    address = f"/approvals/{(await rounds(database))[-1].id}/return"
    return await press(browser, address, address, remark=remark)


async def rounds(database: Database) -> list[Approval]:
    """Every time something was put before somebody, the first first."""
    async with database.system_transaction() as session:
        return list(await session.scalars(sa.select(Approval).order_by(Approval.asked_at)))


async def outcomes(database: Database) -> list[str | None]:
    """What became of each."""
    return [one.outcome for one in await rounds(database)]


async def badge(browser: Browser) -> int:
    """The number beside *To approve* at the top of a page."""
    page = (await browser.get("/notices")).text
    link = page.partition('href="/approvals"')[2].partition("</a>")[0]
    number = re.search(r"dossier-badge\">(\d+)", link)
    return int(number[1]) if number else 0
