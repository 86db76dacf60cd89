"""The store in a folder: durable, private, and calm when the disk is full."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.directory import DirectoryStore
from storage.objects import StoreUnavailable, new_key, put

FULL_DISK = """
import resource, sys
from pathlib import Path
from storage.directory import DirectoryStore
from storage.objects import StoreUnavailable, new_key, put

store, key = DirectoryStore(Path(sys.argv[1])), new_key()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    put(store, key, bytes(200_000))
except StoreUnavailable:
    put(store, new_key(), bytes(50_000))
    print("refused, and goes on", *(one.key for one in store.inventory()))
"""


def test_a_full_disk_is_an_error_that_passes(tmp_path: Path) -> None:
    """When no more bytes fit, the write fails plainly, leaves nothing, and the next one works."""
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    kept = [f"{path.parent.name}/{path.name}" for path in (tmp_path / "objects").glob("*/*")]
    assert ran.stdout.split() == ["refused,", "and", "goes", "on", *kept]
    assert len(kept) == 1
    assert list((tmp_path / "incoming").iterdir()) == []


def test_bytes_are_durable_before_they_have_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut must not leave a name without its bytes: sync the file, link it, sync the folder."""
    done: list[str] = []
    fsync, link = os.fsync, os.link

    def watched_fsync(file: int) -> None:
        done.append("sync folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "sync file")
        fsync(file)

    def watched_link(source: Path, target: Path) -> None:
        done.append("link")
        link(source, target)

    store = DirectoryStore(tmp_path)
    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "link", watched_link)
    put(store, new_key(), b"testimony")

    assert done == ["sync file", "link", "sync folder"]


def test_only_the_portal_may_look(tmp_path: Path) -> None:
    """Other accounts of the machine cannot enter the folders that hold files."""
    DirectoryStore(tmp_path / "state" / "store")

    for folder in ("", "objects", "incoming", "objects/00"):
        assert stat.S_IMODE((tmp_path / "state" / "store" / folder).stat().st_mode) == 0o700


def test_a_lost_disk_is_noticed(tmp_path: Path) -> None:
    """When the folder goes away the check fails, and so does every act, as the store's fault."""
    store, key = DirectoryStore(tmp_path / "store"), new_key()
    put(store, key, b"testimony")
    open_writer = store.writer(new_key())
    open_writer.write(b"more")
    shutil.rmtree(tmp_path / "store")

    with pytest.raises(StoreUnavailable):
        store.check()
    with pytest.raises(StoreUnavailable):
        store.writer(new_key())
    with pytest.raises(StoreUnavailable):
        open_writer.commit()
    open_writer.abort()


def test_a_folder_that_cannot_be_is_an_error_at_the_start(tmp_path: Path) -> None:
    """A store whose place is a file says so when it is made, not at the first upload."""
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(StoreUnavailable):
        DirectoryStore(tmp_path / "taken")


def test_a_restart_finds_everything(tmp_path: Path) -> None:
    """Making the store again over the same folder changes nothing in it."""
    key = new_key()
    put(DirectoryStore(tmp_path), key, b"testimony")

    assert b"".join(DirectoryStore(tmp_path).read(key)) == b"testimony"
