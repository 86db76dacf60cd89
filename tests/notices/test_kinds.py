"""Kinds of notices: their facts keep their types on the way to the database and back."""

import json
from datetime import UTC, datetime

import pytest

from notices.facts import Both, Kind, Moment, WrongFacts
from notices.kinds import KINDS, NoticeToAppear, facts_from_json, facts_to_json
from notices.templates import KINDS as FOLDER
from tests.notices.samples import APPEAR, SAMPLES


@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: facts.code)
def test_facts_survive_the_database(facts: Kind) -> None:
    """What is read back from JSON equals what was written, whatever the kind."""
    stored = json.loads(json.dumps(facts_to_json(facts)))

    assert facts == facts_from_json(facts.code, stored)


def test_every_kind_has_a_sample_and_a_folder() -> None:
    """A kind that nobody tests, or a folder that nobody registers, is a mistake."""
    folders = {path.parent.name for path in FOLDER.glob("*/en.html")}

    assert set(KINDS) == {facts.code for facts in SAMPLES} == folders
    assert folders == {path.parent.name for path in FOLDER.glob("*/fr.html")}


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
