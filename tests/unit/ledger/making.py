"""What the ledger's tests are made of: a fixed key, fixed salts, records and folders."""

import errno
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evenhand.ledger import Ledger
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.store.keys import Ed25519Verifier, SigningKey, read_key
from evenhand.store.public_files import PublicFiles
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations.ledgers import create_ledger

AT = datetime(2026, 11, 24, 13, 58, 59, tzinfo=UTC)
ORIGIN = "ads.example/ledger"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey("other.example/ledger", bytes(32))
VERIFIER = Ed25519Verifier()


def draw(count: int) -> bytes:
    """Not random at all, so that the tests' ledgers are equal in every run."""
    return bytes(range(count))


def record(number: int, **fields: Any) -> LogRecord:
    return LogRecord(
        kind="decision", payload=canonical({"n": number}), key=f"d-{number}", subject=f"a{number}", **fields
    )


def records(count: int, start: int = 0) -> list[LogRecord]:
    return [record(number) for number in range(start, start + count)]


def new_folder(folder: Path, *sizes: int) -> Path:
    """Return the folder of a ledger that was published at each of `sizes`."""
    create_ledger(folder, ORIGIN, draw=draw)
    for size in sizes:
        with Opened(folder) as ledger:
            ledger.append(records(size - ledger.size, ledger.size), AT)
            ledger.publish(AT)
    return folder


class Opened:
    """A ledger without lock, every call to disk passing through `watch` (which may raise)."""

    def __init__(self, folder: Path, watch: Callable[[str], object] = str) -> None:
        self._tables = SqliteTables(folder / "private" / "ledger.sqlite")
        self._key = read_key((folder / "private" / "signing.key").read_bytes())
        self._files = PublicFiles(folder / "public")
        self._watch = watch

    def __enter__(self) -> Ledger:
        tables: Any = Watched(self._tables, self._watch)
        files: Any = Watched(self._files, self._watch)
        try:
            return Ledger(tables, files, self._key, draw)
        except BaseException:
            self._tables.close()
            raise

    def __exit__(self, *_: object) -> None:
        self._tables.close()


class Watched:
    """A storage or folder whose every call is told to `watch` before or after it is done."""

    def __init__(self, inner: object, watch: Callable[[str], object]) -> None:
        self._inner, self._watch = inner, watch

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not callable(method):
            return method

        def told(*values: Any) -> Any:
            self._watch(f"before {name}")
            outcome = method(*values)
            self._watch(f"after {name}")
            return outcome

        return told


class FailAt:
    """Raises an error of the disk at the `at`-th call, once."""

    def __init__(self, at: int, error: int = errno.ENOSPC) -> None:
        self.left, self.error, self.failed = at, error, ""

    def __call__(self, name: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.failed = name
            raise OSError(self.error, "no space left on device" if self.error == errno.ENOSPC else "input/output error")
