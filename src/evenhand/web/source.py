"""Where the service has its register from: files that are looked at on a timer and opened beside the one in use."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from evenhand.gate import Gate
from evenhand.gate.shape import shape_request
from evenhand.model.errors import RegisterInvalid
from evenhand.model.service import StaleChoice

Clock = Callable[[], datetime]
Seen = tuple[Path, int, int, int]


class Source:
    """The gate in use, None before the first register was there.

    The first of `paths` that exists counts. A file is opened when another lies there than was seen last (inode, size,
    time); one that is refused leaves the gate in use, and is not tried again before it changes.
    """

    def __init__(self, paths: Sequence[Path], stale: StaleChoice | None, clock: Clock) -> None:
        self.gate: Gate | None = None
        self.written_at = 0.0
        self.why = "there is no register yet"
        self._paths, self._stale, self._clock = paths, stale, clock
        self._seen: Seen | None = None

    def look(self) -> Literal["taken", "refused"] | None:
        """Open what is new; None if nothing is. May be called in a thread of its own, one call at a time.

        `why` says afterwards why a file was refused; it names the file and its fault, nothing of a caller.
        """
        seen = self._first_there()
        if seen is None or seen == self._seen:
            return None
        self._seen = seen
        try:
            gate = Gate(seen[0], self._stale)
            # What shaping gathers from a whole register is gathered here, not while the first request waits.
            shape_request(b"{}", gate, self._clock())
        except RegisterInvalid as error:
            self.why = str(error)
            return "refused"
        # INVARIANT: one assignment takes the new gate into use, whole; an answer reads `gate` once.
        self.gate, self.written_at = gate, seen[3] / 1e9
        return "taken"

    def _first_there(self) -> Seen | None:
        for path in self._paths:
            try:
                status = path.stat()
            except OSError:
                continue
            return path, status.st_ino, status.st_size, status.st_mtime_ns
        return None
