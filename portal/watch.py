"""What the registry must know about the parts: is the scanner there, and what does it know."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from portal.web.language import N_
from storage.scanner import Scanner, ScannerUnavailable, require_fresh

EVERY = 60.0

NO_SCANNER = N_(
    "There is no virus scanner. Files are received and held; nobody can open them until it runs."
)
TEST_ONLY = N_(
    "Only test signatures are loaded: real viruses are not found. Do not use this for real cases."
)
SCANNER_DOWN = N_(
    "The virus scanner does not answer. Files are received and held until it runs again."
)
STALE = N_("The virus signatures are too old. Files are received and held until they are renewed.")


class Watch:
    """Looks at the scanner every minute, and keeps what there is to say about it."""

    def __init__(self, scanner: Scanner | None, *, accept_test: bool = False) -> None:
        """None: no scanner could be had. `accept_test`: a demonstration, on test signatures."""
        self._scanner = scanner
        self._accept_test = accept_test
        self.warnings: list[tuple[str, dict[str, Any]]] = []

    async def look(self) -> None:
        """Look once, at signatures and at a file that must be found."""
        self.warnings = [(text, {}) for text in await asyncio.to_thread(self._look)]

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look now and every minute, until the portal stops."""
        await self.look()
        watching = asyncio.create_task(self._keep_looking())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    def _look(self) -> list[str]:
        if self._scanner is None:
            return [NO_SCANNER]
        try:
            signatures = self._scanner.signatures()
            self._scanner.canary()
        except ScannerUnavailable:
            return [SCANNER_DOWN]
        try:
            require_fresh(signatures, datetime.now(UTC), accept_test=True)
        except ScannerUnavailable:
            return [STALE]
        return [TEST_ONLY] if signatures.test_only else []
