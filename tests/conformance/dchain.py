"""Run cases of demand chains: `python -m tests.conformance.dchain FILE.json…` (`gate.md` §12).

A case `{dchain, valid}` agrees when the chain is read exactly if it is valid; one without these fields is unsupported.
"""

import sys
from typing import Any, NotRequired, TypedDict

from evenhand.gate.claims.demand_chain import read_chain
from tests.conformance.cases import Case, run_files


class Row(TypedDict):
    """A case; `dchain` can be anything."""

    dchain: NotRequired[Any]
    valid: NotRequired[bool]


def agrees(case: Case) -> bool | None:
    """Return whether a chain is read exactly if it is valid, None for a case that is of something else."""
    if not {"dchain", "valid"} <= case.keys():
        return None
    return (read_chain(case["dchain"]) is not None) is case["valid"]


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())
