"""A clamd of our own: limits above the portal's, and test signatures where there are no others."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.scanner import Clamd, ScannerUnavailable

OFFICIAL: Final = Path("/var/lib/clamav")
START_WITHIN: Final = 120.0  # the official signatures take up to a minute on a slow machine

# EICAR's test file anywhere in a file, and the harmless clam.exe of Debian's clamav-testfiles.
TEST_SIGNATURES: Final = {
    "dossier.ndb": "Dossier.Test.EICAR:0:*:"
    "58354f2150254041505b345c505a58353428505e2937434329377d24454943415"
    "22d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a\n",
    "dossier.hdb": "aa15bcf478d165efd2065190eb473bcb:544:Dossier.Test.ClamExe\n",
}

# The portal takes 250 MB a file; whatever clamd does not scan, it must say. MaxFileSize is above
# MaxScanSize because clamd passes a ZIP member over MaxFileSize without a word.
CONFIGURATION: Final = """
Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {signatures}
TemporaryDirectory {folder}/tmp
StreamMaxLength 300M
MaxFileSize 2000M
MaxScanSize 1000M
MaxScanTime 300000
MaxFiles 50000
MaxEmbeddedPE 300M
MaxHTMLNormalize 300M
MaxHTMLNoTags 300M
MaxScriptNormalize 300M
PCREMaxFileSize 300M
MaxThreads 4
ConcurrentDatabaseReload no
AlertExceedsMax yes
AlertEncrypted yes
AlertEncryptedArchive yes
AlertEncryptedDoc yes
AlertOLE2Macros yes
AlertBrokenExecutables yes
AlertBrokenMedia yes
AlertPhishingSSLMismatch yes
AlertPhishingCloak yes
AlertPartitionIntersection yes
"""


class ClamdMissing(Exception):
    """There is no clamd on this machine; files are received and held."""


@contextmanager
def private_clamd(
    folder: Path, *, clamd: str = "clamd", official: Path = OFFICIAL
) -> Generator[Path]:
    """Run a clamd that logs to folder/clamd.log, and yield its socket once it answers.

    It loads the official signatures where freshclam keeps them, or else our test signatures.
    Call it from a thread that lives as long as clamd shall: when that thread dies, so does clamd.
    """
    binary = shutil.which(clamd) or shutil.which(clamd, path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        raise ClamdMissing(clamd)
    folder.mkdir(parents=True, exist_ok=True)
    # Short, because a socket's path has at most 107 bytes; in /tmp, because Debian's AppArmor
    # profile lets clamd write nowhere else.
    with tempfile.TemporaryDirectory(prefix="dossier-clamd-", dir="/tmp") as place:
        configuration = _prepare(Path(place), official)
        with (folder / "clamd.log").open("wb") as log:
            process = subprocess.Popen(
                [*_politely(), binary, "-c", str(configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "TZ": "UTC"},  # VERSION's date is in its local time
            )
        try:
            yield _answering(process, Path(place) / "clamd.sock")
        finally:
            _stop(process)


def _prepare(place: Path, signatures: Path) -> Path:
    (place / "tmp").mkdir()
    if not all(any(signatures.glob(f"{name}.c[lv]d")) for name in ("main", "daily")):
        signatures = place / "signatures"
        signatures.mkdir()
        for name, line in TEST_SIGNATURES.items():
            (signatures / name).write_text(line)
    configuration = place / "clamd.conf"
    configuration.write_text(CONFIGURATION.format(folder=place, signatures=signatures))
    return configuration


def _politely() -> list[str]:
    """Return the commands that let people come first, and end clamd with the one who needs it."""
    bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []  # Linux only
    return [*bound, "nice", "-n", "5"]


def _answering(process: subprocess.Popen[bytes], socket: Path) -> Path:
    ends = time.monotonic() + START_WITHIN
    while process.poll() is None and time.monotonic() < ends:
        try:
            Clamd(socket, deadline=5).signatures()
        except ScannerUnavailable:
            time.sleep(0.02)
        else:
            return socket
    raise ScannerUnavailable("clamd did not start; clamd.log says why")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
