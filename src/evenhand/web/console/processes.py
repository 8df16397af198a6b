"""Child processes that outlive who started them: found again by their number and when they began."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

COMMAND: Final = (sys.executable, "-P", "-m", "evenhand")
"""What starts a verb of the command line: this program's own Python, whatever the working folder holds."""


def start_process(arguments: Sequence[str], output: Path, errors: Path) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own, so that a signal to the console is none to it; never by a shell.

    It reads nothing, and prints to files that only the owner can read.

    Raises:
        OSError: it cannot be started, or the files cannot be made.
    """
    with _private(output) as out, _private(errors) as err:
        return subprocess.Popen(
            list(arguments), stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )


def process_mark(pid: int) -> str:
    """Return when a process began, as the system says it; ``""`` where there is none, or where it has ended.

    The text means nothing but that a later process of the same number has another.
    """
    if pid <= 0:
        return ""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return _mark_by_ps(pid)
    try:
        # The name, in brackets, may hold anything; after it the state is the first field, the begin the twentieth.
        fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def interrupt(pid: int, mark: str) -> bool:
    """Send a process what Ctrl-C sends; False where it has ended, or is another one by now."""
    if not mark or process_mark(pid) != mark:
        return False
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return False
    return True


def _mark_by_ps(pid: int) -> str:
    done = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, check=False)
    state, _, begun = done.stdout.decode("ascii", "replace").strip().partition(" ")
    return "" if state.startswith("Z") else begun.strip()


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
