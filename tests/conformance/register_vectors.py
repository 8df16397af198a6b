"""Write the vectors of the compiled register anew: `python -m tests.conformance.register_vectors`.

What they say is checked by `tests/conformance/test_register_vectors.py`, with a reader that shares nothing with ours.
"""

import base64
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from evenhand.gate import compile_register
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow
from tests.suffixes import SUFFIXES

VECTORS = Path(__file__).parents[2] / "docs" / "spec" / "vectors" / "register.json"
SEED = bytes(range(16))
HEAD = RegisterHead(
    policy=GatePolicy(unknown="allow", missing="allow", malformed="refuse", mismatch="note"),
    fresh_until=datetime(2026, 11, 24, 15, tzinfo=UTC),
    checkpoint="",
)
ROWS: list[dict[str, Any]] = [
    {
        "kind": "advertiser", "id": "a1", "outcome": "refuse", "decision": "d-1", "reason": "r-1",
        "names": ["A Made-Up Shop GmbH"], "domains": ["shop.example", "www.магазин.example"], "payers": ["p1"],
        "seats": ["512", "DSP.example/512"], "bundles": ["com.shop"], "accounts": ["youtube/shop"],
        "verification": 2, "identifiers": ["registration/de:HRB 12345", "vat/gr:123456789"], "sanctioned": True,
        "until": "2027-01-01T00:00:00Z",
    },
    {
        "kind": "advertiser", "id": "a2", "outcome": "allow", "decision": "d-2", "seats": ["512"],
        "names": ["A Made-Up Shop"], "political_campaigns": ["c1"],
        "when": [{"outcome": "label", "rule": "political-label", "instruct": ["sponsor"],
                  "program": ["is", "political", True]}],
    },
    {"kind": "payer", "id": "p1", "outcome": "hold", "decision": "d-3", "reason": "another"},
    {"kind": "seat", "id": "512", "outcome": "refuse", "decision": "d-4", "reason": "r-4"},
]  # fmt: skip
WITH_CAMPAIGNS: list[dict[str, Any]] = [
    {"kind": "advertiser", "id": "a1", "outcome": "allow", "decision": "d-1", "campaigns": [
        {"id": "c1", "outcome": "label", "decision": "d-2", "reason": "r-2", "instruct": ["sponsor"],
         "until": "2027-01-01T00:00:00Z"},
        {"id": "c1", "outcome": "refuse", "decision": "d-3", "reason": "another", "begins": "2027-01-01T00:00:00Z"},
    ]},
]  # fmt: skip
LOOKUPS = [
    ["d", "shop.example"], ["d", "xn--80aairftm.example"], ["d", "www.shop.example"], ["s", "512"],
    ["s", "dsp.example/512"], ["n", "a made up shop"], ["b", "com.shop"], ["c", "youtube/shop"], ["a", "a1"],
    ["p", "a1"], ["t", "512"], ["d", "example"],
    ["i", "HRB12345"], ["i", "EL123456789"], ["i", "GR123456789"], ["i", "123456789"], ["i", "12345"],
]  # fmt: skip


def compiled(rows: list[dict[str, Any]]) -> bytes:
    """Return the file of rows as this project writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.evh"
        compile_register(msgspec.convert(rows, list[RegisterRow]), HEAD, path, SUFFIXES, SEED)
        return path.read_bytes()


def main() -> None:
    """Write the vectors; what each look-up leads to is worked out from the rows, not from the file."""
    vectors = {
        "seed": SEED.hex(),
        "head": json.loads(msgspec.json.encode(HEAD)),
        "rows": ROWS,
        "file": base64.b64encode(compiled(ROWS)).decode(),
        "lookups": [{"kind": kind, "text": text, "leads_to": _expected(kind, text)} for kind, text in LOOKUPS],
        "with_campaigns": {
            "rows": WITH_CAMPAIGNS, "file": base64.b64encode(compiled(WITH_CAMPAIGNS)).decode(),
        },
    }  # fmt: skip
    VECTORS.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _expected(kind: str, text: str) -> list[str]:
    stated = {
        "d": {"shop.example": [0], "xn--80aairftm.example": [0]}, "s": {"512": [0, 1, 3], "dsp.example/512": [0]},
        "n": {"a made up shop": [0, 1]}, "b": {"com.shop": [0]}, "c": {"youtube/shop": [0]},
        "a": {"a1": [0], "a2": [1]}, "p": {"p1": [2]}, "t": {"512": [3]},
        "i": {"HRB12345": [0], "EL123456789": [0], "GR123456789": [0], "123456789": [0]},
    }  # fmt: skip
    return [f"{ROWS[place]['kind']} {ROWS[place]['id']}" for place in stated[kind].get(text, [])]


if __name__ == "__main__":
    main()
