"""What all crashes broke together; and where no image can be mounted, no power is cut."""

import os
from collections.abc import Iterator

import pytest

from tests.crashes.disk import has_loop_devices
from tests.crashes.judgement import Tally

# Asked for at length, it fails where it cannot run, rather than seem to have run.
collect_ignore = [] if has_loop_devices() or "LONG" in os.environ else ["test_power_cuts.py"]


@pytest.fixture(scope="session")
def overall() -> Iterator[Tally]:
    """Every broken promise of this run, recorded at its end."""
    tally = Tally()
    yield tally
    if "LONG" in os.environ:
        tally.record()
