"""The stages of runs as a picture: a bar a run, before and now, as long as the processor time of its stages."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _NAMES, _BAR, _GAP, _KEY = 760, 150, 22, 8, 18
_GREY = "#8a8a8a"  # readable on a light and on a dark page
_COLOURS = (
    "#1f6fb2", "#b25b1f", "#4d8a2f", "#8a4fb2", "#b2921f", "#1f9a9a", "#b21f5b", "#6b7a1f", "#7a5b4a", "#8a8a8a",
)  # fmt: skip


class Bar(NamedTuple):
    """A run by name, and the seconds of each of its stages."""

    name: str
    stages: Mapping[str, float]


def stages_picture(bars: Sequence[Bar]) -> str:
    """Return the bars as SVG, one below the other, with a key of the stages; all have the stages of the first."""
    names = list(bars[0].stages)
    longest = max(sum(bar.stages.values()) for bar in bars)
    scale = (_WIDTH - _NAMES - 70) / longest
    parts = [_bar(bar, place * (_BAR + _GAP), scale, names) for place, bar in enumerate(bars)]
    top = len(bars) * (_BAR + _GAP) + _GAP
    for place, (name, colour) in enumerate(zip(names, _COLOURS, strict=True)):
        x, y = _NAMES + place % 4 * 145, top + place // 4 * _KEY
        parts.append(
            f'<rect x="{x}" y="{y}" width="11" height="11" fill="{colour}"/>'
            f'<text x="{x + 16}" y="{y + 10}" fill="{_GREY}">{escape(name)}</text>'
        )
    height = top + (len(names) + 3) // 4 * _KEY
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        ' aria-label="Processor seconds of the stages of runs" font-family="sans-serif" font-size="13">'
        f"{''.join(parts)}</svg>\n"
    )


def _bar(bar: Bar, top: int, scale: float, names: Sequence[str]) -> str:
    x, parts = float(_NAMES), [f'<text x="0" y="{top + 16}" fill="{_GREY}">{escape(bar.name)}</text>']
    for name, colour in zip(names, _COLOURS, strict=True):
        width = bar.stages[name] * scale
        parts.append(f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>')
        x += width
    said = f"{sum(bar.stages.values()):,.1f} s"
    return "".join((*parts, f'<text x="{x + 6:.1f}" y="{top + 16}" fill="{_GREY}">{said}</text>'))
