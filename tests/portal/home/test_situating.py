"""Which hearing a claimant's first page is about, and what it lists as received."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from portal.cases.reading import CaseFile
from portal.home.situating import Situation, others, received_from, situate

NOW = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)


def sitting(hours: float, *, cancelled: bool = False) -> Any:  # noqa: ANN401 - a row
    """A hearing of three hours, so many hours from now."""
    at = NOW + timedelta(hours=hours)
    return SimpleNamespace(
        starts_at=at, minutes=180, cancelled_at=NOW if cancelled else None, at=hours
    )


@pytest.mark.parametrize(
    ("sittings", "closed", "expected"),
    [
        ((), False, (Situation.unfixed, None)),
        ((), True, (Situation.closed, None)),
        ((sitting(5), sitting(200)), False, (Situation.coming, 5)),
        # Whoever comes five minutes late still finds the link.
        ((sitting(-1), sitting(200)), False, (Situation.going_on, -1)),
        # Somebody may be about to travel to what was called off.
        ((sitting(-99), sitting(5, cancelled=True)), False, (Situation.cancelled, 5)),
        ((sitting(5, cancelled=True), sitting(9)), False, (Situation.coming, 9)),
        ((sitting(-99), sitting(-50)), False, (Situation.over, -50)),
        ((sitting(-99),), True, (Situation.closed, None)),
        # A reopened date counts more than that the case was closed.
        ((sitting(5),), True, (Situation.coming, 5)),
    ],
)
def test_the_hearing_that_matters_now(
    sittings: tuple[Any, ...], expected: tuple[Situation, float | None], *, closed: bool
) -> None:
    """Going on, then coming, then closed, then cancelled and still to come, then over."""
    others = dict.fromkeys((one.name for one in fields(CaseFile)), ())
    file = CaseFile(**cast("Any", others | {"hearings": sorted(sittings, key=lambda one: one.at)}))

    found = situate(file, closed=closed, now=NOW)

    assert (found.situation, found.hearing and found.hearing.at) == expected


def test_documents_of_one_receipt_stand_together() -> None:
    """What I sent, or somebody for me, the latest first; what others sent is apart."""
    me, claire = uuid4(), uuid4()
    rows = [
        SimpleNamespace(filed_at=NOW, filed_by=claire, principal_id=me, name="c"),
        SimpleNamespace(filed_at=NOW, filed_by=claire, principal_id=me, name="b"),
        SimpleNamespace(filed_at=NOW - timedelta(days=1), filed_by=claire, principal_id=claire, name="x"),
        SimpleNamespace(filed_at=NOW - timedelta(days=3), filed_by=me, principal_id=me, name="a"),
    ]  # fmt: skip
    asked = SimpleNamespace(asked_at=NOW - timedelta(days=2))

    found = received_from(me, rows, [asked])

    assert [[one.name for one in each.documents] for each in found] == [["c", "b"], [], ["a"]]
    assert found[1].request is asked
    assert [one.name for one in others(me, rows)] == ["x"]
