"""Wording: both languages say the same facts, in words, and no fact becomes markup."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.facts import LANGUAGES, Both, Kind, Language, Moment
from notices.kinds.document_received import DocumentReceived
from notices.kinds.general_letter import GeneralLetter
from notices.saying import say
from notices.wording import both_wordings, fixed_wording, wording
from tests.notices.samples import APPEAR, SAMPLES

NBSP = "\N{NO-BREAK SPACE}"
HARD = "<script>alert(1)</script> & {{ 7*7 }} \"'\\ </dd><dd>When: never"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (date(2026, 12, 3), "Thursday, 3 December 2026", "jeudi 3 décembre 2026"),
        (date(2026, 12, 1), "Tuesday, 1 December 2026", "mardi 1er décembre 2026"),
        (Both("Dari", "dari"), "Dari", "dari"),
        (
            Moment(datetime(2026, 12, 3, 14, tzinfo=UTC), "America/Toronto"),
            f"Thursday, 3 December 2026, 9:00{NBSP}a.m., Toronto time (Eastern)",
            f"jeudi 3 décembre 2026, 9{NBSP}h, heure de Toronto (heure de l’Est)",
        ),
        (
            Moment(datetime(2026, 7, 2, 21, 5, tzinfo=UTC), "America/Toronto"),
            f"Thursday, 2 July 2026, 5:05{NBSP}p.m., Toronto time (Eastern)",
            f"jeudi 2 juillet 2026, 17{NBSP}h{NBSP}05, heure de Toronto (heure de l’Est)",
        ),
        (
            Moment(datetime(2026, 12, 4, 2, 30, tzinfo=UTC), "America/St_Johns"),
            f"Thursday, 3 December 2026, 11:00{NBSP}p.m., St. John’s time (Newfoundland)",
            f"jeudi 3 décembre 2026, 23{NBSP}h, heure de St. John’s (heure de Terre-Neuve)",
        ),
    ],
)
def test_dates_are_said_in_words_with_their_zone(value: object, english: str, french: str) -> None:
    """A weekday, a month in letters and the zone's name leave nothing to guess."""
    assert [english, french] == [say(value, language) for language in LANGUAGES]


def test_plain_language_comes_before_the_law() -> None:
    """What, when and what to do are read first; the citation is last."""
    said = wording(APPEAR, "en")

    assert said.subject == "Notice to appear"
    assert [part.label for part in said.parts[:3]] == ["When", "Where", "What you must do"]
    assert "by Monday, 23 November 2026" in said.parts[2].text
    kinds = [part.kind for part in said.parts]
    assert sorted(kinds, key=lambda kind: kind == "law") == kinds
    assert "law" in kinds


@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
def test_both_languages_say_as_much(facts: Kind) -> None:
    """Every part of one language has its counterpart in the other."""
    french, english = both_wordings(facts, "fr")

    assert (french.language, english.language) == ("fr", "en")
    assert [part.kind for part in english.parts] == [part.kind for part in french.parts]
    assert english.subject
    assert english.subject != french.subject
    assert all(part.text for part in (*english.parts, *french.parts))


@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
def test_french_keeps_its_spaces(facts: Kind) -> None:
    """No line may begin with a colon, semicolon, question or exclamation mark."""
    assert not re.search(r"(?<!\N{NO-BREAK SPACE})[ \w][;?!](?=\s|$)| :", wording(facts, "fr").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_facts_stay_text(language: Language) -> None:
    """Markup, template syntax and forged rows in a fact are shown as they were typed."""
    facts = DocumentReceived(
        file_number=HARD,
        division="rpd",
        received=Moment(datetime(2026, 12, 3, tzinfo=UTC), "America/Toronto"),
        receipt="R-1",
        filed_by=HARD,
        documents=(HARD,),
    )

    said = wording(facts, language)

    assert HARD in [part.text for part in said.parts]
    assert [[part.kind for part in said.parts].count(kind) for kind in ("row", "item")] == [4, 1]
    assert "<script" not in said.html
    assert "7*7" in said.html


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_any_visible_text_is_said_as_written(text: str) -> None:
    """What an officer writes is what people read, letter by letter."""
    facts = GeneralLetter(
        file_number="T", division="rpd", subject=Both(text, text), body=Both(text, text)
    )

    assert (text, text) == (wording(facts, "fr").subject, wording(facts, "fr").text)


def test_what_was_said_is_kept() -> None:
    """A notice reads the same for ever, whatever becomes of its template."""
    said = wording(APPEAR, "fr")

    assert said == fixed_wording("fr", said.subject, said.to_json())
