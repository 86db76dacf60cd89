"""Pruning keeps the rules of components in use, and turns left and right into start and end."""

import pytest

from portal.vendoring.stylesheet import minify, prune


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (".govuk-accordion{color:red}", ""),
        (".govuk-button{color:red}", ".govuk-button{color:red}"),
        (".govuk-tabs,.govuk-button{color:red}", ".govuk-button{color:red}"),
        (".govuk-button .govuk-tabs{color:red}", ""),
        ("@media print{.govuk-tabs{color:red}}", ""),
        ("@media print{.govuk-body{top:0}}", "@media print{.govuk-body{top:0}}"),
        ("@font-face{font-family:GDS Transport}", ""),
        (
            "@supports not (-ms-ime-align:auto){.govuk-details{top:0}}",
            ".govuk-details{top:0}",
        ),
    ],
)
def test_only_what_is_used_is_kept(theirs: str, ours: str) -> None:
    """A selector that names any component we do not use goes, and empty rules with it."""
    assert prune(theirs) == ours


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("margin-left:1px", "margin-inline-start:1px"),
        ("border-right-color:red", "border-inline-end-color:red"),
        ("left:0;right:1px", "inset-inline-start:0;inset-inline-end:1px"),
        ("text-align:left", "text-align:start"),
        ("float:right", "float:inline-end"),
        ("padding:1px 2px 3px 4px", "padding-block:1px 3px;padding-inline:4px 2px"),
        ("padding:1px 2px 3px 2px", "padding:1px 2px 3px 2px"),
    ],
)
def test_directions_follow_the_language(theirs: str, ours: str) -> None:
    """Where a language runs from right to left, the page does too."""
    assert prune(f".govuk-body{{{theirs}}}") == f".govuk-body{{{ours}}}"


def test_our_own_sheet_loses_only_what_browsers_ignore() -> None:
    """Comments and spare spaces go; the space that joins two selectors stays."""
    assert minify("/* why */ a b , c > d { color: red ; top: 0; }") == "a b,c>d{color:red;top:0}"
