"""A host that writes a ledger, as `python -m tests.faults.ledger_host FOLDER NAME WAIT_S`, until it fails or is ended.

It prints `open` when it holds the ledger, then the last number of each ten records once they are durable; a failure is
one line of standard error that begins with its class.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from evenhand.model.errors import EvenhandError
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.workflows.operations import open_ledger

TEN = 10


def main(folder: str, name: str, wait_s: str) -> None:
    """Append until something fails; a checkpoint follows every fifty records."""
    with open_ledger(Path(folder), wait_s=float(wait_s)) as ledger:
        print("open", flush=True)
        number = 0
        while True:
            ledger.append([record(name, each) for each in range(number, number + TEN)], datetime.now(UTC))
            number += TEN
            print(number, flush=True)
            if number % (5 * TEN) == 0:
                ledger.publish(datetime.now(UTC))
            time.sleep(0.01)


def record(name: str, number: int) -> LogRecord:
    """Return a host's record of a number."""
    return LogRecord(kind="decision", payload=canonical({"host": name, "n": number}), key=f"{name}-{number}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except EvenhandError as error:
        sys.exit(f"{type(error).__name__}: {error}")
