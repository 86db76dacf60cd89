"""A form read piece by piece says the same wherever the pieces are cut."""

from collections.abc import AsyncGenerator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.documents.multipart import LONGEST_HEADER, Form, NotAForm

TYPE = "multipart/form-data; boundary=xx"
BODY = (
    b'--xx\r\nContent-Disposition: form-data; name="csrf"\r\n\r\ntoken\r\n'
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a%22b.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nfirst\r\n-x\r\n--x\r\n\r\n"
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="\xe1\x8b\xb0.pdf"\r\n\r\n\r\n'
    b"--xx--\r\nafter"
)
PARTS = [
    ("csrf", None, b"token"),
    ("file", 'a"b.txt', b"first\r\n-x\r\n--x\r\n"),
    ("file", "ደ.pdf", b""),
]


async def body(*pieces: bytes) -> AsyncGenerator[bytes]:
    """A request's body."""
    for piece in pieces:
        yield piece


async def read(*pieces: bytes) -> list[tuple[str, str | None, bytes]]:
    """Every part, whole."""
    found: list[tuple[str, str | None, bytes]] = []
    async for part in Form(TYPE, body(*pieces)).parts():
        found.append((part.name, part.filename, b"".join([piece async for piece in part.pieces()])))
    return found


@given(some.sets(some.integers(1, len(BODY) - 1)))
async def test_wherever_it_is_cut(cuts: set[int]) -> None:
    """The parts are the same for every way in which a network cuts the body."""
    edges = [0, *sorted(cuts), len(BODY)]

    assert await read(*(BODY[a:b] for a, b in pairwise(edges))) == PARTS


async def test_what_nobody_reads_is_skipped() -> None:
    """A part left alone does not come in the way of the next."""
    names = [part.filename async for part in Form(TYPE, body(BODY)).parts()]

    assert names == [None, 'a"b.txt', "ደ.pdf"]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        BODY[:100],
        BODY[:-20],
        b"--yy\r\n",
        b"--xx\r\nContent-Disposition: " + b"a" * (LONGEST_HEADER + 1),
    ],
    ids=["nothing", "half a header", "no end", "another boundary", "an endless header"],
)
async def test_what_is_no_form_is_refused(sent: bytes) -> None:
    """Cut off, malformed, or without end: never a part that looks whole."""
    with pytest.raises(NotAForm):
        await read(sent)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "text/plain", "multipart/mixed; boundary=x"]
)
def test_only_forms_are_read(kind: str) -> None:
    """Without a boundary, or of another kind, it is no form."""
    with pytest.raises(NotAForm):
        Form(kind, body())


async def test_a_field_is_short() -> None:
    """A text field is never as long as a file."""
    sent = BODY.replace(b"token", b"t" * 5000)

    part = await anext(Form(TYPE, body(sent)).parts())

    with pytest.raises(NotAForm):
        await part.text()
