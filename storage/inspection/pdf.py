"""Inside a PDF: what acts, leads away, carries files or unfolds; what is locked or damaged."""

from __future__ import annotations

import io
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from storage.inspection.appended import forbid_another_type, require_nothing_after, size_of, tail_of
from storage.inspection.finding import Objection
from storage.inspection.inflating import inflates_too_far
from storage.inspection.links import forbid_odd_link
from storage.inspection.xfa import forbid_live_form

# Actions by what they do; those not named here only move about in the file or open a link.
ACTS: Final = {
    "/JavaScript": "script",
    "/Launch": "launches",
    "/SubmitForm": "sends",
    "/ImportData": "sends",
    "/GoToR": "leads_away",
    "/GoToE": "leads_away",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
CARRIES: Final = {
    "/FileAttachment": "attachments",
    "/RichMedia": "media",
    "/3D": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
}
# A dictionary without any of these names is not looked at closely: most have none, and qpdf
# writes each name without disguise (/J#53 is /JS).
KEYS: Final = ("JS", "EF", "EmbeddedFile", "URI", "F", "XFA", "Collection", "Thread")
TELLING: Final = re.compile(
    rb"/(?:"
    + b"|".join(name.removeprefix("/").encode() for name in (*KEYS, *ACTS, *CARRIES))
    + rb")(?![^\s/<>\[\](){}%])|/(?:S|Subtype|Type) \d+ \d+ R"  # or a name that is elsewhere
)
# qpdf's words when it had to guess what belongs together: a reader may guess differently.
GUESSED: Final = ("econstruct", "file is damaged", "loop detected")
# Its words for a lock that only some other program has the key to.
FOREIGN_LOCK: Final = re.compile(r"nsupported (encryption filter|/R or /V)")
PIXELS: Final = 400_000_000
PAGES: Final = 20_000
IN_MEMORY: Final = 128 * 1024**2
PACKED: Final = 2  # so many times over, ordinary programs never do it


def inspect_pdf(file: BinaryIO) -> int:
    """Walk every object; returns the number of pages, or raises Objection."""
    forbid_another_type(file, but="pdf")
    _require_end(file)
    # qpdf goes to and fro in thousands of steps, which are half as long in memory.
    content = io.BytesIO(_all_of(file)) if size_of(file) <= IN_MEMORY else file
    content.seek(0)
    with (
        _failures(),
        pikepdf.open(content, access_mode=pikepdf.AccessMode.stream) as pdf,
    ):
        return _walk_all(pdf)


def _walk_all(pdf: pikepdf.Pdf) -> int:
    if pdf.is_encrypted:
        # It opens for everybody, but what it forbids (printing, taking pages out) is what a
        # registry does with a document, and not every scanner looks behind the lock.
        raise Objection("restricted", "encrypted with an empty password")
    pages = len(pdf.pages)
    if pages and pdf.Root.Pages.get("/Count") != pages:
        raise Objection("broken", "another number of pages than it says")
    _look(pdf.trailer)
    for one in pdf.objects:
        _look(one)
    found = cast("list[object]", pdf.get_warnings())  # pyright: ignore[reportUnknownMemberType]
    warnings = [str(one) for one in found]
    for warning in warnings:
        if any(word in warning for word in GUESSED):
            raise Objection("broken", _said(warning))
    if not 0 < pages <= PAGES:
        raise Objection("no_pages" if pages == 0 else "bomb", f"{pages} pages")
    return pages


@contextmanager
def _failures() -> Generator[None]:
    """Qpdf's errors, as what they say about the file."""
    try:
        yield
    except pikepdf.PasswordError as error:
        raise Objection("encrypted", "needs a password") from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        reason = "encrypted" if FOREIGN_LOCK.search(str(error)) else "broken"
        raise Objection(reason, f"{type(error).__name__}: {_said(str(error))}") from error


def _all_of(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _require_end(file: BinaryIO) -> None:
    """Raise Objection if anything but white space follows the last end of file."""
    tail = tail_of(file, 2**16)
    at = tail.rfind(b"%%EOF")
    if at < 0:
        raise Objection("broken", "no end of file")
    file.seek(0, 2)
    require_nothing_after(file, file.tell() - len(tail) + at + len(b"%%EOF"))


def _look(one: Object) -> None:
    """Look at one numbered object and everything directly inside it."""
    if isinstance(one, Stream):
        _look_at_stream(one)
    elif not isinstance(one, (Dictionary, Array)):
        return
    if TELLING.search(one.unparse(resolved=True)):
        _walk(one)


def _walk(top: Object) -> None:
    waiting: list[Object] = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            values = list(one.as_list())
        else:
            _judge(one)
            values = [value for _, value in one.items()]
        waiting += [
            value
            for value in values
            if isinstance(value, (Dictionary, Array)) and not value.is_indirect
        ]


def _judge(one: Object) -> None:
    """Raise Objection if this dictionary is one of those that are not accepted."""
    kind, action = _name(one, "/Subtype"), _name(one, "/S")
    if "/JS" in one or action == "/JavaScript":
        raise Objection("script", "JavaScript")
    if reason := ACTS.get(action):
        raise Objection(reason, f"action {action}")
    if reason := CARRIES.get(kind):
        # Some are also names of what is no annotation; those are no less unwanted.
        raise Objection(reason, f"annotation {kind}")
    if "/EF" in one or "/Collection" in one or _name(one, "/Type") == "/EmbeddedFile":
        raise Objection("attachments", "embedded file")
    if "/XFA" in one:
        forbid_live_form(one["/XFA"])
    _judge_ways_out(one, action)


def _judge_ways_out(one: Object, action: str) -> None:
    if "/F" in one and (action == "/Thread" or isinstance(one, Stream)):
        raise Objection("leads_away", "a part of it is in another file")
    if action == "/URI" and "/URI" in one:
        forbid_odd_link(str(one["/URI"]))


def _look_at_stream(one: Stream) -> None:
    """Raise Objection if it would unfold into more than anything honest does."""
    width, height = one.get("/Width", 0), one.get("/Height", 0)
    if isinstance(width, int) and isinstance(height, int) and width * height > PIXELS:
        raise Objection("bomb", f"a picture of {width} by {height} points")
    if one.get("/Subtype") == Name.Image:
        return  # its size is known now; whoever draws it unfolds no more
    filters = one.get("/Filter", [])
    names = [str(filters)] if isinstance(filters, Name) else [str(name) for name in filters]
    times = sum(name in {"/FlateDecode", "/Fl", "/LZWDecode"} for name in names)
    if times > PACKED:
        raise Objection("bomb", f"packed {times} times")
    only_deflated = times and set(names) <= {"/FlateDecode", "/Fl"}
    if only_deflated and inflates_too_far(one.read_raw_bytes(), times=times):
        raise Objection("bomb", "a stream that unfolds too far")


def _name(one: Object, key: str) -> str:
    value = one.get(key)
    return str(value) if isinstance(value, Name) else ""


def _said(words: str) -> str:
    """What qpdf said, without the words for where it read it."""
    return words.rpartition(">")[2].lstrip(": ")
