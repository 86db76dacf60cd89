"""The PDF of a notice: through the gate, whole or not at all, and opening counts."""

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa

from notices.model import Notice
from tests.cast import CLAIRE, FARIDA
from tests.conftest import Browser
from tests.portal.inbox.served import NOTICE, NUMBER, address, copy_of, entries, serve


async def paper_of(browser: Browser) -> Notice:
    """The notice with the key of its PDF."""
    async with browser.portal.database.system_transaction() as session:
        return await session.get_one(Notice, NOTICE)


def spoil(folder: Path, name: str) -> None:
    """Change the last byte of a stored object."""
    [path] = folder.rglob(name)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")


async def test_the_pdf_is_the_one_that_was_issued(browser: Browser) -> None:
    """The bytes have the recorded hash, come as an attachment, and can do nothing."""
    await serve(browser.portal)
    await browser.sign_in(CLAIRE)

    answer = await browser.get(await address(browser.portal, CLAIRE) + "/notice.pdf")

    paper = await paper_of(browser)
    assert hashlib.sha256(answer.content).hexdigest() == paper.pdf_sha256
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{NUMBER}.pdf"'
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_opening_the_pdf_is_opening(browser: Browser) -> None:
    """Who reads the paper has read the notice; somebody else's paper opens nothing."""
    await serve(browser.portal)
    await browser.sign_in(CLAIRE)

    await browser.get(await address(browser.portal, FARIDA) + "/notice.pdf")
    await browser.get(await address(browser.portal, CLAIRE) + "/notice.pdf")

    assert (await copy_of(browser.portal, FARIDA)).opened_at is None
    assert (await copy_of(browser.portal, CLAIRE)).opened_by == CLAIRE.id
    assert await entries(browser.portal) == [("notice.opened", CLAIRE.name, None, NUMBER)]


async def test_bytes_that_changed_are_not_given_out(browser: Browser) -> None:
    """A store that returns other bytes: 503 in plain words, and nothing counts as opened."""
    await serve(browser.portal)
    key = (await paper_of(browser)).pdf_key or ""
    spoil(browser.portal.settings.state, key.rpartition("/")[2])
    await browser.sign_in(CLAIRE)

    answer = await browser.get(await address(browser.portal, CLAIRE) + "/notice.pdf")

    assert answer.status_code == 503
    assert (await copy_of(browser.portal, CLAIRE)).opened_at is None


@pytest.mark.parametrize("who", [CLAIRE, FARIDA], ids=lambda who: who.email)
async def test_a_notice_without_paper_has_no_link(browser: Browser, who: object) -> None:
    """What the portal itself tells people has no PDF: none is offered, none is found."""
    await serve(browser.portal)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(
            sa.update(Notice).values(pdf_key=None, pdf_sha256=None, pdf_size=None)
        )
    await browser.sign_in(who)  # pyright: ignore[reportArgumentType]
    mine = await address(browser.portal, CLAIRE)

    page = await browser.get(mine)
    paper = await browser.get(f"{mine}/notice.pdf")

    assert "notice.pdf" not in page.text
    assert paper.status_code == 404
