"""Answers that can be asked for from the middle on (RFC 9110 §14): how a broken download goes on."""

import re
from collections.abc import Callable, Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """What was asked for begins behind the end."""


def wanted(request: Request, *, size: int, etag: str) -> tuple[int, int] | None:
    """From where to where; None where all of it is wanted. Raises Unsatisfiable.

    Several ranges at once are answered by the whole, and so is a part of what is no longer the
    same: a file sewn together from two would be neither.
    """
    found = ONE_RANGE.fullmatch(request.headers.get("range", ""))
    if found is None or request.headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if first:
        start, stop = int(first), min(int(last or size), size - 1) + 1
        if last and int(last) < int(first):
            return None
    elif last:
        start, stop = max(0, size - int(last)), size
    else:
        return None
    if start >= size or start == stop:
        raise Unsatisfiable
    return start, stop


def ranged(
    request: Request,
    pieces: Callable[[int, int], Iterator[bytes]],
    *,
    size: int,
    etag: str,
    media_type: str,
    headers: Mapping[str, str],
) -> Response:
    """All of it or the part that was asked for; `etag`, in quotes, changes if any byte does."""
    known = {**headers, "etag": etag, "accept-ranges": "bytes"}
    try:
        part = wanted(request, size=size, etag=etag)
    except Unsatisfiable:
        return Response(status_code=416, headers={**known, "content-range": f"bytes */{size}"})
    start, stop = part or (0, size)
    known["content-length"] = str(stop - start)
    if part:
        known["content-range"] = f"bytes {start}-{stop - 1}/{size}"
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(status_code=status, media_type=media_type, headers=known)
    return StreamingResponse(pieces(start, stop), status, known, media_type)
