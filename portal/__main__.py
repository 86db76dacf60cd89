"""The program: `python -m portal COMMAND`. Each command says what it does with --help."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from cyclopts import App

from portal.settings import Settings, SettingsRefused, load_settings
from portal.timezones import TimeZonesOutdated, pin_timezones

program = App(name="portal", help="Dossier: the case-file portal of a tribunal.")


@program.command
def run() -> None:
    """A whole demonstration tribunal on this machine; Ctrl-C stops all of it."""
    from portal.demonstration import run_demonstration

    run_demonstration(settings().model_copy(update={"demo": True}))


@program.command
def serve() -> None:
    """The portal alone, as settings say: for production, behind a proxy."""
    from portal.serving import serve_portal

    serve_portal(settings())


@program.command
def worker() -> None:
    """The jobs alone: scanning, telling, delivering. Start as many as are needed."""
    from portal.running import running_parts
    from portal.worker import working

    chosen = settings()
    os.nice(10)  # who waits for a page comes first

    async def work() -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        async with working(portal):
            await stopped.wait()
        await portal.database.close()

    with running_parts(chosen) as portal:
        asyncio.run(work())


@program.command
def migrate() -> None:
    """Bring the database to the present tables, and make the bucket if there is none."""
    from portal.migrations import migrate as bring_up
    from portal.running import object_store
    from storage.database import embedded_server

    chosen = settings()
    if chosen.database_url:
        bring_up(chosen.database_url)
    else:
        with embedded_server(chosen.state / "database") as url:
            bring_up(url)
    object_store(chosen).prepare()


@program.command
def verify(receipt: str = "", file: Path | None = None, /) -> None:
    """Recompute every case's chain of entries, and look for every document's bytes.

    With RECEIPT and FILE: say instead whether this file was received under this number, or is
    the receipt itself (0), or not (1).
    """
    from portal.proving import prove, prove_received

    if not receipt:
        sys.exit(asyncio.run(prove(settings())))
    if file is None or not file.is_file():
        print("Name a receipt's number and a file.", file=sys.stderr)
        sys.exit(2)
    sys.exit(asyncio.run(prove_received(settings(), receipt, file)))


@program.command
def reconcile(*, whole: bool = False) -> None:
    """Compare rows and stored files, and say what does not agree.

    Tonight's share is read and hashed; with --whole, everything.
    """
    from portal.proving import reconcile_once

    sys.exit(asyncio.run(reconcile_once(settings(), whole=whole)))


@program.command
def verify_record(file: Path, *, key: Path | None = None) -> None:
    """Check a certified record, without a network: every file, and every bit between them.

    Leaves with 0 if it is whole, 1 if not, 2 if it cannot be read. --key: the tribunal's public key.
    """
    from portal.records.verifying import report

    code, lines = report(file, key)
    print("\n".join(lines))
    sys.exit(code)


@program.command
def verify_proof(file: Path, *, key: Path | None = None) -> None:
    """Check a proof of service, without a network: its signature, and every entry it tells of.

    Leaves with 0 if it is confirmed, else 1. --key: the tribunal's public key.
    """
    from portal.proofs.verifying import report

    code, lines = report(file, key)
    print("\n".join(lines))
    sys.exit(code)


@program.command
def inspect(*files: Path) -> None:
    """Judge files as filed ones are judged; one JSON line each: name, verdict, reason.

    Antivirus (the clamd of DOSSIER_CLAMD, or one of our own while this runs, with the machine's
    signatures or else test ones), then whether the file is what its name says, then what is inside,
    in a confined child. Verdicts: clean, infected, refused, unscannable; without a scanner no file
    is clean. What experts want to know goes to stderr. Leaves with 0 if every file is clean, else 1.
    """
    from portal.inspecting import inspect_files

    clean = True
    for judged in inspect_files(settings(), files):
        print(json.dumps(judged, ensure_ascii=False), flush=True)
        clean = clean and judged["verdict"] == "clean"
    sys.exit(0 if clean else 1)


@program.command(name="settings")
def show_settings() -> None:
    """Every setting, as the table in the README."""
    from portal.settings_table import settings_table

    print(settings_table())


def settings() -> Settings:
    """What the environment says, or the end of the program with a sentence for each mistake."""
    from portal.logs import configure_logs

    chosen = load_settings()
    configure_logs(chosen.log_level)
    return chosen


@contextmanager
def plain_refusals() -> Generator[None]:
    """What stops us from starting is said in a sentence, not in a traceback."""
    from portal.running import AlreadyRunning
    from portal.serving import PortTaken
    from storage.database import DatabaseUnavailable

    try:
        yield
    except (
        SettingsRefused,
        TimeZonesOutdated,
        AlreadyRunning,
        PortTaken,
        DatabaseUnavailable,
    ) as refusal:
        sys.exit(str(refusal))


def leave(_number: int, _frame: object) -> None:
    """End the program by unwinding it."""
    sys.exit(0)


if __name__ == "__main__":
    # Told to stop, leave through every context manager, so that what we started stops too.
    signal.signal(signal.SIGTERM, leave)
    with plain_refusals(), suppress(KeyboardInterrupt):
        pin_timezones()
        program()
