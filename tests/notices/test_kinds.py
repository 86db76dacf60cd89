"""Kinds of notices: their facts keep their types on the way to the database and back."""

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from bench.figures import record
from notices.facts import Both, Kind, Moment, Served, WrongFacts
from notices.kinds import KINDS, facts_from_json, facts_to_json
from notices.kinds.notice_to_appear import NoticeToAppear
from notices.templates import KINDS as FOLDER
from portal.rules import rules
from tests.notices.samples import APPEAR, SAMPLES


@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
def test_facts_survive_the_database(facts: Kind) -> None:
    """What is read back from JSON equals what was written, whatever the kind."""
    stored = json.loads(json.dumps(facts_to_json(facts)))

    assert facts == facts_from_json(facts.code, stored)


def test_every_kind_has_a_sample_and_a_folder() -> None:
    """A kind that nobody tests, or a folder that nobody finds, is a mistake."""
    folders = {path.parent.name for path in FOLDER.glob("*/en.html")}

    record("notice_kinds", len(KINDS), limit=11, at_least=True, command="make test")
    assert set(KINDS) == {facts.code for facts in SAMPLES} == folders
    assert folders == {path.parent.name for path in FOLDER.glob("*/fr.html")}


def test_the_kinds_that_the_tribunal_issues_are_all_there() -> None:
    """What the registry writes by hand, in the order in which a list offers it."""
    written = [code for code, kind in KINDS.items() if kind.served is Served.PARTIES]

    assert written == [
        "notice_to_appear",
        "hearing_changed",
        "hearing_moved",
        "hearing_cancelled",
        "request_for_information",
        "deadline_set",
        "decision",
        "appeal_acknowledged",
        "counsel_changed",
        "general_letter",
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_a_kind_says_when_it_was_unopened_for_too_long(kind: type[Kind]) -> None:
    """Each states its own days: first the reader is reminded, then the registry is told."""
    own = vars(kind)

    assert {"title", "order", "remind_after", "unopened_after"} <= own.keys()
    assert 0 < kind.remind_after < kind.unopened_after


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_a_kind_cites_its_law_in_both_languages(kind: type[Kind]) -> None:
    """A citation names a division that exists, and a published instrument in either language."""
    assert kind.citations.keys() <= rules.divisions.keys()
    for law in kind.citations.values():
        assert re.search(r"SOR/\d{4}-\d+", law.en)
        assert sorted(re.findall(r"SOR/(\S+?),", law.en)) == sorted(
            re.findall(r"DORS/(\S+?),", law.fr)
        )
        assert not re.search(r"(?<!\u00a0)[;:?!»](?=\s|$)| [;:?!»]|« ", law.fr)


WRITTEN = [kind for kind in KINDS.values() if kind.served is Served.PARTIES]


@pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.code)
def test_a_form_asks_for_every_fact_in_both_languages(kind: type[Kind]) -> None:
    """No fact is left out; label, hint, clock and each choice are said in English and in French."""
    given = {"file_number", "division"}
    asked = kind.inputs()

    assert set(asked) == {field.name for field in fields(kind)} - given
    for name, how in asked.items():
        hint = get_type_hints(kind)[name]
        assert set(how.choices) == set(get_args(hint) if get_origin(hint) is Literal else ())
        assert (how.clock is not None) == (hint is Moment)
        for words in filter(None, (how.label, how.hint, how.clock, *how.choices.values())):
            assert words.en
            assert words.fr
            assert words.en != words.fr
            assert not re.search(r"(?<!\u00a0)[;:?!»](?=\s|$)| [;:?!»]|« ", words.fr)


@pytest.mark.parametrize(
    "change",
    [
        {"starts": None},
        {"mode": "by pigeon"},
        {"hearing": {"en": "Hearing"}},
        {"file_number": 7},
        {"surprise": "!"},
        {"documents_due": "soon"},
    ],
)
def test_facts_of_another_shape_are_refused(change: dict[str, object]) -> None:
    """Nothing is read into a notice that its kind does not declare."""
    with pytest.raises((WrongFacts, KeyError, TypeError, ValueError)):
        facts_from_json("notice_to_appear", facts_to_json(APPEAR) | change)


def test_missing_facts_are_refused() -> None:
    """A fact without a default must be there."""
    stored = facts_to_json(APPEAR)
    del stored["starts"]

    with pytest.raises(WrongFacts):
        NoticeToAppear.from_json(stored)


def test_a_moment_needs_its_zone() -> None:
    """A time that could mean two instants, or a zone nobody knows, is no fact."""
    with pytest.raises(WrongFacts):
        Moment(datetime(2026, 12, 3, 9), "America/Toronto")  # noqa: DTZ001 - the mistake itself
    with pytest.raises(KeyError):
        Moment(datetime(2026, 12, 3, 9, tzinfo=UTC), "America/Atlantis")


def test_a_hearing_is_answered_with_documents() -> None:
    """What is due, by which rule, and that it wants an acknowledgement: the kind knows."""
    assert isinstance(APPEAR, NoticeToAppear)
    assert APPEAR.documents_due == APPEAR.reply_by
    assert isinstance(APPEAR.law, Both)
    assert "SOR/2012-256, rule 25" in APPEAR.law.en
    assert APPEAR.wants_acknowledgement
