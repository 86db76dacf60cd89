"""How hard a page is to read: its sentences, as the interface writes them, and the grade they need.

The grade is Anderson's RIX: words of seven letters or more, for each sentence (J. Anderson, "Lix and
Rix: variations on a little-known readability index", Journal of Reading 26(6), 1983). It counts
letters, not syllables, and so measures English and French with one rule; see docs/decisions/0022.
"""

import re
from html.parser import HTMLParser

LONG = 7
# The least RIX of each school grade from the first to the thirteenth (beyond school).
GRADES = (0.0, 0.2, 0.5, 0.8, 1.3, 1.8, 2.4, 3.0, 3.7, 4.5, 5.3, 6.2, 7.2)
BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "summary",
    "legend",
    "label",
    "button",
    "dt",
    "dd",
    "div",
    "section",
    "td",
    "th",
    "br",
    "main",
    "details",
    "ul",
    "ol",
    "time",
}
VOID = {"br", "img", "input", "meta", "link", "hr", "wbr"}
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


class _Text(HTMLParser):
    """The text inside main; what people or other programs wrote is one name, an icon is nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self.pieces.append("\n")
        if tag in VOID:
            return
        how = (
            "name"
            if given.get("translate") == "no"
            else "nothing"
            if self._is_nothing(tag, given)
            else ""
        )
        if how == "name" and not self._inside("name", "nothing"):
            self.pieces.append("Noor")
        self.open.append((tag, how))

    def _is_nothing(self, tag: str, given: dict[str, str | None]) -> bool:
        return given.get("aria-hidden") == "true" or tag in {
            "script",
            "style",
            "svg",
            "select",
            "textarea",
            "nav",
        }

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        inside = any(tag == "main" for tag, _ in self.open)
        if inside and not self._inside("name", "nothing"):
            self.pieces.append(data.replace("\n", " "))

    def _inside(self, *hows: str) -> bool:
        return any(how in hows for _, how in self.open)


def sentences(html: str) -> list[list[str]]:
    """The words of each sentence of the page's main part; a heading or an item is one, too."""
    parser = _Text()
    parser.feed(html)
    lines = "".join(parser.pieces).split("\n")
    parts = [part for line in lines for part in re.split(r"(?<=[.!?:;])\s+|\s+[·–]\s+", line)]
    found = [WORD.findall(part) for part in parts]
    return [words for words in found if words]


def grade(found: list[list[str]]) -> int:
    """The school grade (1 to 13) that this needs, by its RIX."""
    long = sum(len(word) >= LONG for words in found for word in words)
    rix = long / len(found)
    return sum(rix >= least for least in GRADES)
