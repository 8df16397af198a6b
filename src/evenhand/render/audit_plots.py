"""Plots of an audit page as inline SVG: they stretch with the page, take its colours and need no script.

Each is lines in a box that stretches to the width of its cell. Widths of lines and dots do not stretch, since the style
says `vector-effect: non-scaling-stroke`; words stand beside the picture as text and stay legible on a phone.
"""

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

WIDTH = 100.0
_TALL, _EDGE = 40.0, 2.0
_ENDS = (2.0, 5.0, 10.0, 100.0, 1000.0)


class LogScale:
    """Places a ratio on a line: equal factors are equal distances, and what is beyond the ends stands at the end."""

    def __init__(self, ratios: Iterable[float]) -> None:
        finite = [ratio for ratio in ratios if 0 < ratio < math.inf]
        furthest = max((max(ratio, 1 / ratio) for ratio in finite), default=1.0)
        # At most a thousandfold, so that one wide interval does not press all others together.
        self._end = next((end for end in _ENDS if furthest <= end), _ENDS[-1])

    def place(self, ratio: float) -> float:
        """Return the place of a ratio: 50 for 1; the ends are at 2 and 98, so that a dot there is whole."""
        if ratio <= 0:
            return _EDGE
        share = min(math.log(ratio) / math.log(self._end), 1.0) if ratio < math.inf else 1.0
        return WIDTH / 2 + (WIDTH / 2 - _EDGE) * max(share, -1.0)

    def ticks(self) -> tuple[float, float, float]:
        """Return the ratios at the left end, in the middle and at the right end."""
        return 1 / self._end, 1.0, self._end


class LinearScale:
    """Places an amount on a line from zero to the largest of them."""

    def __init__(self, amounts: Iterable[float]) -> None:
        self.most = max(amounts, default=0.0) or 1.0

    def place(self, amount: float) -> float:
        """Return the place of an amount: 0 for nothing, 100 for the most."""
        return WIDTH * min(max(amount / self.most, 0.0), 1.0)


def interval(scale: LogScale, ratio: float | None, low: float | None, high: float | None) -> Markup:
    """Return a ratio with its interval on a line where 1 is marked; an empty line where there is none."""
    marks = [_line("mid", scale.place(1.0), 0, scale.place(1.0), 10)]
    if low is not None and high is not None:
        marks.append(_line("span", scale.place(low), 5, scale.place(high), 5))
    if ratio is not None:
        marks.append(_dot(scale.place(ratio)))
    return _box(marks)


def quantiles(scale: LinearScale, amounts: Sequence[float]) -> Markup:
    """Return five quantiles: a line from the first to the last, thick between the second and the fourth, a dot amid."""
    first, second, middle, fourth, last = map(scale.place, amounts)
    return _box([_line("span", first, 5, last, 5), _line("half", second, 5, fourth, 5), _dot(middle)])


def bars(scale: LinearScale, amounts: Sequence[float]) -> Markup:
    """Return amounts of which each is a part of the one before, one bar inside another."""
    return _box([_line(f"bar b{place}", 0, 5, scale.place(amount), 5) for place, amount in enumerate(amounts)])


def shares_over_time(shares: Sequence[tuple[float, float, float]], most: float, changes: Sequence[int] = ()) -> Markup:
    """Return shares with their intervals (low, share, high), one a month, as a line within a band.

    The top of the picture is `most`. Before each place in `changes` a line marks that another rulebook began.
    """
    if not shares:
        return Markup("")
    step = WIDTH / len(shares)
    across = [step * (place + 0.5) for place in range(len(shares))]
    down = [[_TALL * (1 - min(value / (most or 1.0), 1.0)) for value in point] for point in shares]
    above = [f"{x:.2f} {point[2]:.2f}" for x, point in zip(across, down, strict=True)]
    below = [f"{x:.2f} {point[0]:.2f}" for x, point in zip(across, down, strict=True)]
    middle = [f"{x:.2f} {point[1]:.2f}" for x, point in zip(across, down, strict=True)]
    marks = [f'<path class="band" d="M{"L".join([*above, *reversed(below)])}Z"/>']
    marks += [_line("change", step * place, 0, step * place, _TALL) for place in changes]
    marks += [f'<path class="trend" d="M{"L".join(middle)}"/>']
    marks += [f'<path class="dot" d="M{x:.2f} {point[1]:.2f}h0"/>' for x, point in zip(across, down, strict=True)]
    return _box(marks, "plot tall", _TALL)


def _box(marks: Iterable[str], kind: str = "plot", tall: float = 10) -> Markup:
    # Numbers and words stand in the same row, so a screen reader need not see the picture.
    hidden = 'preserveAspectRatio="none" aria-hidden="true" focusable="false"'
    return Markup(f'<svg class="{kind}" viewBox="0 0 100 {tall:.0f}" {hidden}>{"".join(marks)}</svg>')


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="{kind}" d="M{x1:.2f} {y1}L{x2:.2f} {y2}"/>'


def _dot(x: float) -> str:
    # A line of no length with round ends: a dot that stays round when the box is stretched.
    return f'<path class="dot" d="M{x:.2f} 5h0"/>'
