"""The parts of an auditor's folder, each checked with nothing but Python: log, decisions, records, rulebooks."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from evenhand.ledger.standalone_verifier import (
    canonical,
    from_base64,
    is_hash,
    sealed_spots,
    signed_head,
    value_hash,
)

SHOWN_RECORDS = ("list_version", "rulebook", "audit_plan", "audit_report")
UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError, OSError)
FIXED_SET = re.compile(r"\bentity\s+([\w,\s]+?)\s+enum\b")
MOST_TOLD = 20
LINE_FORMS = ({"seq", "payload", "salt"}, {"seq", "payload", "salt", "salts"}, {"seq", "erased"}, {"seq", "withheld"})
LINE_TYPES = {"seq": int, "payload": dict, "salt": str, "salts": str, "erased": int, "withheld": str}
LEAF_MEMBERS = {"at", "c", "kind", "lists", "rulebook", "seq", "v"}
Json = dict[str, Any]


class Problems:
    """What does not hold, one line each: where, what, and what was expected.

    `ending` is the last line then, `success` the last line where all holds.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ending, self.success = "WRONG", "OK"
        self.kinds = Counter[str]()

    def add(self, kind: str, where: str, what: str, expected: str) -> None:
        """Note one problem; of a kind only the first twenty are told."""
        self.kinds[kind] += 1
        if self.kinds[kind] <= MOST_TOLD:
            self.lines.append(f"{where}: {what}; expected {expected}")
        elif self.kinds[kind] == MOST_TOLD + 1:
            self.lines.append(f"{where}: and more of this kind")


def read_leaves(folder: Path, vkey: str, manifest: Json, problems: Problems) -> list[Json]:
    """Return the leaves of the log, all of which lead to the signed root; none where that does not hold."""
    origin, size, root = signed_head((folder / "checkpoint").read_bytes(), vkey)
    named = {"origin": origin, "size": size, "root": root.hex()}
    for key, value in named.items():
        written = from_base64(manifest["root"]).hex() if key == "root" else manifest[key]
        if written != value:
            problems.add("manifest", "folder.json", f"{key} is {written}", f"{value}, as the checkpoint says")
    if (folder / "vkey").read_bytes().decode().strip() != vkey:
        problems.add("log", "log/vkey", "another key", vkey)
    entries = list(_entries(folder, size))
    hashes = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
    if len(entries) != size or _tiles_differ(folder, hashes, problems) != root:
        problems.add(
            "log", "log/tile/entries", "the entries are not those that were signed", "the root of the checkpoint"
        )
        return []
    return [_leaf(entry, seq) for seq, entry in enumerate(entries)]


def _entries(folder: Path, size: int) -> Iterator[bytes]:
    for number in range(-(-size // 256)):
        data, at = (folder / f"tile/entries/{tile_name(number, size - number * 256)}").read_bytes(), 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 2], "big")
            yield data[at + 2 : at + 2 + length]
            at += 2 + length


def tile_name(number: int, width: int) -> str:
    """Return the path of a tile, or of a bundle of entries, within its level."""
    path, rest = f"{number % 1000:03}", number // 1000
    while rest:
        path, rest = f"x{rest % 1000:03}/{path}", rest // 1000
    return path if width >= 256 else f"{path}.p/{width}"


def _tiles_differ(folder: Path, hashes: list[bytes], problems: Problems) -> bytes:
    """Compare the tiles of hashes with the entries, row after row, and return the root."""
    root, level = _root_of(hashes), 0
    while hashes:
        for number in range(-(-len(hashes) // 256)):
            row, path = hashes[number * 256 : number * 256 + 256], ""
            path = f"tile/{level}/{tile_name(number, len(row))}"
            if not (folder / path).is_file() or (folder / path).read_bytes() != b"".join(row):
                problems.add("log", f"log/{path}", "is missing or was changed", "the hashes of the entries below it")
        full = len(hashes) // 256
        hashes, level = [_root_of(hashes[at * 256 : at * 256 + 256]) for at in range(full)], level + 1
    return root


def _root_of(hashes: list[bytes]) -> bytes:
    """Return the root of a tree (RFC 6962): rows are joined in pairs, an odd last one goes up as it is."""
    while len(hashes) > 1:
        pairs = range(0, len(hashes) - 1, 2)
        joined = [hashlib.sha256(b"\x01" + hashes[at] + hashes[at + 1]).digest() for at in pairs]
        hashes = joined + hashes[len(hashes) - len(hashes) % 2 :]
    return hashes[0] if hashes else hashlib.sha256().digest()


def _leaf(entry: bytes, seq: int) -> Json:
    leaf: Json = json.loads(entry, object_pairs_hook=once)
    if leaf.keys() != LEAF_MEMBERS or leaf["v"] != 1 or leaf["seq"] != seq or canonical(leaf) != entry:
        raise ValueError(f"leaf {seq} is no leaf of its place")
    return leaf


def check_range(leaves: list[Json], manifest: Json, problems: Problems) -> range:
    """Return the leaves that the folder must hold, as its bounds say, and compare its counts."""
    since, until = manifest["since"], manifest["until"]
    start = next((leaf["seq"] for leaf in leaves if leaf["at"] >= since), len(leaves))
    end = max((leaf["seq"] + 1 for leaf in leaves if not until or leaf["at"] < until), default=0)
    span = range(start, max(start, end))
    if [manifest["start"], manifest["end"]] != [span.start, span.stop]:
        written = f"leaves {manifest['start']} up to {manifest['end']}"
        problems.add("range", "folder.json", written, f"{span.start} up to {span.stop}, by since and until")
    kinds = dict(Counter(leaves[seq]["kind"] for seq in span))
    if kinds != manifest["kinds"]:
        problems.add("range", "folder.json", f"kinds {manifest['kinds']}", f"{kinds}, as the log has them")
    return span


def once(pairs: list[tuple[str, Any]]) -> Json:
    """Return an object of JSON; of two values of one name some readers take the first, some the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"duplicate key `{twice}`")
    return found


def lines_of(path: Path, problems: Problems) -> Iterator[tuple[int, Json]]:
    """Yield number and content of each line of a file of JSON lines."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                line = json.loads(
                    raw.decode(), object_pairs_hook=once
                )  # bytes alone may be UTF-16, or begin with a mark
                if line.keys() not in LINE_FORMS:
                    raise ValueError(f"the members {', '.join(sorted(line))} are not those of one line")
                if line.get("withheld") == "":
                    raise ValueError("it does not say why nothing is shown")
                if any(type(value) is not LINE_TYPES[name] for name, value in line.items()):
                    raise ValueError("a member of another type")
            except UNREADABLE as error:
                problems.add("line", f"{path.name}:{number}", f"cannot be read ({error})", "one JSON object")
                continue
            yield number, line


def opens(line: Json, leaf: Json) -> bool:
    """Tell whether what a line shows opens the commitment of its leaf; it is sealed on the way and put back."""
    payload, salt, salts = line["payload"], from_base64(line["salt"], 32), from_base64(line.get("salts", ""))
    shown: list[tuple[str, Json, str]] = []
    values: list[Any] = []
    if isinstance(payload, dict) and type(payload.get("sealing")) is int and payload["sealing"] == 1:
        shown = [spot for spot in sealed_spots(payload) if not is_hash(spot[1][spot[2]])]
    if len(salts) != 32 * len(shown):
        return False
    for at, (path, holder, key) in enumerate(shown):
        values.append(holder[key])
        holder[key] = {"sealed": value_hash(path, salts[32 * at : 32 * at + 32], holder[key])}
    text = canonical(payload)
    for (_, holder, key), value in zip(shown, values, strict=True):
        holder[key] = value
    return bool(hashlib.sha256(b"\x02" + salt + text).hexdigest() == leaf["c"])


def list_hash(lists: dict[str, str]) -> str:
    """Return how a leaf names the list versions in force."""
    text = "".join(f"{key} {lists[key].removeprefix('sha256:')}\n" for key in sorted(lists))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def rulebook_hash(folder: Path) -> str:
    """Return the name of a rulebook: the hash over name, length and bytes of its schema and policies."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.suffix == ".cedar" or path.name == "schema.cedarschema":
            data = path.read_bytes()
            whole.update(f"{path.name}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


def schemas_of(folder: Path, manifest: Json) -> dict[str, str]:
    """Return the text of the schema of each rulebook that is in the folder."""
    paths = {name: folder / "rulebooks" / name / "schema.cedarschema" for name in manifest["rulebooks"]}
    return {name: path.read_text("utf-8") for name, path in paths.items() if path.is_file()}


def unfit_facts(facts: Json, schema: str) -> list[str]:
    """Return what of facts no rulebook of a schema rules, by its text; without a schema nothing is known to be such.

    Attributes and members of fixed sets whose names stand nowhere in it, and what is nothing. Names of attributes are
    in the open where their values are not.
    """
    if not schema:
        return []
    found = set()
    for kind, members in [("context", facts["context"]), *((e["uid"]["type"], e["attrs"]) for e in facts["entities"])]:
        for name, value in members.items():
            if not _names(schema, name) or (not isinstance(value, str | int) and _has_unfit(value, schema)):
                found.add(f"{kind}.{name}")
    return sorted(found)


@cache
def _names(schema: str, name: str) -> bool:
    return name in schema


@cache
def _fixed_sets(schema: str) -> set[str]:
    return {name for names in FIXED_SET.findall(schema) for name in re.findall(r"\w+", names)}


def _has_unfit(value: Any, schema: str) -> bool:
    """Return whether a value is nothing or has in it a member of a fixed set that the set does not have."""
    if isinstance(value, list):
        return any(_has_unfit(each, schema) for each in value if not isinstance(each, str))
    if not isinstance(value, dict):
        return value is None
    if value.keys() == {"id", "type"} and isinstance(name := value["id"], str):
        is_member = value["type"].rpartition(":")[2] in _fixed_sets(schema)
        return is_member and json.dumps(name, ensure_ascii=False) not in schema
    return any(_has_unfit(each, schema) for each in value.values() if not isinstance(each, str))


def facts_read(facts: Json, reads: set[str]) -> tuple[Json, list[str]]:
    """Return what rules read of the facts, and which of it is not shown; an id that is not shown is left out."""
    closed: list[str] = []

    def kept(members: Json, kind: str) -> Json:
        found = {}
        for name, value in members.items():
            path = f"{kind}.{name}"
            if path in reads or kind in reads:
                found[name] = _without_ids(value, reads)
                closed.extend([path] if is_hash(value) else [])
        return found

    entities = []
    for entity in facts["entities"]:
        kind = entity["uid"]["type"]
        own = {f"@{name}": entity.get(name) for name in ("parents", "tags") if f"{kind}.@{name}" in reads}
        closed.extend(f"{kind}.{name}" for name, value in own.items() if is_hash(value))
        entities.append([_without_ids(entity["uid"], reads), kept(entity["attrs"], kind), own])
    named = [_without_ids(facts[name], reads) for name in ("principal", "action", "resource")]
    return {"context": kept(facts["context"], "context"), "entities": entities, "named": named}, closed


def hides_id(value: Any, reads: set[str]) -> bool:
    """Tell whether an id that rules read is not shown anywhere in facts."""
    if isinstance(value, list):
        return any(hides_id(each, reads) for each in value)
    if not isinstance(value, dict):
        return False
    if is_hash(value.get("id")) and f"{value.get('type')}.@id" in reads:
        return True
    return any(hides_id(each, reads) for each in value.values())


def _without_ids(value: Any, reads: set[str]) -> Any:
    """Return a value in which an id that is not shown, or that no rule reads, is left out."""
    if isinstance(value, dict) and set(value) == {"__entity"}:
        return {"__entity": _without_ids(value["__entity"], reads)}
    if isinstance(value, dict) and set(value) == {"id", "type"} and is_hash(value["id"]):
        return {"type": value["type"]}
    return value
