"""The figures of `benchmarks.growth` as a picture: seconds over advertisers, both in powers of ten."""

import math
from collections.abc import Mapping, Sequence
from html import escape

Line = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 130, 20, 50
_COLOURS = ("#1f6fb2", "#b25b1f", "#4d8a2f", "#8a4fb2")
_GREY = "#8a8a8a"  # readable on a light and on a dark page


def picture(lines: Mapping[str, Line]) -> str:
    """Return named lines of (advertisers, seconds) as SVG, each named at its end."""
    across = _Axis([x for line in lines.values() for x, _ in line], _LEFT, _WIDTH - _RIGHT)
    up = _Axis([y for line in lines.values() for _, y in line], _HEIGHT - _BOTTOM, _TOP)
    parts = [_grid(across, up)]
    for colour, (name, line) in zip(_COLOURS, lines.items(), strict=False):
        points = [(across.place(x), up.place(y)) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points)
        end_x, end_y = points[-1]
        said = f"{escape(name)}: {line[-1][1]:,.1f} s"
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
            f'<text x="{end_x + 8:.1f}" y="{end_y + 4:.1f}" fill="{colour}">{said}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        ' aria-label="Seconds of a run by advertisers" font-family="sans-serif" font-size="13">'
        f"{''.join(parts)}</svg>\n"
    )


class _Axis:
    """Powers of ten that hold all values, laid out from one place to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._first = math.floor(math.log10(min(values)))
        self._last = max(self._first + 1, math.ceil(math.log10(max(values))))
        self._start, self._end = start, end

    @property
    def ticks(self) -> list[float]:
        """Return the powers of ten."""
        return [10.0**power for power in range(self._first, self._last + 1)]

    def place(self, value: float) -> float:
        """Return where a value lies."""
        share = (math.log10(value) - self._first) / (self._last - self._first)
        return self._start + share * (self._end - self._start)


def _grid(across: _Axis, up: _Axis) -> str:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    upright = "".join(
        f'<path d="M{across.place(x):.1f} {_TOP}V{bottom}" stroke="{_GREY}" stroke-opacity=".35"/>'
        f'<text x="{across.place(x):.1f}" y="{bottom + 18}" text-anchor="middle" fill="{_GREY}">{x:,.0f}</text>'
        for x in across.ticks
    )
    level = "".join(
        f'<path d="M{_LEFT} {up.place(y):.1f}H{right}" stroke="{_GREY}" stroke-opacity=".35"/>'
        f'<text x="{_LEFT - 8}" y="{up.place(y) + 4:.1f}" text-anchor="end" fill="{_GREY}">{y:,g} s</text>'
        for y in up.ticks
    )
    name = f'<text x="{(_LEFT + right) / 2}" y="{_HEIGHT - 10}" text-anchor="middle" fill="{_GREY}">advertisers</text>'
    return upright + level + name
