"""Inside RTF: objects, templates from elsewhere, fields that act, anything after the end."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from storage.inspection.appended import forbid_another_type, require_nothing_after
from storage.inspection.fields import forbid_field
from storage.inspection.finding import Objection
from storage.inspection.links import forbid_odd_link

DEEPEST: Final = 2_000
TOKEN: Final = re.compile(
    rb"\\(?:([A-Za-z]+)(-?\d+)?[ ]?|'[0-9A-Fa-f]{2}|\r?\n|.)|([{}])", re.DOTALL
)
OBJECTS: Final = {
    b"objdata", b"objemb", b"objlink", b"objautlink", b"objsub", b"objpub", b"objicemb",
    b"objhtml", b"objocx", b"objupdate", b"objclass", b"objattph",
}  # fmt: skip
ENDS: Final = b"\0\t\n\f\r \x1a"


def inspect_rtf(file: BinaryIO) -> None:
    """Walk every group; raises Objection."""
    forbid_another_type(file, but="page")  # Outlook keeps its HTML in RTF
    file.seek(0)
    end = _Walk(file.read()).end()
    if end is not None:  # some programs forget the last braces; every reader closes them
        require_nothing_after(file, end, padding=ENDS)


class _Walk:
    """One pass over the words and braces, with the field whose instruction is being read."""

    def __init__(self, content: bytes) -> None:
        self._content, self._depth, self._at = content, 0, 0
        self._field: tuple[int, int] | None = None  # the depth and place where it begins

    def end(self) -> int | None:
        """Judge every word; returns where the outermost group ends, if it does."""
        while token := TOKEN.search(self._content, self._at):
            self._at = token.end()
            if token[3] == b"{":
                self._open()
            elif token[3] == b"}":
                self._close(token.start())
                if self._depth <= 0:
                    return self._at
            elif token[1]:
                self._judge(token[1], int(token[2] or 0))
        return None

    def _open(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Objection("bomb", "groups nested too deep")

    def _close(self, at: int) -> None:
        self._depth -= 1
        if self._field and self._depth < self._field[0]:
            forbid_field(_plain(self._content[self._field[1] : at]))
            self._field = None

    def _judge(self, word: bytes, number: int) -> None:
        if word in OBJECTS:
            raise Objection("attachments", f"object: {word.decode()}")
        if word == b"fldinst":
            self._field = (self._depth, self._at)
        elif word == b"template":
            self._judge_template(self._content[self._at : self._at + 500].partition(b"}")[0])
        elif word == b"bin":
            self._at += max(0, number)

    def _judge_template(self, name: bytes) -> None:
        if b"://" in name:
            raise Objection("external", "a template from elsewhere")
        forbid_odd_link(_plain(name))


def _plain(group: bytes) -> str:
    """The text of a group without its words and braces."""

    def kept(token: re.Match[bytes]) -> bytes:
        whole = token[0]
        if whole[:2] == b"\\'":
            return bytes.fromhex(whole[2:4].decode())
        return whole[1:] if whole[:1] == b"\\" and token[1] is None else b""

    return TOKEN.sub(kept, group).decode("latin-1")
