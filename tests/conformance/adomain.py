"""Run cases of reading `adomain`: `python -m tests.conformance.adomain FILE.json…` (`gate.md` §12).

A `badv`, `registrable` or `resolve` case agrees when the stated fields are equal; any other kind is unsupported.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from evenhand.gate import BlockList, Gate, compile_register
from evenhand.model.hosts import host_of, registrable
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow
from evenhand.store.suffixes import PublicSuffixes

_SUFFIXES = PublicSuffixes()
_HEAD = RegisterHead(
    policy=GatePolicy(unknown="allow", missing="allow", malformed="refuse", mismatch="note"),
    fresh_until=datetime(2099, 1, 1, tzinfo=UTC),
    checkpoint="",
)


def run(cases: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the counts that the runner prints, with the ids of cases that disagree."""
    counts: dict[str, Any] = {"cases": 0, "agree": 0, "unsupported": 0, "disagree": []}
    for case in cases:
        counts["cases"] += 1
        if case["kind"] not in _ANSWERS:
            counts["unsupported"] += 1
        elif _ANSWERS[case["kind"]](case).items() <= case.items():
            counts["agree"] += 1
        else:
            counts["disagree"].append(case["id"])
    return counts


def badv(case: dict[str, Any]) -> dict[str, Any]:
    hosts = [host_of(value) for value in case["adomain"]]
    wanted = BlockList(case["badv"], _SUFFIXES)
    return {
        "block": any(host is not None and wanted.blocks(host) for host in hosts),
        "malformed": [index for index, host in enumerate(hosts) if host is None],
    }


def registrable_part(case: dict[str, Any]) -> dict[str, Any]:
    host = host_of(case["value"])
    return {"registrable": None if host is None else registrable(host, _SUFFIXES), "malformed": host is None}


def resolve(case: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.jsonl"
        compile_register(msgspec.convert(case["register"], list[RegisterRow]), _HEAD, path, _SUFFIXES)
        return {"advertisers": [row.id for row in Gate(path, stale=None).resolve(case["adomain"])]}


_ANSWERS = {"badv": badv, "registrable": registrable_part, "resolve": resolve}

if __name__ == "__main__":
    print(json.dumps(run(case for path in sys.argv[1:] for case in json.loads(Path(path).read_text(encoding="utf-8")))))
