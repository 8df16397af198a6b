"""Where the service has its register from: files that are looked at on a timer and opened beside the one in use."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from evenhand.gate import Gate
from evenhand.gate.blocking.shape import shape_request
from evenhand.model.errors import RegisterInvalid
from evenhand.model.service import StaleChoice
from evenhand.web.snapshots import Snapshots

Clock = Callable[[], datetime]


class Seen(NamedTuple):
    """A file as it was seen: another one lies there as soon as any of this differs."""

    path: Path
    inode: int
    size: int
    written_ns: int

    @property
    def name(self) -> str:
        """Return a name for a copy of it."""
        return f"{self.inode}-{self.size}-{self.written_ns}"


class Source:
    """The gate in use, None before the first register was there.

    The first of `paths` that exists counts. A file is opened when another lies there than was seen last; one that is
    refused leaves the gate in use, and is not tried again before it changes.
    """

    def __init__(self, paths: Sequence[Path], stale: StaleChoice | None, clock: Clock, snapshots: Snapshots) -> None:
        self.gate: Gate | None = None
        self.written_at = 0.0
        self.why = "there is no register yet"
        self._paths, self._stale, self._clock, self._snapshots = paths, stale, clock, snapshots
        self._seen: Seen | None = None

    def look(self) -> Literal["taken", "refused"] | None:
        """Open what is new; None if nothing is. May be called in a thread of its own, one call at a time.

        `why` says afterwards why a file was refused; it names the file and its fault, nothing of a caller.
        """
        seen = self._first_there()
        if seen is None or seen == self._seen:
            return None
        try:
            gate = self._opened(seen)
        except (OSError, RegisterInvalid) as error:
            if self._first_there() != seen:
                return None  # it was being written; the next look finds it whole
            self._seen, self.why = seen, _fault(error, seen.path)
            return "refused"
        # INVARIANT: one assignment takes the new gate into use, whole; an answer reads `gate` once.
        self._seen, self.gate, self.written_at = seen, gate, seen.written_ns / 1e9
        return "taken"

    def _opened(self, seen: Seen) -> Gate:
        with self._snapshots.of(seen.path, seen.name) as copy:
            gate = Gate(copy, self._stale)
        # What shaping gathers from a whole register is gathered here, not while the first request waits.
        shape_request(b"{}", gate, self._clock())
        return gate

    def _first_there(self) -> Seen | None:
        for path in self._paths:
            try:
                status = path.stat()
            except OSError:
                continue
            return Seen(path, status.st_ino, status.st_size, status.st_mtime_ns)
        return None


def _fault(error: OSError | RegisterInvalid, path: Path) -> str:
    """Return what is wrong with a file, named by the operator's path and not by that of the copy."""
    if isinstance(error, OSError):
        return f"{path}: {error.strerror or 'no regular file'}"
    return str(error).replace(error.where, str(path))
