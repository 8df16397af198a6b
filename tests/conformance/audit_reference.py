"""Runner: the exact test on reference tables, as `python -m tests.conformance.audit_reference FILE...`.

Each line of a file holds `{"id","tables":[[a,b,c,d],..],"reference":{..}}`. A case agrees when `informative` is equal,
the p-values are within 10⁻⁶ and odds ratio and limits within 10⁻⁴ of the reference, relative; "inf" and null exactly.
Lines whose tables are no counts are unsupported. The last line is `{"cases","agree","unsupported","disagree":[ids]}`.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

from evenhand.audit.exact_test import ExactTest, exact_test

P_VALUES = ("p_two", "p_greater", "p_less", "p_mid_greater")
RATIOS = ("odds_ratio", "ci_low", "ci_high")
TOLERANCES = {**dict.fromkeys(P_VALUES, 1e-6), **dict.fromkeys(RATIOS, 1e-4)}


def main(argv: list[str] | None = None) -> int:
    paths = [Path(each) for each in (sys.argv[1:] if argv is None else argv)]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [(case["id"], compare(case)) for case in map(json.loads, lines)]
    for name, differences in found:
        for difference in differences or ():
            print(f"{name}: {difference}", file=sys.stderr)
    supported = [(name, differences) for name, differences in found if differences is not None]
    disagree = [name for name, differences in supported if differences]
    counts = {"cases": len(found), "agree": len(supported) - len(disagree), "unsupported": len(found) - len(supported)}
    print(json.dumps({**counts, "disagree": disagree}))
    return 1 if disagree else 0


def compare(case: dict[str, Any]) -> list[str] | None:
    """Return what differs from the reference, None if the tables are no tables of counts."""
    if not _are_counts(case["tables"]):
        return None
    test, reference = exact_test(case["tables"]), case["reference"]
    differences = [_difference(name, getattr(test, name), reference[name]) for name in TOLERANCES if name in reference]
    if test.informative != reference["informative"]:
        differences.append(f"informative is {test.informative}, expected {reference['informative']}")
    return [difference for difference in differences if difference]


def as_json(test: ExactTest) -> dict[str, Any]:
    """Return a test as reference lines write it: infinity as "inf", undefined as null."""
    values = {name: getattr(test, name) for name in ("informative", *TOLERANCES)}
    return {name: "inf" if value == math.inf else value for name, value in values.items()}


def _difference(name: str, got: float | None, expected: float | str | None) -> str | None:
    if isinstance(got, float) and isinstance(expected, int | float) and math.isfinite(got):
        same = math.isclose(got, expected, rel_tol=TOLERANCES[name])
    else:
        same = ("inf" if got == math.inf else got) == expected
    return None if same else f"{name} is {got}, expected {expected}"


def _are_counts(tables: Any) -> bool:
    return isinstance(tables, list) and all(
        isinstance(table, list) and len(table) == 4 and all(isinstance(count, int) and count >= 0 for count in table)
        for table in tables
    )


if __name__ == "__main__":
    sys.exit(main())
