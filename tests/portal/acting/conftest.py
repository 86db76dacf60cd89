"""The full case to look at, with a browser of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Browser
from tests.staged import Template
from tests.test_permissions import OWN_PAGE, visitor


@pytest.fixture
async def staged(full_case: Template, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser at a portal with one of each thing in the Noors' case."""
    with full_case.copied(tmp_path / "staged") as portal:
        async with visitor(portal, headers=OWN_PAGE) as browser:
            yield browser
        await portal.database.close()
