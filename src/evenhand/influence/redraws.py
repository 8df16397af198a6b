"""How often the members of a community are close when every moment is drawn anew inside its bin."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.influence.probabilities import Whole
from evenhand.influence.synchrony import close_by_chance

_ENOUGH: Final = 20  # so many draws as close as the data end it: the share is then a p (Besag and Clifford 1991)
_AT_ONCE: Final = 2_000_000
_SEED: Final = 20171026


@dataclass(frozen=True)
class MemberActs:
    """Moments of a community's members in the cells that they share: `t` since the bin's start, one an act.

    `left` and `right` are the places of two acts of one cell, by accounts that did not declare the same control.
    """

    t: Whole
    left: Whole
    right: Whole
    window: int
    width: int

    @property
    def close(self) -> int:
        """Return how many of the pairs are close."""
        return int(np.count_nonzero(np.abs(self.t[self.left] - self.t[self.right]) <= self.window))

    @property
    def expected(self) -> float:
        """Return how many of the pairs are close by chance."""
        return len(self.left) * close_by_chance(self.window, self.width)

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
            t = self._random.integers(0, acts.width, (size, len(acts.t)), dtype=kind)
            scores = self._scores[np.abs(t[:, acts.left] - t[:, acts.right])].sum(axis=1, dtype=np.int64)
            as_close = np.cumsum(scores >= self._score)
            if self.as_close + as_close[-1] >= _ENOUGH:
                size = int(np.searchsorted(as_close, _ENOUGH - self.as_close)) + 1
            self.drawn += size
            self.as_close += int(as_close[size - 1])
