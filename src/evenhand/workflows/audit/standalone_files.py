"""The files of an auditor's folder with nothing but Python: which there may be, their sums, and the text for people."""

import hashlib
import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evenhand.workflows.audit.standalone_decisions import Json, Problems, once, rulebook_hash, tile_name

SUM = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
MANIFEST_FIELDS: dict[str, Any] = {
    "folder": int, "made_by": str, "origin": str, "size": int, "root": str, "since": str, "until": str, "start": int,
    "end": int, "kinds": dict, "shown": int, "withheld": int, "erased": int, "reveal": list, "rulebooks": dict,
    "unkept": list, "report": (int, type(None)),
}  # fmt: skip
RULEBOOK_FIELDS = {"reads", "turns", "clock_rules", "id_rules"}  # the last is absent in folders of older versions
OWN_FILES = {"SHA256SUMS", "folder.json", "decisions.jsonl", "records.jsonl", "verify.py", "README.md"}
README = """# Folder for an auditor

Decisions of a network, and of each what you may see. This page is the same in each such folder and says nothing of
this one: `folder.json` says what is in it, and the check whether that holds.

Check it with the key of the log, as you know it from elsewhere, on any machine with Python 3.11 or later:

    python -I verify.py . KEY

or with Evenhand, which also makes every ruling again: `evenhand audit verify . --vkey KEY`. `verify.py` came
with the folder, so read it (half an hour), or make it from a copy of Evenhand that you trust:

    python -c "from evenhand.workflows.audit.folder_texts import verifier_text as t; print(t(), end='')" > verify.py

`evenhand audit verify` compares the file here with that. `-I` keeps Python from loading modules of this folder.

| file | holds |
|---|---|
| `SHA256SUMS` | the hash of each other file: `sha256sum -c SHA256SUMS` |
| `folder.json` | range, counts, and what the rules of each rulebook read |
| `log/` | the public log: key, signed checkpoint, tiles |
| `decisions.jsonl` | one line for each decision of the range: what is shown of it, and the salts that open it |
| `records.jsonl` | list versions, rulebooks with their proofs, plans and reports of audits |
| `report.json`, `table.csv` | if there is one: the last report of an audit, and its table, with numbers for parties |
| `rulebooks/` | each rulebook and its schema, by hash |

A proof is repeated with `evenhand rules prove rulebooks/HASH`. What stands as `{"sealed": HASH}` is not shown. Ids of
parties are closed, also where a rule reads one: such a decision is compared with its equals and not ruled again. The
report names advertisers by the ids that the network gave them; it is of the whole ledger, and so is its table.
"""


def has_links(folder: Path, problems: Problems) -> bool:
    """Note what is neither file nor folder, and tell whether there is any: it could be from elsewhere, or never end."""
    found = [
        path for path in folder.rglob("*") if not (stat.S_ISREG(mode := path.lstat().st_mode) or stat.S_ISDIR(mode))
    ]
    for path in sorted(found):
        problems.add("file", path.relative_to(folder).as_posix(), "is a link, a pipe or a device; nothing was read",
                     "files and folders alone")  # fmt: skip
    return bool(found)


def read_manifest(folder: Path) -> Json:
    """Return what `folder.json` says; ValueError where it has other members, or members of another type."""
    manifest: Json = json.loads((folder / "folder.json").read_bytes().decode(), object_pairs_hook=once)
    fits = manifest.keys() == MANIFEST_FIELDS.keys() and manifest["folder"] == 1
    is_bool = any(isinstance(value, bool) for value in manifest.values())  # to Python, true is 1
    if not fits or is_bool or not all(isinstance(manifest[key], kind) for key, kind in MANIFEST_FIELDS.items()):
        raise ValueError("other fields than those of version 1")
    rulebooks = list(manifest["rulebooks"].values())
    lists = [manifest["reveal"], manifest["unkept"], *(each for book in rulebooks for each in book.values())]
    if any(book.keys() | {"id_rules"} != RULEBOOK_FIELDS for book in rulebooks):
        raise ValueError("other fields of a rulebook than those of version 1")
    if not all(isinstance(each, list) and all(isinstance(name, str) for name in each) for each in lists):
        raise ValueError("not a list of names")
    if any(type(count) is not int for count in manifest["kinds"].values()):
        raise ValueError("a count of a kind that is no number")
    return manifest


def check_sums(folder: Path, problems: Problems) -> None:
    """Compare every file with its line in SHA256SUMS."""
    listed: dict[str, str] = {}
    text = (folder / "SHA256SUMS").read_bytes().decode()
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        found = SUM.fullmatch(line)
        if found is None or found[2] in listed:
            problems.add(
                "sums", f"SHA256SUMS:{number}", "no hash of a file", "a hash, two blanks and a path, each once"
            )
        else:
            listed[found[2]] = found[1]
    paths = set(_files(folder))
    for path in sorted(paths - {"SHA256SUMS"} | listed.keys()):
        if path not in listed:
            problems.add("sums", path, "is not listed", "a line in SHA256SUMS")
        elif path not in paths:
            problems.add("sums", path, "is missing", "the file that SHA256SUMS lists")
        elif (got := _file_hash(folder / path)) != listed[path]:
            problems.add("sums", path, f"was changed, sha256 {got}", listed[path])


def _files(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_files(folder: Path, manifest: Json, size: int, problems: Problems) -> None:
    """Note files that a folder with a log of `size` leaves does not have, and a README that says something else."""
    known = OWN_FILES | {f"log/{path}" for path in _log_files(size)}
    known |= {"report.json", "table.csv"} if manifest["report"] is not None else set()
    for path in sorted(_files(folder)):
        place, _, name = path.rpartition("/")
        is_rules = place.removeprefix("rulebooks/") in manifest["rulebooks"] and place.startswith("rulebooks/")
        if path not in known and not (is_rules and (name == "schema.cedarschema" or name.endswith(".cedar"))):
            problems.add("file", path, "has no place in the folder", "the files that docs/spec/audit-folder.md names")
    if (folder / "README.md").is_file() and (folder / "README.md").read_bytes() != README.encode():
        problems.add(
            "file",
            "README.md",
            "is another text, or of another version: nothing vouches for it",
            "the text of each such folder",
        )


def check_rulebooks(folder: Path, manifest: Json, problems: Problems) -> None:
    """Compare each rulebook with the hash that it is named by."""
    kept = {path.name for path in (folder / "rulebooks").iterdir()} if (folder / "rulebooks").is_dir() else set()
    for name in sorted(kept | set(manifest["rulebooks"])):
        if name not in kept or name not in manifest["rulebooks"]:
            problems.add("rulebook", f"rulebooks/{name}", "is missing or not named", "each rulebook of folder.json")
        elif (got := rulebook_hash(folder / "rulebooks" / name)) != name:
            problems.add("rulebook", f"rulebooks/{name}", f"is rulebook {got}", "the hash that it is named by")


def _log_files(size: int) -> Iterator[str]:
    """Yield the paths of the files of a public log that has so many leaves."""
    yield from ("vkey", "checkpoint")
    level = 0
    while size:
        for number in range(-(-size // 256)):
            name = tile_name(number, size - number * 256)
            yield f"tile/{level}/{name}"
            yield from () if level else (f"tile/entries/{name}",)
        size, level = size // 256, level + 1
