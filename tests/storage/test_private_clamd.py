"""A clamd of our own: starts fast, leaves nothing, and never outlives its owner."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.private_clamd import ClamdMissing, private_clamd
from storage.scanner import Clamd, ScannerUnavailable

OWNER = """
import sys, time
from pathlib import Path
from storage.private_clamd import private_clamd

with private_clamd(Path(sys.argv[1]), official=Path(sys.argv[1])) as socket:
    print(socket, flush=True)
    time.sleep(60)
"""


def test_it_answers_within_seconds_and_is_gone_afterwards(tmp_path: Path) -> None:
    """From call to first verdict takes a moment; at the end socket and folder are gone."""
    began = time.monotonic()
    with private_clamd(tmp_path, official=tmp_path) as socket:
        Clamd(socket).canary()
        assert time.monotonic() - began < 5

    assert not socket.parent.exists()
    with pytest.raises(ScannerUnavailable):
        Clamd(socket).canary()


def test_a_long_or_odd_folder_is_no_trouble(tmp_path: Path) -> None:
    """A socket's path has at most 107 bytes; the folder's may have many more."""
    folder = tmp_path / ("dossier à l'étude " * 10) / ("x" * 100)

    with private_clamd(folder, official=tmp_path) as socket:
        Clamd(socket).canary()
        assert len(bytes(socket)) <= 107
    assert (folder / "clamd.log").stat().st_size > 0


def test_two_run_side_by_side(tmp_path: Path) -> None:
    """Two copies of the portal do not share a scanner by accident."""
    with private_clamd(tmp_path / "a", official=tmp_path) as first:
        with private_clamd(tmp_path / "b", official=tmp_path) as second:
            assert first != second
        Clamd(first).canary()


def test_no_clamd_is_said_at_once(tmp_path: Path) -> None:
    """Where clamd is not installed the portal can start all the same, and hold its files."""
    with pytest.raises(ClamdMissing), private_clamd(tmp_path, clamd="no-such-clamd"):
        pass


def test_a_clamd_that_does_not_start_is_unavailable(tmp_path: Path) -> None:
    """A scanner that ends at once is an error now, not after two minutes."""
    with pytest.raises(ScannerUnavailable), private_clamd(tmp_path, clamd="false"):
        pass


def test_it_dies_with_its_owner(tmp_path: Path) -> None:
    """Even when the portal is killed, no clamd stays behind."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert owner.stdout
    socket = Path(owner.stdout.readline().strip())
    children = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
    Clamd(socket).canary()

    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()

    assert len(children) == 1
    ends = time.monotonic() + 10
    while alive(int(children[0])) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not alive(int(children[0]))
    shutil.rmtree(socket.parent)  # the killed owner could not; clamd takes its socket along


def alive(pid: int) -> bool:
    """Say whether this process still runs; one that nobody buried does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_people_come_first(tmp_path: Path) -> None:
    """Clamd runs at a lower priority than the portal that answers people."""
    with private_clamd(tmp_path, official=tmp_path):
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        nice = [os.getpriority(os.PRIO_PROCESS, int(pid)) for pid in children]

    assert max(nice) >= os.getpriority(os.PRIO_PROCESS, 0) + 5
