"""Papers: tagged, titled and in their language; facts are text in them and nothing else."""

import io
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pikepdf
import pytest
import segno
from PIL import Image

from notices.document import FiledFile, Told, letter, receipt
from notices.facts import Both, Kind, Language
from notices.kinds.general_letter import GeneralLetter
from notices.kinds.notice_to_appear import NoticeToAppear
from tests.notices.samples import APPEAR, HEAD, NOW, SAMPLES

HASH = "a6bd117f03af8376b39287ccfda833dc02ec831e9cb4739c095c059f169facd2"
WHOLE = "0f" * 32
HARD = '#let x = 1 $a$ *b* _c_ `d` \\ "q" #panic("no") @ref <lbl> // not a comment'


def text_of(pdf: bytes, folder: Path) -> str:
    """What a person copies from the paper, its lines joined."""
    (folder / "paper.pdf").write_bytes(pdf)
    printed = subprocess.run(
        ["pdftotext", "-layout", folder / "paper.pdf", "-"], check=True, capture_output=True
    )
    return " ".join(printed.stdout.decode().split())


def tags_of(pdf: pikepdf.Pdf) -> set[str]:
    """Every kind of structure element the paper has."""
    found: set[str] = set()
    left: list[Any] = [pdf.Root.StructTreeRoot]
    while left:
        node = left.pop()
        if isinstance(node, pikepdf.Array):
            left.extend(cast("list[Any]", list(node)))
        elif isinstance(node, pikepdf.Dictionary):
            found.add(str(node.get("/S", "")))
            left.append(node.get("/K"))
    return found


@pytest.mark.parametrize("first", ["en", "fr"])
@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
def test_a_letter_is_accessible(facts: Kind, first: Language) -> None:
    """A screen reader finds language, title, headings and lists, as PDF/UA-1 asks."""
    pdf = pikepdf.open(io.BytesIO(letter(facts, first, head=HEAD)))

    assert first == str(pdf.Root.Lang).partition("-")[0]
    assert pdf.Root.MarkInfo.Marked
    assert {"/H1", "/P"} <= tags_of(pdf)
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    metadata = pdf.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert metadata["dc:title"]


def test_rows_are_a_list_and_files_a_table_with_headers() -> None:
    """What looks like a table of labels is announced as a list; real tables have headers."""
    assert {"/L", "/LI", "/Lbl", "/LBody"} <= tags_of(
        pikepdf.open(io.BytesIO(letter(APPEAR, "en", head=HEAD)))
    )
    assert {"/Table", "/TH", "/TD"} <= tags_of(pikepdf.open(io.BytesIO(filed("Identity.pdf"))))


def test_a_letter_says_the_facts_in_both_languages(tmp_path: Path) -> None:
    """Either reader finds date, zone, place and task, the number, and the pages counted."""
    said = text_of(letter(APPEAR, "fr", head=HEAD), tmp_path)

    for fact in (
        "Thursday, 3 December 2026, 9:00 a.m., Toronto time (Eastern)",
        "jeudi 3 décembre 2026, 9 h, heure de Toronto (heure de l’Est)",
        "lundi 23 novembre 2026",
        "Tribunal de démonstration",
        "Demonstration Tribunal",
        "TC6-01482/83",
        "N-7K2M-94QX",
        "Page 1 sur 2",
        "Page 2 of 2",
    ):
        assert fact in said
    assert said.index("Avis de convocation") < said.index("Notice to appear")


@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
def test_a_letter_leads_to_the_page_to_sign_in(facts: Kind, tmp_path: Path) -> None:
    """Each language has a code, what it is for who cannot see it, and the address in words."""
    paper = letter(facts, "fr", head=HEAD)

    with pikepdf.open(io.BytesIO(paper)) as pdf:
        spoken = [str(one.Alt) for one in figures_of(pdf)]
    assert spoken == [
        "Code QR qui mène à la page pour ouvrir une session\u00a0: https://portal.example/sign-in",
        "QR code that leads to the page to sign in: https://portal.example/sign-in",
    ]
    assert text_of(paper, tmp_path).count("https://portal.example/sign-in") == 2


def figures_of(pdf: pikepdf.Pdf) -> list[Any]:
    """Every picture as a screen reader meets it, in the order of reading."""
    found, left = list[Any](), [cast("Any", pdf.Root.StructTreeRoot)]
    while left:
        node = left.pop(0)
        if isinstance(node, pikepdf.Array):
            left = [*cast("list[Any]", list(node)), *left]
        elif isinstance(node, pikepdf.Dictionary):
            found += [node] if node.get("/S") == "/Figure" else []
            left.insert(0, node.get("/K"))
    return found


@pytest.mark.parametrize("address", ["https://portal.example/sign-in", "http://[::1]:8000/sign-in"])
def test_the_printed_code_is_the_address_and_nothing_else(address: str, tmp_path: Path) -> None:
    """Dark and light on the paper are those of the address, whatever the notice states.

    Around them is the white that a camera needs: four modules (ISO/IEC 18004).
    """
    code = segno.make_qr(address, error="m")
    wanted = [[bool(dark) for dark in row] for row in code.matrix_iter(border=4)]

    for facts in (APPEAR, SAMPLES[-1]):
        paper = tmp_path / "paper.pdf"
        paper.write_bytes(letter(facts, "en", head=replace(HEAD, sign_in=address)))
        assert wanted == printed_code(paper, size=len(wanted), border=4)


def printed_code(paper: Path, *, size: int, border: int) -> list[list[bool]]:
    """What the code on the first page shows, module by module, with `border` of them around it."""
    with pikepdf.open(paper) as pdf:
        attributes = figures_of(pdf)[0].A[0]
        left, bottom, right, top = (float(edge) for edge in attributes.BBox)
        # Rows of pixels are counted from above.
        above = float(pdf.pages[0].mediabox[3]) - top
    assert top - bottom == pytest.approx(right - left, abs=0.01)
    page = paper.with_suffix(".pgm")
    shown = ["pdftoppm", "-gray", "-singlefile", "-r", "288", paper, page.with_suffix("")]
    subprocess.run(shown, check=True)
    step = (right - left) / (size - 2 * border)

    def at(edge: float, module: int) -> int:
        return int((edge + (module - border + 0.5) * step) * 288 / 72)

    with Image.open(page) as seen:
        return [
            [cast("int", seen.getpixel((at(left, x), at(above, y)))) < 128 for x in range(size)]
            for y in range(size)
        ]


def test_facts_are_never_source(tmp_path: Path) -> None:
    """Typst code in a subject or a text is printed letter by letter."""
    facts = GeneralLetter(
        file_number=HARD, division="rpd", subject=Both(HARD, HARD), body=Both(HARD, HARD)
    )

    said = text_of(letter(facts, "en", head=HEAD), tmp_path)

    assert said.count(HARD) >= 4


def test_the_same_notice_is_the_same_bytes() -> None:
    """A paper can be made again and compared; another fact gives another fingerprint."""
    assert isinstance(APPEAR, NoticeToAppear)
    once, again = letter(APPEAR, "en", head=HEAD), letter(APPEAR, "en", head=HEAD)
    other = letter(replace(APPEAR, mode="telephone"), "en", head=HEAD)

    assert once == again
    assert once != other


def told(language: Language, *files: FiledFile) -> Told:
    """What a receipt for these files says in one language."""
    return Told(
        language=language,
        file_number="TC6-01482/83",
        rows=[
            ("Received", "Saturday, 21 November 2026, 5:05 p.m., Toronto time"),
            ("Filed by", "Amira Haddad for Claire Tremblay"),
        ],
        files=files,
        checked="21 November 2026, 17:06 Toronto time",
    )


def filed(name: str, *languages: Language) -> bytes:
    """A receipt for one file of this name, in English unless others are named."""
    file = FiledFile(
        name=name,
        about="Identity document · French",
        size="1.2 MB",
        pages="14",
        sha256=HASH,
        state="Our check found a virus in this file. Nobody can open it here.",
    )
    versions = [told(language, file) for language in languages or ("en",)]
    return receipt(versions, head=HEAD, whole=WHOLE, address="https://dossier.example/verify")


@pytest.mark.parametrize(("language", "title"), [("en", "Receipt"), ("fr", "Récépissé")])
def test_a_receipt_tells_every_file(language: Language, title: str, tmp_path: Path) -> None:
    """Number, time, for whom, and each file's name, size, pages and whole fingerprint."""
    said = text_of(filed("Pièce d’identité.pdf", language), tmp_path)

    for fact in (
        title,
        "for Claire Tremblay",
        "Pièce d’identité.pdf",
        "1.2 MB",
        "14",
        HASH,
        "Identity document · French",
        "Our check found a virus in this file.",
        WHOLE,
        "https://dossier.example/verify",
    ):
        assert fact in said


def test_a_receipt_in_both_languages_says_everything_twice(tmp_path: Path) -> None:
    """The reader's language first; either part is whole, tagged, and on pages of its own."""
    paper = filed("Identity.pdf", "fr", "en")

    said = text_of(paper, tmp_path)

    assert said.index("Récépissé N-7K2M-94QX") < said.index("Receipt N-7K2M-94QX")
    assert (said.count(HASH), said.count(WHOLE)) == (2, 2)
    assert "Page 1 sur 2" in said
    assert "Page 2 of 2" in said
    pdf = pikepdf.open(io.BytesIO(paper))
    assert str(pdf.Root.Lang) == "fr-CA"
    assert pdf.open_metadata()["pdfuaid:part"] == "1"
    assert {"/H1", "/H2", "/L", "/Table", "/TH"} <= tags_of(pdf)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        (HARD, HARD),
        ("\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "[U+202E]fdp.exe"),
        ("bell\a.pdf", "bell[U+0007].pdf"),
        ("\U0010fffd.pdf", "[U+10FFFD].pdf"),
        (r"literal \ue000.pdf", r"literal \ue000.pdf"),
        ("Қазақ, ελληνικά.pdf", "Қазақ, ελληνικά.pdf"),
    ],
)
def test_no_file_name_costs_a_receipt(name: str, printed: str, tmp_path: Path) -> None:
    """What cannot be drawn, or would mislead, is spelled by number; the receipt comes anyway."""
    assert printed in text_of(filed(name), tmp_path)


def test_a_receipt_of_two_hundred_files_has_numbered_pages(tmp_path: Path) -> None:
    """The largest submission still gets its receipt, every file on it."""
    files = [
        FiledFile(name=f"Document {i}.pdf", size="200 kB", pages="2", sha256=HASH)
        for i in range(200)
    ]

    pdf = receipt([told("en", *files)], head=HEAD, whole=WHOLE, address="http://localhost/verify")

    assert text_of(pdf, tmp_path).count(HASH) == 200
    pages = len(pikepdf.open(io.BytesIO(pdf)).pages)
    assert f"Page {pages} of {pages}" in text_of(pdf, tmp_path)


def test_a_paper_carries_the_time_of_its_issue() -> None:
    """The paper is dated by the notice, not by the machine that made it."""
    pdf = pikepdf.open(io.BytesIO(letter(APPEAR, "en", head=HEAD)))

    assert f"{NOW:D:%Y%m%d%H%M%S}" in str(pdf.docinfo["/CreationDate"])
