"""What the service remembers of the register that it took last, so that none older is taken after a restart."""

from pathlib import Path

from evenhand.gate.registers.files import replace_file
from evenhand.gate.registers.log_checkpoint import AcceptedRegisters, LogCheckpoint, log_checkpoint
from evenhand.model.errors import BadInput, RegisterInvalid


class TakenRegisters:
    """A file with origin, tree size and root of a register's log, a line each; none where `path` is None."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def after_restart(self, expected: AcceptedRegisters) -> AcceptedRegisters:
        """Return what is expected of the first register: what the operator says, and no older one than was taken.

        Raises:
            BadInput: the file cannot be read, or is none that the service wrote.
        """
        last = self._last()
        if not last.origin or expected.origin not in ("", last.origin):  # the operator names another log
            return expected
        if last.size < expected.size:
            return expected
        return expected.after(last)

    def note(self, taken: LogCheckpoint) -> str:
        """Write down the log of a register that was taken; return why that failed, ``""`` if it did not."""
        if self._path is None or not taken.origin:
            return ""
        try:
            replace_file(self._path, ["".join(f"{each}\n" for each in taken).encode()])
        except OSError as error:
            return f"{self._path}: the register taken last is not remembered: {error.strerror}"
        return ""

    def _last(self) -> LogCheckpoint:
        if self._path is None:
            return LogCheckpoint("", 0, "")
        try:
            return log_checkpoint(self._path.read_text("utf-8") or "\n", self._path)
        except FileNotFoundError:
            return LogCheckpoint("", 0, "")
        except (OSError, UnicodeDecodeError, RegisterInvalid) as error:
            raise BadInput(
                "what the service remembers cannot be read:", where=self._path, got=error,
                expected="origin, tree size and root of a log, a line each",
                todo="look whether the register is the newest one, then delete this file",
            ) from error  # fmt: skip
