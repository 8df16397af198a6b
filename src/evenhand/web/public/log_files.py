"""The public part of the log as files, at the addresses that C2SP tlog-tiles gives them, and where all of it is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from evenhand.ledger.checkpoint import parse_checkpoint
from evenhand.ledger.tiles import tiles
from evenhand.web.console.visit import Visit
from evenhand.workflows.operations.ledger_folder import LedgerFolder

# tlog-tiles: levels and numbers in groups of three digits; a part of a tile ends in `.p/` and its width.
_TILE: Final = re.compile(r"(?:entries|[0-9]{1,2})(?:/x[0-9]{3})*/[0-9]{3}(?:\.p/[0-9]{1,3})?")
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def log_file(visit: Visit) -> Response:
    """Give the checkpoint, the key, or a tile, and links to all of them; nothing else of the folder has an address."""
    name = visit.path("name")
    public = LedgerFolder.at(visit.network.ledger).public
    if not name:
        return HTMLResponse(_index(public), headers={"cache-control": "no-cache"})
    if name in ("checkpoint", "vkey"):
        path, kind, kept = public / name, "text/plain; charset=utf-8", "no-cache"
    elif name.startswith("tile/") and _TILE.fullmatch(name.removeprefix("tile/")):
        path, kind, kept = public / name, "application/octet-stream", _FOR_EVER
    else:
        return PlainTextResponse("There is no such file of the log.\n", 404)
    if not path.is_file():
        return PlainTextResponse("There is no such file of the log.\n", 404)
    return Response(path.read_bytes(), media_type=kind, headers={"cache-control": kept})


def _index(public: Path) -> str:
    """Return a page with a link to each file that a copy of the log needs, so that `wget -r` gets all of them.

    The checkpoint is the first: it is fetched before the log goes on, and the tiles of its size stay.
    """
    links = "".join(f'<li><a href="{name}">{name}</a></li>\n' for name in _names(public))
    title = "Files of the public log, as C2SP tlog-tiles names them"
    head = f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
    return f"{head}<body>\n<h1>{title}</h1>\n<ul>\n{links}</ul>\n</body>\n</html>\n"


def _names(public: Path) -> Iterator[str]:
    """Yield the names of the checkpoint, the key and each tile that the checkpoint needs, as far as they are there."""
    try:
        _, size, _ = parse_checkpoint((public / "checkpoint").read_text("utf-8").partition("\n\n")[0] + "\n")
    except FileNotFoundError:
        size = 0
    else:
        yield "checkpoint"
    yield "vkey"
    for tile in tiles(size):
        yield tile.path
        if tile.level == 0:
            yield tile.bundle_path


def pointers(visit: Visit) -> Response:
    """Say where the log, the complaint form and the check of letters are, for programs."""
    settings = visit.network.settings
    site = visit.console.settings.public_url or str(visit.request.base_url).rstrip("/")
    body = {
        "name": settings.network.name, "log": {"origin": settings.network.origin, "url": f"{site}/public/log/"},
        "complaints": f"{site}/public/complaint", "letters": f"{site}/public/letter",
        "policy": settings.reasons.policy_url,
    }  # fmt: skip
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"cache-control": "no-cache"})
