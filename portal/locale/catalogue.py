"""Finding every marked text and bringing the catalogue up to date: `make messages`."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent.parent
FRENCH = Path(__file__).parent / "fr" / "messages.po"

METHODS = [
    ("templates/notices/**", "ignore"),
    ("templates/mail/**", "ignore"),
    ("portal/**.py", "python"),
    ("templates/**.html", "jinja2"),
]
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.do", "newstyle_gettext": "true"}}
PARAMETER = re.compile(r"%\((\w+)\)")


def wanted() -> Catalog:
    """Every text that people see and that gettext translates."""
    catalogue = Catalog(locale="fr", project="Dossier", charset="utf-8")
    for folder in ("portal", "templates"):
        found = extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS],
            {pattern.removeprefix(f"{folder}/"): each for pattern, each in OPTIONS.items()},
            KEYWORDS,
        )
        for file, _line, message, _comments, context in found:
            catalogue.add(message, locations=[(f"{folder}/{file}", 0)], context=context)
    return catalogue


def kept() -> Catalog:
    """The French catalogue as it is."""
    with FRENCH.open("rb") as source:
        return read_po(source, locale="fr")


def shortcomings() -> list[str]:
    """What is wrong with the French catalogue, one sentence each."""
    catalogue, wrong = kept(), list[str]()
    for message in wanted():
        if not message.id:
            continue
        have = catalogue.get(message.id, message.context)
        if have is None or not _texts(have.string) or not all(_texts(have.string)):
            wrong.append(f"not translated: {message.id!r}")
        elif have.fuzzy:
            wrong.append(f"fuzzy: {message.id!r}")
        elif _parameters(have.string) - _parameters(message.id):
            wrong.append(f"names a parameter that is not there: {message.id!r}")
    return wrong


def update() -> None:
    """Add what is new, drop what is gone; nothing is guessed."""
    catalogue, old = wanted(), kept()
    catalogue.creation_date = old.creation_date
    for message in catalogue:
        have = old.get(message.id, message.context) if message.id else None
        alike = have is not None and isinstance(have.id, str) == isinstance(message.id, str)
        if have is not None and alike and not have.fuzzy:
            message.string = have.string
    with FRENCH.open("wb") as target:
        write_po(target, catalogue, width=100, sort_output=True, include_lineno=False)


def _texts(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _parameters(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    return {name for each in _texts(text) for name in PARAMETER.findall(each)}


if __name__ == "__main__":
    update()
    print("\n".join(shortcomings()) or "every text is translated")
