"""Invitation letters: printed by the registry, codes on paper only, the older ended, all in the history."""

import io
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pikepdf
import pypdfium2  # no stubs: PdfDocument(bytes), its pages and their text
import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlalchemy.exc import ProgrammingError

from portal.joining.sealing import sealed
from portal.joining.spelling import Purpose, read_code
from portal.models import Case, Entry, InvitationLetter, Party, PostalAddress
from tests.cast import CLAIRE, FARIDA, MARC, NOOR, RENEE, VICTOR, Character
from tests.conftest import Browser
from tests.invited import LAILA
from tests.portal.documents.test_arriving import text_of

PAGE = f"/cases/{NOOR}/invitations/{LAILA}"
CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")
BORN = {"born-day": "27", "born-month": "3", "born-year": "2001"}


async def print_letter(browser: Browser, key: str = "", **typed: str) -> Response:
    """Press the button of the form."""
    page = await browser.get(PAGE)
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    form = {"csrf": found[1], "id": key or str(uuid4()), "language": "en"} | BORN | typed
    return await browser.post(PAGE, data=form)


def codes_of(pdf: bytes) -> tuple[str, str]:
    """The two codes as somebody types them from the paper."""
    words = text_in(pdf)
    found = list(dict.fromkeys(CODE.findall(words)))
    assert len(found) == 2, words
    return found[0], found[1]


def text_in(pdf: bytes) -> str:
    """The text of a PDF, as a program reads it out."""
    paper: Any = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in paper)


async def letters(browser: Browser) -> list[InvitationLetter]:
    """All that were printed, newest first."""
    async with browser.portal.database.system_transaction() as session:
        found = await session.scalars(
            sa.select(InvitationLetter).order_by(InvitationLetter.printed_at.desc())
        )
        return list(found)


async def test_the_letter_has_two_codes_and_the_database_has_neither(browser: Browser) -> None:
    """In both languages, tagged, not kept; of the codes there are keyed hashes only."""
    await browser.sign_in(RENEE)
    answer = await print_letter(browser)

    assert answer.headers["content-type"] == "application/pdf"
    assert "no-store" in answer.headers["cache-control"]
    join, check = codes_of(answer.content)
    assert read_code(join, Purpose.join)
    assert read_code(check, Purpose.check)
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/Lang" in pdf.Root
    said = text_in(answer.content)
    assert "Your invitation to Dossier" in said
    assert "Votre invitation à Dossier" in said

    async with browser.portal.database.system_transaction() as session:
        kept = (
            await session.execute(sa.text("select to_jsonb(l)::text from invitation_letter as l"))
        ).scalar_one()
        hashed = await session.scalar(sa.select(InvitationLetter.code_hash))
    for code in (join, check, join.replace("-", ""), check.replace("-", "")):
        assert code not in kept
        assert code.encode().hex() not in kept
    assert hashed == sealed(browser.portal.settings, Purpose.join, read_code(join, Purpose.join))
    assert not [
        one for one in (browser.portal.settings.state / "objects").rglob("*") if one.is_file()
    ]


async def test_printing_again_ends_the_older_codes(browser: Browser) -> None:
    """New codes, one letter that works, and both in the history."""
    await browser.sign_in(RENEE)
    first = codes_of((await print_letter(browser)).content)
    second = codes_of((await print_letter(browser)).content)

    newest, oldest = await letters(browser)
    assert not set(first) & set(second)
    assert newest.ended_at is None
    assert (oldest.ended_how, oldest.ended_by_name) == ("reprinted", RENEE.name)
    async with browser.portal.database.system_transaction() as session:
        entries = (
            await session.scalars(sa.select(Entry).where(Entry.act == "invitation.printed"))
        ).all()
    assert len(entries) == 2
    assert not any(code in str(one.facts) for one in entries for code in (*first, *second))


async def test_the_same_form_prints_once(browser: Browser) -> None:
    """A double click ends no letter that is in the officer's hands; what to do is said."""
    await browser.sign_in(RENEE)
    key = str(uuid4())
    await print_letter(browser, key)
    again = await print_letter(browser, key)

    assert again.status_code == 409
    assert "This form has printed its letter." in text_of(again.text)
    [one] = await letters(browser)
    assert one.ended_at is None


async def test_without_anything_to_ask_for_nothing_is_printed(browser: Browser) -> None:
    """Date of birth or UCI must be known first; what is typed here is recorded, and not in the history."""
    await browser.sign_in(RENEE)
    async with browser.portal.database.system_transaction() as session:
        await session.execute(sa.update(Party).where(Party.id == LAILA).values(uci=None))
    none = dict.fromkeys(BORN, "")

    refused = await print_letter(browser, **none)
    assert refused.status_code == 422
    assert "Enter the date of birth or the UCI." in refused.text
    assert (await print_letter(browser, **none, uci="12 3456 7890")).status_code == 200

    async with browser.portal.database.system_transaction() as session:
        party = await session.get_one(Party, LAILA)
        entry = await session.scalar(sa.select(Entry).where(Entry.act == "party.identified"))
    assert (party.uci, party.born_on) == ("12 3456 7890", None)
    assert entry is not None
    assert "7890" not in str(entry.facts)


async def test_the_address_is_in_front_where_one_is_recorded(browser: Browser) -> None:
    """A sheet for the window, its back white; without an address the letter alone."""
    await browser.sign_in(RENEE)
    bare = (await print_letter(browser)).content
    async with browser.portal.database.system_transaction() as session:
        by = {"recorded_by": RENEE.id, "recorded_by_name": RENEE.name}
        lines = ["88 rue Exemple", "MONTRÉAL QC  H2X 1Y4"]
        session.add(PostalAddress(party_id=LAILA, lines=lines, **by))
    posted = (await print_letter(browser)).content

    with pikepdf.open(io.BytesIO(bare)) as one, pikepdf.open(io.BytesIO(posted)) as other:
        assert (len(one.pages), len(other.pages)) == (2, 4)
    assert "88 rue Exemple" in text_in(posted)
    assert "88 rue" not in text_in(bare)


async def test_codes_can_be_ended(browser: Browser) -> None:
    """Lost, or seen by somebody else: one press, and both work no more."""
    await browser.sign_in(RENEE)
    await print_letter(browser)
    [one] = await letters(browser)
    page = await browser.get(f"/cases/{NOOR}/invitations")
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None

    await browser.post(f"/invitations/{one.id}/revocation", data={"csrf": found[1]})

    [one] = await letters(browser)
    assert (one.ended_how, one.ended_by_name) == ("revoked", RENEE.name)
    assert "ended on" in (await browser.get(f"/cases/{NOOR}/invitations")).text


async def test_nobody_is_invited_into_a_closed_case(browser: Browser) -> None:
    """The page says why, and nothing is printed."""
    await browser.sign_in(RENEE)
    async with browser.portal.database.system_transaction() as session:
        closed = {"closed_at": datetime.now(UTC), "closed_by": RENEE.id}
        await session.execute(sa.update(Case).where(Case.id == NOOR).values(**closed))

    answer = await print_letter(browser)

    assert answer.status_code == 409
    assert await letters(browser) == []


@pytest.mark.parametrize("person", [MARC, CLAIRE, FARIDA, VICTOR])
async def test_the_database_reads_no_hash_out_and_shows_letters_to_the_registry_only(
    browser: Browser, person: Character
) -> None:
    """Not even Renée reads a hash of a code; the others see no letter at all."""
    await browser.sign_in(RENEE)
    await print_letter(browser)
    database = browser.portal.database

    async with database.transaction(person.id) as session:
        assert (await session.scalars(sa.select(InvitationLetter))).all() == []
    async with database.transaction(RENEE.id) as session:
        assert len((await session.scalars(sa.select(InvitationLetter))).all()) == 1
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.transaction(RENEE.id) as session:
            await session.execute(sa.select(InvitationLetter.code_hash))


async def test_date_of_birth_and_uci_are_on_no_page_of_the_other_side(browser: Browser) -> None:
    """Marc, the Minister's counsel, opens whatever there is of the case: nothing of either, nor of the letter."""
    await browser.sign_in(RENEE)
    await print_letter(browser, uci="99-8877-6655")
    browser.cookies.clear()
    await browser.sign_in(MARC)

    for path in (
        f"/cases/{NOOR}",
        f"/cases/{NOOR}/history",
        f"/cases/{NOOR}/requests",
        "/cases",
        "/hearings",
        "/hearings/month",
        "/notices",
    ):
        page = text_of((await browser.get(path)).text)
        for secret in ("99-8877-6655", "9988776655", "2001", "invitation letter"):
            assert secret not in page, path
