"""A large ledger verified whole, as `python -m benchmarks.ledger_verify [--entries N]`; the figures are the last line.

Everything `evenhand ledger verify` checks: signature, every entry against its tile and its row, every tile, root,
every payload's commitment, SQLite's own structure. Payloads of about 310 bytes, one transaction a 1,000 records.
"""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.sizes import at_least
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical_exact
from evenhand.workflows.operations import create_ledger, open_ledger, verify_folder

AT = datetime(2026, 11, 24, 13, 58, tzinfo=UTC)
RUNS = 3


def main() -> None:
    """Build one ledger and verify it three times, its public folder alone too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=at_least(1_000), default=1_000_000)
    entries = parser.parse_args().entries
    with TemporaryDirectory() as name:
        folder = Path(name) / "ledger"
        create_ledger(folder, "made-up.example/log")
        with open_ledger(folder) as ledger:
            ledger.append((_record(number) for number in range(entries)), AT)
            ledger.publish(AT)
        whole = sorted(_seconds(folder) for _ in range(RUNS))
        public = sorted(_seconds(folder / "public") for _ in range(RUNS))
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{entries} entries, {size / 1e6:.0f} MB: whole {whole} s, public folder alone {public} s")
    print(
        json.dumps({
            "entries": entries, "bytes": size, "verify_s": whole[RUNS // 2], "verify_public_s": public[RUNS // 2],
            "entries_per_s": round(entries / whole[RUNS // 2]),
        })
    )  # fmt: skip


def _record(number: int) -> LogRecord:
    payload = {
        "advertiser": f"a{number % 5000}", "id": f"d-{number:016x}", "outcome": "allow",
        "facts": {"amount": f"{number}.50", "country": "XX"}, "why": f"{number * 2654435761:032x}" * 6,
    }  # fmt: skip
    return LogRecord(
        kind="decision", payload=canonical_exact(payload), key=f"d-{number:016x}", subject=f"a{number % 5000}"
    )


def _seconds(folder: Path) -> float:
    start = time.perf_counter()
    if not verify_folder(folder).ok:
        raise SystemExit("a sound ledger was not verified")
    return round(time.perf_counter() - start, 2)


if __name__ == "__main__":
    main()
