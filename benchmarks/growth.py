"""How the cost of a run grows, as `python -m benchmarks.growth`; `--help` says with what; JSON on the last line.

For each size a made network is run four times, each in a fresh process: from nothing, unchanged an hour later,
unchanged the day after, and an hour later with another country for one advertiser in a hundred. `seconds` are of the
clock with start-up, `stages` processor seconds; `peak_mb` adds the peak of the run and the largest of its helpers'.
With `--customers` the network is one as a table of customers has it (`made_customers.py`).
With `--memory` there is `shared_peak_mb`, which counts a page of several processes once: to look takes 36 ms a GB, five
times a second. An exponent of 1 means that twice the advertisers cost twice the time.
"""

import argparse
import csv
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.growth_picture import picture
from benchmarks.made import Made, make_network
from benchmarks.made_customers import rewrite_as_customers
from benchmarks.river import AT
from benchmarks.shared_memory import run_watched
from benchmarks.sizes import at_least
from benchmarks.stages_picture import Bar, stages_picture
from evenhand.cli.common import tools
from evenhand.model.decision import DecidedBy
from evenhand.store.network import read_network
from evenhand.workflows.run import network_run, recorded_rulings, run_inputs
from tests.data import DATA

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
STAGES: dict[str, tuple[Any, ...]] = {
    "read tables": (run_inputs, "_read_tables"), "screen": (run_inputs, "screen_parties"),
    "make facts": (recorded_rulings, "evaluate"), "rule": (recorded_rulings, "rule_requests"),
    "confirm": (recorded_rulings, "confirm_decided"), "record": (recorded_rulings, "record"),
    "publish": (network_run, "begin_register", "write_letters"), "tables": (network_run, "write_tables"),
    "keep state": (network_run, "begin_state"),
}  # fmt: skip
"""Which functions of a run are a stage; what is in none of them is `other`."""
RUNS = {"first": 0, "unchanged": 1, "next day": 24, "changed": 25}
"""The runs of a network, and how many hours after the first each is."""
BEFORE = json.loads((Path(__file__).parent / "baseline-growth.json").read_bytes())
"""What the stages of 100,000 cost before facts, records and unchanged runs were made faster."""


def main() -> None:
    """Run every size and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", type=at_least(10), nargs="+", default=SIZES, metavar="N", help="advertisers (%(default)s)"
    )
    parser.add_argument("--picture", type=Path, help="draw the figures here, as SVG")
    parser.add_argument("--stages", type=Path, help="draw the stages of 100,000 beside those of before, as SVG")
    parser.add_argument("--customers", action="store_true", help="the network of a table of customers")
    parser.add_argument("--memory", action="store_true", help="look at memory, and give no times")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--hours", type=int, default=0, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        print(json.dumps(_run(wanted.child, wanted.hours)))
        return
    measured = [measure(size, customers=wanted.customers, watched=wanted.memory) for size in sorted(wanted.sizes)]
    if wanted.memory:
        print(json.dumps({"sizes": measured}))
        return
    found = {"sizes": measured, "exponents": {run: exponents(measured, run) for run in RUNS}}
    if wanted.picture:
        lines = {run: [(each["advertisers"], each[run]["seconds"]) for each in measured] for run in RUNS}
        wanted.picture.write_text(picture(lines), encoding="utf-8")
    for each in measured:
        if wanted.stages and each["advertisers"] == BEFORE["advertisers"]:
            wanted.stages.write_text(stages_picture(beside_before(each)), encoding="utf-8")
    print(json.dumps(found))


def beside_before(measured: dict[str, Any]) -> list[Bar]:
    """Return the runs of a size as bars, each below what it was before."""
    bars = []
    for run in RUNS:
        bars += [Bar(f"{run}, before", BEFORE[run]["stages"])] if run in BEFORE else []
        bars.append(Bar(f"{run}, now", measured[run]["stages"]))
    return bars


def measure(advertisers: int, *, customers: bool = False, watched: bool = False) -> dict[str, Any]:
    """Return the figures of the runs of a made network of this size; `watched` gives memory in place of seconds."""
    with TemporaryDirectory() as scratch:
        folder, lists = Path(scratch, "network"), DATA / "screening" / "lists"
        entities = make_network(folder, Made(advertisers), lists if lists.is_dir() else None)
        if customers:
            rewrite_as_customers(folder)
        found: dict[str, Any] = {"advertisers": advertisers, "entities": entities}
        for run, hours in RUNS.items():
            if run == "changed":
                _change(folder / "data" / "advertisers.csv")
            found[run] = _measured(folder, hours, watched=watched)
            print(f"{advertisers:,} {run}: {json.dumps(found[run])}")
        kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return found | {"bytes_an_advertiser": round(kept / advertisers)}


def exponents(measured: Sequence[dict[str, Any]], run: str) -> dict[str, float | None]:
    """Return by stage the exponent of its cost in advertisers over all sizes; None where it costs next to nothing."""
    sizes = [each["advertisers"] for each in measured]
    series = {stage: [each[run]["stages"][stage] for each in measured] for stage in measured[0][run]["stages"]}
    series["seconds"] = [each[run]["seconds"] for each in measured]
    return {name: fitted_exponent(sizes, costs) for name, costs in series.items()}


def fitted_exponent(sizes: Sequence[int], costs: Sequence[float]) -> float | None:
    """Return the slope of least squares through logarithms; None for fewer than two sizes that cost 10 ms or more.

    >>> fitted_exponent([1_000, 10_000, 100_000], [1.0, 20.0, 400.0])
    1.3
    """
    points = [(math.log(size), math.log(cost)) for size, cost in zip(sizes, costs, strict=True) if cost >= 0.01]
    if len(points) < 2:
        return None
    x_mean, y_mean = (sum(values) / len(points) for values in zip(*points, strict=True))
    above = sum((x - x_mean) * (y - y_mean) for x, y in points)
    return float(round(above / sum((x - x_mean) ** 2 for x, _ in points), 2))


def _change(path: Path) -> None:
    """Give one advertiser in a hundred another country."""
    with path.open(encoding="utf-8", newline="") as file:
        delimiter = ";" if ";" in file.readline() else ","
        file.seek(0)
        heading, *rows = csv.reader(file, delimiter=delimiter)
    (place,) = (heading.index(each) for each in ("country", "Land") if each in heading)
    for row in rows[::100]:
        row[place] = "fr" if row[place].lower() != "fr" else "de"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows([heading, *rows])


def _measured(folder: Path, hours: int, *, watched: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.growth", "--child", str(folder), "--hours", str(hours)]
    start = time.perf_counter()
    if watched:
        said, peak_mb = run_watched(command)
        return {"shared_peak_mb": peak_mb, **json.loads(said.stdout.splitlines()[-1])}
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return {"seconds": round(time.perf_counter() - start, 2), **json.loads(said.stdout.splitlines()[-1])}


def _run(folder: Path, hours: int) -> dict[str, Any]:
    """Run the network in this process and return what it did, its memory, and the processor time of its stages."""
    spent = dict.fromkeys(STAGES, 0.0)
    for stage, (module, *names) in STAGES.items():
        for name in names:
            setattr(module, name, partial(_watched, getattr(module, name), stage, spent))
    begin = _processor_s()
    with tools(quiet=True) as handed:
        report = network_run.run(
            read_network(folder), AT + timedelta(hours=hours), DecidedBy(kind="run", id="benchmark"), handed
        )
    whole = _processor_s() - begin
    own, helpers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    stages = {**spent, "other": whole - sum(spent.values())}
    return {
        "decisions": report.decisions,
        "peak_mb": round((own + helpers) / 1024),
        "processor_s": round(whole, 2),
        "stages": {stage: round(cost, 3) for stage, cost in stages.items()},
    }


def _watched(real: Callable[..., Any], stage: str, spent: dict[str, float], *given: Any, **named: Any) -> Any:
    begin = _processor_s()
    try:
        result = real(*given, **named)
    finally:
        spent[stage] += _processor_s() - begin
    # What waits for a process, or puts files in place, is called later.
    return partial(_watched, result, stage, spent) if callable(result) else result


def _processor_s() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main()
