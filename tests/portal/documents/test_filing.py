"""From the first byte to the receipt, the verdict and the reader."""

from tests.cast import CLAIRE
from tests.conftest import Browser
from tests.portal.documents.conftest import (
    file_one,
    judge_all,
)
from tests.samples import pdf


async def test_a_file_is_sent_filed_judged_and_read(browser: Browser) -> None:
    """Counsel sends a PDF, files it, has a receipt, and after the check downloads the same bytes."""
    await browser.sign_in(CLAIRE)
    data = pdf()

    document = await file_one(browser, "affidavit.pdf", data)
    before = await browser.get(f"/documents/{document.id}/file")
    await judge_all(browser)
    after = await browser.get(f"/documents/{document.id}/file")

    assert before.status_code == 403
    assert "Until then nobody can open it" in before.text
    assert after.status_code == 200
    assert after.content == data
