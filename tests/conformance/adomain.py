"""Run cases of reading `adomain`: `python -m tests.conformance.adomain FILE.json…` (`gate.md` §12).

A `badv`, `registrable` or `resolve` case agrees when the stated fields are equal; any other kind is unsupported.
"""

from typing import Any

from evenhand.gate import BlockList
from evenhand.model.hosts import host_of, registrable
from tests.conformance.cases import Case, main
from tests.conformance.registers import SUFFIXES, gates


def agrees(case: Case) -> bool | None:
    """Return whether our answer to a case is the one it states, None for a kind of case that we do not know."""
    answer = _ANSWERS.get(case["kind"])
    return None if answer is None else answer(case).items() <= case.items()


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

if __name__ == "__main__":
    main(agrees)
