"""Inside Word's and Excel's files since 2007: programs, links that load by themselves, objects."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from typing import IO, BinaryIO, Final

from storage.inspection.appended import forbid_another_type
from storage.inspection.archives import opened, require_end
from storage.inspection.fields import forbid_field
from storage.inspection.finding import Objection
from storage.inspection.links import forbid_odd_link
from storage.inspection.xml import read_xml

RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
TYPES: Final = "[Content_Types].xml"

# By the last word of a relationship's or a content's type, in lower case.
UNWANTED: Final = {
    "vbaproject": "macros",
    "wordvbadata": "macros",
    "xlmacrosheet": "macros",
    "xlintlmacrosheet": "macros",
    "attachedtoolbars": "macros",
    "control": "macros",
    "activexcontrolbinary": "macros",
    "afchunk": "attachments",
    "oleobject": "attachments",
    "package": "attachments",
    "subdocument": "external",
    "externallinkpath": "external",
    "connections": "external",
    "mailmergesource": "external",
    "querytable": "external",
}
MACRO_PART: Final = re.compile(
    r"vba(project|data)|macrosheets/|activex/|macroenabled", re.IGNORECASE
)
# Elements that load or start something without a relationship that says so.
ELEMENTS: Final = {
    "ddeLink": "dde",
    "mailMerge": "external",
    "sourceFileName": "external",
    "oleLink": "external",
    "OLEObject": "attachments",
    "oleObject": "attachments",
    "altChunk": "attachments",
    "subDoc": "external",
    "dbPr": "external",
    "webPr": "external",
    "control": "macros",
}
FIELDS: Final = re.compile(r"word/(document|header|footer|footnotes|endnotes|comments|glossary)")
STOPPED_AT: Final = re.compile(r"(xl/worksheets/sheet|xl/sharedStrings|xl/theme|word/theme)")
DRAWING: Final = (".emf", ".wmf", ".emz", ".wmz")


def inspect_office(file: BinaryIO) -> None:
    """Walk every part; raises Objection."""
    forbid_another_type(file, but="zip")
    with opened(file) as archive:
        require_end(file, archive)
        names = archive.namelist()
        if TYPES not in names or "_rels/.rels" not in names:
            raise Objection("broken", "an Office file without its list of parts")
        for name in names:
            if MACRO_PART.search(name):
                raise Objection("macros", name)
        for name in names:
            _look(archive, name)


def _look(archive: zipfile.ZipFile, name: str) -> None:
    """Look into one part, by what its name says it is."""
    if archive.getinfo(name).file_size == 0:
        return
    with archive.open(name) as content:
        if name.endswith(".rels"):
            read_xml(content, started=_judge_relationship)
        elif name == TYPES:
            read_xml(content, started=_judge_type)
        elif name.endswith((".xml", ".vml")):
            _look_at_xml(content, name)
        elif name.lower().endswith(DRAWING) and b"%PDF-" in content.read():
            raise Objection("attachments", f"a PDF inside the drawing {posixpath.basename(name)}")


def _look_at_xml(content: IO[bytes], name: str) -> None:
    if STOPPED_AT.match(name):
        read_xml(content, started=_judge_sheet)
    elif FIELDS.match(name):
        fields = Fields()
        read_xml(content, started=fields.started, ended=fields.ended, said=fields.said)
    else:
        read_xml(content, started=_judge_element)


def _judge_relationship(name: str, attributes: Mapping[str, str]) -> None:
    if name != RELATIONSHIP:
        return
    kind = attributes.get("Type", "").rsplit("/", 1)[-1].lower()
    target = attributes.get("Target", "")
    if attributes.get("TargetMode", "").lower() == "external":
        if kind != "hyperlink":
            raise Objection("external", f"{kind} outside the file")
        forbid_odd_link(target)
    elif "://" in target or target.startswith("\\\\"):
        raise Objection("external", f"{kind} outside the file")
    if reason := UNWANTED.get(kind):
        raise Objection(reason, f"relationship {kind}")


def _judge_type(_: str, attributes: Mapping[str, str]) -> None:
    found = attributes.get("ContentType", "")
    if MACRO_PART.search(found) or "activex" in found.lower():
        raise Objection("macros", found)
    if found.endswith("oleObject"):
        raise Objection("attachments", found)


def _judge_element(name: str, _: Mapping[str, str]) -> None:
    local = name.rpartition(" ")[2]
    if reason := ELEMENTS.get(local):
        raise Objection(reason, f"element {local}")


def _judge_sheet(name: str, attributes: Mapping[str, str]) -> None:
    if name.endswith((" oleObject", " control", " oleLink", " ddeLink")):
        _judge_element(name, attributes)


class Fields:
    """The fields of a text, whose instructions may lie in pieces across runs and paragraphs."""

    def __init__(self) -> None:
        self._inside = False
        self._open: list[str] = []

    def started(self, name: str, attributes: Mapping[str, str]) -> None:
        """Meet an element."""
        _judge_element(name, attributes)
        local = name.rpartition(" ")[2]
        values = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if local == "fldSimple":
            forbid_field(values.get("instr", ""))
        elif local == "fldChar" and values.get("fldCharType") == "begin":
            self._open.append("")
        elif local == "fldChar" and self._open:
            forbid_field(self._open[-1])
            if values.get("fldCharType") == "end":
                self._open.pop()
        self._inside = local == "instrText"

    def ended(self, name: str) -> None:
        """Leave an element."""
        self._inside = False

    def said(self, text: str) -> None:
        """Meet text."""
        if self._inside:
            if not self._open:
                self._open.append("")
            self._open[-1] += text
            forbid_field(self._open[-1])
