"""Judging files on the command line, by the very checks that a filed document gets."""

import os
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from portal.settings import Settings
from storage.inspection import ChildUnavailable
from storage.private_clamd import ClamdMissing, private_clamd
from storage.scanner import Clamd, Scanner, ScannerUnavailable
from storage.verdicts import verdict_of


def inspect_files(settings: Settings, files: Sequence[Path]) -> Iterator[dict[str, str]]:
    """Each file's name, verdict and reason, in the order of the files."""
    with (
        _scanner(settings) as scanner,
        ThreadPoolExecutor(max(1, min(len(files), os.cpu_count() or 1))) as several,
    ):
        yield from several.map(partial(_judged, scanner), files)


def _judged(scanner: Scanner | None, path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            verdict = verdict_of(path.name, file, scanner)
    except (OSError, ChildUnavailable) as error:
        _say(f"{path.name}: {error}")
        return {"name": path.name, "verdict": "unscannable", "reason": "unreadable"}
    if verdict.signature:
        _say(f"{path.name}: {verdict.signature}")
    reason = verdict.reason or verdict.outcome
    return {"name": path.name, "verdict": verdict.outcome, "reason": reason}


@contextmanager
def _scanner(settings: Settings) -> Generator[Scanner | None]:
    """The scanner that settings name, or one of our own as long as this lasts, or none."""
    if settings.clamd_address is not None:
        yield Clamd(settings.clamd_address)
        return
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dossier-inspect-"))
        scanner: Scanner | None = None
        try:
            scanner = Clamd(stack.enter_context(private_clamd(Path(folder))))
            if scanner.signatures().test_only:
                _say("Only test signatures are loaded: no real virus is recognised.")
        except (ClamdMissing, ScannerUnavailable) as error:
            _say(f"No virus scanner ({error}): nothing can be called clean.")
        yield scanner


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
