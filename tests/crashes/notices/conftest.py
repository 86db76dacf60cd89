"""What all faults of notices broke together; and a plain mail server for whoever wants one."""

import os
from collections.abc import Iterator

import pytest

from tests.crashes.notices.judging import Tally
from tests.notices.mailroom import Mailroom, open_mailroom


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """A mail server that takes everything, until told otherwise."""
    with open_mailroom() as room:
        yield room


@pytest.fixture(scope="session")
def overall_post() -> Iterator[Tally]:
    """Every broken promise of this run, recorded at its end."""
    tally = Tally()
    yield tally
    if "LONG" in os.environ:
        tally.record()
