"""copyparty, a file server that people like (PyPI), beside us: the same files through both."""

import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from bench.house import free_port, running
from bench.wire import Wire


@contextmanager
def copyparty() -> Generator[int]:
    """Its port, while it serves a folder that is removed; stopped by its own pid."""
    with tempfile.TemporaryDirectory(prefix="dossier-neighbour-") as folder:
        port, volume = free_port(), Path(folder) / "volume"
        volume.mkdir()
        command = [sys.executable, "-m", "copyparty", "-q", "-i", "127.0.0.1", "-p", str(port)]
        command += ["-v", f"{volume}::A"]
        ours = {"XDG_CONFIG_HOME": folder}
        with running(command, port, ours, output=subprocess.DEVNULL):
            yield port


async def put(wire: Wire, file: bytes) -> None:
    """One file, by its own `PUT`; raises RuntimeError if it was not kept."""
    status, _ = await wire.ask("PUT", f"/{uuid4()}.pdf", body=file)
    if status != 201:
        raise RuntimeError(f"copyparty answered {status}")
