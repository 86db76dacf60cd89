"""Confinement: one named task on one file, in a child process that can hardly do anything else.

    confined("inspect", file, arguments={"media_type": "application/pdf"}) -> bytes

A task is a row of `storage.confined_child.TASKS`: a function `(file, **arguments) -> bytes`, which
runs in a fork of a warmed-up keeper (2 ms instead of 300 ms), with no network, no other file to
open, 1 GiB of address space, and a deadline; the keeper kills it by its pid. Every call blocks: use
a thread. Any number of threads may call; each has a keeper of its own while it waits.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

SECONDS: Final = 10.0
MEMORY: Final = 1024**3
GRACE: Final = 5.0  # a keeper that says nothing for so long after the deadline is itself killed
ROOT: Final = Path(__file__).resolve().parent.parent
START = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from storage.confined_child import keep; keep(int(sys.argv[2]))"
)


class Unfinished(Exception):
    """The task gave no answer, because of its file: doing it again would end no better."""


class TookTooLong(Unfinished):
    """The deadline or the processor time was over."""


class TooMuchMemory(Unfinished):
    """The task wanted more memory than it may have."""


class Crashed(Unfinished):
    """The task ended in an error, by a signal, or said more than it may."""


class ChildUnavailable(Exception):
    """No child could be had, or it was stopped from outside; the same call may work later."""


def confined(
    task: str,
    file: BinaryIO,
    *,
    arguments: Mapping[str, str | int] | None = None,
    most: int = 64 * 1024,
    seconds: float = SECONDS,
) -> bytes:
    """Run the task on a real file (one with `fileno`), read from its start; at most `most` bytes.

    Raises Unfinished (TookTooLong, TooMuchMemory, Crashed) or ChildUnavailable.
    """
    request = {"task": task, "arguments": arguments or {}, "seconds": seconds, "memory": MEMORY}
    with _keeper() as keeper:
        return keeper.ask(request, file.fileno(), most=most, ends=time.monotonic() + seconds)


def protections() -> list[str]:
    """What this machine gives a child beside its limits: "network", "files"; ChildUnavailable."""
    with _keeper() as keeper:
        return keeper.protections


class Keeper:
    """A process with everything imported that forks a child per request, one at a time."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-c",
                    START,
                    str(ROOT),
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},  # no secret of ours in there
                start_new_session=True,  # Ctrl-C is for us; the keeper ends when we do
            )
        self.pid = self._process.pid
        self._told = b""
        try:
            self.protections: list[str] = self._line(time.monotonic() + 30)["protections"]
        except ChildUnavailable:
            self.end()
            raise

    def ask(self, request: Mapping[str, object], file: int, *, most: int, ends: float) -> bytes:
        """Have it done, or raise as `confined` does."""
        reading, writing = os.pipe()
        with closing(os.fdopen(reading, "rb", buffering=0)) as pipe:
            try:
                line = json.dumps(request).encode() + b"\n"
                socket.send_fds(self._control, [line], [file, writing])
            except OSError as error:
                raise ChildUnavailable(str(error)) from error
            finally:
                os.close(writing)
            answer = _whole(pipe, most, ends + GRACE)
        status = self._line(ends + GRACE)
        if answer is None or len(answer) > most:
            raise Crashed(f"said more than {most} bytes")
        _raise_for(status)
        return answer

    def end(self) -> None:
        """Stop the process, and the child it may have."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _line(self, ends: float) -> dict[str, list[str]]:
        while b"\n" not in self._told:
            ready, _, _ = select.select([self._control], [], [], max(0, ends - time.monotonic()))
            more = b""
            if ready:
                with suppress(OSError):
                    more = self._control.recv(4096)
            if not more:
                raise ChildUnavailable("the keeper of confined children ended or hangs")
            self._told += more
        line, _, self._told = self._told.partition(b"\n")
        return json.loads(line)


def _whole(pipe: BinaryIO, most: int, ends: float) -> bytes | None:
    """What the pipe gives, cut off after `most` + 1 bytes; None if it never ends."""
    pieces: list[bytes] = []
    size = 0
    while size <= most:
        ready, _, _ = select.select([pipe], [], [], max(0, ends - time.monotonic()))
        if not ready:
            return None
        if not (piece := pipe.read(2**16)):
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _raise_for(status: Mapping[str, object]) -> None:
    match status:
        case {"ended": "done"}:
            return
        case {"ended": "late"} | {"ended": "signal", "number": signal.SIGXCPU}:
            raise TookTooLong
        case {"ended": "memory"} | {"ended": "signal", "number": signal.SIGKILL}:
            raise TooMuchMemory  # a kill that is not ours is the kernel's, out of memory
        case {"ended": "signal", "number": signal.SIGTERM | signal.SIGINT | signal.SIGHUP}:
            raise ChildUnavailable("the confined child was stopped from outside")
        case _:
            raise Crashed(str(status))


_idle: list[Keeper] = []
_lock = threading.Lock()


@contextmanager
def _keeper() -> Generator[Keeper]:
    """A keeper nobody else uses; it goes back if it is as it was."""
    with _lock:
        keeper = _idle.pop() if _idle else None
    keeper = keeper or Keeper()
    whole = False
    try:
        yield keeper
        whole = True
    except Unfinished:
        whole = True
        raise
    finally:
        if whole:
            with _lock:
                _idle.append(keeper)
        else:
            keeper.end()


@atexit.register
def _end_all() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()
