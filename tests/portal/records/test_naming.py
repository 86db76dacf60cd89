"""Where documents lie in an archive: one path each, that every system can unpack."""

from datetime import date
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.records.naming import fit, place

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("name", "fitted"),
    [
        ("Déclaration.pdf", "Déclaration.pdf"),
        ("የስደተኛ ማመልከቻ.pdf", "የስደተኛ ማመልከቻ.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\a.pdf", "C__a.pdf"),
        ("CON", "_CON"),
        ("lpt1.txt", "_lpt1.txt"),
        ("...", "file"),
        ("x" * 200 + ".pdf", "x" * 117 + ".pdf"),
    ],
)
def test_a_name_fits_every_system(name: str, fitted: str) -> None:
    """Nothing leads out of the folder, and Windows takes it."""
    assert fit(name) == fitted


@given(some.lists(some.text(min_size=1, max_size=150), max_size=20))
def test_no_two_documents_have_one_path(names: list[str]) -> None:
    """Not even where large and small letters are the same, and never outside the folder."""
    taken: set[str] = set()
    paths = [place("R-AB34-56", DAY, name, taken=taken) for name in names]

    assert len({path.casefold() for path in paths}) == len(names)
    for path in paths:
        assert PurePosixPath(path).parts[0] == "2026-11-21 R-AB34-56"
        assert len(PurePosixPath(path).parts) == 2
        assert ".." not in PurePosixPath(path).parts
