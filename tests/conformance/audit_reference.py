"""Runner: the exact test on reference tables, as `python -m tests.conformance.audit_reference FILE...`.

Each line of a file holds `{"id","tables":[[a,b,c,d],..],"reference":{..}}`. A case agrees when `informative` is equal,
the p-values are within 10⁻⁶ and odds ratio and limits within 10⁻⁴ of the reference, relative; "inf" and null exactly.
Lines whose tables are no counts are unsupported. The last line is `{"cases","agree","unsupported","disagree":[ids]}`.
"""

import math
import sys
from typing import Any, NotRequired, TypedDict

from evenhand.audit.exact_test import exact_test
from tests.conformance.cases import Case, run_files, say

P_VALUES = ("p_two", "p_greater", "p_less", "p_mid_greater")
RATIOS = ("odds_ratio", "ci_low", "ci_high")
TOLERANCES = {**dict.fromkeys(P_VALUES, 1e-6), **dict.fromkeys(RATIOS, 1e-4)}
_MOST = 10**9
"""A table of such counts takes 2 seconds, and time grows with the counts."""

Value = float | str | None


class Reference(TypedDict):
    """What a test must give; values that are not there are not compared."""

    informative: NotRequired[int]
    p_two: NotRequired[Value]
    p_greater: NotRequired[Value]
    p_less: NotRequired[Value]
    p_mid_greater: NotRequired[Value]
    odds_ratio: NotRequired[Value]
    ci_low: NotRequired[Value]
    ci_high: NotRequired[Value]


class Row(TypedDict):
    """A case; tables can be anything."""

    tables: Any
    reference: Reference


def agrees(case: Case) -> bool | None:
    """Return whether our test gives the reference, None if the tables are no tables of counts; say what differs."""
    if not _are_counts(case["tables"]):
        say(case, f"unsupported: a table is four counts, 0 to {_MOST:,} in whole numbers")
        return None
    if not case["reference"].keys() & {"informative", *TOLERANCES}:
        say(case, "unsupported: its reference states no value")
        return None
    differences = compare([list(map(int, table)) for table in case["tables"]], case["reference"])
    for difference in differences:
        say(case, difference)
    return not differences


def compare(tables: list[list[int]], reference: dict[str, Any]) -> list[str]:
    """Return what differs from the reference."""
    test = exact_test(tables)
    differences = [_difference(name, getattr(test, name), reference[name]) for name in TOLERANCES if name in reference]
    if test.informative != reference.get("informative", test.informative):
        differences.append(f"informative is {test.informative}, expected {reference['informative']}")
    return [difference for difference in differences if difference]


def _difference(name: str, got: float | None, expected: float | str | None) -> str | None:
    if isinstance(got, float) and isinstance(expected, int | float) and math.isfinite(got):
        same = math.isclose(got, expected, rel_tol=TOLERANCES[name])
    else:
        same = ("inf" if got == math.inf else got) == expected
    return None if same else f"{name} is {got}, expected {expected}"


def _are_counts(tables: Any) -> bool:
    return isinstance(tables, list) and all(
        isinstance(table, list) and len(table) == 4 and all(map(_is_count, table)) for table in tables
    )


def _is_count(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= _MOST and value == int(value)


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the counts as the last line."""
    return run_files(__doc__, agrees, Row, argv)


if __name__ == "__main__":
    sys.exit(main())
