"""Papers: a typst template and data become an accessible PDF; a notice becomes a letter."""

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, cast

import segno
import typst

from notices.facts import Both, Kind, Language, Moment
from notices.saying import say, say_day
from notices.templates import TEMPLATES
from notices.wording import Wording, both_wordings

# How typst names a character that none of its fonts can draw.
MISSING = re.compile(r'the text (?:contains the disallowed codepoint )?`"([^`]+)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

# They show a name in another order than it has: "fdp.exe" for "exe.pdf".
BIDI_CONTROLS = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
# A bell or an escape has no shape; some fonts draw nothing for it, others something.
SHAPELESS = "".join(map(chr, (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))))


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who writes, under which number and date; `sign_in`: the page where it is answered."""

    tribunal: Both
    office: Both
    number: str
    issued: Moment
    sign_in: str = ""


def letter(facts: Kind, first: Language, *, head: Letterhead) -> bytes:
    """The notice on paper, in both languages; `first` is the language of the proceedings.

    Always both: the parties of a case may read different languages, whoever helps a person may
    read the other one, and one paper with one fingerprint is what everybody was served. Each
    language has pages of its own and says everything.
    """
    versions = [_version(facts, said, head) for said in both_wordings(facts, first)]
    data = {"title": versions[0]["subject"], "number": head.number, "versions": versions}
    if head.sign_in:
        data |= {"address": head.sign_in, "code": code(head.sign_in)}
    return typeset("letter", data, first, at=head.issued.at)


@lru_cache(maxsize=16)
def code(address: str) -> str:
    """A QR code (ISO/IEC 18004, level M) as SVG without the white around it.

    The address stands beside it in words, and must not hold anything that tells people apart.
    """
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=0, xmldecl=False, nl=False)
    return drawn.getvalue().decode()


def _version(facts: Kind, said: Wording, head: Letterhead) -> dict[str, Any]:
    """One language's part of a letter."""
    language = said.language
    return {
        "language": language,
        "tribunal": say(head.tribunal, language),
        "office": say(head.office, language),
        "file_number": facts.file_number,
        "issued": say_day(head.issued.local.date(), language),
        "subject": said.subject,
        "runs": [
            {"kind": kind, "parts": [asdict(part) for part in parts]} for kind, parts in said.runs
        ],
    }


@dataclass(frozen=True, kw_only=True)
class FiledFile:
    """One line of a receipt, in words; `about` says what it is, `state` what its check found."""

    name: str
    size: str
    pages: str
    sha256: str
    about: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a receipt tells in one language; `rows` are labels and what they say."""

    language: Language
    file_number: str
    rows: Sequence[tuple[str, str]]
    files: Sequence[FiledFile]
    # When the checks stood as the files' states say, in words.
    checked: str


def receipt(versions: Sequence[Told], *, head: Letterhead, whole: str, address: str) -> bytes:
    """The receipt of a filing, one version a language.

    `whole`: the fingerprint of all that it states; `address`: the page where anybody can check it.
    """
    data = {
        "number": head.number,
        "whole": whole,
        "address": address,
        "versions": [
            asdict(one)
            | {
                "tribunal": say(head.tribunal, one.language),
                "office": say(head.office, one.language),
                "rows": [{"label": label, "text": text} for label, text in one.rows],
            }
            for one in versions
        ],
    }
    return typeset("receipt", data, versions[0].language, at=head.issued.at)


@dataclass(frozen=True)
class Table:
    """One table of a register: its title, the heads of its columns, and its lines, all in words."""

    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str]]


def register(
    language: Language,
    *,
    title: str,
    tribunal: str,
    made: Moment,
    rows: Sequence[tuple[str, str]],
    tables: Sequence[Table],
    note: str,
) -> bytes:
    """Tables on paper, such as acts or ended loans, below the facts they are about."""
    data = {
        "title": title,
        "tribunal": tribunal,
        "made": say_day(made.local.date(), language),
        "rows": [{"label": label, "text": text} for label, text in rows],
        "tables": [asdict(one) for one in tables],
        "note": note,
    }
    return typeset("register", data, language, at=made.at)


def typeset(template: str, data: Mapping[str, Any], language: Language, *, at: datetime) -> bytes:
    """Fill a template: tagged PDF/UA-1, titled, in this language; same data, same bytes.

    The facts reach typst as one JSON input, never as source. It is work for a processor: call
    it in a thread.
    """
    drawn = _spell_out(dict(data), BIDI_CONTROLS + SHAPELESS)
    fingerprint = hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()
    inputs = {**drawn, "language": language, "fingerprint": fingerprint}
    try:
        return _compile(template, inputs, at)
    except typst.TypstError as error:
        missing = _characters(error.diagnostic)
        if not missing:
            raise
    # A name in a script without a font must not cost anybody their receipt.
    return _compile(template, _spell_out(inputs, missing), at)


def _spell_out(data: Any, characters: str) -> Any:  # noqa: ANN401 - JSON, whatever its shape
    """Write these characters by their number, wherever they stand in the data."""
    match data:
        case str():
            return data.translate({ord(one): f"[U+{ord(one):04X}]" for one in characters})
        case dict():
            items = cast("dict[str, Any]", data).items()
            return {key: _spell_out(value, characters) for key, value in items}
        case list() | tuple():
            return [_spell_out(value, characters) for value in cast("Sequence[Any]", data)]
        case _:
            return data


def _characters(diagnostic: str) -> str:
    """The characters that a diagnostic says cannot be drawn."""
    named = "".join(MISSING.findall(diagnostic))
    escaped = [chr(int(code, 16)) for code in ESCAPED.findall(named)]
    return ESCAPED.sub("", named) + "".join(escaped)


def _compile(template: str, inputs: Mapping[str, Any], at: datetime) -> bytes:
    compiler = typst.Compiler(root=TEMPLATES, font_paths=_fonts())
    pdf = compiler.compile(
        TEMPLATES / "notices" / f"{template}.typ",
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(inputs)},
        timestamp=at.replace(microsecond=0),
    )
    return cast("bytes", pdf)


@cache
def _fonts() -> typst.Fonts:
    """Typst's own fonts, and the system's for scripts that they lack; read once."""
    return typst.Fonts()
