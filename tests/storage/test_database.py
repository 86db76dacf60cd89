"""The embedded server starts again whatever a power cut has left of the files that name it."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from storage.database import embedded_server, without_driver


@pytest.fixture
def folder() -> Iterator[Path]:
    """A database that was stopped, where PostgreSQL's own user can reach it."""
    with TemporaryDirectory(prefix="dossier-") as folder:
        data = Path(folder) / "data"
        with embedded_server(data):
            pass
        yield data


def pid_file(*, pid: int, folder: Path) -> str:
    """What PostgreSQL writes while it runs."""
    return f"{pid}\n{folder}\n1700000000\n5432\n{folder}\n\n  1 2\nready   \n"


@pytest.mark.parametrize("left", ["another process", "nothing", "half a line"])
def test_it_starts_after_a_power_cut(folder: Path, left: str) -> None:
    """The number in the file is by now another process's, or the file was never written out."""
    whole = pid_file(pid=os.getpid(), folder=folder)
    said = {"another process": whole, "nothing": "", "half a line": whole[:3]}[left]
    (folder / "postmaster.pid").write_text(said)
    (folder / ".s.PGSQL.5432.lock").write_text(said)
    (folder / ".handle_pids.json").write_text("" if left == "nothing" else "[1]")

    with (
        embedded_server(folder) as url,
        psycopg.connect(without_driver(url)) as connection,
    ):
        row = connection.execute("select 1").fetchone()

    assert row == (1,)
    assert not (folder / "postmaster.pid").exists()  # it was stopped by whoever had started it


def test_a_server_that_runs_is_left_alone(folder: Path) -> None:
    """Whoever comes second uses it too."""
    with embedded_server(folder) as first:
        before = (folder / "postmaster.pid").read_text().partition("\n")[0]
        with embedded_server(folder) as second:
            after = (folder / "postmaster.pid").read_text().partition("\n")[0]

    assert (first, before) == (second, after)
