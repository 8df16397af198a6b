"""What a run saw of each party, as rows of a table of `state/`, for the next one."""

import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from evenhand.store.duckdb_engine import run_lookup
from evenhand.store.parquet_rows import literal
from evenhand.workflows.evaluation.findings import CountedFinding, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.party_identity import Identity

FILE = "findings.parquet"
FINDINGS = {
    "party_kind": "VARCHAR", "party_id": "VARCHAR", "content": "VARCHAR", "name": "VARCHAR", "seen": "VARCHAR",
    "identity": "VARCHAR",
}  # fmt: skip
SeenRow = tuple[str, str, str, str, str, str]
"""A row of what was seen: kind and id of a party, the hash of its screened fields, its name, its findings as JSON, and
the hashes of what it is known by, as JSON or ``""``."""

_encode = msgspec.json.Encoder().encode
_noticed = msgspec.json.Decoder(tuple[CountedFinding, ...]).decode
_identity = msgspec.json.Decoder(Identity).decode


def seen_rows(seen: Mapping[PartyKey, ScreenedParty]) -> Iterator[SeenRow]:
    """Yield a row for each party."""
    for (kind, party), each in seen.items():
        noticed = _encode(each.noticed).decode() if each.noticed else "[]"
        yield kind, party, each.content, each.name, noticed, _encode(each.identity).decode() if each.identity else ""


def seen_of(row: SeenRow) -> tuple[PartyKey, ScreenedParty]:
    """Return the party of a row, and what was seen of it."""
    kind, party, content, name, noticed, identity = row
    seen = ScreenedParty(content, _noticed(noticed) if noticed != "[]" else (), name, identity_from(identity))
    return (sys.intern(kind), party), seen  # type: ignore[return-value]  # the kind is one of ours, as `seen_rows` wrote it


def identity_from(text: str) -> Identity | None:
    """Return the hashes of what a party is known by, of their text in a row."""
    return _identity(text) if text else None


def read_seen(folder: Path, parties: Collection[str]) -> dict[str, ScreenedParty]:
    """Return what the last run saw of some parties by id, without those of which it saw nothing."""
    path = folder / FILE
    query = f"SELECT * FROM read_parquet({literal(path)}) WHERE party_id IN (SELECT unnest(?))"
    try:
        return {key[1]: seen for key, seen in map(seen_of, run_lookup(query, [list(parties)]))}
    except (OSError, msgspec.MsgspecError, ValueError):
        return {}
