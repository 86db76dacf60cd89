"""Confinement: a child that is stopped at every limit, and a parent that notices nothing of it."""

import json
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import psutil
import pytest

from storage import confinement
from storage.confined_child import TASKS
from storage.confinement import (
    ChildUnavailable,
    Crashed,
    Keeper,
    TookTooLong,
    TooMuchMemory,
    confined,
)

MIB = 2**20


@pytest.fixture
def file() -> Iterator[BinaryIO]:
    """A real file of one line, read to its end already."""
    with tempfile.TemporaryFile() as made:
        made.write(b"one line")
        made.flush()
        yield made


@pytest.fixture(autouse=True)
def misbehaviour(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keepers of this test's own, which also know a task that misbehaves."""
    keepers: list[Keeper] = []
    monkeypatch.setattr(confinement, "START", START)
    monkeypatch.setattr(confinement, "_idle", keepers)
    yield
    for keeper in keepers:
        keeper.end()


START = confinement.START.replace(
    "keep(",
    "from storage import confined_child;"
    " confined_child.TASKS['misbehave'] = 'tests.storage.misbehaving:misbehave'; keep(",
)


def misbehave(file: BinaryIO, how: str, *, seconds: float = 5, most: int = 1000) -> bytes:
    """Have a child do this."""
    return confined("misbehave", file, arguments={"how": how}, seconds=seconds, most=most)


def test_the_answer_comes_back(file: BinaryIO) -> None:
    """The task reads the file from its start, wherever it was read to, and its answer is ours."""
    assert misbehave(file, "read") == b"one line"


def test_a_child_that_never_ends_is_killed(file: BinaryIO) -> None:
    """Computing or sleeping, it ends at its deadline."""
    for how in ("spin", "sleep"):
        begun = time.monotonic()
        with pytest.raises(TookTooLong):
            misbehave(file, how, seconds=1)
        assert time.monotonic() - begun < 3


def test_a_child_gets_no_more_than_its_memory(file: BinaryIO) -> None:
    """At 1 GiB it ends, and this process has not grown."""
    before = psutil.Process().memory_info().rss

    with pytest.raises(TooMuchMemory):
        misbehave(file, "grow")

    assert psutil.Process().memory_info().rss - before < 8 * MIB


def test_a_child_that_breaks_is_told_from_one_that_is_stopped(file: BinaryIO) -> None:
    """An error, a crash and too long an answer are the file's fault; our own end is not."""
    for how in ("raise", "abort", "shout"):
        with pytest.raises(Crashed):
            misbehave(file, how)
    with pytest.raises(ChildUnavailable):
        misbehave(file, "stopped from outside")


def test_a_child_reaches_nothing(file: BinaryIO) -> None:
    """No network, no other file, nothing written, not even to the file it was given."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        tried = json.loads(misbehave(file, f"reach {server.getsockname()[1]}"))
        with pytest.raises(TimeoutError):
            server.accept()

    assert set(tried) == {"connect", "open", "write", "list"}
    assert not any(tried.values()), tried
    file.seek(0)
    assert file.read() == b"one line"


def test_nothing_of_ours_is_in_a_childs_environment(
    file: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords in settings do not travel along."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")

    assert b"secret" not in misbehave(file, "environment")


def test_many_at_once(file: BinaryIO) -> None:
    """Threads do not get each other's answers."""

    def echo(number: int) -> bytes:
        return misbehave(file, f"say {number}")

    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(echo, range(40)))

    assert answers == [str(number).encode() for number in range(40)]


def test_a_dead_keeper_is_an_outage_and_the_next_call_works(file: BinaryIO) -> None:
    """Who loses its keeper is told to try again; nobody is served by a dead one."""
    misbehave(file, "read")
    [keeper] = confinement._idle  # pyright: ignore[reportPrivateUsage]
    os.kill(keeper.pid, 9)

    with pytest.raises(ChildUnavailable):
        misbehave(file, "read")

    assert misbehave(file, "read") == b"one line"


def test_nothing_survives_its_parent() -> None:
    """A keeper and its child end when nobody listens any more."""
    keeper = Keeper()
    process = psutil.Process(keeper.pid)

    keeper.end()

    assert not process.is_running()


def test_every_task_is_there() -> None:
    """A row of the table names a function that exists."""
    for task in TASKS.values():
        module, _, name = task.partition(":")
        source = Path(*module.split(".")).with_suffix(".py").read_text()
        assert f"def {name}(" in source
