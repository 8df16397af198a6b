"""Style, scripts and pictures, each at an address that holds its hash, so that browsers keep it for good."""

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_TYPES: Final = {
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}  # fmt: skip


class StaticFile(NamedTuple):
    """A file that pages load: the first 12 hex digits of its SHA-256, its type, its bytes, and the same by gzip."""

    digest: str
    media_type: str
    content: bytes
    packed: bytes


@cache
def static_files() -> dict[str, StaticFile]:
    """Return every file by name."""
    found = {}
    for path in (files("evenhand.web.console") / "static").iterdir():
        kind = path.name.rpartition(".")[2]
        if kind in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            found[path.name] = StaticFile(digest, _TYPES[kind], content, gzip.compress(content, mtime=0))
    return found


def static_path(name: str) -> str:
    """Return the address of a file."""
    return f"/static/{static_files()[name].digest}/{name}"


async def serve_static(request: Request) -> Response:
    """Answer with a file; an address with another hash is not found, so that no browser keeps a wrong one."""
    found = static_files().get(request.path_params["name"])
    if found is None or found.digest != request.path_params["digest"]:
        return PlainTextResponse("There is no such file.\n", 404)
    # Pages themselves are not packed: they hold the form's token beside words of others (BREACH).
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.content, media_type=found.media_type, headers=headers)
    return Response(found.packed, media_type=found.media_type, headers=headers | {"content-encoding": "gzip"})
