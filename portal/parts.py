"""The parts one running portal is made of, put together in `app.py`."""

from dataclasses import dataclass
from pathlib import Path

from notices.channels import Channel
from portal.people.passwords import Passwords
from portal.settings import Settings
from portal.watch import Watch
from storage.database import Database
from storage.objects import ObjectStore
from storage.scanner import Scanner


@dataclass(frozen=True)
class Parts:
    """What routes and jobs work with."""

    settings: Settings
    database: Database
    store: ObjectStore
    scanner: Scanner | None
    watch: Watch
    passwords: Passwords
    channel: Channel
    # Where mail is caught instead of sent, in a demonstration.
    caught_mail: Path | None = None

    def cookie(self, name: str) -> str:
        """A cookie's full name: bound to this host by https, else told apart by port."""
        if self.settings.secure_cookies:
            return f"__Host-{name}"
        return f"{name}-{self.settings.port}"

    def tribunal(self, language: str) -> str:
        """The tribunal's own name."""
        return self.settings.tribunal_fr if language == "fr" else self.settings.tribunal_en
