"""After an erasure: the letters about erased complaints go, and the files that came with them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from evenhand.ledger import LogReader

ATTACHMENTS = ("complaints", "attachments")
_LETTER = re.compile(r"(c-[0-9a-f]+)\.(\d+)\.[a-z-]+\.txt")


def attachment_hashes(payloads: Iterable[Any]) -> frozenset[str]:
    """Return the SHA-256 of the files that records of complaints name."""
    bodies = (raw.get("body") for raw in payloads if isinstance(raw, dict))
    named = (body.get("attachments") for body in bodies if isinstance(body, dict))
    files = (file for several in named if isinstance(several, list) for file in several if isinstance(file, dict))
    return frozenset(str(file.get("sha256", "")) for file in files) - {""}


def remove_complaint_files(folder: Path, ledger: LogReader, erased: frozenset[str]) -> Iterator[Path]:
    """Remove letters whose event is not in the ledger any more, and of the `erased` attachments those that none names.

    May be repeated; yields what went.
    """
    letters = folder / "out" / "complaints"
    for path in sorted(letters.glob("c-*.txt")):
        found = _LETTER.fullmatch(path.name)
        if found and ledger.seq_of(f"complaint:{found[1]}:{found[2]}") is None:
            path.unlink()
            yield path
    if erased:
        left = (msgspec.json.decode(payload) for _, _, payload in ledger.entries("complaint") if payload is not None)
        for sha256 in sorted(erased - attachment_hashes(left)):
            path = folder.joinpath(*ATTACHMENTS, sha256)
            if re.fullmatch("[0-9a-f]{64}", sha256) and path.is_file():
                path.unlink()
                yield path
