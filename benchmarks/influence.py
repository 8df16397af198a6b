"""Speed of co-sharing: `python -m benchmarks.influence [--quick] [--events N] [--toolkit PYTHON]`.

Made events in Parquet, in the proportions of what people shared before two elections: an object for 5 events, the most
popular shared by thousands, an account for 4; shares come hours after an object's first moment, a few long after.
Measured is the way from that file to a Parquet file of edges, window 60 s,
in a process of its own; the baseline is coordination-network-toolkit 1.5.2 (MIT) on the same rows in the same run, from
a CSV file to its table of edges, with two processes. Each account has every directed edge that the toolkit gives it, or
the exit status is 1.

The toolkit is no dependency of ours: install it in an environment of its own and name that environment's Python:

    python -m venv toolkit && toolkit/bin/pip install coordination-network-toolkit==1.5.2
    python -m benchmarks.influence --toolkit toolkit/bin/python

Without it its figures are null. The last line is one JSON object; the lines before it give processor time, which says
more than `seconds` beside other work.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import numpy as np

from benchmarks.influence_toolkit import ABSENT
from benchmarks.sizes import at_least
from evenhand.influence import co_sharing
from evenhand.influence.share_pairs import share_file
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.parquet_rows import literal

WINDOW_S: Final = 60
_SEED: Final = 20171026
_DAY: Final = 86_400
_CHILD: Final = "--child"
_ROOT: Final = Path(__file__).parents[1]


def make(path: Path, events: int) -> None:
    """Write made events; the same number gives the same rows."""
    draw = np.random.default_rng(_SEED)
    objects, accounts = max(events // 5, 1), max(events // 4, 1)
    shared = draw.choice(objects, events, p=_shares(objects, 0.6))
    later = np.minimum(draw.lognormal(9, 1.8, events), 30 * _DAY).astype(np.int64)
    columns = {
        "o": shared,
        "a": draw.choice(accounts, events, p=_shares(accounts, 0.6)),
        "c": np.arange(events),
        "t": 1_600_000_000 + draw.integers(0, 90 * _DAY, objects)[shared] + later,
    }
    with duckdb.connect() as engine:
        engine.register("made", columns)
        engine.execute(
            "COPY (SELECT 'url_' || o AS object_id, 'account_' || a AS account_id, 'post_' || c AS content_id, "
            f"t AS timestamp_share FROM made) TO {literal(path)} (FORMAT parquet)"
        )


def _shares(count: int, steepness: float) -> Any:
    weights = 1 / np.arange(1, count + 1) ** steepness
    return weights / weights.sum()


def count_edges(source: Path, target: Path) -> dict[str, Any]:
    """Write the edges of a file of shares; return what that took in this process."""
    start, used = time.perf_counter(), time.process_time()
    with analysis_engine("1900MB") as engine:
        found = co_sharing(engine, share_file(source), WINDOW_S, min_participation=1)
        engine.execute(f"COPY ({found.edges}) TO {literal(target)} (FORMAT parquet)")
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_s": round(time.process_time() - used, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "oversized": len(found.oversized),
    }


def run_toolkit(python: str, events: Path, folder: Path) -> dict[str, Any] | None:
    """Run the toolkit of another environment on the same rows; None where it is not installed.

    Raises:
        RuntimeError: it is there, and stopped.
    """
    rows, edges = folder / "events.csv", folder / "toolkit.csv"
    with duckdb.connect() as engine:
        engine.execute(
            "COPY (SELECT content_id AS message_id, account_id AS user_id, '' AS username, object_id AS repost_id, "
            "'' AS reply_id, '' AS message, timestamp_share AS timestamp, '' AS urls "
            f"FROM read_parquet({literal(events)})) TO {literal(rows)} (FORMAT csv, HEADER true)"
        )
    script, used = Path(__file__).with_name("influence_toolkit.py"), _processor_time()
    try:
        done = subprocess.run(
            [python, str(script), str(rows), str(folder / "toolkit.sqlite"), str(edges), str(WINDOW_S)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        print(f"{python}: {error.strerror}")
        return None
    if done.returncode == ABSENT:
        print(done.stderr.strip().splitlines()[-1])
        return None
    if done.returncode:
        raise RuntimeError(f"the toolkit stopped with status {done.returncode}:\n{done.stderr}")
    cpu_s = round(_processor_time() - used, 1)
    return {"edges": edges, "cpu_s": cpu_s, **json.loads(done.stdout.splitlines()[-1])}


def _processor_time() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


_OURS = """
SELECT a, b, n_content_a AS weight FROM read_parquet({ours})
UNION ALL SELECT b AS a, a AS b, n_content_b AS weight FROM read_parquet({ours})
"""


def compare(ours: Path, theirs: Path | None) -> tuple[int, int | None, int]:
    """Return how many pairs of accounts each has, and how many directed edges differ."""
    with duckdb.connect() as engine:
        ((pairs,),) = engine.execute(f"SELECT count(*) FROM read_parquet({literal(ours)})").fetchall()
        if theirs is None:
            return int(pairs), None, 0
        engine.execute(f"CREATE VIEW theirs AS FROM read_csv({literal(theirs)}, header = true, all_varchar = true)")
        directed = _OURS.format(ours=literal(ours))
        ((other,), (differ,)) = engine.execute(
            "SELECT count(*) FROM theirs WHERE a < b UNION ALL SELECT count(*) FROM "
            f"({directed}) AS ours FULL JOIN theirs ON ours.a = theirs.a AND ours.b = theirs.b "
            "WHERE ours.weight IS DISTINCT FROM CAST(theirs.weight AS BIGINT)"
        ).fetchall()
    return int(pairs), int(other), int(differ)


def measure(events: int, python: str, folder: Path) -> tuple[dict[str, Any], bool]:
    """Return the last line, and whether both found the same."""
    source, edges = folder / "events.parquet", folder / "edges.parquet"
    make(source, events)
    child = [sys.executable, "-m", "benchmarks.influence", _CHILD, str(source), str(edges)]
    done = subprocess.run(child, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    ours = json.loads(done.stdout.splitlines()[-1])
    print(f"evenhand: {ours['seconds']} s, {ours['cpu_s']} s of processor time, {ours['oversized']} cells left out")
    theirs = run_toolkit(python, source, folder)
    if theirs:
        print(f"toolkit: {theirs['load_s']} s into its database, {theirs['network_s']} s for its edges, "
              f"{theirs['cpu_s']} s of processor time")  # fmt: skip
    pairs, other, differ = compare(edges, theirs["edges"] if theirs else None)
    if differ:
        print(f"{differ} directed edges differ")
    seconds = theirs and round(theirs["load_s"] + theirs["network_s"], 2)
    return {
        "events": events, "seconds": ours["seconds"], "peak_mb": ours["peak_mb"], "toolkit_seconds": seconds,
        "ratio": seconds and round(seconds / ours["seconds"], 1), "pairs": pairs, "toolkit_pairs": other,
    }, not differ  # fmt: skip


def main() -> int:
    """Make the events, measure, print the figures; return 1 if the edges differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="300,000 events")
    parser.add_argument("--events", type=at_least(100), default=1_000_000)
    parser.add_argument("--toolkit", default=sys.executable, metavar="PYTHON", help="where the toolkit is installed")
    parser.add_argument(_CHILD, nargs=2, type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        print(json.dumps(count_edges(*chosen.child)))
        return 0
    if chosen.events < 1:
        parser.error(f"--events: {chosen.events}; expected 1 or more")
    with TemporaryDirectory() as place:
        figures, equal = measure(300_000 if chosen.quick else chosen.events, chosen.toolkit, Path(place))
    print(json.dumps(figures))
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
