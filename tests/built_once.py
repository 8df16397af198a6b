"""What takes seconds to build and is only read: built by one worker of pytest-xdist for all of them."""

import fcntl
import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def shared_folder(config: pytest.Config) -> Path:
    """Return the folder of temporary files that all workers of pytest-xdist share; nobody else has it."""
    return _shared(config._tmp_path_factory)  # type: ignore[attr-defined]  # pytest's own fixtures take it from there


def _shared(factory: pytest.TempPathFactory) -> Path:
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], T]) -> T:
    """Return what `build` returned, to whichever worker came first; it was given an empty folder.

    Nobody may write into that folder later, nor copy out of it what another worker may be opening as a database.
    """
    folder = _shared(factory) / f"built-{name}"
    folder.mkdir(exist_ok=True)
    made = folder / "made.pickle"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_bytes(pickle.dumps(build(Path(tempfile.mkdtemp(dir=folder)))))
        found: T = pickle.loads(made.read_bytes())
    return found
