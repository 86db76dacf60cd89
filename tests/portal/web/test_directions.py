"""No rule of ours says left or right where the language decides."""

import re

import pytest

from portal.vendoring.__main__ import STATIC, site_css

DECLARATION = re.compile(r"(?<![-\w.])([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])")
SIDED = re.compile(r"(margin|padding|border)-(left|right)(-\w+)*|left|right")
FLOWING = {"text-align", "float", "clear"}


def physical(css: str) -> list[str]:
    """Declarations that stay on their side when the page turns round."""
    found: list[str] = []
    for name, value in DECLARATION.findall(css):
        words = value.replace("!important", "").split()
        uneven = name in {"margin", "padding"} and len(words) == 4 and words[1] != words[3]
        if SIDED.fullmatch(name) or uneven or (name in FLOWING and words[0] in {"left", "right"}):
            found.append(f"{name}: {value}")
    return found


@pytest.mark.parametrize("name", ["dossier.css", "site.css"])
def test_the_stylesheet_has_no_side_of_its_own(name: str) -> None:
    """What is vendored is turned by the build, ours is written so."""
    assert physical((STATIC / name).read_text("utf-8")) == []


@pytest.mark.parametrize(
    "rule",
    [
        "a{margin-left:1px}",
        "a{border-right-color:red}",
        "a{right:0}",
        "a{color:red;left:0}",
        "a{text-align:left}",
        "a{float:right}",
        "a{padding:1px 2px 3px 4px}",
        "a { margin: 0 0 1.5rem .1rem; }",
    ],
)
def test_a_side_would_be_found(rule: str) -> None:
    """The search above can fail."""
    assert physical(rule)


@pytest.mark.parametrize(
    "rule", ["a{inset-inline-start:0}", "a{text-align:start}", "a{margin:1px 2px 3px 2px}"]
)
def test_what_follows_the_language_is_let_be(rule: str) -> None:
    """Logical properties, and sides that are alike."""
    assert physical(rule) == []


def test_arrows_turn_round_too() -> None:
    """Borders draw them, and no logical property turns a border that is rotated."""
    assert site_css().count("[dir=rtl]") == 2
