"""`make run`: a whole tribunal on one machine, with people to sign in as."""

import asyncio

from portal.migrations import migrate
from portal.parts import Parts
from portal.running import running_parts
from portal.seeding import DEMO_PASSWORD, DEMO_PEOPLE, seed
from portal.serving import require_free_port, server
from portal.settings import Settings

MISSING = """
clamd is not installed, so documents are received and held: nobody can open them.
  Debian, Ubuntu:  sudo apt-get install clamav-daemon
  macOS:           brew install clamav
"""


def run_demonstration(settings: Settings) -> None:
    """Start everything, seed it once, say how to sign in, and serve until Ctrl-C."""
    require_free_port(settings.host, settings.port)
    with running_parts(settings) as portal:
        migrate(portal.database.url)
        asyncio.run(fill(portal))
        print(welcome(portal), flush=True)
        server(portal).run()


async def fill(portal: Parts) -> None:
    """Seed the database if nobody has yet; its connections belong to this loop and are closed."""
    await seed(portal)
    await portal.database.close()


def welcome(portal: Parts) -> str:
    """What a newcomer needs to know, on one screen."""
    settings = portal.settings
    people = "\n".join(f"  {one.email:<30} {one.role['en']}" for one in DEMO_PEOPLE)
    lines = [
        f"\nDossier runs at {settings.public_url}   (Ctrl-C stops it)\n",
        f"Sign in with the password  {DEMO_PASSWORD}  as:",
        people,
        f"\nCaught mail: {settings.public_url}/mail",
        f"Everything is kept in {settings.state}; remove that folder to begin again.",
    ]
    if portal.scanner is None:
        lines.append(MISSING)
    return "\n".join(lines)
