"""A task that does what a task must not, to see that it cannot."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


def misbehave(file: BinaryIO, *, how: str) -> bytes:
    """Do it."""
    word, _, rest = how.partition(" ")
    return ACTS[word](file, rest)


def _grow(_: BinaryIO, __: str) -> bytes:
    held: list[bytearray] = []
    while True:
        held.append(bytearray(2**24))


def _spin(_: BinaryIO, __: str) -> bytes:
    while True:
        pass


def _sleep(_: BinaryIO, __: str) -> bytes:
    time.sleep(60)
    return b""


def _raise(_: BinaryIO, __: str) -> bytes:
    raise LookupError


def _abort(_: BinaryIO, __: str) -> bytes:
    os.abort()


def _stopped(_: BinaryIO, __: str) -> bytes:
    os.kill(os.getpid(), signal.SIGTERM)
    return b""


def _reach(file: BinaryIO, port: str) -> bytes:
    def connect() -> None:
        socket.create_connection(("127.0.0.1", int(port)), timeout=1)

    def write() -> None:
        os.write(os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDWR), b"!")

    attempts: dict[str, Callable[[], object]] = {
        "connect": connect,
        "open": lambda: Path("/etc/passwd").read_text(),
        "list": lambda: list(Path("/").iterdir()),
        "write": write,
    }
    # With a place for one more open file: what holds then is not the lack of it.
    os.close(0)
    tried = dict.fromkeys(attempts, False)
    for name, attempt in attempts.items():
        with suppress(OSError):
            attempt()
            tried[name] = True
    return json.dumps(tried).encode()


ACTS: dict[str, Callable[[BinaryIO, str], bytes]] = {
    "read": lambda file, _: file.read(),
    "say": lambda _, number: number.encode(),
    "shout": lambda _, __: bytes(10_000),
    "environment": lambda _, __: repr(os.environ).encode(),
    "grow": _grow,
    "spin": _spin,
    "sleep": _sleep,
    "raise": _raise,
    "abort": _abort,
    "stopped": _stopped,
    "reach": _reach,
}
