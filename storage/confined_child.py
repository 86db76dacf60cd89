"""The other side of confinement: a keeper that forks, and the child that gives everything up."""

from __future__ import annotations

import codecs
import ctypes
import gc
import importlib
import io
import json
import math
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, NoReturn

import pikepdf

# By name: "module:function", a function (file, **arguments) -> bytes.
TASKS: Final = {
    "inspect": "storage.inspection.judge:inspect",
    "draw": "storage.drawing:draw",
    "bind": "storage.binding:bind",
}

OUT_OF_MEMORY, WENT_WRONG = 3, 4  # how a child leaves

# Linux's own numbers; those of Landlock are the same on every processor.
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
DIE_WITH_PARENT, NO_NEW_PRIVILEGES = 1, 38
LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446
LANDLOCK_VERSION = 1
# What a Landlock of version 1, 2 … can forbid: acts on files, on the network, to other processes.
FORBIDDEN = ((0x1FFF,), (0x3FFF,), (0x7FFF,), (0x7FFF, 3), (0xFFFF, 3), (0xFFFF, 3, 3))
# A child can open no file, so it can import nothing and find no codec that is not there already.
CODECS = [
    "ascii",
    "latin-1",
    "cp1252",
    "cp437",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
]


def keep(control: int) -> None:
    """Serve requests on this socket until it closes, one child at a time."""
    asking = socket.socket(fileno=control)
    needed = _preload()
    asking.sendall(json.dumps({"protections": _give_up()}).encode() + b"\n")
    while True:
        line, fds, _, _ = socket.recv_fds(asking, 2**16, 2)
        while line and not line.endswith(b"\n"):
            more = asking.recv(2**16)
            line = line + more if more else b""
        if not line:
            return
        file, answer = fds
        status = _run(asking, json.loads(line), file, answer, needed)
        asking.sendall(json.dumps(status).encode() + b"\n")


def _preload() -> set[int]:
    """Import and open whatever a child will need; returns what is open for that."""
    before = _open_files()
    for task in TASKS.values():
        _function(task)
    for codec in CODECS:
        codecs.lookup(codec)
    # qpdf opens the source of random numbers once, and needs it to read an encrypted file.
    pikepdf.new().save(io.BytesIO(), encryption=pikepdf.Encryption(owner="?", user=""))
    gc.freeze()  # a child that collects would copy every page we share with it
    return _open_files() - before


def _open_files() -> set[int]:
    found: set[int] = set()
    for fd in range(256):
        with suppress(OSError):
            os.fstat(fd)
            found.add(fd)
    return found


def _run(
    asking: socket.socket, request: Mapping[str, Any], file: int, answer: int, needed: set[int]
) -> object:
    """Fork a child for one request; kill it at its deadline, or when nobody waits any more."""
    life, held_by_child = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        _live(request, file, answer, {file, answer, held_by_child, *needed})
    with suppress(OSError):
        os.setpgid(child, child)  # whichever of the two comes first
    for fd in (file, answer, held_by_child):
        os.close(fd)
    ends = time.monotonic() + request["seconds"]
    ready, _, _ = select.select([life, asking], [], [], request["seconds"])
    late = not ready and time.monotonic() >= ends
    os.killpg(child, signal.SIGKILL)  # whom it forked too; how it left by itself, that stays
    os.close(life)
    _, status = os.waitpid(child, 0)
    return {"ended": "late"} if late else _ended(status)


def _ended(status: int) -> object:
    if os.WIFSIGNALED(status):
        return {"ended": "signal", "number": os.WTERMSIG(status)}
    match os.WEXITSTATUS(status):
        case 0:
            return {"ended": "done"}
        case code if code == OUT_OF_MEMORY:
            return {"ended": "memory"}
        case _:
            return {"ended": "error"}


def _live(request: Mapping[str, Any], file: int, answer: int, kept: set[int]) -> NoReturn:
    """Be the child: give up what is not needed, do the task, and leave without cleaning up."""
    code = WENT_WRONG
    try:
        task = _function(TASKS[request["task"]])
        _close_all_but(kept)
        _limit(request["memory"], request["seconds"], files=max(kept) + 1)
        with os.fdopen(file, "rb") as given:
            given.seek(0)
            said = task(given, **request["arguments"])
            with os.fdopen(answer, "wb") as pipe:
                pipe.write(said)
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def _close_all_but(kept: set[int]) -> None:
    """Put nothing in the place of every other open file, so that no place is free."""
    for fd in range(max(kept)):
        if fd not in kept:
            os.dup2(0, fd)
    os.closerange(max(kept) + 1, max(kept) + 64)


def _limit(memory: int, seconds: float, *, files: int) -> None:
    """What may be used; no file may be written, no program or process started, none opened."""
    _libc("prctl", DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    _libc("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    processor = math.ceil(seconds)
    limits = {
        resource.RLIMIT_CPU: (processor, processor + 1),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NPROC: (0, 0),
        resource.RLIMIT_NOFILE: (files, files),
        resource.RLIMIT_AS: (memory, memory),
    }
    for which, limit in limits.items():
        with suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(which, limit)


def _give_up() -> list[str]:
    """Leave the network and the file system where the kernel lets us; says which it did.

    A container may forbid either. What always holds is that a child has no room for another open
    file or socket.
    """
    _libc("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    given_up: list[str] = []
    if _libc("unshare", NEW_USER | NEW_NETWORK) == 0:
        given_up.append("network")
    version = _libc("syscall", LANDLOCK_CREATE, 0, 0, LANDLOCK_VERSION)
    if version >= 1:
        forbidden = FORBIDDEN[min(version, len(FORBIDDEN)) - 1]
        rules = (ctypes.c_uint64 * len(forbidden))(*forbidden)
        place, size = ctypes.addressof(rules), ctypes.sizeof(rules)
        ruleset = _libc("syscall", LANDLOCK_CREATE, place, size, 0)
        if ruleset >= 0 and _libc("syscall", LANDLOCK_RESTRICT, ruleset, 0) == 0:
            given_up.append("files")
    return given_up


def _libc(name: str, *arguments: int) -> int:
    """Call the C library; -1 where it fails or has no such function."""
    try:
        function = ctypes.CDLL(None)[name]
    except AttributeError:
        return -1
    return function(*(ctypes.c_long(one) for one in arguments))


def _function(task: str) -> Callable[..., bytes]:
    module, _, name = task.partition(":")
    return getattr(importlib.import_module(module), name)
