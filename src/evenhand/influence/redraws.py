"""How often the members of a community are close when every moment is drawn anew.

Where nobody else acted a moment is drawn from its bin. Where others did, it is drawn from their moments, the more of
them the more often: what has just been published is shared by very many within minutes, not at any second of ten.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.probabilities import Floats, Whole
from evenhand.influence.synchrony import close_by_chance, trust_in_others

_ENOUGH: Final = 20  # so many draws as close as the data end it: the share is then a p (Besag and Clifford 1991)
_AT_ONCE: Final = 2_000_000
_SEED: Final = 20171026


@dataclass(frozen=True)
class OtherActs:
    """Moments of those who are no members in some cells, ascending in each: of cell `i` from `first[i]` to `end[i]`."""

    t: Whole
    first: Whole
    end: Whole

    @property
    def counts(self) -> Whole:
        """Return how many there are in each cell."""
        return self.end - self.first

    @property
    def trust(self) -> Floats:
        """Return how much they say of each cell."""
        return trust_in_others(self.counts)

    def added(self, window: int, chance: float) -> Floats:
        """Return what they add in each cell to the chance that two moments drawn from it are close."""
        cell = np.repeat(np.arange(len(self.first)), self.counts)
        span = int(self.t.max(initial=0)) + window + 1
        keys = cell * span + self.t
        after = np.searchsorted(keys, keys + window, "right") - np.arange(len(keys)) - 1
        close = np.bincount(cell, after, len(self.first))
        pairs = np.maximum(self.counts * (self.counts - 1) / 2, 1)
        added: Floats = self.trust**2 * np.maximum(close / pairs - chance, 0.0)
        return added


@dataclass(frozen=True)
class MemberActs:
    """Moments of a community's members in the cells that they share: `t` since the bin's start, one an act.

    `left` and `right` are the places of two acts of one cell, by accounts that did not declare the same control. `cell`
    is the place of each act's cell in `others`.
    """

    t: Whole
    left: Whole
    right: Whole
    cell: Whole
    others: OtherActs
    window: int
    width: int

    @property
    def close(self) -> int:
        """Return how many of the pairs are close."""
        return int(np.count_nonzero(np.abs(self.t[self.left] - self.t[self.right]) <= self.window))

    @property
    def expected(self) -> float:
        """Return how many of the pairs are close by chance."""
        chance = close_by_chance(self.window, self.width)
        return float((chance + self.others.added(self.window, chance)[self.cell[self.left]]).sum())

    @property
    def scores(self) -> NDArray[np.int32]:
        """Return what two moments so far apart count, in thousandths: 0 beyond the window, the more the closer."""
        apart = np.arange(max(self.width, 1))
        return np.where(apart <= self.window, 1000 * (1 + np.log((self.window + 1) / (apart + 1))), 0).astype(np.int32)


@dataclass
class Redraws:
    """The draws made so far for one community."""

    acts: MemberActs
    drawn: int = 0
    as_close: int = 0
    _score: int = field(init=False)

    def __post_init__(self) -> None:
        self._scores = self.acts.scores
        self._score = int(self._scores[np.abs(self.acts.t[self.acts.left] - self.acts.t[self.acts.right])].sum())
        self._random = np.random.default_rng(_SEED)

    @property
    def is_ended(self) -> bool:
        """Tell whether more draws would say nothing more."""
        return not self._score or self.as_close >= _ENOUGH

    @property
    def p(self) -> float:
        """Return the chance of pairs so close."""
        if not self._score:
            return 1.0
        return self.as_close / self.drawn if self.as_close >= _ENOUGH else (1 + self.as_close) / (1 + self.drawn)

    def draw_until(self, draws: int) -> None:
        """Draw until there were so many draws, or enough that were as close."""
        acts = self.acts
        kind = np.int16 if acts.width < 1 << 15 else np.int64
        while self.drawn < draws and not self.is_ended:
            # A first small step: most communities end there.
            size = min(draws - self.drawn, 100 if not self.drawn else max(1, _AT_ONCE // len(acts.left)))
            t = self._drawn(size, kind)
            scores = self._scores[np.abs(t[:, acts.left] - t[:, acts.right])].sum(axis=1, dtype=np.int64)
            as_close = np.cumsum(scores >= self._score)
            if self.as_close + as_close[-1] >= _ENOUGH:
                size = int(np.searchsorted(as_close, _ENOUGH - self.as_close)) + 1
            self.drawn += size
            self.as_close += int(as_close[size - 1])

    def _drawn(self, draws: int, kind: type[np.signedinteger[Any]]) -> NDArray[np.signedinteger[Any]]:
        """Return moments of all acts, a row a draw."""
        acts, others = self.acts, self.acts.others
        t = self._random.integers(0, acts.width, (draws, len(acts.t)), dtype=kind)
        if not len(others.t):
            return t
        first, counts, trust = (of[acts.cell] for of in (others.first, others.counts, others.trust))
        near = others.t[np.minimum(first + (self._random.random(t.shape) * counts).astype(np.int64), len(others.t) - 1)]
        # No second of theirs is drawn twice as such, where they are few: somebody acts around it.
        near = near + self._random.integers(-(acts.window // 2), acts.window // 2 + 1, t.shape)
        return np.where(self._random.random(t.shape) < trust, np.clip(near, 0, acts.width - 1).astype(kind), t)
