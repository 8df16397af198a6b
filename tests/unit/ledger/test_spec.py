"""The page of the leaf is under test: its vectors are computed, its refusals refused."""

import json
import re
from pathlib import Path

import pytest

from evenhand.ledger.canonical import read_canonical
from evenhand.ledger.leaf import commit, opens, read_leaf
from evenhand.ledger.tree import leaf_hash
from evenhand.model.errors import RecordRefused

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "ledger-leaf.md"
VECTORS, REFUSED = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))


@pytest.mark.parametrize("vector", VECTORS)
def test_the_vectors_of_the_page_hold(vector: dict[str, str]) -> None:
    """Whoever implements the page must come to our bytes."""
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
