"""Statements of reasons told and judged, as `python -m benchmarks.reasons [--quick]`.

`records_per_cpu_s`: records of a made file read, linted, rendered and written in each form, one process, seconds of
its own CPU time; the middle of three runs. `lint` alone reads the same file for `tdb`. `peak_mb`: the most
memory of this process. Every record is sound, so each gets its body; three explanations of ten are twins.
"""

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.sizes import at_least
from evenhand.reasons.records import FORMS
from evenhand.workflows.delivery.reasons_export import export_file, lint_file

FULL, QUICK, RUNS = 100_000, 10_000, 3
_TWINS = 3
_LETTERS = str.maketrans("0123456789", "abcdefghij")


def main() -> None:
    """Measure, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} records instead of {FULL:,}")
    parser.add_argument("--records", type=at_least(1), help="any other number")
    wanted = parser.parse_args()
    print(json.dumps(measure(wanted.records or (QUICK if wanted.quick else FULL))))


def measure(records: int) -> dict[str, Any]:
    """Return the figures of so many records."""
    load = os.getloadavg()[0]
    with TemporaryDirectory() as folder:
        source, out = Path(folder) / "records.jsonl", Path(folder) / "out.jsonl"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(made_record(number)) + "\n" for number in range(records))
        refused = {form: export_file(source, form, out).refused for form in FORMS}
        rates = {form: _rate(records, partial(export_file, source, form, out)) for form in FORMS}
        lint = _rate(records, lambda: sum(1 for _ in lint_file(source, "tdb")))
        megabytes = source.stat().st_size / 1e6
    return {
        "records": records,
        "records_per_cpu_s": rates | {"lint": lint},
        "refused": refused,
        "file_mb": round(megabytes),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "runs": RUNS,
        "load": round(load, 1),
    }


def made_record(number: int) -> dict[str, Any]:
    """Return a sound record; its names and numbers are made from `number`."""
    # the lint takes every digit for the same one, so cases differ by letters, as real ones do
    name = f"Harbour {str(number).translate(_LETTERS).capitalize()}"
    explained = f"Advertiser {name}" if number % 10 >= _TWINS else f"Group {str(number // 10).translate(_LETTERS)}"
    return {
        "id": f"r-{number:020x}", "decision": f"d-{number:020x}",
        "advertiser": {"id": f"a-{number}", "name": name, "type": "business"},
        "kind": "refuse-ads", "account_kept": True, "scope": ["IE", "DE"], "starts_on": "2026-11-24",
        "facts": f"The register of the home state, read on 20 November 2026, shows the ministry as sole owner of "
                 f"{name} since 2014. {number % 90 + 1} campaigns were bought for 12,300.00 EUR since March 2026.",
        "source": {"type": "own"}, "automation": {"detection": "yes", "decision": "full"},
        "ground": {
            "type": "clause", "reference": "Advertising policy: no advertising by news media that a state controls",
            "url": "https://network.example/policies/ads",
            "explanation": "News media whose budget and editors a government appoints cannot buy advertising. "
                           f"{explained} is such a medium, by criteria (a) and (c) of section 4.2.",
        },
        "category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "category_addition": ["STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"],
        "content": {"types": ["CONTENT_TYPE_OTHER"], "other": "Advertising account", "language": "EN"},
        "dates": {"object": "2024-03-01", "decided": "2026-11-24", "informed": "2026-11-24"},
        "redress": {
            "internal": {"url": "https://network.example/complaints", "until": "2027-05-24"},
            "out_of_court": {"text": "Any body certified under Article 21 of Regulation (EU) 2022/2065."},
            "judicial": {"text": "The courts at the advertiser's seat or at ours remain open."},
        },
        "persons": ["Person Alpha"],
    }  # fmt: skip


def _rate(records: int, work: Callable[[], object]) -> int:
    """Return how many records a second of CPU time went through, the middle of several runs."""
    seconds = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return round(records / statistics.median(seconds))


if __name__ == "__main__":
    main()
