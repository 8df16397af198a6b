"""Whom fairlearn, aequitas and statsmodels would accuse on the sets that we audit: `python -m benchmarks.audit_peers`.

Sets: made-up decisions without any effect (null), with one group of 1,000 refused 10 points more often (planted), and
the made-up set of `EVENHAND_DATA` with its planted findings. Each peer is used as its documentation shows:

- fairlearn: rate of allowed decisions by group (`MetricFrame`); accused below 0.8 of the best group's rate;
- aequitas: disparity of the rate of refused decisions against the largest group; accused when `Fairness` with its own
  tau of 0.8 calls it unfair and the disparity is above 1;
- statsmodels: Cochran-Mantel-Haenszel over the strata, one test a group at 0.05 and a pooled odds ratio above 1; and
  the same with Benjamini-Hochberg.

All see the same decisions. No peer is a dependency of ours: install `fairlearn statsmodels` in an environment of its
own beside this package, `aequitas` (which needs pandas 2) in another; each run says which are not installed.
The last line is one JSON object.
"""

import argparse
import csv
import importlib
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.audit_simulation import POINTS, audit
from benchmarks.made_decisions import Decisions, Setting, make_decisions
from evenhand.audit import audit_table, read_plan
from evenhand.audit.plan import default_plan_path
from evenhand.model.audit import GroupTest, SpendTest

FULL, QUICK = 100, 10
_MADE_SET = Path(os.environ.get("EVENHAND_DATA", "../shared/data")) / "audit" / "seeded.csv"
LEVEL, FOUR_FIFTHS = 0.05, 0.8
PEERS = ("fairlearn", "aequitas", "statsmodels")
PLANTED = Setting(members=1_000, points=POINTS)

Accuser = Callable[[Decisions], set[int]]
"""Returns the numbers of the groups that a tool would call treated worse."""


class Seeded(NamedTuple):
    """One attribute of the made-up set: its decisions, the names of its groups."""

    decisions: Decisions
    names: list[str]


def main() -> None:
    """Compare, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} sets of each kind instead of {FULL}")
    parser.add_argument("--seed", type=int, default=16)
    wanted = parser.parse_args()
    print(json.dumps(measure(QUICK if wanted.quick else FULL, wanted.seed)))


def measure(sets: int, seed: int) -> dict[str, Any]:
    """Return of each tool in how many null sets it accuses, what it finds, and what it says of the made-up set."""
    seeded = _seeded_sets()
    figures: dict[str, Any] = {"sets": sets, "not_installed": [name for name in PEERS if _load(name) is None]}
    for name, accuse in accusers():
        started, generator = time.perf_counter(), np.random.default_rng(seed)
        null = [accuse(make_decisions(Setting(), generator)) for _ in range(sets)]
        planted = [accuse(make_decisions(PLANTED, generator)) for _ in range(sets)]
        figures[name] = {
            "null_sets_with_an_accusation": sum(bool(each) for each in null),
            "innocent_accused_per_null_set": round(sum(len(each) for each in null) / sets, 2),
            "planted_found": sum(0 in each for each in planted),
            "innocent_accused_per_planted_set": round(sum(len(each - {0}) for each in planted) / sets, 2),
            "seconds": round(time.perf_counter() - started, 1),
            "made_set": _verdicts() if accuse is _evenhand else _accused(seeded, accuse),
        }
        print(f"{name}: {figures[name]}", file=sys.stderr)
    return figures


def _accused(seeded: dict[str, Seeded], accuse: Accuser) -> dict[str, list[str]]:
    return {by: sorted(one.names[group] for group in accuse(one.decisions)) for by, one in seeded.items()}


def _verdicts() -> dict[str, list[str]]:
    """Return what the whole audit says of the made-up set, all attributes and spend as one family: names by verdict."""
    if not _MADE_SET.is_file():
        return {}
    report = audit_table(_MADE_SET, read_plan(default_plan_path(_MADE_SET)))
    found: dict[str, list[str]] = {}
    tests: list[GroupTest | SpendTest] = [*report.groups, *([report.spend] if report.spend else [])]
    for test in tests:
        if test.verdict not in ("not_shown", "untestable"):
            found.setdefault(test.verdict, []).append(f"{test.attribute}={test.value}")
    return found


def accusers() -> Iterator[tuple[str, Accuser]]:
    """Yield our audit, then each peer that is installed, with its version."""
    yield "evenhand", _evenhand
    makers = {"fairlearn": (_fairlearn,), "aequitas": (_aequitas,), "statsmodels": (_statsmodels, _statsmodels_bh)}
    for name in (name for name in PEERS if _load(name) is not None):
        for accuse in makers[name]:
            suffix = " with Benjamini-Hochberg" if accuse is _statsmodels_bh else ""
            yield f"{name} {version(name)}{suffix}", accuse


def _load(name: str) -> ModuleType | None:
    try:
        version(name)
        return importlib.import_module(name)
    except (ImportError, PackageNotFoundError):
        return None


def _evenhand(decisions: Decisions) -> set[int]:
    return {group for group, each in enumerate(audit(decisions)) if each.verdict in ("worse", "watch")}


def _fairlearn(decisions: Decisions) -> set[int]:
    metrics: Any = importlib.import_module("fairlearn.metrics")
    allowed = ~decisions.adverse
    frame = metrics.MetricFrame(
        metrics=metrics.selection_rate, y_true=allowed, y_pred=allowed, sensitive_features=decisions.group
    )
    ratios = frame.by_group / frame.by_group.max()
    return {int(group) for group, ratio in ratios.items() if ratio < FOUR_FIFTHS}


def _aequitas(decisions: Decisions) -> set[int]:
    pandas: Any = importlib.import_module("pandas")
    tools: Any = [importlib.import_module(f"aequitas.{name}") for name in ("group", "bias", "fairness")]
    frame = pandas.DataFrame(
        {"score": decisions.adverse.astype(int), "label_value": 0, "group": decisions.group.astype(str)}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        counts, _ = tools[0].Group().get_crosstabs(frame, attr_cols=["group"])
        disparities = (
            tools[1]
            .Bias()
            .get_disparity_major_group(counts, original_df=frame, mask_significance=False, check_significance=False)
        )
        judged = tools[2].Fairness(tau=FOUR_FIFTHS).get_group_value_fairness(disparities)
    unfair = judged[~judged["Impact Parity"].astype(bool) & (judged["pprev_disparity"] > 1)]
    return {int(value) for value in unfair["attribute_value"]}


def _statsmodels(decisions: Decisions) -> set[int]:
    return {group for group, p in _cochran_mantel_haenszel(decisions) if p < LEVEL}


def _statsmodels_bh(decisions: Decisions) -> set[int]:
    tests = _cochran_mantel_haenszel(decisions)
    corrected = importlib.import_module("statsmodels.stats.multitest").multipletests(
        [p for _, p in tests], alpha=LEVEL, method="fdr_bh"
    )[0]
    return {group for (group, _), found in zip(tests, corrected, strict=True) if found}


def _cochran_mantel_haenszel(decisions: Decisions) -> list[tuple[int, float]]:
    """Return p of each group that can be tested, 1 where the pooled odds ratio is below 1."""
    tables: Any = importlib.import_module("statsmodels.stats.contingency_tables")
    found = []
    for group in range(int(decisions.group.max()) + 1):
        strata = [table.reshape(2, 2) for table in _informative(decisions.tables(group))]
        if strata:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                pooled = tables.StratifiedTable(strata)
                p = float(pooled.test_null_odds(correction=False).pvalue)
                found.append((group, p if pooled.oddsratio_pooled > 1 else 1.0))
    return found


def _informative(tables: NDArray[np.int64]) -> NDArray[np.int64]:
    a, b, c, d = tables.T
    informative: NDArray[np.bool_] = (a + b > 0) & (c + d > 0) & (a + c > 0) & (b + d > 0)
    return np.compress(informative, tables, axis=0)


def _seeded_sets() -> dict[str, Seeded]:
    """Return the made-up set by attribute: strata are equal facts and rulebook; {} where the data are not there."""
    file = _MADE_SET
    if not file.is_file():
        return {}
    plan = json.loads(file.with_suffix(".plan.json").read_text(encoding="utf-8"))
    rows = _decided_rows(file, plan["outcome"])
    keys = [*plan["facts"], plan["rulebook"]]
    stratum = _numbered([tuple(row[key] for key in keys) for row in rows])[0]
    adverse = np.array([row[plan["outcome"]] in plan["adverse"] for row in rows])
    found = {}
    for attribute in plan["groups"]:
        group, names = _numbered([(row[attribute],) for row in rows])
        found[attribute] = Seeded(Decisions(stratum, group, adverse), [name for (name,) in names])
    return found


def _decided_rows(file: Path, outcome: str) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row[outcome]]


def _numbered(keys: Sequence[tuple[str, ...]]) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    names = sorted(set(keys))
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[key] for key in keys]), names


if __name__ == "__main__":
    main()
