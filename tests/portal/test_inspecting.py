"""`python -m portal inspect`: one line of JSON a file, and an exit code a script can use."""

import json
import subprocess
import sys
from pathlib import Path

from tests import samples
from tests.samples import EICAR, FILES


def inspect(*files: Path) -> tuple[int, list[dict[str, str]]]:
    """Run the command."""
    run = subprocess.run(
        [sys.executable, "-m", "portal", "inspect", *map(str, files)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]


def test_each_file_gets_a_line_in_its_order(tmp_path: Path) -> None:
    """Name, verdict and reason; 1 as soon as one is not clean."""
    contents = {
        "letter.pdf": samples.pdf(),
        "virus.txt": EICAR,
        "locked.pdf": samples.pdf(owner="1234"),
        "page.html": b"<html>",
        "lie.pdf": samples.RTF,
    }
    files = [tmp_path / name for name in contents]
    for file in files:
        file.write_bytes(contents[file.name])

    code, lines = inspect(*files, tmp_path / "missing.pdf")

    assert code == 1
    assert [(line["name"], line["verdict"], line["reason"]) for line in lines] == [
        ("letter.pdf", "clean", "clean"),
        ("virus.txt", "infected", "signature"),
        ("locked.pdf", "refused", "restricted"),
        ("page.html", "refused", "wrong_type"),
        ("lie.pdf", "refused", "type_lies"),
        ("missing.pdf", "unscannable", "unreadable"),
    ]


def test_all_clean_leaves_with_zero(tmp_path: Path) -> None:
    """A script may go on."""
    names = ["record.pdf", "affidavit.docx", "wound.jpg"]
    for name in names:
        (tmp_path / name).write_bytes(FILES[name][0])

    code, lines = inspect(*(tmp_path / name for name in names))

    assert code == 0
    assert [line["verdict"] for line in lines] == ["clean"] * 3
