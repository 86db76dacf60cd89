"""The certified record: made by an officer alone, whole to the last bit or found not to be."""

import asyncio
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.models import Entry
from portal.records.certifying import sealed
from portal.records.signing import fingerprint, public_pem, record_key
from portal.records.verifying import NotARecord, report, verify_record
from portal.settings import Settings
from storage.zipping import held
from tests.cast import CLAIRE, NOOR, RENEE
from tests.conftest import Browser
from tests.portal.documents.conftest import acts
from tests.portal.records.shelf import pages, shelve
from tests.portal.records.test_bundling import said
from tests.sources import ROOT

RECORD = f"/cases/{NOOR}/certified-record"
AT = datetime(2026, 11, 21, 20, 5, 6)  # noqa: DTZ001 - as a ZIP has it, without a zone
KEY = Ed25519PrivateKey.generate()
PUBLIC = public_pem(KEY.public_key())


def small_record() -> bytes:
    """A signed record with a few bytes in it."""
    files = [
        held("record-key.pem", PUBLIC, at=AT),
        held("documents/é.txt", b"what was said", at=AT),
        held("documents/empty", b"", at=AT),
    ]
    archive, _ = sealed({"case": "TC6-01482"}, files, {}, key=KEY, at=AT)
    return b"".join(archive.pieces())


SMALL = small_record()


def judged(data: bytes, key: bytes | None = PUBLIC) -> dict[str, str] | str:
    """What is found of each file, or of the whole."""
    try:
        return verify_record(io.BytesIO(data), key).found
    except NotARecord:
        return "no record"


def whole(found: dict[str, str] | str) -> bool:
    """Whether nothing was found."""
    return not isinstance(found, str) and set(found.values()) == {"OK"}


async def test_an_officer_makes_a_record_that_verifies_alone(
    browser: Browser, tmp_path: Path
) -> None:
    """Documents, bundle, index, certificate in two languages, manifest, signature; and an entry."""
    await shelve(browser.portal, ("a.pdf", pages("evidence")), title="Affidavit")
    await shelve(browser.portal, ("b.mp3", b"sound"), media_type="audio/mpeg", days=1)
    await shelve(browser.portal, ("c.pdf", pages("x")), state="infected", days=2)
    await browser.sign_in(RENEE, language="en")

    answer = await browser.post(RECORD)
    pem = (await browser.get("/record-key.pem")).content
    record, key = tmp_path / "record.zip", tmp_path / "key.pem"
    record.write_bytes(answer.content)
    key.write_bytes(pem)
    command = [sys.executable, "-m", "portal", "verify-record", str(record), "--key", str(key)]
    # Whoever checks has neither our settings nor our state.
    bare = {"PATH": os.defpath, "HOME": str(tmp_path)}
    ran = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False
    )

    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Whole" in ran.stdout
    with zipfile.ZipFile(record) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        certificate = " ".join(said(archive.read("certificate.pdf")))
        assert "evidence" in said(archive.read("bundle.pdf"))[1]
    assert names[:4] == ["manifest.json", "manifest.sig", "certificate.pdf", "bundle.pdf"]
    assert [name[:20] for name in names if "b.mp3" in name] == ["documents/2026-10-06"]
    assert manifest["certified"]["by"] == RENEE.name
    assert manifest["case"]["file_numbers"] == ["TC6-01482", "TC6-01483"]
    assert (manifest["left_out"], manifest["tribunal"]["fr"]) == (1, "Tribunal de démonstration")
    assert "certifies that the files" in certificate
    assert RENEE.name in certificate
    (entry,) = await acts(browser.portal.database, "case.certified")
    assert entry["documents"] == 2
    assert (
        "made a certified record of the case" in (await browser.get(f"/cases/{NOOR}/history")).text
    )


async def test_the_head_of_the_chain_is_in_it(browser: Browser) -> None:
    """Who has the record can show later that the history was not written anew."""
    await browser.sign_in(RENEE)
    await browser.get(f"/cases/{NOOR}/copy")
    async with browser.portal.database.system_transaction() as session:
        newest = sa.select(Entry.number, Entry.hash).order_by(Entry.number.desc()).limit(1)
        last = (await session.execute(newest)).one()

    answer = await browser.post(RECORD)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))

    assert manifest["history"] == {"entries": last.number, "sha256": last.hash.hex()}


async def test_nobody_but_the_registry_certifies(browser: Browser) -> None:
    """To counsel there is nothing there, and nothing is written."""
    await shelve(browser.portal, ("a.pdf", pages("x")))
    await browser.sign_in(CLAIRE)

    answer = await browser.post(RECORD)

    assert answer.status_code == 404
    assert await acts(browser.portal.database, "case.certified") == []


async def test_the_key_is_shown_to_everybody(browser: Browser) -> None:
    """Its fingerprint, the key, and how to use it; the private half nowhere."""
    page = await browser.get("/record-key")
    key = record_key(browser.portal.settings)

    assert fingerprint(key.public_key()) in page.text
    assert "verify-record" in page.text
    assert "PRIVATE" not in page.text
    kept = browser.portal.settings.state / "record-key.pem"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_key_that_settings_give_is_the_one_that_signs(tmp_path: Path) -> None:
    """Then none is made."""
    pem = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True
    ).stdout
    settings = Settings(state=tmp_path, record_key=pem.decode())  # pyright: ignore[reportArgumentType]

    assert record_key(settings).public_key() == record_key(settings).public_key()
    assert list(tmp_path.iterdir()) == []
    assert "PRIVATE" not in repr(settings)


def test_a_small_record_is_whole() -> None:
    """With the tribunal's key, or the one it brings."""
    assert whole(judged(SMALL))
    assert whole(judged(SMALL, None))
    assert verify_record(io.BytesIO(SMALL)).own_key


def test_every_flipped_bit_is_found() -> None:
    """In a file, in the manifest, in its signature, and in the archive around them."""
    unseen: list[tuple[int, int]] = []
    for at in range(len(SMALL)):
        for bit in range(8):
            flipped = bytearray(SMALL)
            flipped[at] ^= 1 << bit
            if whole(judged(bytes(flipped))):
                unseen.append((at, bit))

    assert unseen == []


def test_what_is_wrong_is_said_of_each_file(tmp_path: Path) -> None:
    """Changed, missing, not in the manifest; the others are still OK."""
    with zipfile.ZipFile(io.BytesIO(SMALL)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    del files["documents/empty"]
    files["documents/é.txt"] = b"what was never said"
    files["documents/more"] = b"slipped in"
    path = tmp_path / "changed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)

    code, lines = report(path)

    assert code == 1
    assert "changed  documents/é.txt" in lines
    assert "missing  documents/empty" in lines
    assert "OK       record-key.pem" in lines
    assert "not in the manifest documents/more" in lines
    assert lines[-1] == "NOT WHOLE."


def test_a_forged_record_fits_only_its_forgers_key() -> None:
    """Signed anew with another key it is whole by itself, and not by the tribunal's."""
    forger = Ed25519PrivateKey.generate()
    files = [held("record-key.pem", public_pem(forger.public_key()), at=AT)]
    archive, _ = sealed({}, files, {}, key=forger, at=AT)
    data = b"".join(archive.pieces())

    found = judged(data)

    assert whole(judged(data, None))
    assert isinstance(found, dict)
    assert found["manifest.sig"] == "changed"


@pytest.mark.parametrize("cut", [0, 10, len(SMALL) // 2, len(SMALL) - 1])
def test_what_broke_off_is_no_record(cut: int) -> None:
    """However far it came."""
    assert judged(SMALL[:cut]) == "no record"


def test_what_is_added_is_found() -> None:
    """Behind the end, or before the beginning."""
    assert not whole(judged(SMALL + b"\0"))
    assert not whole(judged(b"\0" + SMALL))


def test_other_programs_can_check_it_too(tmp_path: Path) -> None:
    """The signature verifies with openssl alone, as the certificate says."""
    with zipfile.ZipFile(io.BytesIO(SMALL)) as archive:
        archive.extractall(tmp_path)
    command = "openssl pkeyutl -verify -pubin -inkey record-key.pem -rawin -in manifest.json"
    arguments: Any = [*command.split(), "-sigfile", "manifest.sig"]

    assert subprocess.run(arguments, cwd=tmp_path, check=False, capture_output=True).returncode == 0


def test_what_is_no_record_is_told_so(tmp_path: Path) -> None:
    """Another ZIP, another file, no file: 2, in a sentence."""
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a", "b")
    (tmp_path / "text.zip").write_text("hello")

    for name in ("other.zip", "text.zip", "none.zip"):
        code, lines = report(tmp_path / name)
        assert (code, len(lines)) == (2, 1), name
