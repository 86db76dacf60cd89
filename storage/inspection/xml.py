"""Reading XML that a stranger wrote: no document type, no entity, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO, Final
from xml.parsers import expat  # it stops at the first document type, before any entity

from storage.inspection.finding import Objection

Started = Callable[[str, Mapping[str, str]], None]
Said = Callable[[str], None]

PIECE: Final = 2**18
DEEPEST: Final = 500


def read_xml(
    content: IO[bytes],
    *,
    started: Started,
    ended: Said | None = None,
    said: Said | None = None,
    allowed_type: str = "",
) -> None:
    """Tell each element ("namespace name", attributes), its end and its text.

    Raises Objection for a document type (but one of this public name) or if it is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = _Depth(started, ended)
    parser.StartElementHandler, parser.EndElementHandler = depth.down, depth.up
    parser.StartDoctypeDeclHandler = _only(allowed_type)
    if said:
        parser.CharacterDataHandler = said
    try:
        while piece := content.read(PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Objection("broken", f"XML that cannot be read: {error}") from error


class _Depth:
    """Passes elements on, as long as they are not nested deeper than anything honest is."""

    def __init__(self, started: Started, ended: Said | None) -> None:
        self._started, self._ended, self._depth = started, ended, 0

    def down(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Objection("bomb", "XML nested too deep")
        self._started(name, attributes)

    def up(self, name: str) -> None:
        self._depth -= 1
        if self._ended:
            self._ended(name)


def _only(allowed: str) -> Callable[[str, str | None, str | None, bool], None]:
    def doctype(_: str, __: str | None, public: str | None, internal: bool) -> None:
        if internal or not allowed or public != allowed:
            raise Objection("doctype", "XML with a document type")

    return doctype
