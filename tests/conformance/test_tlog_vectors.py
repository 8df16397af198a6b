"""Transparency-log vectors of others and our own."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conformance.tlog_vectors import run
from tests.data import DATA, needs_data
from tests.differential.test_merkle import LEAVES, plain_path, plain_root, plain_subproof


@needs_data
def test_every_vector_agrees() -> None:
    """A log that others cannot check proves nothing."""
    outcome = run(DATA / "ledger" / "vectors")

    assert outcome["cases"] > 600
    assert (outcome["disagree"], outcome["unsupported"]) == ([], 0)


def test_subtree_vectors_of_the_plain_recursion_agree(tmp_path: Path) -> None:
    """No published vector has these kinds: every subtree of trees up to 20 leaves, each proof also spoilt four ways."""
    cases = [{"id": str(number), **case} for number, case in enumerate(subtree_cases(20))]
    (tmp_path / "subtree.jsonl").write_text("\n".join(map(json.dumps, cases)) + "\n", encoding="ascii")

    outcome = run(tmp_path)

    assert outcome["cases"] > 10_000
    assert (outcome["disagree"], outcome["unsupported"]) == ([], 0)


def subtree_cases(most: int) -> Iterator[dict[str, Any]]:
    """Yield a case for every subtree of every tree, and for what is no subtree one that must be refused."""
    for size in range(1, most + 1):
        tree = LEAVES[:size]
        for start in range(size):
            for end in range(start + 1, size + 1):
                width = 1
                while width < end - start:
                    width *= 2
                yield from _consistency_cases(start, end, tree, is_subtree=start % width == 0)
                if size == most:
                    yield from _inclusion_cases(start, end, is_subtree=start % width == 0)


def _consistency_cases(start: int, end: int, tree: list[bytes], *, is_subtree: bool) -> Iterator[dict[str, Any]]:
    sizes = {"kind": "subtree_consistency", "start": start, "end": end, "size": len(tree)}
    proof = plain_subproof(start, end, tree, True) if is_subtree else []
    roots = plain_root(tree[start:end]), plain_root(tree)
    yield {**sizes, **_written(roots, proof), "expect": "accept" if is_subtree else "reject"}
    for bad in (([*proof, bytes(32)], roots), ([bytes(32), *proof], roots), (proof, (bytes(32), roots[1])),
                (proof, (roots[0], bytes(32))), (proof[1:], roots if proof else (b"", b""))):  # fmt: skip
        yield {**sizes, **_written(bad[1], bad[0]), "expect": "reject"}
    if start:  # the proof of what begins with leaf 0
        roots, proof = (plain_root(tree[:end]), roots[1]), plain_subproof(0, end, tree, True)
        yield {**sizes, **_written(roots, proof), "expect": "reject"}


def _inclusion_cases(start: int, end: int, *, is_subtree: bool) -> Iterator[dict[str, Any]]:
    root = plain_root(LEAVES[start:end])
    for index in range(start, end):
        proof = plain_path(index - start, LEAVES[start:end])
        case = {"kind": "subtree_inclusion", "start": start, "end": end, "root": _text(root)}
        right = {**case, "index": index, "leaf_hash": _text(LEAVES[index]), "proof": [*map(_text, proof)]}
        yield {**right, "expect": "accept" if is_subtree else "reject"}
        yield {**right, "index": end, "expect": "reject"}
        yield {**right, "index": start - 1, "expect": "reject"}
        yield {**right, "leaf_hash": _text(LEAVES[-1]), "expect": "reject"}
        yield {**right, "proof": [*right["proof"], _text(bytes(32))], "expect": "reject"}


def _written(roots: tuple[bytes, bytes], proof: list[bytes]) -> dict[str, Any]:
    return {"root1": _text(roots[0]), "root2": _text(roots[1]), "proof": [*map(_text, proof)]}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
