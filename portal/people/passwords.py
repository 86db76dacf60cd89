"""Passwords: argon2id (RFC 9106) in a bounded pool, at the same cost for accounts that do not exist."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.web.language import N_

R = TypeVar("R")

SHORTEST = 15
LONGEST = 256
# The first words of every guessing list; an accounts issue brings the breach list.
_COMMON = ("password", "motdepasse", "123456789", "qwerty", "azerty", "dossier")


class WeakPassword(Exception):
    """The password is easily guessed; the text says how to make a better one."""

    def __init__(self, text: str) -> None:
        """`text` is a marked sentence for the person."""
        super().__init__(text)
        self.text = text


class Passwords:
    """Hashing that cannot be made to eat all memory: two at a time, the others wait."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher`: other costs than RFC 9106's second choice (64 MiB, 3 passes)."""
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="argon2")
        self._nobody = self._hasher.hash("no account has this password")

    async def hash(self, password: str) -> str:
        """The hash to keep of a new password."""
        return await self._run(self._hasher.hash, password)

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; costs the same where there is no account."""
        right = await self._run(self._verify, kept or self._nobody, password[: LONGEST + 1])
        return right and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., R], *arguments: str) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)


def require_strong(password: str, *, context: tuple[str, ...]) -> None:
    """Raise WeakPassword unless it is long and not made of what everybody could guess."""
    if len(password) < SHORTEST:
        raise WeakPassword(N_("Use at least 15 characters. Several ordinary words are good."))
    if len(password) > LONGEST:
        raise WeakPassword(N_("Use at most 256 characters."))
    bare = password.lower()
    guessable = (*_COMMON, *(part.lower() for part in context if len(part) > 3))
    for word in guessable:
        bare = bare.replace(word, "")
    if len(set(bare)) < 5:
        raise WeakPassword(
            N_("This password is easy to guess. Use words that have nothing to do with you.")
        )
