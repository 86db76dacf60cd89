"""Figures: kept by several processes at once, printed falling short first."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figures import ROOT, read, record, table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of figures in a folder that is not there yet."""
    return tmp_path / "build" / "figures.json"


def test_a_figure_says_what_it_is_measured_against(file: Path) -> None:
    """Value, limit, command and commit, under the key that was asked for."""
    record("first_view_kb", 41.23456, limit=50, command="make test", file=file)

    figure = json.loads(file.read_text())["first_view_kb"]

    assert figure.pop("commit")
    assert figure == {"value": 41.235, "limit": 50, "command": "make test"}


def test_a_figure_measured_again_replaces_the_old_one(file: Path) -> None:
    """The file holds the newest value of each key."""
    record("axe_violations", 3, limit=0, command="make test", file=file)
    record("axe_pages", 60, limit=40, at_least=True, command="make test", file=file)
    record("axe_violations", 0, limit=0, command="make test", file=file)

    assert {key: figure["value"] for key, figure in read(file).items()} == {
        "axe_pages": 60,
        "axe_violations": 0,
    }


def test_what_falls_short_comes_first(file: Path) -> None:
    """The eye falls on what is missing; a limit may be a least as well as a most."""
    record("a_fine", 1, limit=2, command="c", file=file)
    record("b_few", 12, limit=40, at_least=True, command="c", file=file)
    record("z_slow", 3, limit=2, command="c", file=file)

    lines = table(read(file)).splitlines()

    assert [line.split()[:2] for line in lines[1:]] == [
        ["SHORT", "b_few"],
        ["SHORT", "z_slow"],
        ["ok", "a_fine"],
    ]


def test_many_processes_lose_no_figure(file: Path) -> None:
    """Tests run in parallel, and each writes its own figure into the one file."""
    code = (
        "import sys; from pathlib import Path; from bench.figures import record\n"
        "for n in range(5): record(f'k{sys.argv[1]}{n}', n, limit=9, command='c', "
        "file=Path(sys.argv[2]))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(number), str(file)], cwd=ROOT)
        for number in range(4)
    ]

    assert [process.wait(60) for process in running] == [0] * 4
    assert len(read(file)) == 20
    assert not list(file.parent.glob("*.draft"))
