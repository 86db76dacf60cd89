"""What is kept of a code: a hash under a key that is not in the database."""

import hmac
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from portal.joining.spelling import Purpose
from portal.settings import Settings, plain


def sealed(settings: Settings, purpose: Purpose, code: str) -> bytes:
    """The keyed hash (HMAC-SHA-256) of a code. It reads a file the first time."""
    key = _key(plain(settings.code_key), settings.state / "code-key")
    return hmac.digest(key, f"{purpose.name} {code}".encode(), "sha256")


@lru_cache(maxsize=8)
def _key(given: str, path: Path) -> bytes:
    return (given or _own_key(path)).encode()


def _own_key(path: Path) -> str:
    """Made once; whoever comes second finds the first one's, whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
