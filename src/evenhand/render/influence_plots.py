"""Pictures of a group of accounts as inline SVG: who is linked with whom, and when they acted together."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from typing import NamedTuple

from markupsafe import Markup, escape

from evenhand.influence.layout import spring_layout
from evenhand.model.coordination import CoordinatedGroup, CoordinatedPair, SharedAct

MOST_ACCOUNTS = 150
"""So many accounts of a group are in its picture, those with the strongest pairs; the table has all."""
_SIDE, _EDGE, _LABELLED = 400.0, 60.0, 40
_MOST_STEPS = 60
_TALL, _WIDE = 100.0, 600.0


def group_picture(group: CoordinatedGroup, pairs: Sequence[CoordinatedPair]) -> Markup:
    """Return the accounts as dots, numbered as in the table beside the picture, and their pairs as lines.

    A line is the thicker the more bins were close; a hollow dot is an account that no finding names.
    """
    shown = pictured(group, pairs)
    number = {account: place for place, account in enumerate(shown)}
    linked = {(pair.a, pair.b): pair for pair in reversed(pairs) if pair.a in number and pair.b in number}
    places = spring_layout(shown, sorted(linked))
    across = _SIDE - 2 * _EDGE
    at = {account: (_EDGE + x * across, _EDGE + y * across) for account, (x, y) in places.items()}
    most = max((pair.k for pair in linked.values()), default=1)
    lines = [
        f'<path class="edge{" by-group" if pair.by_group else ""}" stroke-width="{0.6 + 3.4 * pair.k / most:.1f}" '
        f'd="M{at[a][0]:.1f} {at[a][1]:.1f}L{at[b][0]:.1f} {at[b][1]:.1f}"/>'
        for (a, b), pair in sorted(linked.items())
    ]
    size = 13 if len(shown) <= _LABELLED else 5
    dots = []
    for account, (x, y) in at.items():
        kind = "node" if account in group.named else "node other"
        dots.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>')
        if len(shown) <= _LABELLED:
            dots.append(f'<text x="{x:.1f}" y="{y + 4.5:.1f}">{number[account] + 1}</text>')
    words = escape(f"{len(shown)} accounts and {len(linked)} pairs between them; the tables have the same in words")
    return Markup(
        f'<svg class="graph" viewBox="0 0 {_SIDE:.0f} {_SIDE:.0f}" role="img" aria-label="{words}">'
        f"{''.join(lines)}{''.join(dots)}</svg>"
    )


def pictured(group: CoordinatedGroup, pairs: Sequence[CoordinatedPair]) -> list[str]:
    """Return the accounts in the picture: all, or those of the strongest pairs where there are too many."""
    if len(group.members) <= MOST_ACCOUNTS:
        return list(group.members)
    first = dict.fromkeys(account for pair in pairs for account in (pair.a, pair.b))
    return sorted(list(first)[:MOST_ACCOUNTS])


class Step(NamedTuple):
    """Acts of one stretch of time: those on common objects, the close ones, and between which numbers chance lies."""

    begins: date
    shared: int
    close: int
    low: float
    high: float


def timeline(acts: Sequence[SharedAct], chance: float) -> list[Step]:
    """Return the acts by days, or by longer stretches where there are many; `chance` is that of one close act.

    The band is what is expected by chance, with twice the standard deviation on both sides.
    """
    days = Counter[date]()
    close = Counter[date]()
    for act in acts:
        day = min(act.a_at, act.b_at).astimezone(UTC).date()
        days[day] += 1
        close[day] += act.is_close
    if not days:
        return []
    first, last = min(days), max(days)
    length = -(-((last - first).days + 1) // _MOST_STEPS)
    steps = []
    for place in range(-(-((last - first).days + 1) // length)):
        begins = first + timedelta(days=place * length)
        inside = [begins + timedelta(days=day) for day in range(length)]
        shared, near = sum(days[day] for day in inside), sum(close[day] for day in inside)
        middle, spread = shared * chance, 2 * sqrt(shared * chance * (1 - chance))
        steps.append(Step(begins, shared, near, max(0.0, middle - spread), min(float(shared), middle + spread)))
    return steps


def timeline_picture(steps: Sequence[Step]) -> Markup:
    """Return bars of common acts with the close part filled, and the band that chance leaves for it as an outline."""
    if not steps:
        return Markup("")
    most, wide = max(step.shared for step in steps) or 1, _WIDE / len(steps)
    marks = []
    for place, step in enumerate(steps):
        bars: list[tuple[str, float, float, float]] = [
            ("shared", 0.0, step.shared, 0.1),
            ("close", 0.0, step.close, 0.1),
        ]
        if step.shared:  # the outline of the band, on a wider one that sets it off against the bars
            bars += [("halo", step.low, step.high, 0.04), ("band", step.low, step.high, 0.04)]
        for kind, low, high, beside in bars:
            marks.append(
                f'<rect class="{kind}" x="{(place + beside) * wide:.1f}" y="{_TALL * (1 - high / most):.1f}" '
                f'width="{(1 - 2 * beside) * wide:.1f}" height="{_TALL * (high - low) / most:.1f}"/>'
            )
    hidden = 'preserveAspectRatio="none" aria-hidden="true" focusable="false"'
    return Markup(f'<svg class="timeline" viewBox="0 0 {_WIDE:.0f} {_TALL:.0f}" {hidden}>{"".join(marks)}</svg>')


def as_utc(at: datetime) -> str:
    """Return a moment to the second, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
