"""The README tells newcomers what is true: its settings are those that the program reads."""

import re

from portal.settings import SECRETS_FOLDER, Settings, variable
from portal.settings_table import settings_table
from tests.sources import ROOT


def test_every_setting_stands_in_the_readmes_table_as_the_program_prints_it() -> None:
    """`python -m portal settings` and the README show one and the same table."""
    readme = (ROOT / "README.md").read_text()

    missing = [row for row in settings_table().splitlines() if row not in readme]

    assert missing == []


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    """A row that was left behind would be followed by somebody."""
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    known = {variable(name) for name in Settings.model_fields} | {SECRETS_FOLDER}

    assert [row for row in rows if row not in known] == []


def test_the_readme_says_the_two_commands() -> None:
    """`make run` and `make test` are all the set-up there is."""
    readme = (ROOT / "README.md").read_text()

    assert "make run" in readme
    assert "make test" in readme
