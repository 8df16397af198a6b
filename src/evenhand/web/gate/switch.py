"""The operator's switch: one word in a file, read once a second, and the log of its changes."""

from datetime import datetime
from pathlib import Path
from typing import Final

from evenhand.model.service import Mode

_MOST: Final = 64  # bytes; a word and its line end are shorter
_TAIL: Final = 256  # bytes of the log that hold its last line


class Switch:
    """A mode that is read from a file; without a file it is `enforce` for good.

    What is no mode (another word, no file, one that cannot be read) leaves the last one in force and shows in
    `is_unreadable`, `why` in words. Each change is appended to `<file>.log` if this process is the one of its service
    `keeps_log`.
    """

    def __init__(self, path: Path | None) -> None:
        self.mode = Mode.ENFORCE
        self.is_unreadable = False
        self.why = ""
        self.keeps_log = False
        self._path = path
        self._log = path and path.with_name(f"{path.name}.log")
        self._logged = _last_word(self._log) if self._log else self.mode.value

    def read(self, at: datetime) -> None:
        """Take the word that is there now; `at` is when, for the log. A log that cannot be written is tried again."""
        if self._path is None:
            return
        try:
            self.mode = _word_in(self._path)
        except (OSError, ValueError) as error:
            self.is_unreadable = True
            fault = error.strerror if isinstance(error, OSError) else "unknown word"
            self.why = f"{self._path}: {fault}; expected {', '.join(Mode)}"
        else:
            self.is_unreadable = False
        if self.keeps_log and self._log and self.mode.value != self._logged:
            self._append(self._log, at)

    def _append(self, log: Path, at: datetime) -> None:
        try:
            with log.open("a", encoding="ascii") as file:
                file.write(f"{at:%Y-%m-%dT%H:%M:%SZ} {self.mode.value}\n")
        except OSError:
            return
        self._logged = self.mode.value


def _word_in(path: Path) -> Mode:
    with path.open("rb") as file:
        content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise ValueError
    return Mode(content.decode("ascii").strip())


def _last_word(log: Path) -> str:
    """Return the mode of the last change that was logged; `enforce` if none was, for so a service begins."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            words = file.read().split()
    except OSError:
        return Mode.ENFORCE.value
    return words[-1].decode("ascii", "replace") if words else Mode.ENFORCE.value
