"""Proof of service: what it states, whom it tells it, and that no changed bit of it goes unseen."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa
from httpx2 import Response

from notices.model import Notice, Service
from portal.audit import Actor, record
from portal.models import Account
from portal.proofs.stating import written
from portal.proofs.verifying import NotAProof, report, verify_proof
from portal.records.signing import public_pem, record_key
from portal.settings import Settings
from tests.cast import CLAIRE, DINA, FARIDA, JONAS, LOUIS, MARC, NOOR, RENEE, Character
from tests.conftest import Browser
from tests.portal.registry.issued import issue_one, kept

Change = Callable[[dict[str, Any]], None]


async def served(browser: Browser) -> Notice:
    """Issued, opened and acknowledged by Claire, opened by Marc, with other acts between."""
    notice = await issue_one(browser)
    async with browser.portal.database.system_transaction() as session:
        for _ in range(2):
            await record(session, NOOR, "case.opened", by=Actor(None, "test"), title="x")
    copy = await copy_of(browser, CLAIRE)
    await browser.sign_in(CLAIRE)
    page = await browser.get(f"/notices/{copy}")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf is not None
    await browser.post(f"/notices/{copy}/acknowledgement", data={"csrf": csrf[1]})
    await browser.sign_in(MARC)
    await browser.get(f"/notices/{await copy_of(browser, MARC)}")
    return notice


async def copy_of(browser: Browser, person: Character) -> UUID:
    """The id of this person's copy."""
    (copy,) = await kept(
        browser.portal, sa.select(Service.id).where(Service.person_id == person.id)
    )
    return copy


async def proof(browser: Browser, notice: Notice, person: Character = RENEE) -> bytes:
    """The signed data as the registry, or somebody who was served, is given it."""
    await browser.sign_in(person)
    base = f"/registry/notices/{notice.id}"
    if person is not RENEE:
        base = f"/notices/{await copy_of(browser, person)}"
    answer: Response = await browser.get(f"{base}/proof.json")
    assert answer.status_code == 200
    return answer.content


def own_key(settings: Settings) -> bytes:
    """The tribunal's public key."""
    return public_pem(record_key(settings).public_key())


def steps(stated: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """One person's steps by their codes."""
    service = next(one for one in stated["services"] if one["name"] == name)
    return {one["step"]: one for one in service["steps"]}


async def test_a_proof_says_what_happened_and_holds(browser: Browser, settings: Settings) -> None:
    """Every step with its offset, hashes, the chain with a gap that only hashes fill; confirmed."""
    notice = await served(browser)

    found = verify_proof(await proof(browser, notice), own_key(settings))

    stated = found.stated
    claire = steps(stated, CLAIRE.name)
    assert found.whole
    assert stated["notice"]["pdf"]["sha256"] == notice.pdf_sha256
    assert stated["zone"] == "America/Toronto"
    assert claire["opened"]["at"].endswith(("-05:00", "-04:00"))
    assert claire["acknowledged"]["name"] == CLAIRE.name
    assert "at" not in steps(stated, DINA.name)["opened"]
    told = [one["text"].split("\n")[4] for one in stated["entries"] if "text" in one]
    assert told == ["notice.issued", "notice.opened", "notice.acknowledged", "notice.opened"]
    assert any(one.keys() == {"number", "hash"} for one in stated["entries"][1:])


async def test_addresses_are_masked(browser: Browser) -> None:
    """Nobody's address stands in it, only its first letter and its domain."""
    notice = await served(browser)
    async with browser.portal.database.system_transaction() as session:
        addresses = (await session.scalars(sa.select(Account.email))).all()

    data = (await proof(browser, notice)).decode()

    assert "c…@example.org" in data
    assert [one for one in addresses if one in data] == []


async def test_a_side_proves_its_own_services_only(browser: Browser, settings: Settings) -> None:
    """Claire's proof names Farida's copy and not the Minister's; his names nobody of hers."""
    notice = await served(browser)

    hers = verify_proof(await proof(browser, notice, CLAIRE), own_key(settings))
    his = verify_proof(await proof(browser, notice, MARC), own_key(settings))

    names = {one["name"] for one in hers.stated["services"]}
    assert FARIDA.name in names
    assert MARC.name not in names
    assert [one["name"] for one in his.stated["services"]] == [MARC.name]
    assert hers.whole
    assert his.whole


async def test_who_may_not_read_proves_nothing(browser: Browser) -> None:
    """Jonas, who only sees the case, is told so; Louis and Claire find no page of the registry's."""
    notice = await served(browser)
    copy = await copy_of(browser, CLAIRE)

    for person, path, status in (
        (JONAS, f"/notices/{copy}/proof.json", 403),
        (LOUIS, f"/notices/{copy}/proof.json", 404),
        (MARC, f"/notices/{copy}/proof.pdf", 404),
        (CLAIRE, f"/registry/notices/{notice.id}/proof.json", 404),
    ):
        await browser.sign_in(person)
        assert (await browser.get(path)).status_code == status, person.name


async def test_any_changed_bit_is_found(browser: Browser, settings: Settings) -> None:
    """Every byte of the file, one bit of each in turn: with the tribunal's key none is confirmed."""
    notice = await served(browser)
    data, key = await proof(browser, notice, MARC), own_key(settings)
    assert verify_proof(data, key).whole

    unseen = [place for place in range(len(data)) if confirmed(flipped(data, place), key)]

    assert unseen == []


def flipped(data: bytes, place: int) -> bytes:
    """The same with one bit changed."""
    return data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]


def confirmed(data: bytes, key: bytes | None = None) -> bool:
    """Whether the verifier is satisfied."""
    try:
        return verify_proof(data, key).whole
    except NotAProof:
        return False


def _without_one(stated: dict[str, Any]) -> None:
    del stated["entries"][2]


def _swapped(stated: dict[str, Any]) -> None:
    entries = stated["entries"]
    entries[0], entries[1] = entries[1], entries[0]


def _renumbered(stated: dict[str, Any]) -> None:
    told = [one for one in stated["entries"] if "text" in one]
    told[0]["text"], told[1]["text"] = told[1]["text"], told[0]["text"]
    told[0]["hash"], told[1]["hash"] = told[1]["hash"], told[0]["hash"]


def _other_time(stated: dict[str, Any]) -> None:
    told = next(one for one in stated["entries"] if "text" in one)
    told["text"] = told["text"].replace("notice.issued", "notice.opened")


def _other_hash(stated: dict[str, Any]) -> None:
    told = [number for number, one in enumerate(stated["entries"]) if "text" in one]
    stated["entries"][told[-1] - 1]["hash"] = "0" * 64


def _other_case(stated: dict[str, Any]) -> None:
    stated["case"]["id"] = str(NOOR)[::-1]


def _no_entry(stated: dict[str, Any]) -> None:
    stated["entries"] = []


@pytest.mark.parametrize(
    "change",
    [_without_one, _swapped, _renumbered, _other_time, _other_hash, _other_case, _no_entry],
    ids=lambda change: change.__name__.strip("_"),
)
async def test_the_chain_is_checked_even_where_the_signature_fits(
    browser: Browser, settings: Settings, change: Change
) -> None:
    """Signed anew by the same key, entries that are gone, swapped or rewritten are found all the same."""
    notice = await served(browser)
    stated = json.loads(await proof(browser, notice))
    del stated["signature"]

    change(stated)

    key = record_key(settings)
    resigned = written(stated | {"signature": key.sign(written(stated)).hex()})
    assert not confirmed(resigned, own_key(settings))


async def test_a_forger_brings_a_key_that_fits(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    """Signed by somebody else it holds with its own key, which is said, and not with the tribunal's."""
    notice = await served(browser)
    forger = record_key(settings.model_copy(update={"state": tmp_path / "forger"}))
    stated = json.loads(await proof(browser, notice))
    del stated["signature"]
    stated["key"]["pem"] = public_pem(forger.public_key()).decode()
    file, key = tmp_path / "proof.json", tmp_path / "key.pem"
    file.write_bytes(written(stated | {"signature": forger.sign(written(stated)).hex()}))
    key.write_bytes(own_key(settings))

    code, lines = report(file)
    checked, _ = report(file, key)

    assert code == 0
    assert "The proof brought this key itself. Compare it with the tribunal's own," in lines
    assert checked == 1


async def test_the_program_says_in_words_what_it_found(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    """Confirmed: each person with each step; changed: what is; no proof at all: that."""
    notice = await served(browser)
    file = tmp_path / "proof.json"
    file.write_bytes(await proof(browser, notice))

    code, lines = report(file)
    file.write_bytes(file.read_bytes().replace(CLAIRE.name.encode(), b"Somebody Else"))
    changed, found = report(file)
    file.write_text("{}")
    nothing, said = report(file)

    assert (code, changed, nothing) == (0, 1, 1)
    assert f"Notice {notice.number} (notice_to_appear), case TC6-01482/83" in lines
    assert any(line.startswith(f"  opened by {CLAIRE.name}: 20") for line in lines)
    assert "  opened: not yet" in lines
    assert "changed  the signature" in found
    assert "NOT CONFIRMED." in said


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_paper_is_accessible_and_in_the_language_asked_for(
    browser: Browser, language: str
) -> None:
    """Tagged, titled, PDF/UA-1; with the numbers and the hash that the data has."""
    notice = await served(browser)
    await browser.sign_in(RENEE)

    answer = await browser.get(f"/registry/notices/{notice.id}/proof.pdf?language={language}")

    with pikepdf.open(io.BytesIO(answer.content)) as paper:
        title = str(paper.docinfo["/Title"])
        with paper.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
        assert paper.Root.MarkInfo.Marked
        assert str(paper.Root.Lang)[:2] == language
    assert title.startswith("Proof of service" if language == "en" else "Preuve")
    assert notice.number in title
