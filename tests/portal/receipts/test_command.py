"""`verify RECEIPT FILE`: the page's answer without the portal, by the exit code and in a line."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cast import CLAIRE
from tests.conftest import Browser
from tests.portal.documents.conftest import file_one, submissions
from tests.samples import pdf


def command(browser: Browser, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run it on this test's database."""
    return subprocess.run(
        [sys.executable, "-m", "portal", "verify", *arguments],
        env={
            "DATABASE_URL": browser.portal.database.url,
            "DOSSIER_STATE": str(browser.portal.settings.state),
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )


async def test_the_command_knows_what_was_received(browser: Browser, tmp_path: Path) -> None:
    """0 and when for the file itself; 1 for another file and for no such receipt, in the same words."""
    await browser.sign_in(CLAIRE)
    data = pdf()
    await file_one(browser, "affidavit.pdf", data)
    [submission] = await submissions(browser.portal.database)
    number = str(submission.receipt)
    same, other = tmp_path / "same.pdf", tmp_path / "other.pdf"
    same.write_bytes(data)
    other.write_bytes(data + b"\n")

    yes = command(browser, number, str(same))
    no = command(browser, number, str(other))
    never = command(browser, "R-ZZZZ-99", str(other))

    assert yes.returncode == 0, yes.stderr
    assert f"same.pdf: a file of receipt {number}, received" in yes.stdout
    assert "Toronto time" in yes.stdout
    assert (no.returncode, never.returncode) == (1, 1)
    assert no.stdout == never.stdout == "other.pdf: not received under this number\n"


@pytest.mark.parametrize("arguments", [("R-AAAA-22",), ("R-AAAA-22", "/nowhere/at/all.pdf")])
async def test_the_command_needs_a_number_and_a_file(
    browser: Browser, arguments: tuple[str, ...]
) -> None:
    """2 and a sentence: this is no answer."""
    asked = command(browser, *arguments)

    assert asked.returncode == 2
    assert asked.stderr.strip() == "Name a receipt's number and a file."
