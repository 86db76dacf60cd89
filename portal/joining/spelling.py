"""How a posted code is spelled: letters that nobody mistakes, and a slip of the pen told at once."""

import secrets
import unicodedata
from collections.abc import Sequence
from enum import Enum

from portal.web.language import N_

# No letter that looks like a digit or like another letter (0 O 1 I L U, 5 S, 2 Z, 8 B, 6 G), and no
# vowel, so that no code spells a word. 23 is prime, so that the two checks below catch what they say.
ALPHABET = "2346789CDFHJKMNPQRTVWXY"
BASE = len(ALPHABET)
LENGTH, CHECKS, GROUP = 16, 2, 4
# 14 letters by chance: 63 bits.
SPACE = BASE ** (LENGTH - CHECKS)
_IGNORED = frozenset(" -‐‑‒–—.·_\t\N{NO-BREAK SPACE}")


class Purpose(Enum):
    """What a code is for; the value is what its letters add up to."""

    join = 0
    check = 1


class Misspelled(Exception):
    """No code is written so; nobody was asked, and it counts as no try."""

    def __init__(self, text: str) -> None:
        """`text`: what to look for, as a marked sentence."""
        super().__init__(text)
        self.text = text


LETTERS = N_(
    "A code never has a vowel, and never 0, 1, 5, B, G, L, S or Z. Compare it with the letter"
)
SHORT = N_("This code is too short. It has 16 characters, in 4 groups")
LONG = N_("This code is too long. It has 16 characters, in 4 groups")
WRONG = N_("One character of this code is not right. Compare it with the letter")
OTHER = {
    Purpose.join: N_("This is the code for the hearing check. Use the other code of the letter"),
    Purpose.check: N_("This is the code to join with. Use the code for the hearing check"),
}


def new_code(purpose: Purpose) -> str:
    """A code that nobody has: sixteen letters, the last two computed from the others."""
    drawn = [secrets.randbelow(BASE) for _ in range(LENGTH - CHECKS)]
    summed, weighed = _sums(drawn)
    # Solved so that both sums come out right: two unknown letters, two equations.
    missing = (purpose.value - summed) % BASE
    last = (-weighed - (LENGTH - 1) * missing) % BASE
    return "".join(ALPHABET[one] for one in (*drawn, (missing - last) % BASE, last))


def read_code(typed: str, purpose: Purpose) -> str:
    """The code, however people type it; raises Misspelled where no code is written so.

    One or two wrong letters, and any two that changed places, are always found.
    """
    letters = [one for one in unicodedata.normalize("NFKC", typed).upper() if one not in _IGNORED]
    if any(one not in ALPHABET for one in letters):
        raise Misspelled(LETTERS)
    if len(letters) != LENGTH:
        raise Misspelled(SHORT if len(letters) < LENGTH else LONG)
    sums = _sums([ALPHABET.index(one) for one in letters])
    if sums == (purpose.value, 0):
        return "".join(letters)
    swapped = any(sums == (other.value, 0) for other in Purpose)
    raise Misspelled(OTHER[purpose] if swapped else WRONG)


def grouped(code: str) -> str:
    """As letters print it: K7QF-2MXR-9TDC-HJ4W."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _sums(values: Sequence[int]) -> tuple[int, int]:
    """What the letters add up to, plain and weighed by their place."""
    weighed = sum(place * value for place, value in enumerate(values, start=1))
    return sum(values) % BASE, weighed % BASE


def digits(text: str | None) -> str:
    """The digits of a number as 0 to 9, whatever stands between them and in whichever script."""
    return "".join(str(unicodedata.decimal(one)) for one in text or "" if one.isdecimal())
