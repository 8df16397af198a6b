"""Run cases of the EU Transparency Database: `python -m tests.conformance.sor FILE.json`.

Each case `{id, name, payload, status, error_fields}` agrees when status and set of fields are equal (`reasons.md` §8).
"""

import json
import sys
from pathlib import Path
from typing import Any

from evenhand.reasons import validate_dsa


def run(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the counts that the runner prints, with the ids of cases that disagree."""
    disagree = [case["id"] for case in cases if not agrees(case)]
    return {"cases": len(cases), "agree": len(cases) - len(disagree), "unsupported": 0, "disagree": disagree}


def agrees(case: dict[str, Any]) -> bool:
    """Return whether our answer to a case is the one it states."""
    fields = {error.field for error in validate_dsa(case["payload"])}
    status = 422 if fields else 201
    return (status, fields) == (case["status"], set(case["error_fields"]))


if __name__ == "__main__":
    print(json.dumps(run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
