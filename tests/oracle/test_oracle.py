"""The portal, driven through its forms, agrees with a hundred lines of rules at every door."""

import asyncio
import itertools
import os
import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.figures import ROOT, record
from portal.parts import Parts
from tests.oracle.asking import Asking
from tests.oracle.court import Court
from tests.oracle.place import Place

LONG = os.environ.get("LONG") == "1"
STEPS = 100_000 if LONG else 10_000
COMMAND = "make test-long" if LONG else "make test"
# As many parts as can run beside each other; each lives so many lives of a hundred steps.
PARTS, EACH = 4, 100
COUNTS = ROOT / "build" / "oracle"


@pytest.fixture
def place(portal: Parts) -> Iterator[Place]:
    """One portal for all steps, everybody signed in."""
    with asyncio.Runner() as loop:
        place = Place(portal, loop)
        yield place
        place.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_door_agrees_with_the_oracle(place: Place, part: int) -> None:
    """Threat 3: who lost a right has lost it at the gate, in lists, downloads and notices; at once."""
    asking = Asking(place, random.Random(part))  # noqa: S311 - a dice, not a secret
    count(part, 0)
    for life in itertools.count():
        # Some lives end before their hundredth step.
        lives = max(1, (STEPS // PARTS - asking.steps) // EACH)
        here = type("HereCourt", (Court,), {"place": place, "asking": asking})
        try:
            machine = seed(part + PARTS * life)(here)
            run_state_machine_as_test(machine, settings=thorough(lives))
        except AssertionError:
            record("oracle_differences", 1, limit=0, command=COMMAND)
            raise
        if asking.steps >= STEPS // PARTS:
            break
    assert min(asking.asked.values()) > asking.steps // 20, asking.asked
    steps = count(part, asking.steps)
    record("oracle_steps", steps, limit=STEPS, at_least=True, command=COMMAND)
    record("oracle_differences", 0, limit=0, command=COMMAND)


def count(part: int, steps: int) -> int:
    """Keep what this part did, for the others; all of them together."""
    COUNTS.mkdir(parents=True, exist_ok=True)
    (COUNTS / str(part)).write_text(str(steps))
    return sum(int(each.read_text() or 0) for each in COUNTS.iterdir())


def thorough(examples: int) -> settings:
    """So many lives, the same in every run."""
    return settings(
        max_examples=examples,
        stateful_step_count=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
