"""Memory of a process and of all that it began, as it is used: a page that several share is counted once.

Source: proc(5), `smaps_rollup`, `Pss`: each process is given its part of a page that it shares.
"""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_EVERY_S = 0.2


def pss_kb(pid: int | str) -> int:
    """Return the memory of one process in kB, 0 where it has ended."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def run_watched(command: list[str]) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run a command to its end; return it, and the most memory in MB that it and its processes had at one look.

    It is looked at five times a second: a peak in between is missed.

    Raises:
        CalledProcessError: it failed.
    """
    peak = [0]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(_EVERY_S):
                peak[0] = max(peak[0], sum(map(pss_kb, _family(process.pid))))

        watcher = threading.Thread(target=watch)
        watcher.start()
        said, _ = process.communicate()
        ended.set()
        watcher.join()
    done = subprocess.CompletedProcess[str](command, process.returncode, said)
    done.check_returncode()
    return done, round(peak[0] / 1024)


def _family(pid: int | str) -> Iterator[int | str]:
    """Yield a process and all that it and those began, as far as they run."""
    yield pid
    with suppress(OSError):
        for file in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in file.read_text(encoding="ascii").split():
                yield from _family(child)
