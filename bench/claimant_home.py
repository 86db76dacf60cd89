"""The claimant's first page over a poor line: how soon the date of the hearing can be read.

Chromium as a phone, 400 kbit/s down and 400 ms for each round trip; cold with nothing kept, warm with
the style sheet and scripts of the first visit. A portal of its own, as in production.
"""

import asyncio
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.figures import record
from bench.house import free_port, running
from portal.migrations import migrate
from portal.settings import Settings
from portal.timezones import pin_timezones
from portal.web import sessions
from storage.database import Database, embedded_server
from tests import cast

COMMAND = "make bench"
RUNS = 5
LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
# Milliseconds since the address was typed, once the date is there and the page was painted.
READABLE = """() => {
  const date = document.querySelector(".dossier-hearing time");
  const painted = performance.getEntriesByType("paint").length > 0;
  return date && date.checkVisibility() && painted ? performance.now() : 0;
}"""


def main() -> None:
    """Measure a few visits of each kind; the middle one counts."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dossier-home-")))
        url = stack.enter_context(embedded_server(folder / "database"))
        migrate(url)
        port = free_port()
        cookie, value = asyncio.run(_people(url, port))
        settings = {
            "DATABASE_URL": url.replace("+psycopg", ""),
            "PORT": str(port),
            "DOSSIER_DEMO": "true",
            "DOSSIER_EMBEDDED_WORKER": "no",
            "DOSSIER_STATE": str(folder / "state"),
        }
        stack.enter_context(running([sys.executable, "-m", "portal", "serve"], port, settings))
        address = f"http://localhost:{port}"
        kept = {"name": cookie, "value": value, "url": address}
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        visits = [_visit(chromium, address, kept) for _ in range(RUNS)]
        chromium.close()
    cold, warm, size = (median(one[at] for one in visits) for at in range(3))
    print(f"date readable: cold {cold:.2f} s, warm {warm:.2f} s; {size:.1f} KB cold")
    record("claimant_home_cold_s", cold, limit=2.5, command=COMMAND)
    record("claimant_home_warm_s", warm, limit=1.0, command=COMMAND)
    record("claimant_home_kb", size, limit=50, command=COMMAND)


async def _people(url: str, port: int) -> tuple[str, str]:
    """The cast; the cookie with which Farida is signed in."""
    database = Database(url)
    async with database.system_transaction() as session:
        await cast.appear(session)
    lasts = Settings(port=port).session_absolute
    async with database.login_transaction() as session:
        token = await sessions.begin(session, cast.FARIDA.id, lasts=lasts)
    await database.close()
    return f"session-{port}", token


def _visit(chromium: Browser, address: str, kept: dict[str, str]) -> tuple[float, float, float]:
    """Seconds cold, seconds warm, and the kilobytes that came cold."""
    context: BrowserContext = chromium.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([kept])  # pyright: ignore[reportArgumentType] - a dict of its keys
    page = context.new_page()
    line: Any = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    came: list[float] = []

    def count(event: dict[str, Any]) -> None:
        came.append(event["encodedDataLength"])

    line.on("Network.loadingFinished", count)
    cold = _readable(page, f"{address}/cases/{cast.NOOR}")
    page.wait_for_load_state("networkidle")
    size = sum(came) / 1024
    warm = _readable(page, f"{address}/cases/{cast.NOOR}")
    context.close()
    return cold, warm, size


def _readable(page: Page, address: str) -> float:
    page.goto(address, wait_until="commit")
    ready = page.wait_for_function(READABLE, polling="raf")
    return float(ready.json_value()) / 1000


if __name__ == "__main__":
    pin_timezones()
    main()
