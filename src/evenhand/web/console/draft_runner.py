"""The checks of a draft, each a verb of the command line in a process of its own; a newer text ends older ones."""

import os
import signal
import subprocess
import threading
from contextlib import suppress
from datetime import datetime
from typing import Final

from evenhand.model.errors import EvenhandError
from evenhand.store.network import Network
from evenhand.web.console.processes import COMMAND
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.draft_checks import (
    CHECKS,
    CheckName,
    DraftChecks,
    answered,
    check_arguments,
    new_checks,
    read_checks,
    write_checks,
)
from evenhand.workflows.rulebooks.drafts import draft_folder

_LONGEST_S: Final = 300.0


class DraftRunner:
    """The checks of one network's draft, one text at a time; used by all threads of a console."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: str = ""
        self._now: CheckName | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, network: Network, at: datetime) -> None:
        """Begin to check the draft as it is now, unless that is under way; what is under way of another text ends.

        Raises:
            BadInput: the ledger cannot be read.
        """
        if network.ledger.is_dir():
            with read_ledger(network.ledger) as ledger:
                checks = new_checks(network, ledger, at)
        else:
            checks = new_checks(network, None, at)
        with self._lock:
            if self._running == checks.draft:
                return
            self._running = checks.draft
            self._end_process()
        write_checks(network, checks)
        threading.Thread(target=self._work, args=(network, checks), name="checks of a draft", daemon=True).start()

    def state(self, network: Network) -> tuple[DraftChecks | None, CheckName | None]:
        """Return what is known of the draft as it is now, and which check is under way."""
        checks = read_checks(network)
        with self._lock:
            is_running = checks is not None and self._running == checks.draft
            return checks, self._now or CHECKS[0] if is_running else None

    def stop(self) -> None:
        """End what is under way."""
        with self._lock:
            self._running = ""
            self._end_process()

    def _work(self, network: Network, checks: DraftChecks) -> None:
        with suppress(EvenhandError, OSError):  # the page says then that the draft was not checked, and can ask again
            for check in CHECKS:
                arguments = check_arguments(network, checks, check)
                if arguments is None:
                    continue
                output = self._output(checks, check, arguments)
                if output is None:
                    return
                # Where the draft is on this machine is nothing to a reader: the name of the file is enough.
                found, errors = output
                checks = answered(checks, check, found, errors.replace(f"{draft_folder(network)}/", ""))
                with self._lock:
                    if self._running != checks.draft:
                        return
                    write_checks(network, checks)
        with self._lock:
            if self._running == checks.draft:
                self._running, self._now = "", None

    def _output(self, checks: DraftChecks, check: CheckName, arguments: tuple[str, ...]) -> tuple[bytes, str] | None:
        """Return what a verb has printed, None where another text is checked by now."""
        with self._lock:
            if self._running != checks.draft:
                return None
            self._now = check
            # A session of its own: the proofs have processes of their own, which end with it.
            process = self._process = subprocess.Popen(
                [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
        try:
            output, errors = process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            _kill(process)
            return b"", f"it was not answered within {_LONGEST_S:g} s"
        return output, errors.decode("utf-8", "replace")

    def _end_process(self) -> None:
        if self._process is not None:
            _kill(self._process)
            self._process = None


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
