"""What is inside a file: active content, bombs, polyglots. Looked for in a confined child."""

from __future__ import annotations

from typing import BinaryIO, Final

from storage.confinement import SECONDS, ChildUnavailable, Crashed, Unfinished, confined
from storage.inspection.finding import Finding

MOST: Final = 4096


def inspected(file: BinaryIO, media_type: str, *, seconds: float = SECONDS) -> Finding:
    """Look inside a real file (one with `fileno`); blocks. Raises ChildUnavailable.

    A file that is too much for its child, or ends it, is unscannable: never clean, never infected.
    """
    arguments = {"media_type": media_type}
    try:
        said = confined("inspect", file, arguments=arguments, most=MOST, seconds=seconds)
        return Finding.unpacked(said)
    except Crashed as error:
        return Finding("unscannable", "unreadable", str(error))
    except Unfinished as error:
        return Finding("unscannable", "too_heavy", type(error).__name__)
    except (ValueError, TypeError) as error:
        return Finding("unscannable", "unreadable", f"an answer that is none: {error}")


__all__ = ["ChildUnavailable", "Finding", "inspected"]
