"""Real servers for the tests: a private clamd and an S3 server, each stopped by its own pid."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.objects import StoreUnavailable, new_key, put
from storage.private_clamd import private_clamd
from storage.s3 import S3Store


@dataclass(frozen=True, slots=True)
class Seaweed:
    """An S3 server that runs, and how to use it."""

    port: int
    access_key: str
    secret_key: str
    bucket: str

    @property
    def endpoint(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def store(self, *, port: int = 0, patience: float = 20) -> S3Store:
        """Return the store in its bucket, over another port if one is given."""
        return S3Store(
            self.bucket,
            access_key=self.access_key,
            secret_key=self.secret_key,
            endpoint=f"http://127.0.0.1:{port}" if port else self.endpoint,
            patience=patience,
        )


@pytest.fixture(scope="session")
def clamd_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a real clamd with the test signatures."""
    folder = tmp_path_factory.mktemp("clamd")
    with private_clamd(folder, official=folder / "none") as socket_path:
        yield socket_path


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """A real S3 server with an empty bucket."""
    with run_seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@contextmanager
def run_seaweed(folder: Path) -> Generator[Seaweed]:
    """Start SeaweedFS in this folder, wait until it takes a byte, and stop it at the end."""
    access, secret = secrets.token_hex(10), secrets.token_hex(20)
    # Left alone, every role also takes its port + 10000, and the admin role a fixed one.
    roles = ("s3", "master", "volume", "filer", "admin")
    flags = [f"{role}.port{kind}" for role in roles for kind in ("", ".grpc")]
    ports = dict(zip(flags, free_ports(len(flags)), strict=True))
    weed_binary = str(Path(sys.executable).with_name("weed"))
    command = [weed_binary, "-logtostderr", "mini", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += [f"-dir={folder}", *(f"-{flag}={port}" for flag, port in ports.items())]
    command += ["-webdav=false", "-admin.ui=false", "-master.telemetry=false"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    environment = os.environ | {
        "AWS_ACCESS_KEY_ID": access,
        "AWS_SECRET_ACCESS_KEY": secret,
        "GOMEMLIMIT": "300MiB",
    }
    with (folder / "weed.log").open("wb") as log:
        weed = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    running = Seaweed(ports["s3.port"], access, secret, "documents")
    try:
        _wait(weed, running)
        yield running
    finally:
        weed.terminate()
        weed.wait(20)
        for port in ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108
                left.unlink(missing_ok=True)


def _wait(weed: subprocess.Popen[bytes], running: Seaweed) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            # The port answers before bytes can be stored: try both.
            socket.create_connection(("127.0.0.1", running.port), timeout=1).close()
            return put(running.store(), new_key(), b"?")
        except (OSError, StoreUnavailable) as error:
            if weed.poll() is not None or time.monotonic() > ends:
                raise RuntimeError("SeaweedFS did not start; see weed.log") from error
            time.sleep(0.05)


def free_ports(count: int) -> list[int]:
    """Return ports on which nobody listens now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
