"""The figures of a report computed again with nothing but Python: odd decisions, and the exact test of each group.

Within decisions of equal facts (a stratum) of n, of which k were refused, a group has m members, a of them refused.
Given these numbers and a common odds ratio psi, a has the weights C(k, x) C(n-k, m-x) psi^x; T is the sum over the
strata, and its weights are their convolution (Gart 1970). p is P(T >= t) at psi = 1; the odds ratio is where E(T) = t;
its limits are where P(T >= t) and P(T <= t) are 0.025.
"""

import csv
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from math import exp, inf, lgamma, log
from pathlib import Path
from typing import Any

from evenhand.workflows.audit.standalone_decisions import Json, Problems, once
from evenhand.workflows.audit.standalone_table import NOT_HELD, Row, Seen, check_rows, in_words

DIGITS = 9
MOST_WORK = 20_000_000
"""Products of a convolution, over all tests: above, what is left is not computed, and that is said."""
LEFT_OUT = [
    "selection", "time", "spend", "untestable", "flips", "matches", "proof", "by_law", "policy_changes",
    "distributions", "coverage", "one_group", "naming_rules", "freed_matches", "renewed_notices",
]  # fmt: skip
Table = tuple[int, int, int, int]


def check_report(
    folder: Path, leaves: list[Json], records: dict[int, Json], seq: int, seen: Seen, problems: Problems
) -> list[str]:
    """Check report and table of a folder; return in sentences what was done and what not."""
    data = (folder / "report.json").read_bytes()
    got = hashlib.sha256(data).hexdigest()
    record = records.get(seq, {})
    if record.get("report_sha256") != got:
        problems.add("report", "report.json", f"has the hash {got}", f"the one that leaf {seq} records")
        return []
    report: Json = json.loads(data, object_pairs_hook=once)
    plan = record.get("plan")
    if plan is not None and not (plan < seq and records.get(plan) == report["plan"]):
        problems.add(
            "report", "report.json", f"is not by the plan of leaf {plan}", "the plan that was registered first"
        )
    with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    if any(None in row or None in row.values() for row in rows):
        raise ValueError("a row of table.csv has not as many cells as the heading")
    held = check_rows(rows, leaves, seen, problems)
    unheld, cells = len(rows) - held.rows, len(rows[0]) * held.rows if rows else 0
    figures = _Figures(report, rows, problems)
    figures.check_odd()
    left = figures.check_groups()
    figures.check_family()
    figures.tell()
    tests = f"{len(report['groups']) - left} of {len(report['groups'])} tests of groups computed again"
    sentences = [
        f"{tests}, and every q"
        if not unheld
        else f"{tests} from table.csv, of which {unheld} of {len(rows)} rows were"
        " not checked, as their decisions are not shown"
    ]
    rest = [name for name in LEFT_OUT if report.get(name)]
    sentences.append(in_words(held.unknown, cells, "table.csv"))
    sentences.append(f"not compared with the decisions without Evenhand: {NOT_HELD}")
    return [*sentences, f"not computed again without Evenhand: {', '.join(rest)}"] if rest else sentences


class _Figures:
    """The figures of a report beside those of its table."""

    def __init__(self, report: Json, rows: list[Row], problems: Problems) -> None:
        self._report, self._problems, plan = report, problems, report["plan"]
        self._different: list[tuple[str, str]] = []
        self._plan, self._strata = plan, defaultdict[tuple[str, ...], list[Row]](list)
        known = set(plan["adverse"]) | set(plan["favourable"])
        gone = [bool(plan["erased"]) and row[plan["erased"]] == "true" for row in rows]
        for row, is_erased in zip(rows, gone, strict=True):
            if row[plan["outcome"]] in known and row[plan["rulebook"]] and not is_erased:
                self._strata[tuple(row[name] for name in (*plan["facts"], plan["rulebook"]))].append(row)
        self._same("rows", report["rows"], len(rows))
        self._same("erased", report["erased"], sum(gone))
        self._same("strata", report["strata"], len(self._strata))

    def check_odd(self) -> None:
        """Compare the odd decisions: the side of a stratum that has fewer, both where they are as many."""
        odd: list[tuple[int, str]] = []
        for rows in self._strata.values():
            sides: dict[bool, list[int]] = {True: [], False: []}
            for row in rows:
                sides[self._is_adverse(row)].append(int(row[self._plan["seq"]]))
            k, n = len(sides[True]), len(rows)
            for adverse, seqs in sides.items():
                if 0 < k < n and (2 * k == n or adverse == (2 * k < n)):
                    side = "tie" if 2 * k == n else "adverse" if adverse else "favoured"
                    odd += [(seq, f"{side} beside leaf {min(sides[not adverse])}") for seq in seqs]
        report = self._report["inconsistent"]
        written = [(each["seq"], f"{each['side']} beside leaf {each['comparator_seq']}") for each in report]
        self._same("number of odd decisions", len(written), len(odd))
        for one, other in ((written, odd), (odd, written)):
            for seq, side in sorted(each for each in one if each not in other)[:1]:
                self._same(f"leaf {seq} as an odd decision", *((side, "none") if one is written else ("none", side)))

    def check_groups(self) -> int:
        """Compare each test of a group; return how many were left out because they are too large."""
        left, work = 0, MOST_WORK
        known = {name: self._tables(name) for name in self._plan["groups"]}
        for written in self._report["groups"]:
            tables = known[written["attribute"]].get(written["value"] or "", [])
            name = f"{written['attribute']}={written['value']}"
            self._same(f"n of {name}", written["n"], sum(a + b for a, b, _, _ in tables))
            self._same(f"adverse of {name}", written["adverse"], sum(a for a, _, _, _ in tables))
            tables = [table for table in tables if _informs(table)]
            self._same(f"informative of {name}", written["informative"], len(tables))
            cost = _cost(tables)
            if cost > work or written["method"] != "exact":
                left += 1
                continue
            work -= cost
            for field, value in exact_test(tables).items():
                self._same(f"{field} of {name}", written[field], value)
        return left

    def check_family(self) -> None:
        """Compute each q from the p of all tests (Benjamini and Hochberg 1995), and what it says."""
        report = self._report
        every = [
            *report["groups"],
            *report["selection"],
            *([report["spend"]] if report["spend"] else []),
            *report["time"],
        ]
        family = [test for test in every if test["informative"]]
        self._same("tests", report["tests"], len(family))
        least = 1.0
        ordered = sorted(family, key=lambda test: -float(test["p"]))
        for rank, test in zip(range(len(ordered), 0, -1), ordered, strict=True):
            least, name = min(least, test["p"] * len(ordered) / rank), f"{test['attribute']}={test['value']}"
            self._same(f"q of {name}", test["q"], least)
            watch = "watch" if least < float(self._plan["q_watch"]) else "not_shown"
            allowed = ["explained", "favoured", "worse"] if least < float(self._plan["q"]) else [watch]
            if test["verdict"] not in allowed:
                self._problems.add(
                    "report", "report.json", f"verdict of {name} is {test['verdict']}", " or ".join(allowed)
                )

    def _is_adverse(self, row: Row) -> bool:
        return row[self._plan["outcome"]] in self._plan["adverse"]

    def _tables(self, attribute: str) -> dict[str, list[Table]]:
        """Return by value of an attribute a table for each stratum in which it occurs."""
        found = defaultdict[str, list[Table]](list)
        for rows in self._strata.values():
            adverse = Counter(row[attribute] for row in rows if self._is_adverse(row))
            k, n = adverse.total(), len(rows)
            for value, m in Counter(row[attribute] for row in rows).items():
                a = adverse[value]
                found[value].append((a, m - a, k - a, n - m - k + a))
        return found

    def _same(self, what: str, written: Any, computed: Any) -> None:
        if isinstance(written, float) and isinstance(computed, float):
            same = abs(written - computed) <= 5 * 10.0**-DIGITS * max(abs(written), abs(computed))
        else:
            same = written == computed
        if not same:
            shown = [_short(value) for value in (written, computed)]
            self._different.append((f"{what} is {shown[0]}", f"{shown[1]}, computed from table.csv"))

    def tell(self) -> None:
        """Note the first figure that differs, and how many more."""
        for what, expected in self._different[:1]:
            more = len(self._different) - 1
            self._problems.add("report", "report.json", what, expected + (f"; {more} more differ" if more else ""))


def _short(value: Any) -> str:
    return str(value) if len(str(value)) <= 80 else f"{str(value)[:80]}…"


def _informs(table: Table) -> bool:
    a, b, c, d = table
    return min(a + b, c + d, a + c, b + d) > 0


def _span(table: Table) -> tuple[int, int]:
    """Return the least and the greatest number of refused members that the margins allow."""
    a, b, c, d = table
    return max(0, a - d), min(a + b, a + c)


def _cost(tables: list[Table]) -> int:
    cost, length = 0, 1
    for table in tables:
        low, high = _span(table)
        cost += length * (high - low + 1)
        length += high - low
    return 2 * cost + 300 * length


def exact_test(tables: list[Table]) -> Json:
    """Return p, mid p, odds ratio and its limits of tables [a, b, c, d], one a stratum that informs."""
    if not tables:
        return {"odds_ratio": None, "ci_low": None, "ci_high": None, "p": 1.0, "p_mid": 1.0}
    low = sum(_span(table)[0] for table in tables)
    at = sum(table[0] for table in tables) - low
    logs = _distribution(tables, 0.0)
    if logs[at] < log(1e-30):
        tilted = _distribution(tables, _start(tables))
        logs = [max(pair) for pair in zip(logs, tilted, strict=True)]
    same = exp(logs[at])
    p = min(1.0, sum(exp(each) for each in logs[at:]))
    last = len(logs) - 1
    ratio = {
        "odds_ratio": _solve(lambda tilt: _mean(logs, tilt) - at) if 0 < at < last else -inf if at == 0 else inf,
        "ci_low": _solve(lambda tilt: _upper(logs, at, tilt) - 0.025) if at > 0 else -inf,
        "ci_high": _solve(lambda tilt: _upper(logs, at + 1, tilt) - 0.975) if at < last else inf,
    }
    shown = {name: "inf" if tilt == inf else exp(tilt) for name, tilt in ratio.items()}
    return {**shown, "p": p, "p_mid": min(1.0, sum(exp(each) for each in logs[at:]) - same / 2)}


def _distribution(tables: list[Table], tilt: float) -> list[float]:
    """Return log P(T = x) at psi = 1, convolved at psi = e^tilt and led back."""
    weights = [1.0]
    for a, b, c, d in tables:
        low, high = _span((a, b, c, d))
        m, k, n = a + b, a + c, a + b + c + d
        logs = [_choose(k, x) + _choose(n - k, m - x) + tilt * x for x in range(low, high + 1)]
        top = max(logs)
        one, found = [exp(each - top) for each in logs], [0.0] * (len(weights) + high - low)
        for at, left in enumerate(weights):
            for more, right in enumerate(one):
                found[at + more] += left * right
        greatest = max(found)
        weights = [each / greatest for each in found]
    logs = [log(each) - tilt * x if each else -inf for x, each in enumerate(weights)]
    top = max(logs)
    total = top + log(sum(exp(each - top) for each in logs))
    if not tilt:
        return [each - total for each in logs]
    plain = _distribution(tables, 0.0)
    middle = max(range(len(plain)), key=lambda x: min(plain[x], logs[x] - total))
    return [each - logs[middle] + plain[middle] for each in logs]


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _start(tables: list[Table]) -> float:
    """Return the logarithm of the Mantel-Haenszel estimate with a half added to both sums."""
    up = sum(a * d / (a + b + c + d) for a, b, c, d in tables)
    return log((up + 0.5) / (sum(b * c / (a + b + c + d) for a, b, c, d in tables) + 0.5))


def _tilted(logs: list[float], tilt: float) -> list[float]:
    moved = [each + tilt * x for x, each in enumerate(logs)]
    top = max(moved)
    weights = [exp(each - top) for each in moved]
    total = sum(weights)
    return [each / total for each in weights]


def _mean(logs: list[float], tilt: float) -> float:
    return sum(x * each for x, each in enumerate(_tilted(logs, tilt)))


def _upper(logs: list[float], at: int, tilt: float) -> float:
    return sum(_tilted(logs, tilt)[at:])


def _solve(distance: Callable[[float], float]) -> float:
    """Return where a rising function is 0, by halving."""
    low, high = -1.0, 1.0
    while distance(low) > 0 and low > -700:
        low *= 2
    while distance(high) < 0 and high < 700:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if distance(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
