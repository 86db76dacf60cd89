"""The files of the design: few, read once at the start, kept by browsers until they change."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent.parent / "static"
SERVED = {".css", ".js", ".svg", ".ico", ".png"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class File:
    """One file as it is sent."""

    content: bytes
    compressed: bytes
    media_type: str
    version: str


@cache
def files() -> dict[str, File]:
    """Every file that may be asked for, by its path below the folder."""
    found: dict[str, File] = {}
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in SERVED:
            content = path.read_bytes()
            found[path.relative_to(FOLDER).as_posix()] = File(
                content,
                gzip.compress(content, 9, mtime=0),
                mimetypes.types_map[path.suffix],
                hashlib.sha256(content).hexdigest()[:12],
            )
    return found


def address(name: str) -> str:
    """Where a file is served; changes when its bytes do."""
    return f"/static/{name}?v={files()[name].version}"


async def serve(request: Request) -> Response:
    """Answer with a file."""
    file = files().get(request.path_params["path"])
    if file is None:
        return Response(status_code=404)
    headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(file.compressed, headers=headers, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)
