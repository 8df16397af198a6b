"""Where the service has its register from: files that are looked at on a timer and opened beside the one in use."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from errno import ENOENT
from pathlib import Path
from typing import Final, Literal, NamedTuple

from msgspec import UNSET, UnsetType

from evenhand.gate import Gate, shape_request
from evenhand.gate.registers.log_checkpoint import ANY, AcceptedRegisters, LogCheckpoint
from evenhand.gate.registers.signature import signature_path
from evenhand.model.errors import RegisterInvalid, RegisterUnexpected
from evenhand.model.service import StaleChoice
from evenhand.web.gate.snapshots import Snapshots

Clock = Callable[[], datetime]
_LONGEST_PAUSE: Final = 64  # looks between two tries of a refused file
_SIGNED_WITHIN_S: Final = 60


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


class Behind(NamedTuple):
    """Why the file on disk is not the one served, since when, and how often it was tried.

    `why` is `unreadable`, `damaged`, or one of `RegisterUnexpected.why`.
    """

    why: str
    since: datetime
    tries: int = 1


class Source:
    """The gate in use, None before the first register was there.

    The first of `paths` that exists counts. A file is opened when another lies there than was taken last. One that is
    refused leaves the gate in use and is tried again, after 1, 2, 4 and so on up to 64 looks, for as long as it is not
    the one served: what was wrong may pass, as a full disk does. `expected` says which registers may be taken. `note`
    is told the log of each that was; what went wrong with that is the `doubt`.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        stale: StaleChoice | None,
        clock: Clock,
        snapshots: Snapshots,
        expected: AcceptedRegisters = ANY,
        note: Callable[[LogCheckpoint], str] = lambda _: "",
    ) -> None:
        self.gate: Gate | None = None
        self.written_at = 0.0
        self.behind: Behind | None = None
        self.why = "there is no register yet"
        self._paths, self._stale, self._clock, self._snapshots = paths, stale, clock, snapshots
        self._expected, self._note = expected, note
        self.doubt = ""
        self._seen: Seen | None = None
        self._pause = 0
        self._opens_anew = False

    @property
    def made_at(self) -> datetime:
        """Return when the register in use was made; by the time of its file if its head does not say."""
        made_at = self.gate.register.head.made_at if self.gate else UNSET
        return datetime.fromtimestamp(int(self.written_at), UTC) if isinstance(made_at, UnsetType) else made_at

    def choose(self, stale: StaleChoice | None) -> None:
        """Take another choice for registers past their time, also for the one in use."""
        self._stale = stale
        if self.gate is not None:
            self.gate.stale = stale

    def open_anew(self) -> None:
        """Open at the next look what is there, also if it is served already or was refused."""
        self._opens_anew = True

    def look(self) -> Literal["taken", "refused"] | None:
        """Open what is new; None if nothing is, or if a file is refused again for the same reason.

        May be called in a thread of its own, one call at a time. `why` says afterwards why a file was refused; it names
        the file and its fault, nothing of a caller.
        """
        if self._opens_anew:
            self._opens_anew, self._seen = False, None
        try:
            seen = self._first_there()
        except OSError as error:
            return self._is_refused(None, error)
        if seen is None and self.gate is not None:
            return self._is_refused(None, FileNotFoundError(ENOENT, "there is no register any more"))
        if seen is None or (seen == self._seen and self._rests()):
            return None
        try:
            gate = self._opened(seen)
        except (OSError, MemoryError, RegisterInvalid) as error:
            if self._is_another(seen) or self._is_to_be_signed(seen, error):
                return None  # it was being written; the next look finds it whole
            return self._is_refused(seen, error)
        self._expected = self._expected.after(gate.opened.log)
        # INVARIANT: one assignment takes the new gate into use, whole; an answer reads `gate` once.
        self._seen, self.gate, self.written_at, self.behind = seen, gate, seen.written_ns / 1e9, None
        self.doubt = self._note(gate.opened.log)
        return "taken"

    def _rests(self) -> bool:
        """Return whether the file that was seen last is served, or was refused and is not yet tried again."""
        if self.behind is None:
            return True
        self._pause -= 1
        return self._pause > 0

    def _is_refused(
        self, seen: Seen | None, error: OSError | MemoryError | RegisterInvalid
    ) -> Literal["refused"] | None:
        why = _why(error)
        before = self.behind if seen == self._seen else None
        if before is not None and before.why == why:
            self.behind = before._replace(tries=before.tries + 1)
            self._pause = min(1 << before.tries, _LONGEST_PAUSE)
            return None
        self._seen, self.behind, self._pause = seen, Behind(why, self._clock()), 1
        self.why = _fault(error, seen.path if seen else self._paths[0])
        return "refused"

    def _opened(self, seen: Seen) -> Gate:
        with self._snapshots.of(seen.path, seen.name) as copy:
            expected = self._expected._replace(signature=signature_path(seen.path))  # it is not copied
            gate = Gate(copy, self._stale, expected=expected)
        # What shaping gathers from a whole register is gathered here, not while the first request waits.
        shape_request(b"{}", gate, self._clock())
        return gate

    def _is_to_be_signed(self, seen: Seen, error: OSError | MemoryError | RegisterInvalid) -> bool:
        """Return whether a register lacks its signature, which a run writes when it ends: of a large one later."""
        age_s = self._clock().timestamp() - seen.written_ns / 1e9
        return _why(error) == "unsigned" and abs(age_s) < _SIGNED_WITHIN_S

    def _is_another(self, seen: Seen) -> bool:
        try:
            return self._first_there() != seen
        except OSError:
            return False

    def _first_there(self) -> Seen | None:
        """Return the file that counts, None if there is none.

        Raises:
            OSError: nobody can tell, because a folder may not be read or a disk fails.
        """
        for path in self._paths:
            try:
                status = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            return Seen(path, status.st_ino, status.st_size, status.st_mtime_ns)
        return None


def _why(error: OSError | MemoryError | RegisterInvalid) -> str:
    if isinstance(error, RegisterUnexpected):
        return error.why
    return "damaged" if isinstance(error, RegisterInvalid) else "unreadable"


def _fault(error: OSError | MemoryError | RegisterInvalid, path: Path) -> str:
    """Return what is wrong with a file, named by the operator's path and not by that of the copy."""
    match error:
        case MemoryError():
            return f"{path}: not enough memory"
        case OSError():
            return f"{path}: {error.strerror or 'no regular file'}"
        case _:
            return str(error).replace(error.where, str(path))
