"""The baseline of `benchmarks.influence`, run by a Python in which coordination-network-toolkit 1.5.2 is installed.

    PYTHON benchmarks/influence_toolkit.py EVENTS.csv DATABASE EDGES.csv WINDOW_S

It ends with status 3 where the toolkit cannot be loaded. Nothing of Evenhand is needed.
"""

import csv
import importlib
import json
import sqlite3
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

NAME, VERSION = "coordination-network-toolkit", "1.5.2"
ABSENT = 3
INSTALL = f"python -m venv toolkit && toolkit/bin/pip install {NAME}=={VERSION}, then --toolkit toolkit/bin/python"


def main() -> int:
    """Load the events, compute who reposts together, write the edges of different accounts."""
    events, database, target, window_s = sys.argv[1:]
    try:
        found = version(NAME)
        preprocess = importlib.import_module("coordination_network_toolkit.preprocess")
        networks = importlib.import_module("coordination_network_toolkit.compute_networks")
    except (PackageNotFoundError, ImportError) as error:
        print(f"no baseline: {NAME} {VERSION} is not installed ({error}): {INSTALL}", file=sys.stderr)
        return ABSENT
    if found != VERSION:
        print(f"no baseline: {NAME} is {found}, measured is {VERSION}: {INSTALL}", file=sys.stderr)
        return ABSENT
    start = time.perf_counter()
    preprocess.preprocess_csv_files(database, [events])
    loaded = time.perf_counter()
    networks.compute_co_retweet_parallel(database, int(window_s), n_threads=2)
    ended = time.perf_counter()
    _write_edges(database, target)
    print(json.dumps({"load_s": round(loaded - start, 2), "network_s": round(ended - loaded, 2)}))
    return 0


def _write_edges(database: str, target: str) -> None:
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("a", "b", "weight"))
        query = "SELECT user_1, user_2, weight FROM co_retweet_network WHERE user_1 <> user_2"
        writer.writerows(sqlite3.connect(database).execute(query))


if __name__ == "__main__":
    sys.exit(main())
