"""Asking at the door whether a file was received, as anybody does; each test tries anew."""

import re

import pytest
from httpx2 import Response

from portal.receipts.asking import limiter
from portal.settings import Settings
from tests.conftest import Browser


@pytest.fixture(autouse=True)
async def untried() -> None:
    """Nobody has asked from here before."""
    await limiter.storage.reset()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As ever, with a limit that a test can reach."""
    return settings.model_copy(update={"max_file": 70_000_000})


async def ask(
    browser: Browser, number: str, data: bytes = b"", *, sha256: str = "", name: str = "a.pdf"
) -> Response:
    """Send the form without JavaScript: its token, the number, then a file, a fingerprint or both."""
    page = (await browser.get("/verify")).text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    typed = [("csrf", token[1]), ("receipt", number), ("sha256", sha256)]
    file = [("file", (name if data else "", data))]
    return await browser.post(
        "/verify", files=[*((field, (None, text)) for field, text in typed), *file]
    )
