"""Each attack that is known is refused for what it is; what only looks like one is clean."""

import tempfile

import pytest
from pikepdf import Array, Dictionary, Name, String

from storage.inspection import Finding, inspected
from storage.objects import PIECE
from storage.sniffing import Refused, sniff
from tests import samples
from tests.samples import FILES
from tests.storage.inspection import attacks
from tests.storage.inspection.attacks import REFUSED


def finding(name: str, data: bytes) -> Finding:
    """What the inspection says, after the check of types that comes first."""
    try:
        media_type = sniff(name, data[:PIECE])
    except Refused as refused:
        return Finding("refused", refused.code)
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return inspected(file, media_type)


@pytest.mark.parametrize("name", REFUSED)
def test_an_attack_is_refused(name: str) -> None:
    """Every kind of thing that acts, leads away, hides or unfolds is named."""
    data, reason = REFUSED[name]

    found = finding(name, data)

    assert (found.outcome, found.reason) == ("refused", reason), found.detail


@pytest.mark.parametrize("name", FILES)
def test_a_harmless_file_of_every_type_is_clean(name: str) -> None:
    """Nothing in an ordinary file of any type that is taken is mistaken for an attack."""
    found = finding(name, FILES[name][0])

    assert found.outcome == "clean", found


def form() -> bytes:
    """An ordinary form with a field to write in and one that empties it."""
    field = Dictionary(T=String("name"), V=String("Amira /JavaScript /Launch"))
    return attacks.annotated(
        Subtype=Name.Widget, FT=Name.Tx, Parent=field, A=Dictionary(S=Name.ResetForm)
    )


ACCEPTED = {
    "link.pdf": attacks.annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://example.org/a?b=c:d"))
    ),
    "mail.pdf": attacks.annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("mailto:registry@example.org"))
    ),
    "inside.pdf": attacks.opens(S=Name.GoTo, D=Array([0, Name.Fit])),
    "next.pdf": attacks.opens(S=Name.Named, N=Name.NextPage),
    "form.pdf": form(),
    "signature.pdf": attacks.annotated(
        Subtype=Name.Widget,
        FT=Name.Sig,
        V=Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("x")),
    ),
    "plain-xfa.pdf": attacks.with_xfa(b"<template><subform/></template>"),
    "white-space.pdf": samples.pdf() + b"\r\n\0\0 \n",
    "link.docx": attacks.linked("hyperlink", "https://example.org/a"),
    "beside.docx": attacks.linked("hyperlink", "other.docx"),
    "field.docx": attacks.text('<w:fldSimple w:instr=" PAGE "/>'),
    "link.odt": attacks.open_text('<text:a xlink:href="https://example.org">a</text:a>'),
    "picture.odt": attacks.open_text('<draw:image xlink:href="Pictures/1.png"/>'),
    "link.rtf": rb'{\rtf1{\field{\*\fldinst HYPERLINK "https://example.org"}{\fldrslt a}}}',
    "old.txt": "Déclaration".encode("cp1252"),
    "wide.txt": "Déclaration".encode("utf-16"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_ordinary_documents_have_is_accepted(name: str) -> None:
    """Forms, links, outlines and signatures are clean."""
    found = finding(name, ACCEPTED[name])

    assert found.outcome == "clean", found


def test_pages_are_counted() -> None:
    """A PDF and a TIFF say how many pages they have."""
    assert finding("a.pdf", samples.pdf()).pages == 1
    assert finding("a.tif", samples.image("TIFF")).pages == 1
    assert finding("a.txt", samples.TXT).pages is None
