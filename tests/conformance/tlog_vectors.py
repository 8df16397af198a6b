"""Run other people's transparency-log vectors: `python -m tests.conformance.tlog_vectors DIR…`.

One case a line in `DIR/*.jsonl`; the last line printed is `{"cases","agree","unsupported","disagree":[ids]}`.
A kind that is not known is unsupported. Every verdict comes from the product's own functions.
"""

import base64
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypedDict

from evenhand.ledger.canonical_json import read_canonical
from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.leaf import commit
from evenhand.ledger.proofs import is_consistent, is_consistent_subtree, is_included, is_included_in_subtree
from evenhand.ledger.receipt import verify_receipt
from evenhand.ledger.signed_notes import open_note, read_vkey
from evenhand.ledger.tiles import number_path, pack_entries, tiles
from evenhand.ledger.tree import Tree, leaf_hash
from evenhand.ledger.witness_policy import read_witness_policy
from evenhand.model.errors import EvenhandError
from evenhand.store.keys import Ed25519Verifier
from tests.conformance.cases import Arguments, Case, count, execute, files_of, read_cases

VERIFIER = Ed25519Verifier()


class Row(TypedDict):
    """A case; the other fields depend on its kind."""

    kind: str
    expect: Literal["accept", "reject"]


def run(*folders: Path) -> dict[str, Any]:
    """Return how many cases there are, how many agree, and which do not."""
    files = [file for folder in folders for file in files_of(folder, "*.jsonl")]
    return count(list(read_cases(files, Row)), agrees)


def agrees(case: Case) -> bool | None:
    """Return whether the product says of a case what it states, None for a kind that is not known."""
    return verdict(case) == case["expect"] if case["kind"] in KINDS else None


def verdict(case: Case) -> str:
    """Return `accept` or `reject`, as the product says of one case."""
    try:
        return "accept" if KINDS[case["kind"]](case) else "reject"
    except EvenhandError:
        return "reject"


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def _proof(case: Case) -> list[bytes]:
    return [_bytes(each) for each in case["proof"] or ()]


def _tree(case: Case) -> Tree:
    return Tree(leaf_hash(entry) for entry in _entries(case))


def _entries(case: Case) -> list[bytes]:
    return [(case["template"] % index).encode() for index in range(case["size"])]


def _inclusion(case: Case) -> bool:
    return is_included(case["index"], case["size"], _bytes(case["leaf_hash"]), _proof(case), _bytes(case["root"]))


def _consistency(case: Case) -> bool:
    return is_consistent(case["size1"], case["size2"], _proof(case), _bytes(case["root1"]), _bytes(case["root2"]))


def _subtree_inclusion(case: Case) -> bool:
    leaf, root = _bytes(case["leaf_hash"]), _bytes(case["root"])
    return is_included_in_subtree(case["index"], case["start"], case["end"], leaf, _proof(case), root)


def _subtree_consistency(case: Case) -> bool:
    root1, root2 = _bytes(case["root1"]), _bytes(case["root2"])
    return is_consistent_subtree(case["start"], case["end"], case["size"], _proof(case), root1, root2)


def _tiles(case: Case) -> bool:
    tree, entries, files = _tree(case), _entries(case), {}
    for tile in tiles(case["size"]):
        files[tile.path] = tile.cut(tree)
        if tile.level == 0:
            files[tile.bundle_path] = pack_entries(entries[tile.start : tile.start + tile.width])
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items()} == case["files"]


def _note(case: Case) -> bool:
    opened = open_note(case["note"].encode(), [read_vkey(each) for each in case["vkeys"]], VERIFIER)
    wanted = case.get("text", opened.text), case.get("verified", [key.name for key in opened.keys])
    return (opened.text, [key.name for key in opened.keys]) == wanted


def _checkpoint(case: Case) -> bool:
    head = open_checkpoint(case["note"].encode(), [read_vkey(case["vkey"])], VERIFIER)
    return (head.origin, head.size, head.root) == (case["origin"], case["size"], _bytes(case["root"]))


def _policy(case: Case) -> bool:
    read_witness_policy(case["policy"].encode()).open(case["checkpoint"].encode(), VERIFIER)
    return True


def _proof_file(case: Case) -> bool:
    policy = read_witness_policy(case["policy"].encode())
    return verify_receipt(case["proof_file"].encode(), policy, VERIFIER, leaf=_bytes(case["leaf"])).ok


def _canonical(case: Case) -> bool:
    data = read_canonical(case["text"].encode(errors="surrogatepass"))
    return data == _bytes(case["bytes"]) if "bytes" in case else True


def _commitment(case: Case) -> bool:
    return commit(_bytes(case["salt"]), read_canonical(case["text"].encode())) == case["commitment"]


KINDS: dict[str, Callable[[Case], bool]] = {
    "inclusion": _inclusion,
    "consistency": _consistency,
    "subtree_inclusion": _subtree_inclusion,
    "subtree_consistency": _subtree_consistency,
    "root": lambda case: _tree(case).root() == _bytes(case["root"]),
    "prove_inclusion": lambda case: _tree(case).inclusion(case["index"], case["size"]) == _proof(case),
    "prove_consistency": lambda case: _tree(case).consistency(case["size1"], case["size"]) == _proof(case),
    "tiles": _tiles,
    "tile_path": lambda case: number_path(case["n"]) == case["path"],
    "note": _note,
    "checkpoint": _checkpoint,
    "policy": _policy,
    "proof_file": _proof_file,
    "canonical": _canonical,
    "commitment": _commitment,
}


def main(argv: list[str] | None = None) -> int:
    """Run the folders that the command line names and print the counts as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("folders", type=Path, nargs="+")
    return execute(arguments, lambda chosen: run(*chosen.folders), argv)


if __name__ == "__main__":
    sys.exit(main())
