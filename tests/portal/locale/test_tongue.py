"""A language is one file; a file that lacks, claims or contains what it must not stops the portal."""

import re
from datetime import date
from pathlib import Path

import pytest

from portal.locale.tongue import ENGLISH, FOLDER, TONGUES, Tongue, TongueMisfit, read, read_source

WANTED = {"es", "ar", "fa", "uk", "ht", "ti"}
LAST = date(2026, 12, 3)
ENGLISH_OF_TWO = {"hello": "Hello.", "call": "Call {phone}."}
PLAIN = """
name = "Esperanto"
direction = "ltr"
locale = "eo"
date = "{weekday} {day} {month} {year}"
[strings]
hello = { text = "Saluton.", review = "unreviewed" }
call = { text = "Voku {phone}.", review = "unreviewed" }
"""
REVIEWED = 'review = "reviewed", by = "Zam Enhof", on = 2026-11-01, of = "Hello." }'


def written(folder: Path, text: str, name: str = "eo.toml") -> dict[str, Tongue]:
    """The languages of a folder that holds this file."""
    (folder / name).write_text(text, "utf-8")
    return read(folder, ENGLISH_OF_TWO)


def test_a_language_is_added_by_one_file(tmp_path: Path) -> None:
    """A copy of a catalogue under another name is a further language: nothing else is touched."""
    for file in FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pt-BR.toml").write_text(
        (FOLDER / "es.toml").read_text("utf-8").replace("Español", "Português"), "utf-8"
    )

    found = read(tmp_path, read_source(tmp_path / "source.toml"))

    assert set(found) == WANTED | {"pt-BR"}
    assert found["pt-BR"].name == "Português"


def test_the_languages_of_the_plan_are_there() -> None:
    """Spanish, Arabic, Persian, Ukrainian, Haitian Creole and Tigrinya; two run from right to left."""
    assert set(TONGUES) == WANTED
    assert {code for code, one in TONGUES.items() if one.direction == "rtl"} == {"ar", "fa"}


@pytest.mark.parametrize("code", sorted(WANTED))
def test_a_language_says_every_text_with_its_facts_and_without_markup(code: str) -> None:
    """The reader refuses less than all; this holds what is in the repository to it by other means."""
    phrases = TONGUES[code].phrases

    assert set(phrases) == set(ENGLISH)
    for key, phrase in phrases.items():
        assert set(re.findall(r"\{.*?\}", phrase.text)) == set(
            re.findall(r"\{.*?\}", ENGLISH[key])
        ), key
        assert not re.search("[<>&]", phrase.text), key
        assert phrase.text != ENGLISH[key], key


def test_no_review_is_claimed_that_did_not_happen() -> None:
    """Nobody has checked any text of ours; whoever does changes this test with the first one."""
    assert {one.reviewed for one in TONGUES.values()} == {"none"}


def test_english_sentences_are_short_and_plain() -> None:
    """Fifteen words at most, and none of those that testers did not know."""
    sentences = [one for text in ENGLISH.values() for one in re.split(r"(?<=[.?!])\s", text)]

    assert [one for one in sentences if len(one.split()) > 15] == []
    assert [one for one in sentences if re.search("deadline|get in touch", one.lower())] == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("es", "jueves 3 de diciembre de 2026"),
        ("ar", "الخميس 3 ديسمبر (كانون الأول) 2026"),
        ("fa", "پنجشنبه 3 دسامبر 2026"),
        ("uk", "четвер, 3 грудня 2026"),
        ("ht", "jedi 3 desanm 2026"),
        ("ti", "ሓሙስ፣ 3 ዲሰምበር 2026"),
    ],
)
def test_a_day_is_said_in_the_language_with_the_digits_of_the_official_page(
    code: str, said: str
) -> None:
    """Gregorian, with its weekday; Haitian days are not French, Tigrinya months not Ethiopian ones."""
    assert TONGUES[code].day(LAST) == said


@pytest.mark.parametrize("code", sorted(WANTED))
def test_every_day_of_the_week_and_month_has_its_own_name(code: str) -> None:
    """No two days and no two months are told alike."""
    days = {TONGUES[code].day(date(2026, month, day)) for month in range(1, 13) for day in (1, 12)}

    assert len(days) == 24
    assert len({TONGUES[code].weekday(number) for number in range(1, 8)}) == 7
    assert len(set(TONGUES[code].months)) == 12


def test_a_checked_text_says_who_and_when(tmp_path: Path) -> None:
    """One text checked of two: some are."""
    checked = written(tmp_path, PLAIN.replace('review = "unreviewed" }', REVIEWED, 1))["eo"]

    assert checked.reviewed == "some"
    assert checked.phrases["hello"].by == "Zam Enhof"
    assert checked.phrases["hello"].on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("there", "instead", "sentence"),
    [
        ('direction = "ltr"', 'direction = "up"', 'direction must be "ltr" or "rtl"'),
        ('locale = "eo"', 'locale = "qqq"', "'qqq' is not known"),
        ('locale = "eo"', "", "it lacks locale"),
        ('locale = "eo"', 'locale = "eo"\nfont = "big"', "what nobody reads: font"),
        ('locale = "eo"', 'locale = "eo"\nmonths = ["a"]', "months must be 12 names"),
        ("{weekday} ", "", "its date must hold {weekday}"),
        ("hello = ", "hullo = ", "these texts are missing: hello"),
        ("hello = ", "hullo = ", "not in the English: hullo"),
        ("{phone}", "{fone}", "call: it must hold the same facts"),
        ("{phone}", "{phone} }", "call: it must hold the same facts"),
        ("Saluton.", "<b>Saluton.</b>", "hello: a text is plain"),
        ("Saluton.", "\u202eSaluton.", "hello: a text is plain"),
        ("Saluton.", " ", "hello: its text is empty"),
        ('{ text = "Saluton.", review = "unreviewed" }', '"Saluton."', "hello: it must be {"),
        ('review = "unreviewed"', 'review = "yes"', 'must be "unreviewed" or "reviewed"'),
        ('review = "unreviewed"', 'review = "reviewed"', "a review names who (by)"),
        ('review = "unreviewed"', 'review = "unreviewed", by = "me"', "says besides: by"),
        ('review = "unreviewed" }', REVIEWED.replace("Hello.", "Hi."), "it is unreviewed again"),
        ("[strings]", "[strings", "is not TOML"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    tmp_path: Path, there: str, instead: str, sentence: str
) -> None:
    """The portal does not start on a language file that misleads; it says which and why."""
    with pytest.raises(TongueMisfit) as refused:
        written(tmp_path, PLAIN.replace(there, instead, 1))

    assert sentence in str(refused.value)
    assert "eo.toml" in str(refused.value)


@pytest.mark.parametrize("name", ["en.toml", "fr.toml", "Español.toml"])
def test_a_file_is_named_by_its_language(tmp_path: Path, name: str) -> None:
    """English and French have their own catalogue, under which everything is official."""
    with pytest.raises(TongueMisfit):
        written(tmp_path, PLAIN, name)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Whoever mends a file mends it once."""
    with pytest.raises(TongueMisfit) as refused:
        written(tmp_path, PLAIN.replace("ltr", "up").replace("Saluton.", ""))

    assert len(str(refused.value).splitlines()) == 2
