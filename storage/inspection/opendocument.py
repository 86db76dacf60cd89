"""Inside OpenDocument files: programs, links that load by themselves, objects, locked parts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import BinaryIO, Final

from storage.inspection.appended import forbid_another_type
from storage.inspection.archives import opened, require_end
from storage.inspection.finding import Objection
from storage.inspection.links import forbid_odd_link
from storage.inspection.xml import read_xml
from storage.structure import OLE_START

MANIFEST: Final = "META-INF/manifest.xml"
MANIFEST_TYPE: Final = "-//OpenOffice.org//DTD Manifest 1.0//EN"  # OpenOffice.org 2 wrote it
LIBRARY: Final = re.compile(
    r"(Basic|Dialogs)/.*script-l[bc]\.xml|(Basic|Dialogs)/.*dialog-l[bc]\.xml"
)
PROGRAM: Final = re.compile(r"(Basic|Dialogs|Scripts)/.+[^/]$")
# What a person follows with a click; everything else that has an address loads it by itself.
CLICKED: Final = {"a", "template"}
ELEMENTS: Final = {
    "event-listener": "macros",
    "script": "macros",
    "dde-source": "dde",
    "dde-link": "dde",
    "dde-connection": "dde",
    "dde-connection-decl": "dde",
    "object-ole": "attachments",
    "applet": "attachments",
    "plugin": "attachments",
    "floating-frame": "external",
    "cell-range-source": "external",
    "connection-resource": "external",
}
FORMULA: Final = re.compile(r"\b(DDE|WEBSERVICE)\s*\(", re.IGNORECASE)


def inspect_opendocument(file: BinaryIO) -> None:
    """Walk every part; raises Objection."""
    forbid_another_type(file, but="zip")
    with opened(file) as archive:
        require_end(file, archive)
        names = archive.namelist()
        if "content.xml" not in names or archive.getinfo("content.xml").file_size == 0:
            raise Objection("broken", "an OpenDocument file without content")
        for name in names:
            if PROGRAM.match(name) and not LIBRARY.match(name):
                raise Objection("macros", name)
        for name in names:
            _look(archive, name)


def _look(archive: zipfile.ZipFile, name: str) -> None:
    if LIBRARY.match(name) or archive.getinfo(name).file_size == 0:
        return  # an empty list of shortcuts is what LibreOffice writes
    with archive.open(name) as content:
        if name == MANIFEST:
            read_xml(content, started=_judge_entry, allowed_type=MANIFEST_TYPE)
        elif name.endswith((".xml", ".rdf")):
            read_xml(content, started=_judge_element)
        elif content.read(8) == OLE_START:
            raise Objection("attachments", "an OLE object")


def _judge_entry(name: str, attributes: Mapping[str, str]) -> None:
    local = name.rpartition(" ")[2]
    if local == "encryption-data":
        raise Objection("encrypted", "a part needs a password")
    kinds = [value for key, value in attributes.items() if key.endswith("media-type")]
    if "application/vnd.sun.star.oleobject" in kinds:
        raise Objection("attachments", "an OLE object")


def _judge_element(name: str, attributes: Mapping[str, str]) -> None:
    local = name.rpartition(" ")[2]
    if reason := ELEMENTS.get(local):
        raise Objection(reason, f"element {local}")
    for key, value in attributes.items():
        if key.endswith("xlink href"):
            _judge_address(local, value)
        elif key.endswith(" formula") and FORMULA.search(value):
            raise Objection("dde", "a formula that asks another program")


def _judge_address(element: str, address: str) -> None:
    if element == "a":
        forbid_odd_link(address)
    elif element not in CLICKED and (
        "://" in address or address.startswith(("//", "\\\\", "../.."))
    ):
        raise Objection("external", f"{element} outside the file")
