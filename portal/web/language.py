"""Which language somebody reads, and every text in it."""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "fr")
NAMES = {"en": "English", "fr": "Français"}
CATALOGUES = Path(__file__).parent.parent / "locale"


def N_(text: str) -> str:
    """Mark a text for the catalogues where it is written; it is translated where it is shown."""
    return text


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language. English is what the code says; it needs none."""
    if language == "en":
        return NullTranslations()
    # Compiled in memory: a compiled catalogue in the repository could disagree with its source.
    with (CATALOGUES / language / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def say(language: str, text: str, **facts: object) -> str:
    """The text in this language, with its facts put in."""
    said = translations(language).gettext(text)
    return said % facts if facts else said


def preferred(chosen: str | None, personal: str | None, accepted: str) -> str:
    """The reader's language: chosen on this browser, else the person's own, else the browser's."""
    for language in (chosen, personal):
        if language in LANGUAGES:
            return str(language)
    for part in accepted.split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in LANGUAGES:
            return language
    return "en"
