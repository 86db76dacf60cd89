"""What an inspection says: clean, or what is wrong with the file and where."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict: why ("script", "broken" …), what was found in words for experts, and pages."""

    outcome: Literal["clean", "refused", "unscannable"]
    reason: str = ""
    detail: str = ""
    pages: int | None = None

    def packed(self) -> bytes:
        """These facts as they leave the confined child."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Finding:
        """What a child said; raises ValueError or TypeError on anything else."""
        said = cls(**json.loads(data))
        if said.outcome not in {"clean", "refused", "unscannable"}:
            raise ValueError(said.outcome)
        return said


class Objection(Exception):
    """Something that is not accepted: the code of the reason, and what and where it is."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail[:300]
