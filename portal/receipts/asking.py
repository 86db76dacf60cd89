"""Asking: the form of a number and a file; the file is hashed as it comes in and kept nowhere."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from wtforms import FileField, Form, StringField, ValidationError
from wtforms.validators import InputRequired

from portal.documents.multipart import Form as Multipart
from portal.documents.multipart import NotAForm
from portal.people.signing_in import TooManyTries
from portal.receipts.verifying import as_fingerprint, as_number
from portal.web.csrf import Forged
from portal.web.language import N_
from portal.web.pages import CutShort, body_of, is_multipart, read_form, require_own_page
from portal.web.visit import Visit
from storage.objects import PIECE

# Checks from one address: enough for a box of papers, too few to guess numbers by.
TRIES = RateLimitItemPerMinute(60, 15)
limiter = MovingWindowRateLimiter(MemoryStorage())

# The form's own lines around the file in it.
AROUND_FILE = 64 * 1024
TYPED = ("receipt", "sha256")


class FileTooLarge(Exception):
    """The file is larger than any that is taken here, so nobody has filed it."""


class VerifyForm(Form):
    """A receipt's number, and a file or its fingerprint."""

    receipt = StringField(
        N_("Number of the receipt"), [InputRequired(N_("Enter the number of the receipt"))]
    )
    # Its data is not the file but the file's hash: nothing else is kept of it.
    file = FileField(N_("The file, or the receipt itself as PDF"))
    sha256 = StringField(N_("Or its fingerprint (SHA-256)"))

    def validate_receipt(self, field: StringField) -> None:
        """Only what looks like one of our numbers is asked about."""
        if as_number(str(field.data)) is None:
            raise ValidationError(N_("Enter the number as it stands on the receipt"))

    def validate_file(self, field: FileField) -> None:
        """One of the two is needed."""
        if not field.data and not self.sha256.data:
            raise ValidationError(N_("Choose the file, or enter its fingerprint"))

    def validate_sha256(self, field: StringField) -> None:
        """What was typed is looked at where no file was sent."""
        if field.data and not self.file.data and as_fingerprint(str(field.data)) is None:
            raise ValidationError(
                N_("Enter all 64 characters of the fingerprint: digits, and letters from a to f")
            )

    @property
    def number(self) -> str:
        """The number, as receipts write it."""
        return as_number(str(self.receipt.data)) or ""

    @property
    def fingerprint(self) -> str:
        """The file's hash, else the one that was typed."""
        return self.file.data or as_fingerprint(str(self.sha256.data or "")) or ""


async def read_question(visit: Visit) -> dict[str, str]:
    """What the form's fields hold, the file hashed already.

    Raises Forged, TooManyTries, FileTooLarge or CutShort.
    """
    if is_multipart(visit.request):
        try:
            asked = {name: value async for name, value in _fields(visit)}
        except NotAForm as error:
            raise CutShort from error
    else:
        posted = await read_form(visit.request)
        asked = {name: str(posted[name]) for name in TYPED if name in posted}
    if "file" not in asked and as_number(asked.get("receipt", "")):
        await _count(visit)
    return asked


async def _fields(visit: Visit) -> AsyncGenerator[tuple[str, str]]:
    """The form's fields, its token first; the file comes after the number, or is not read."""
    request, most = visit.request, visit.portal.settings.max_file + AROUND_FILE
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise FileTooLarge
    parts = Multipart(request.headers["content-type"], _limited(body_of(request), most)).parts()
    token = await anext(parts, None)
    if token is None or token.name != "csrf":
        raise Forged
    require_own_page(visit, token=await token.text())
    number = None
    async for part in parts:
        if part.name in TYPED:
            text = await part.text()
            number = as_number(text) if part.name == "receipt" else number
            yield part.name, text
        elif part.filename and number:
            await _count(visit)
            yield "file", await _hashed(part.pieces())
        elif part.filename:
            return


async def _count(visit: Visit) -> None:
    """One more check from where this comes from; raises TooManyTries."""
    address = visit.request.client.host if visit.request.client else ""
    if not await limiter.hit(TRIES, "verify", address):
        raise TooManyTries


async def _hashed(pieces: AsyncIterator[bytes]) -> str:
    """The SHA-256 of a stream, a block at a time in a thread: memory stays where it is."""
    digest, block = hashlib.sha256(), bytearray()
    async for piece in pieces:
        block += piece
        if len(block) >= PIECE:
            await asyncio.to_thread(digest.update, bytes(block))
            block.clear()
    digest.update(block)
    return digest.hexdigest()


async def _limited(pieces: AsyncIterator[bytes], most: int) -> AsyncGenerator[bytes]:
    total = 0
    async for piece in pieces:
        total += len(piece)
        if total > most:
            raise FileTooLarge
        yield piece
