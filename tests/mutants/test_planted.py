"""The planted wrongs are real: each still finds its place, and changes it."""

import pytest

from bench.figures import ROOT
from tests.mutants.planted import MUTANTS, Mutant


def test_there_are_enough_of_them() -> None:
    """At least forty, each wrong in a way of its own."""
    assert len({(one.file, one.after, one.old, one.new) for one in MUTANTS}) == len(MUTANTS) >= 40


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.breaks)
def test_each_finds_its_place(mutant: Mutant) -> None:
    """What is replaced stands where it is looked for; else a rule was moved, and goes untested."""
    text = (ROOT / mutant.file).read_text()

    assert mutant.planted(text) != text
