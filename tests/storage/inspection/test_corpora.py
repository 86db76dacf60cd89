"""Real odd files get what the manifests say; real ordinary ones are clean."""

import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from bench import figures
from storage.scanner import Clamd, Verdict
from storage.sniffing import KINDS, extension
from storage.verdicts import verdict_of
from tests.storage.inspection.attacks import REFUSED

HERE = Path(__file__).parent
CORPORA = HERE / "corpora"
FETCHED = HERE.parents[2] / "build" / "clean"
COMMAND = "pytest tests/storage/inspection"


def verdict(name: str, data: bytes, scanner: Clamd) -> Verdict:
    """The whole verdict, as a filed document gets it."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return verdict_of(name, file, scanner)


def listed(file: str, *, folders: bool) -> dict[str, tuple[str, str]]:
    """Path → what it must get."""
    read = tomllib.loads((HERE / file).read_text())
    return {
        f"{folder}/{name}".lstrip("/"): (outcome, reason)
        for folder, rows in (read if folders else {"": read}).items()
        for name, (outcome, reason, _why) in rows.items()
    }


def real_files() -> Iterator[tuple[str, bytes]]:
    """Every file of a type that is taken, out of the packages that the lock names."""
    packages = sorted(FETCHED.glob("*.tar.gz"))
    assert len(packages) == (HERE / "clean.lock").read_text().count("=="), "run .ci/install tests"
    for package in packages:
        with tarfile.open(package) as archive:
            for member in archive:
                if extension(member.name) in set(KINDS) - {"txt"} and member.isfile():
                    content = archive.extractfile(member)
                    assert content is not None
                    yield member.name, content.read()


def test_every_file_of_the_corpora_gets_its_verdict(clamd_socket: Path) -> None:
    """pdf.js's and Tika's odd files: nothing hostile passes, nothing harmless is stopped."""
    scanner = Clamd(clamd_socket)
    expected = listed("manifest.toml", folders=True)
    paths = {str(path.relative_to(CORPORA)): path for path in CORPORA.glob("*/*")}
    assert set(expected) == set(paths)

    wrong: dict[str, tuple[str, str]] = {}
    for name, path in paths.items():
        found = verdict(path.name, path.read_bytes(), scanner)
        if (found.outcome, found.reason or "clean") != expected[name]:
            wrong[name] = (found.outcome, found.reason)
    for name, (data, _) in REFUSED.items():
        if (found := verdict(name, data, scanner)).outcome == "clean":
            wrong[name] = (found.outcome, found.reason)

    figures.record(
        "inspection_files", len(paths) + len(REFUSED), limit=200, command=COMMAND, at_least=True
    )
    figures.record("inspection_wrong", len(wrong), limit=0, command=COMMAND)
    assert wrong == {}


def test_real_ordinary_files_are_clean(clamd_socket: Path) -> None:
    """At most one in 200 is refused by mistake; what is to be refused is, for its reason."""
    scanner = Clamd(clamd_socket)
    odd = listed("clean.toml", folders=False)
    seen = clean = 0
    refused: dict[str, tuple[str, str]] = {}
    wrong: dict[str, tuple[str, str]] = {}
    for name, data in real_files():
        found = verdict(Path(name).name, data, scanner)
        got = (found.outcome, found.reason)
        if name in odd:
            seen += 1
            if got != odd[name]:
                wrong[name] = got
            continue
        clean += 1
        if found.outcome != "clean":
            refused[name] = got

    share = 100 * len(refused) / clean
    figures.record("clean_files", clean, limit=300, command=COMMAND, at_least=True)
    figures.record("clean_refused", share, limit=0.5, command=COMMAND)
    assert wrong == {}
    assert seen == len(odd)
    assert (clean >= 300, share <= 0.5) == (True, True), (clean, refused)
