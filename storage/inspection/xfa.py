"""Forms inside a PDF that one program alone can show (XFA): what of them acts by itself."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

from pikepdf import Array, Object, Stream

from storage.inspection.finding import Objection
from storage.inspection.xml import read_xml

LIVE: Final = {"script", "submit", "execute", "eventSubmit", "soapAddress", "wsdlAddress"}


def forbid_live_form(form: Object) -> None:
    """Raise Objection if the form runs script, sends itself, or cannot be read."""
    parts = list(form.as_list()) if isinstance(form, Array) else [form]
    content = b"".join(part.read_bytes() for part in parts if isinstance(part, Stream))
    try:
        read_xml(io.BytesIO(content), started=_judge)
    except Objection as objection:
        raise Objection("xfa", f"XFA: {objection.detail}") from objection


def _judge(name: str, _: Mapping[str, str]) -> None:
    if name.rpartition(" ")[2] in LIVE:
        raise Objection("xfa", name)
