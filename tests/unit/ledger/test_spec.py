"""The page of the leaf is under test: its vectors are computed, its refusals refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from evenhand.ledger import read_witness_policy, verify_receipt
from evenhand.ledger.canonical_json import read_canonical
from evenhand.ledger.erasure import Erasure, read_erasure
from evenhand.ledger.field_commitments import committed_form
from evenhand.ledger.leaf import commit, opens, read_leaf
from evenhand.ledger.proofs import is_consistent_subtree
from evenhand.ledger.sealed_fields import seal_hash
from evenhand.ledger.standalone_verifier import check_receipt, sealed_form
from evenhand.ledger.subject_salts import subject_salt
from evenhand.ledger.tree import EMPTY_ROOT, Tree, leaf_hash
from evenhand.model.errors import NotVerified, RecordRefused
from evenhand.model.record import canonical
from tests.unit.ledger.making import VERIFIER

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "ledger-leaf.md"
CASES = {
    name: [json.loads(line) for line in (PAGE.parent / "vectors" / f"{name}.jsonl").read_text("ascii").split("\n")[:-1]]
    for name in ("sealed", "sealing", "subject-salt", "receipt")
}
VECTORS, REFUSED = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))


@pytest.mark.parametrize("vector", VECTORS)
def test_the_vectors_of_the_page_hold(vector: dict[str, str]) -> None:
    """Anyone who implements the page must come to our bytes."""
    payload, salt, leaf = (
        read_canonical(vector["text"].encode()),
        bytes.fromhex(vector["salt"]),
        vector["leaf"].encode(),
    )

    assert payload == vector["payload"].encode()
    assert commit(salt, payload) == vector["commitment"]
    assert opens(read_leaf(leaf), salt, payload)
    assert leaf_hash(leaf).hex() == vector["leaf_hash"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_page_refuses_is_refused(text: str) -> None:
    """The page says MUST."""
    with pytest.raises(RecordRefused):
        read_canonical(text.encode())


@pytest.mark.parametrize("case", CASES["sealed"], ids=lambda case: case["id"])
def test_the_vectors_of_sealed_values_hold(case: dict[str, str]) -> None:
    """Path and value cannot trade bytes: the length of the path stands before it."""
    assert seal_hash(case["path"], bytes.fromhex(case["salt"]), case["value"].encode()) == case["sealed"]
    assert read_canonical(case["value"].encode()) == case["value"].encode()


@pytest.mark.parametrize("case", CASES["sealing"], ids=lambda case: case["id"])
def test_the_vectors_of_sealing_hold(case: dict[str, str]) -> None:
    """What is committed to is the closed form, whether the payload comes whole or with values sealed already."""
    root, payload = bytes.fromhex(case["root"]), case["payload"].encode()

    assert committed_form(root, payload) == (bytes.fromhex(case["salt"]), case["closed"].encode())
    assert sealed_form(payload, root) == committed_form(root, payload)
    assert commit(root, payload) == case["c"]


@pytest.mark.parametrize("case", CASES["subject-salt"], ids=lambda case: case["id"])
def test_the_vectors_of_subjects_salts_hold(case: dict[str, Any]) -> None:
    """Anyone who has the key can open every commitment about the subject."""
    assert subject_salt(bytes.fromhex(case["subject_key"]), case["seq"]).hex() == case["salt"]


@pytest.mark.parametrize("case", CASES["receipt"], ids=lambda case: case["id"])
def test_the_vectors_of_receipts_hold_for_both_readers(case: dict[str, str]) -> None:
    """The product's own and the one-file reader come to the verdict of the page."""
    policy = read_witness_policy(f"log {case['vkey']}\nquorum none\n".encode())
    try:
        alone = bool(check_receipt(case["receipt"].encode(), case["vkey"]))
    except ValueError:
        alone = False

    assert verify_receipt(case["receipt"].encode(), policy, VERIFIER).ok == alone == (case["expect"] == "accept")


def test_an_erasure_reads_as_the_page_says() -> None:
    """`fields` is left out where it is empty."""
    whole = b'{"basis":"GDPR Art. 17(1)(a)","by":"data protection officer","erased":[2,7]}'

    assert canonical(read_erasure(whole)) == whole
    assert read_erasure(whole) == Erasure(erased=(2, 7), basis="GDPR Art. 17(1)(a)", by="data protection officer")
    for wrong in (b"{}", b"x", whole.replace(b"7", b'"7"'), whole.replace(b"by", b"who")):
        assert read_erasure(wrong) is None


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_salt_of_another_length_makes_no_commitment(size: int) -> None:
    """Bytes could move between salt and payload: the page says 32."""
    with pytest.raises(NotVerified, match=f"salt of another length `{size} bytes`; expected 32"):
        commit(bytes(size), b"{}")


@pytest.mark.parametrize(("start", "size"), [(0, 0), (0, 5), (3, 5), (5, 5)])
def test_an_empty_subtree_is_part_of_every_tree_that_reaches_it(start: int, size: int) -> None:
    """With the root of nothing and an empty proof, wherever it begins (C2SP)."""
    tree = Tree(bytes([number]) * 32 for number in range(size))

    assert is_consistent_subtree(start, start, size, [], EMPTY_ROOT, tree.root())
    assert not is_consistent_subtree(start, start, size, [bytes(32)], EMPTY_ROOT, tree.root())
    assert not is_consistent_subtree(start, start, size, [], bytes(32), tree.root())
    assert not is_consistent_subtree(size + 1, size + 1, size, [], EMPTY_ROOT, tree.root())
