"""Access ends at every point of an act: nothing is accepted after the ending's commit."""

import os
import random

import pytest
import sqlalchemy as sa

from bench.figures import record
from tests.conftest import Browser
from tests.races.acts import ACTS, Act, Filing, Issue
from tests.races.trial import Outcome, trials

LONG = "LONG" in os.environ
TRIALS = 500 if LONG else 40
COMMAND = "make test-long"

# Functions that do less than they must, as a slip of the pen would leave them.
HOLDS_NOTHING = """
    create or replace function portal_hold(wanted uuid) returns boolean
    language sql volatile as 'select true'
"""
FORGETS_THE_CLOCK = """
    create or replace function portal_now() returns timestamp with time zone
    language sql stable parallel safe return now()
"""
HOLDS_NOBODY = """
    create or replace function portal_hold_everybody(cases uuid[]) returns void
    language sql volatile as 'select'
"""


async def test_nothing_is_accepted_after_the_ending(browser: Browser, claire: Browser) -> None:
    """Upload, filing, download, notice: done before access ends, or refused and nothing lost."""
    late: list[str] = []
    untrue: list[str] = []
    run = 0
    for kind in ACTS:
        async with trials(kind(browser, claire)) as them:
            outcomes = [await them.run(number) for number in range(TRIALS)]
        run += len(outcomes)
        late += [one.told for one in outcomes if one.late]
        untrue += [one.told for one in outcomes if not one.true]
        assert {bool(one.done_at) for one in outcomes} == {True, False}, kind
        assert {one.waited for one in outcomes} == {True, False}, kind
    # The short run proves the same of fewer trials; it must not overwrite what the long one counted.
    if LONG:
        record("race_trials", run, limit=2000, command=COMMAND, at_least=True)
        record("race_accepted_after_end", len(late), limit=0, command=COMMAND)

    assert not late
    assert not untrue


@pytest.mark.parametrize(
    ("kind", "mutant"),
    [(Filing, HOLDS_NOTHING), (Filing, FORGETS_THE_CLOCK), (Issue, HOLDS_NOBODY)],
    ids=["holds nothing", "forgets the clock", "holds nobody"],
)
async def test_a_gate_that_does_not_hold_is_found(
    browser: Browser, claire: Browser, kind: type[Act], mutant: str
) -> None:
    """The trials can fail: each of these slips lets something in after the ending."""
    async with browser.portal.database.login_transaction() as session:
        await session.execute(sa.text(mutant))

    async with trials(kind(browser, claire)) as them:
        order = random.Random(7).sample(range(them.points), them.points)  # noqa: S311 - no secret
        found: Outcome | None = None
        while order and (found is None or not found.late):
            found = await them.run(order.pop())

    assert found is not None
    assert found.late
