"""A posted code can be typed by anybody, and a slip of the pen is told without asking anybody."""

from itertools import combinations

import pytest

from portal.joining.spelling import (
    ALPHABET,
    BASE,
    LENGTH,
    SPACE,
    Misspelled,
    Purpose,
    digits,
    grouped,
    new_code,
    read_code,
)

EACH_PURPOSE = pytest.mark.parametrize("purpose", Purpose)


@EACH_PURPOSE
def test_a_code_is_read_however_it_is_typed(purpose: Purpose) -> None:
    """Small letters, no dashes, spaces anywhere, other dashes, and the wide letters of a phone."""
    code = new_code(purpose)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)

    for typed in (
        code,
        code.lower(),
        grouped(code),
        f" {grouped(code).replace('-', ' – ')} ",
        wide,
    ):
        assert read_code(typed, purpose) == code


def test_no_letter_looks_like_another() -> None:
    """Of each family that people mistake for one another there is one at most, and no vowel."""
    for family in ("0O", "1IL", "5S", "2Z", "8B", "6G", "UV"):
        assert len(set(family) & set(ALPHABET)) <= 1
    assert not set("0O1ILUAE5SZBG") & set(ALPHABET)
    assert len(set(ALPHABET)) == BASE == 23


def test_there_are_more_than_60_bits_of_codes() -> None:
    """14 letters are drawn by chance; no two of many codes are the same."""
    assert SPACE >= 2**60
    assert len({new_code(Purpose.join) for _ in range(2_000)}) == 2_000


@EACH_PURPOSE
def test_one_wrong_letter_is_always_found(purpose: Purpose) -> None:
    """Every letter, replaced by every other one."""
    code = new_code(purpose)
    for at in range(LENGTH):
        for other in set(ALPHABET) - {code[at]}:
            with pytest.raises(Misspelled):
                read_code(code[:at] + other + code[at + 1 :], purpose)


@EACH_PURPOSE
def test_letters_that_changed_places_are_always_found(purpose: Purpose) -> None:
    """Any two, beside one another or not."""
    code = new_code(purpose)
    for a, b in combinations(range(LENGTH), 2):
        letters = list(code)
        letters[a], letters[b] = letters[b], letters[a]
        if letters != list(code):
            with pytest.raises(Misspelled):
                read_code("".join(letters), purpose)


@EACH_PURPOSE
def test_two_wrong_letters_are_always_found(purpose: Purpose) -> None:
    """Every pair of places, each letter moved by one and by another amount."""
    code = new_code(purpose)
    for a, b in combinations(range(LENGTH), 2):
        for shift in range(1, BASE):
            letters = list(code)
            letters[a] = ALPHABET[(ALPHABET.index(code[a]) + 1) % BASE]
            letters[b] = ALPHABET[(ALPHABET.index(code[b]) + shift) % BASE]
            with pytest.raises(Misspelled):
                read_code("".join(letters), purpose)


def test_what_is_wrong_is_said() -> None:
    """Too short, too long, a letter that no code has, and the other code of the same letter."""
    code = new_code(Purpose.join)
    wrong = {
        code[:-1]: "too short",
        code + "C": "too long",
        "O" + code[1:]: "never has a vowel",
        "": "too short",
        new_code(Purpose.check): "code for the hearing check",
    }
    for typed, said in wrong.items():
        with pytest.raises(Misspelled, match=said):
            read_code(typed, Purpose.join)
    with pytest.raises(Misspelled, match="to join with"):
        read_code(code, Purpose.check)


@pytest.mark.parametrize(
    "typed", ["1234-5678", " 12 34 56 78 ", "١٢٣٤٥٦٧٨", "۱۲۳۴۵۶۷۸", "UCI 12345678"]
)
def test_a_number_is_its_digits(typed: str) -> None:
    """Set apart or not, and from an Arabic or Persian keyboard too."""
    assert digits(typed) == "12345678"
