"""What tests of notices share."""

from collections.abc import Iterator

import pytest

from tests.notices.mailroom import Mailroom, open_mailroom


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """A mail server that takes everything, until told otherwise."""
    with open_mailroom() as room:
        yield room
