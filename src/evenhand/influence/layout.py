"""Where the accounts of a group stand in a picture: forces between them, computed once, the same for the same pairs."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

_STEPS: Final = 250
_FIRST_STEP: Final = 0.1  # of the width of the picture
_WIDER: Final = 1.2  # a grid is somewhat wider than high, as screens are
_NEAR: Final = 1e-9

Place = tuple[float, float]


def grid_corners(sides: Sequence[float], gap: float) -> list[Place]:
    """Return where squares begin that stand in rows of about equal width, the largest first; in the given order.

    >>> grid_corners([2, 1, 3, 2], 1.0)
    [(4.0, 0.0), (3.0, 4.0), (0.0, 0.0), (0.0, 4.0)]
    """
    width = max(sum((side + gap) ** 2 for side in sides) ** 0.5 * _WIDER, max(sides, default=0.0))
    corners: list[Place] = [(0.0, 0.0)] * len(sides)
    across = down = height = 0.0
    for place in sorted(range(len(sides)), key=lambda each: (-sides[each], each)):
        side = sides[place]
        if across and across + side > width:
            across, down, height = 0.0, down + height + gap, 0.0
        corners[place] = (across, down)
        across, height = across + side + gap, max(height, side)
    return corners


def spring_layout(accounts: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Mapping[str, Place]:
    """Return places in the unit square, of accounts that pairs pull together and that push each other apart.

    The forces are those of Fruchterman and Reingold (1991); at first the accounts stand on a circle in the given order.

    >>> spring_layout(["a"], [])
    {'a': (0.5, 0.5)}
    """
    count = len(accounts)
    if count <= 1:
        return dict.fromkeys(accounts, (0.5, 0.5))
    number = {account: place for place, account in enumerate(accounts)}
    left, right = (np.array([number[pair[end]] for pair in pairs], np.int64) for end in (0, 1))
    angle = np.arange(count) * (2 * np.pi / count)
    at, ideal = np.column_stack([np.cos(angle), np.sin(angle)]), 1.0 / np.sqrt(count)
    for step in range(_STEPS):
        between = at[:, None, :] - at[None, :, :]
        distance = np.maximum(np.sqrt((between**2).sum(axis=2)), _NEAR)
        force = (between * (ideal**2 / distance**2)[:, :, None]).sum(axis=1)
        pull = (at[left] - at[right]) * (distance[left, right] / ideal)[:, None]
        np.subtract.at(force, left, pull)
        np.add.at(force, right, pull)
        length = np.maximum(np.sqrt((force**2).sum(axis=1)), _NEAR)
        at += force / length[:, None] * np.minimum(length, _FIRST_STEP * (1 - step / _STEPS))[:, None]
    at -= at.min(axis=0)
    at /= max(float(at.max()), _NEAR)
    at += (1 - at.max(axis=0)) / 2
    return {account: (round(float(x), 4), round(float(y), 4)) for account, (x, y) in zip(accounts, at, strict=True)}
