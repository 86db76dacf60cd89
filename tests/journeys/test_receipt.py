"""From the receipt to its proof: filed, kept as paper, and checked by somebody without an account."""

import hashlib
import io

import pikepdf
import pytest
from playwright.sync_api import Browser

from tests.cast import AMIRA, CLAIRE, NOOR
from tests.journeys.house import House
from tests.journeys.person import Manners, Person
from tests.journeys.roles import Filer
from tests.samples import TXT

NO = "This file was not received under this number."
YES = "This file was received under the number %(number)s."
OURS = "This is our receipt %(number)s. Nothing on it was changed."


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("script", "width"), [(True, 1180), (False, 320)], ids=["with JavaScript", "phone, without"]
)
def test_a_receipt_proves_what_was_received(
    house: House, chromium: Browser, *, script: bool, width: int, language: str
) -> None:
    """A delegate files, on a phone as well; a stranger checks file, fingerprint and receipt, and no more."""
    how = Manners(language, script, width)
    delegate, stranger = Filer(chromium, house, how), Person(chromium, house, how)
    letter = TXT + f"{language} {script}".encode()

    delegate.comes(AMIRA)
    delegate.begins_to_file(f"/cases/{NOOR}")
    delegate.sends_and_describes({"lettre.txt": letter}, kind="letter")
    delegate.files(1)
    number = delegate.receipt()
    delegate.sees(hashlib.sha256(letter).hexdigest())
    delegate.sees("%(filer)s for %(principal)s", filer=AMIRA.name, principal=CLAIRE.name)
    delegate.follows_until("Received and checked", within="#states")
    delegate.fits()
    paper = delegate.downloads("Receipt as PDF")
    both = delegate.downloads("In English and in French")
    with pikepdf.open(io.BytesIO(paper)) as opened:
        assert str(opened.Root.Lang) == f"{language}-CA"

    checks(stranger, number, letter)
    stranger.sees(YES, number=number)
    stranger.fits()
    stranger.sees_no(AMIRA.name)
    checks(stranger, number, letter + b" ")
    stranger.sees(NO)
    checks(stranger, "R-ZZZZ-99", letter)
    stranger.sees(NO)
    stranger.fits()
    for one in (paper, both):
        checks(stranger, number, one)
        stranger.sees(OURS, number=number)
    checks(stranger, number.lower(), fingerprint=hashlib.sha256(letter).hexdigest().upper())
    stranger.sees(YES, number=number)
    checks(stranger, number)
    stranger.sees("Choose the file, or enter its fingerprint")
    stranger.forgets_refusals()

    for person in (delegate, stranger):
        person.leaves()


def checks(person: Person, number: str, file: bytes = b"", *, fingerprint: str = "") -> None:
    """Asks at the door whether this was received."""
    person.goes("/verify")
    person.fills("Number of the receipt", number)
    if fingerprint:
        person.fills("Or its fingerprint (SHA-256)", fingerprint)
    if file:
        person.page.set_input_files(
            "#file", [{"name": "x.pdf", "mimeType": "application/pdf", "buffer": file}]
        )
    person.presses("Check")
