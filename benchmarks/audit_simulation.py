"""How often the audit accuses where nothing is, and finds what is there: `python -m benchmarks.audit_simulation`.

Null: 5,000 decisions, 60 strata refused at 2 to 40 %, 60 groups whose frequency depends on the stratum, no effect; an
audit is false when any verdict is `worse` or `watch`. Power: one group of 1,000 (and of 500 and 200) of the 5,000 is
refused 10 points more often; found when its verdict is `worse` or `watch`. Each audit is one family of 60 tests with
the levels 0.01 and 0.05. The last line is one JSON object; shares come with 95 % intervals (Wilson).
"""

import argparse
import json
import time
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.made_decisions import Decisions, Setting, make_decisions
from evenhand.audit.detectable_effect import rate_at, smallest_detectable_odds_ratio
from evenhand.audit.exact_test import exact_test
from evenhand.audit.rank_test import Direction, RankedValues
from evenhand.audit.test_families import FamilyTest, FamilyVerdict, judge_family

LEVEL, WATCH_LEVEL = 0.01, 0.05
SEED = 1
FULL, QUICK = (1_000, 300), (150, 60)
"""Null audits of each setting, and audits of each power."""
NULL_SETTINGS = {
    "null": Setting(),
    "null_uneven": Setting(uneven=True),
    "null_few_strata": Setting(strata=6),
    "null_many_strata": Setting(strata=400),
    "null_few_groups": Setting(groups=4),
}
"""With few and large groups the exact test is hardly conservative: the share comes near the level of 5 %."""
POINTS = 0.10
SIZES = (1_000, 500, 200)


def main() -> None:
    """Simulate, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK[0]} null audits instead of {FULL[0]:,}")
    parser.add_argument("--seed", type=int, default=16)
    wanted = parser.parse_args()
    print(json.dumps(measure(*(QUICK if wanted.quick else FULL), seed=wanted.seed)))


def measure(null_audits: int, power_audits: int, seed: int) -> dict[str, Any]:
    """Return the figures of so many audits of each kind."""
    started, generator = time.perf_counter(), np.random.default_rng(seed)
    figures: dict[str, Any] = {}
    for name, setting in NULL_SETTINGS.items():
        false = sum(is_accused(audit(make_decisions(setting, generator))) for _ in range(null_audits))
        figures |= _share(name, "false", null_audits, false)
    for size in SIZES:
        name = "power" if size == SIZES[0] else f"power_{size}"
        setting = Setting(members=size, points=POINTS)
        made = [make_decisions(setting, generator) for _ in range(power_audits)]
        figures |= _share(name, "found", power_audits, sum(is_accused(audit(each)[:1]) for each in made))
        figures[f"{name}_detectable"] = _detectable(made[0])
    for name, simulate in {"null_days": audit_days, "null_warnings": audit_warnings}.items():
        generator = np.random.default_rng(seed)
        false = sum(is_accused(simulate(make_decisions(Setting(), generator), generator)) for _ in range(null_audits))
        figures |= _share(name, "false", null_audits, false)
    return {**figures, "seconds": round(time.perf_counter() - started, 1)}


def audit(decisions: Decisions) -> tuple[FamilyVerdict, ...]:
    """Return the verdict on each group, as one family."""
    groups = range(int(decisions.group.max()) + 1)
    tests = [exact_test(decisions.tables(group)) for group in groups]
    family = [
        FamilyTest(name=str(group), informative=test.informative, p=test.p_greater, retested=True)
        for group, test in zip(groups, tests, strict=True)
    ]

    def tables_without(test: FamilyTest, confirmed: tuple[FamilyTest, ...]) -> Any:
        keep = ~np.isin(decisions.group, [int(each.name) for each in confirmed])
        return decisions.tables(int(test.name), keep)

    return judge_family(family, LEVEL, WATCH_LEVEL, tables_without)


def audit_days(decisions: Decisions, generator: np.random.Generator) -> tuple[FamilyVerdict, ...]:
    """Return the verdicts on waiting longer, of days that depend on nothing."""
    days = generator.lognormal(0, 1.5, len(decisions.group))
    return _audit_ranks(RankedValues(decisions.stratum, days, SEED), decisions.group, "longer")


def audit_warnings(decisions: Decisions, generator: np.random.Generator) -> tuple[FamilyVerdict, ...]:
    """Return the verdicts on fewer warnings, 0 to 3 before each refusal, which depend on nothing."""
    refused = decisions.adverse
    warnings = generator.integers(0, 4, int(refused.sum()))
    return _audit_ranks(RankedValues(decisions.stratum[refused], warnings, SEED), decisions.group[refused], "fewer")


def _audit_ranks(values: RankedValues, groups: NDArray[np.int64], direction: Direction) -> tuple[FamilyVerdict, ...]:
    tests = [values.test(np.flatnonzero(groups == group), direction) for group in range(int(groups.max()) + 1)]
    family = [FamilyTest(name=str(group), informative=test.informative, p=test.p) for group, test in enumerate(tests)]
    return judge_family(family, LEVEL, WATCH_LEVEL, lambda *_: ())


def is_accused(verdicts: tuple[FamilyVerdict, ...]) -> bool:
    """Tell whether any verdict is `worse` or `watch`."""
    return any(each.verdict in ("worse", "watch") for each in verdicts)


def _detectable(decisions: Decisions) -> dict[str, float | None]:
    """Return the smallest effect on group 0 that would be found 8 times in 10 were it the only finding."""
    ratio = smallest_detectable_odds_ratio(decisions.tables(0), WATCH_LEVEL / (int(decisions.group.max()) + 1))
    rest = float(decisions.adverse[decisions.group != 0].mean())
    points = None if ratio is None else round(100 * (rate_at(ratio, rest) - rest), 1)
    return {"odds_ratio": None if ratio is None else round(ratio, 2), "points": points}


def _share(name: str, what: str, audits: int, count: int) -> dict[str, Any]:
    low, high = wilson(count, audits)
    print(f"{name}: {count} of {audits} {what} ({100 * low:.1f} to {100 * high:.1f} %)")
    return {f"{name}_audits": audits, f"{name}_{what}": count, f"{name}_interval": [round(low, 4), round(high, 4)]}


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Wilson."""
    z, share = 1.96, count / total
    middle = share + z * z / (2 * total)
    reach = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, (middle - reach) / (1 + z * z / total)), min(1.0, (middle + reach) / (1 + z * z / total))


if __name__ == "__main__":
    main()
