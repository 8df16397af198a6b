"""What answers at a path."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from evenhand.web.replies import JSON


class Route(NamedTuple):
    """The one method of a path, and the function that turns a body, at an instant, into the answer's.

    The function raises `replies.Refused` for a body that it does not take. `media` is the answer's type.
    `path` is the one it answers at, for limits.
    A long answer (`is_long`) to a short question ends its connection: else a row of such questions could fill memory.
    """

    method: bytes
    give: Callable[[bytes, datetime], bytes]
    media: bytes = JSON
    is_long: bool = False
    path: str = ""
