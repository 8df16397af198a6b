"""Run other people's transparency-log vectors: `python -m tests.conformance.tlog_vectors DIR`.

One case a line in `DIR/*.jsonl`; the last line printed is `{"cases","agree","unsupported","disagree":[ids]}`.
Every verdict comes from the product's own functions.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

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

VERIFIER = Ed25519Verifier()
Case = dict[str, Any]


def run(folder: Path) -> dict[str, Any]:
    """Return how many cases there are, how many agree, and which do not."""
    lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.read_bytes().split(b"\n")]
    cases = [json.loads(line) for line in lines if line]
    known = [case for case in cases if case["kind"] in KINDS]
    wrong = [case["id"] for case in known if verdict(case) != case["expect"]]
    agree, unsupported = len(known) - len(wrong), len(cases) - len(known)
    return {"cases": len(cases), "agree": agree, "unsupported": unsupported, "disagree": wrong}


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

if __name__ == "__main__":
    outcome = run(Path(sys.argv[1]))
    print(json.dumps(outcome))
    sys.exit(bool(outcome["disagree"] or outcome["unsupported"]))
