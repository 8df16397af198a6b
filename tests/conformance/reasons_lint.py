"""Run cases of the lint: `python -m tests.conformance.reasons_lint FILE.json…`.

Each case `{id, note, form, record, corpus, codes}` agrees when the codes are equal (`reasons.md` §8).
"""

import sys
from typing import Any, TypedDict

from evenhand.reasons import Corpus, lint
from tests.conformance.cases import Case, run_files


class Earlier(TypedDict):
    """What an earlier record said."""

    explanation: str
    facts: str


class Row(TypedDict):
    """A case; `codes` are sorted."""

    form: str
    record: dict[str, Any]
    corpus: list[Earlier]
    codes: list[str]


def agrees(case: Case) -> bool:
    """Return whether our answer to a case is the one it states."""
    corpus = Corpus()
    for earlier in case["corpus"]:
        corpus.add(earlier["explanation"], earlier["facts"])
    return lint(case["record"], case["form"], corpus) == tuple(case["codes"])


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())
