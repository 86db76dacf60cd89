"""The parts one running portal is made of, put together in `app.py`."""

from dataclasses import dataclass, field
from pathlib import Path

from notices.channels import Channel
from notices.mailbox import Mailbox
from portal.documents.gathering import Gathering, Recently
from portal.people.passwords import Passwords
from portal.settings import Settings
from portal.watch import Watch
from storage.database import Database
from storage.objects import ObjectStore
from storage.scanner import Scanner
from storage.zipping import Checksums


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
    # Where mail that cannot be delivered comes back to, if anywhere.
    bounces: Mailbox | None = None
    # Of files on their way in: commits that several share, and who was let in a moment ago.
    gathering: Gathering = field(default_factory=Gathering)
    let_in: Recently = field(default_factory=lambda: Recently(seconds=20))
    # Of files that went out in an archive, for those whose download goes on.
    checksums: Checksums = field(default_factory=Checksums)

    def cookie(self, name: str) -> str:
        """A cookie's full name: bound to this host by https, else told apart by port."""
        if self.settings.secure_cookies:
            return f"__Host-{name}"
        return f"{name}-{self.settings.port}"

    def tribunal(self, language: str) -> str:
        """The tribunal's own name."""
        return self.settings.tribunal_fr if language == "fr" else self.settings.tribunal_en
