"""Made-up decisions whose truth is known: strata of equal facts with rates of their own, groups, at most one effect."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST_RATE, GREATEST_RATE = 0.02, 0.40


class Setting(NamedTuple):
    """What is made: by default 5,000 decisions, 60 strata refused at 2 to 40 %, 60 groups, no effect.

    Group 0 has `members` members (0: as it falls) and is refused `points` more often than others in every stratum.
    `uneven`: sizes of groups fall as 1, 1/2, 1/3 … instead of being alike.
    """

    decisions: int = 5_000
    strata: int = 60
    groups: int = 60
    uneven: bool = False
    members: int = 0
    points: float = 0.0


class Decisions(NamedTuple):
    """One value a decision: its stratum, its group, whether it was refused."""

    stratum: NDArray[np.int64]
    group: NDArray[np.int64]
    adverse: NDArray[np.bool_]

    def tables(self, group: int, keep: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Return `[a, b, c, d]` of a group against the rest, one row a stratum; of the decisions kept only."""
        kept = np.ones(len(self.stratum), dtype=bool) if keep is None else keep
        member = self.group == group
        cells = (member & self.adverse, member & ~self.adverse, ~member & self.adverse, ~member & ~self.adverse)
        counts = [np.bincount(self.stratum[cell & kept], minlength=int(self.stratum.max()) + 1) for cell in cells]
        return np.stack(counts, axis=1)


def make_decisions(setting: Setting, generator: np.random.Generator) -> Decisions:
    """Return decisions of a setting. Which groups are frequent depends on the stratum, so crude rates differ."""
    stratum = generator.choice(setting.strata, setting.decisions, p=generator.dirichlet(np.full(setting.strata, 2.0)))
    sizes = 1 / np.arange(1, setting.groups + 1) if setting.uneven else np.ones(setting.groups)
    shares = sizes * np.exp(generator.normal(0, 1, (setting.strata, setting.groups)))
    borders = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    group = (generator.random((setting.decisions, 1)) > borders[stratum]).sum(axis=1)
    group = np.minimum(group, setting.groups - 1)
    if setting.members:
        group = _resized(group, setting, stratum, generator)
    rates = generator.uniform(LEAST_RATE, GREATEST_RATE, setting.strata)
    chance = rates[stratum] + setting.points * (group == 0)
    return Decisions(stratum, group, generator.random(setting.decisions) < chance)


def _resized(
    group: NDArray[np.int64], setting: Setting, stratum: NDArray[np.int64], generator: np.random.Generator
) -> NDArray[np.int64]:
    """Return groups in which group 0 has exactly `members`, more of them in some strata; others keep their own."""
    weights = np.exp(generator.normal(0, 1, setting.strata))[stratum]
    members = generator.choice(setting.decisions, setting.members, replace=False, p=weights / weights.sum())
    others = np.where(group == 0, generator.integers(1, setting.groups, setting.decisions), group)
    others[members] = 0
    return others
