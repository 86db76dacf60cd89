"""The name under which a file is shown: people's own words survive, tricks do not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storage.intake import clean_name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("record.pdf", "record.pdf"),
        ("የስደተኛ ማመልከቻ.pdf", "የስደተኛ ማመልከቻ.pdf"),
        ("شهادة الميلاد.pdf", "شهادة الميلاد.pdf"),
        ("می‌خواهم.pdf", "می‌خواهم.pdf"),
        ("Déclaration de l'intéressé.PDF", "Déclaration de l'intéressé.PDF"),
        (unicodedata.normalize("NFD", "Éléonore.pdf"), "Éléonore.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Amina\\record.pdf", "record.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ("record\u202efdp.exe", "recordfdp.exe"),
        ("a\0b\r\nc\td.pdf", "ab c d.pdf"),
        ("  a   b .pdf", "a b.pdf"),
        ("\ufeffrecord\u200b.pdf", "record.pdf"),
        ("\ud800.pdf", "file.pdf"),
        (".pdf", "file.pdf"),
        ("...", "file"),
        ("", "file"),
        ("README", "README"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("ሰ" * 100 + ".docx", "ሰ" * 65 + ".docx"),
        ("a." + "x" * 300, "a." + "x" * 198),
    ],
)
def test_a_name_is_shown_clean(sent: str, shown: str) -> None:
    """People's names for their files survive; paths, controls and bidi tricks do not."""
    assert clean_name(sent) == shown


def holds_nothing_bad(name: str) -> bool:
    """Say whether no character could harm a page, a header or a reader."""
    return not any(
        letter in "/\\" or (unicodedata.category(letter)[0] == "C" and letter not in "\u200c\u200d")
        for letter in name
    )


ODD = "a. \x1b\u200c\u0301é/\\\u202e\ud800\u00a0\u2028\u1100\u1161ሰ"


@given(some.text(max_size=400) | some.text(alphabet=ODD, max_size=300))
def test_any_name_becomes_a_clean_one(sent: str) -> None:
    """Whatever is sent, the name shown is short, NFC, harmless, and clean already."""
    shown = clean_name(sent)

    assert 0 < len(shown.encode()) <= 200
    assert unicodedata.is_normalized("NFC", shown)
    assert holds_nothing_bad(shown)
    assert clean_name(shown) == shown


@given(some.text(max_size=400), some.sampled_from(["pdf", "DOCX", "jpeg"]))
def test_a_long_name_keeps_its_ending(sent: str, ending: str) -> None:
    """Cutting a name short never changes what kind of file it claims to be."""
    assert clean_name(f"{sent}.{ending}").endswith(f".{ending}")
