"""Run cases of reading `adomain`: `python -m tests.conformance.adomain FILE.json…` (`gate.md` §12).

A `badv`, `registrable` or `resolve` case agrees when the fields that it states are equal; any other kind
is unsupported, as is a case that states none of them.
"""

import sys
from typing import Any, TypedDict

from evenhand.gate import BlockList
from evenhand.model.hosts import host_of, registrable
from tests.conformance.cases import Case, run_files
from tests.conformance.registers import SUFFIXES, gates


class Row(TypedDict):
    """A case; the other fields depend on its kind."""

    kind: str


def agrees(case: Case) -> bool | None:
    """Return whether our answer to a case is the one it states, None for a kind of case that we do not know."""
    answer = _ANSWERS.get(case["kind"])
    if answer is None:
        return None
    ours = answer(case)
    stated = [name for name in ours if name in case]
    return all(ours[name] == case[name] for name in stated) if stated else None


def badv(case: Case) -> dict[str, Any]:
    written = case["adomain"] or []
    hosts = [host_of(value) for value in (written if isinstance(written, list) else [written])]
    wanted = BlockList(case["badv"], SUFFIXES)
    return {
        "block": any(host is not None and wanted.blocks(host) for host in hosts),
        "malformed": [index for index, host in enumerate(hosts) if host is None],
    }


def registrable_part(case: Case) -> dict[str, Any]:
    host = host_of(case["value"])
    return {"registrable": None if host is None else registrable(host, SUFFIXES), "malformed": host is None}


def resolve(case: Case) -> dict[str, Any]:
    with gates(case["register"]) as both:
        plain, compiled = (list(gate.resolve(case["adomain"])) for gate in both)
    return {"advertisers": plain if plain == compiled else None}


_ANSWERS = {"badv": badv, "registrable": registrable_part, "resolve": resolve}


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())
