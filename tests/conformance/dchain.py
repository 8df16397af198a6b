"""Run cases of demand chains: `python -m tests.conformance.dchain FILE.json…` (`gate.md` §12).

A case `{dchain, valid}` agrees when the chain is read exactly if it is valid; one without these fields is unsupported.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evenhand.gate.claims.demand_chain import read_chain


def run(cases: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the counts that the runner prints, with the ids of cases that disagree."""
    counts: dict[str, Any] = {"cases": 0, "agree": 0, "unsupported": 0, "disagree": []}
    for place, case in enumerate(cases):
        counts["cases"] += 1
        if not {"dchain", "valid"} <= case.keys():
            counts["unsupported"] += 1
        elif (read_chain(case["dchain"]) is not None) is case["valid"]:
            counts["agree"] += 1
        else:
            counts["disagree"].append(case.get("id", place))
    return counts


if __name__ == "__main__":
    print(json.dumps(run(case for path in sys.argv[1:] for case in json.loads(Path(path).read_text(encoding="utf-8")))))
