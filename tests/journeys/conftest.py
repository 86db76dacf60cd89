"""One Chromium for the tests of a file, and houses for people to go to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.house import House, open_house
from tests.servers import free_ports
from tests.staged import Template

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium: the system's, else the one that Playwright brought.

    Of a module, not of the session: its loop must not run where other tests start theirs.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(
    full_case: Template, clamd_socket: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The portal with one of each thing in the Noors' case, and a scanner."""
    folder = tmp_path_factory.mktemp("house")
    with (
        full_case.copied(folder, port=free_ports(1)[0]) as portal,
        open_house(portal, clamd=clamd_socket) as house,
    ):
        yield house
