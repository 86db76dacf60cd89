"""Whom to ask is data: each office has its telephone, and nonsense is refused with a sentence."""

from pathlib import Path

import pytest

from portal.rules import RulesMisfit, rules
from portal.rules.help import HELP, read_help

OURS = Path("portal/rules/help.toml").read_text("utf-8")


def test_every_registry_office_can_be_called() -> None:
    """Whatever office a case is at, its people find a number and hours."""
    assert set(HELP.registry) == set(rules.offices)


def test_help_is_named_for_everywhere() -> None:
    """The last row is for whoever lives where no other row reaches."""
    assert HELP.legal[-1].phone == "211"
    assert len({row.place["en"] for row in HELP.legal}) == len(HELP.legal)


@pytest.mark.parametrize(
    ("there", "instead", "sentence"),
    [
        ('phone = "911"', 'phone = "9-1-1"', "'9-1-1' is no telephone number"),
        ("1-800-668-8258", "1 800 668 8258", "is no telephone number"),
        ('web = "legalaid.bc.ca"', 'web = "https://legalaid.bc.ca"', "is no web address"),
        ("complaints@example.org", "complaints", "is no e-mail address"),
        ("[registry.ottawa]", "[registry.oslo]", "it must have the offices of offices.toml"),
        ("last_day = 5", "last_day = 8", "the days of toronto are not numbers"),
        ('opens = "08:30"', 'opens = "17:30"', "toronto does not open, then close"),
        ('opens = "08:30"', 'opens = "8.30"', "toronto does not open, then close"),
        ("working_days = 20", "working_days = 0", "within one working day or more"),
        ("working_days = 20", "", "lacks something"),
        (', fr = "Manitoba"', "", "must be said in English and in French"),
        ('web = "www.csj.qc.ca"', "", "has neither a telephone nor a web site"),
        ('web = "www.csj.qc.ca"', 'fax = "1"', "holds too much"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    tmp_path: Path, there: str, instead: str, sentence: str
) -> None:
    """A wrong number costs a frightened person a day."""
    assert there in OURS
    file = tmp_path / "help.toml"
    file.write_text(OURS.replace(there, instead, 1), "utf-8")

    with pytest.raises(RulesMisfit) as refused:
        read_help(file)

    assert sentence in str(refused.value)
