"""Run cases of the lint: `python -m tests.conformance.reasons_lint FILE.json`.

Each case `{id, note, form, record, corpus, codes}` agrees when the codes are equal (`reasons.md` §8).
"""

import json
import sys
from pathlib import Path
from typing import Any

from evenhand.reasons import Corpus, lint


def run(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the counts that the runner prints, with the ids of cases that disagree."""
    disagree = [case["id"] for case in cases if not agrees(case)]
    return {"cases": len(cases), "agree": len(cases) - len(disagree), "unsupported": 0, "disagree": disagree}


def agrees(case: dict[str, Any]) -> bool:
    """Return whether our answer to a case is the one it states."""
    corpus = Corpus()
    for earlier in case["corpus"]:
        corpus.add(earlier["explanation"], earlier["facts"])
    return lint(case["record"], case["form"], corpus) == tuple(case["codes"])


if __name__ == "__main__":
    print(json.dumps(run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
