"""What the registry must know at once: about the scanner, about what waits for it, about the store."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from portal.models import Document, Finding
from portal.registry.desk import PATIENCE
from portal.web.language import N_
from storage.database import Database, DatabaseUnavailable
from storage.scanner import Scanner, ScannerUnavailable, require_fresh

log = structlog.get_logger()

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
# No outage but a choice, of which the program speaks when it starts.
SAID_AT_START = {NO_SCANNER, TEST_ONLY}
HELD = N_(
    "Files that have waited longer than five minutes for their check: %(count)s. They were received, and nobody can open them. If this goes on, tell whoever runs the scanner."
)
AMISS = N_(
    "Stored files that are missing, changed, or known to no document: %(count)s. The desk says which, and what to do."
)


# A sentence to translate, and what is put into it.
Said = tuple[str, dict[str, Any]]


class Watch:
    """Looks every minute, and keeps what there is to say."""

    def __init__(
        self,
        scanner: Scanner | None,
        *,
        accept_test: bool = False,
        database: Database | None = None,
    ) -> None:
        """None: no scanner could be had. `accept_test`: a demonstration, on test signatures."""
        self._scanner = scanner
        self._accept_test = accept_test
        self._database = database
        self.warnings: list[Said] = []

    async def look(self) -> None:
        """Look once: signatures, a file that must be found, held files, what was found amiss."""
        warnings: list[Said] = [(text, {}) for text in await asyncio.to_thread(self._look)]
        warnings += await self._count()
        self._log(warnings)
        self.warnings = warnings

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

    async def _count(self) -> list[Said]:
        if self._database is None:
            return []
        try:
            async with self._database.system_transaction() as session:
                counts = (await session.execute(_COUNTS)).one()
        except (DatabaseUnavailable, SQLAlchemyError) as error:
            # /readyz says so too; to watch on is what matters.
            log.warning("could not look", why=type(error).__name__)
            return []
        return [
            (text, {"count": count})
            for text, count in zip((HELD, AMISS), counts, strict=True)
            if count
        ]

    def _log(self, warnings: list[Said]) -> None:
        """What begins and what ends, once each."""
        before, after = ({text for text, _ in one} for one in (self.warnings, warnings))
        for text, facts in warnings:
            if text not in before | SAID_AT_START:
                log.error("alarm", what=text, **facts)
        for text in before - after - SAID_AT_START:
            log.info("alarm over", what=text)

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


# The state is written out, not bound: only so does the partial index serve.
_COUNTS = sa.select(
    sa.select(sa.func.count())
    .where(sa.text("document.state = 'held'"), Document.removed_at.is_(None))
    .where(Document.kept_at < sa.func.now() - PATIENCE)
    .scalar_subquery(),
    sa.select(sa.func.count()).where(Finding.resolved_at.is_(None)).scalar_subquery(),
)
