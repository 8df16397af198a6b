"""Run cases of the EU Transparency Database: `python -m tests.conformance.sor FILE.json…`.

Each case `{id, name, payload, status, error_fields}` agrees when status and set of fields are equal (`reasons.md` §8).
"""

import sys
from typing import Any, Literal, TypedDict

from evenhand.reasons import validate_dsa
from tests.conformance.cases import Case, run_files


class Row(TypedDict):
    """A case; a payload has the database's own attributes."""

    payload: dict[str, Any]
    status: Literal[201, 422]
    error_fields: list[str]


def agrees(case: Case) -> bool:
    """Return whether our answer to a case is the one it states."""
    fields = {error.field for error in validate_dsa(case["payload"])}
    status = 422 if fields else 201
    return (status, fields) == (case["status"], set(case["error_fields"]))


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())
