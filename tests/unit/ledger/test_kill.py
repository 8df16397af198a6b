"""The writer is killed at random moments: nothing acknowledged is lost, and the log verifies.

SIGKILL leaves the page cache: this shows the order of writes, not what a power cut leaves.
"""

import os
import random
import signal
import time
from itertools import count
from pathlib import Path

from evenhand.cases.ledgers import open_ledger, verify_folder
from tests.unit.ledger.making import AT, draw, new_folder, record

KILLS = 20


def write_for_ever(folder: Path, start: int, acknowledged: int) -> None:
    """Append and publish; say each index on the pipe only after its append returned."""
    with open_ledger(folder, draw=draw) as ledger:
        for number in count(start):
            receipts = ledger.append([record(number * 10 + each) for each in range(10)], AT)
            os.write(acknowledged, b"".join(b"%d %d\n" % (each.seq, number) for each in receipts))
            ledger.publish(AT)


def test_nothing_acknowledged_is_lost_whenever_the_writer_is_killed(tmp_path: Path) -> None:
    """Law *Nothing lost*."""
    folder, chance = new_folder(tmp_path / "l"), random.Random(12)
    for kill in range(KILLS):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(folder, kill * 100_000, writing)
            finally:
                os._exit(1)
        os.close(writing)
        time.sleep(chance.uniform(0.02, 0.12))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        with os.fdopen(reading, "rb") as pipe:
            seqs = [int(line.split()[0]) for line in pipe.read().split(b"\n")[:-1]]

        with open_ledger(folder, draw=draw) as ledger:
            assert ledger.size > max(seqs, default=-1)
            assert all(ledger.payload(seq) is not None for seq in seqs)
            ledger.publish(AT)
        assert verify_folder(folder).ok
    assert ledger.size > KILLS
