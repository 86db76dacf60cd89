"""Plant each wrong in a copy of the portal and see whether a test notices: `python -m bench.mutants`."""

import math
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import ROOT, record
from tests.mutants.planted import MUTANTS, Mutant

COMMAND = "python -m bench.mutants"
PLANTED, SHARE = 40, 0.95
AT_ONCE = 2
COPIED = ("portal", "storage", "notices", "templates", "tests", "bench", "pyproject.toml")
# The quickest first: the first test that notices is enough.
KILLERS = (
    "tests/portal/test_row_level_lending.py",
    "tests/portal/delegations/test_authority.py",
    "tests/portal/delegations/test_guards.py",
    "tests/portal/delegations/test_constraints.py",
    "tests/portal/delegations/test_answering.py",
    "tests/portal/delegations/test_ending.py",
    "tests/portal/acting/test_choosing.py",
    "tests/portal/delegations/test_changing.py",
    "tests/portal/test_row_level_security.py",
    "tests/portal/approvals/test_listing.py",
)


def noticed(mutant: Mutant | None, *, sound: Path) -> tuple[str, float]:
    """The test that failed in a copy that has this wrong (None: none), and how long that took.

    A copy that does not run at all proves nothing, and counts as a survivor.
    """
    began = time.monotonic()
    with TemporaryDirectory(prefix="mutant-", dir=sound.parent) as folder:
        copy = Path(folder)
        shutil.copytree(sound, copy, dirs_exist_ok=True)
        if mutant:
            file = copy / mutant.file
            file.write_text(mutant.planted(file.read_text()))
        pytest = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*pytest, f"--basetemp={copy / 'files'}", *KILLERS],
            cwd=copy,
            env=os.environ | {"MUTANT": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    if bool(failed) != (done.returncode != 0):
        print(
            f"DOES NOT RUN: {mutant and mutant.breaks}\n{done.stdout[-2000:]}{done.stderr[-500:]}"
        )
    return failed[0].split(" - ")[0] if failed else "", time.monotonic() - began


def copied(place: Path) -> Path:
    """What is tested, as it is now: nobody's later change gets between the runs."""
    sound = place / "sound"
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, sound / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, sound / name)
    return sound


def main() -> int:
    """Plant all of them, or those whose number is named; print; keep the figures."""
    wanted = [int(each) for each in sys.argv[1:]] or range(len(MUTANTS))
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    place = memory if memory.is_dir() else None
    with TemporaryDirectory(prefix="dossier-", dir=place) as folder:
        sound = copied(Path(folder))
        failed, took = noticed(None, sound=sound)
        print(f"nothing planted: {failed or 'all pass'} ({took:.0f} s)", flush=True)
        if failed:
            return 1
        killed = 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            planted = (MUTANTS[number] for number in wanted)
            results = pool.map(partial(noticed, sound=sound), planted)
            for number, (failed, took) in zip(wanted, results, strict=True):
                killed += bool(failed)
                mark = "killed  " if failed else "SURVIVED"
                print(
                    f"{number:3} {mark} {took:4.0f} s  {MUTANTS[number].breaks}  {failed}",
                    flush=True,
                )
    print(f"{killed} of {len(wanted)} killed")
    if len(wanted) < len(MUTANTS):
        return 0
    least = math.ceil(SHARE * len(MUTANTS))
    record("mutants_planted", len(MUTANTS), limit=PLANTED, at_least=True, command=COMMAND)
    record("mutants_killed", killed, limit=least, at_least=True, command=COMMAND)
    return int(killed < least)


if __name__ == "__main__":
    sys.exit(main())
