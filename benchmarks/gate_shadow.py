"""Speed and memory of the shadow report: `python -m benchmarks.gate_shadow [--quick]`; the last line is JSON.

A made log of lines of 1.6 KB with four bids each, one bid in ten of a refused party, the others of parties drawn evenly
from a compiled register, so that nothing is met twice soon. Each figure is of a fresh process that opens register and
log: CPU seconds of the walk, median of several with their range, and the process's peak of resident memory. The counts
are checked against a plain loop over `filter_bids` on the same register in its plain form.
"""

import argparse
import gzip
import json
import os
import platform
import random
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from evenhand.cli.common import collector_at_rest
from evenhand.gate import Gate, compile_register, filter_bids, write_register
from evenhand.gate.shadow_report.report import shadow
from evenhand.gate.shadow_report.traffic_log import Line, open_log
from evenhand.model.outcome import Outcome
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow
from evenhand.store.public_suffixes import PublicSuffixes

LINES, QUICK_LINES, BIDS = 250_000, 25_000, 4
PARTIES, BLOCKED_EACH, REFUSED_SHARE = 100_000, 20, 0.1
ROUNDS = 3
_POLICY = GatePolicy(unknown="allow", missing="allow", malformed="refuse", mismatch="note")


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_LINES:,} lines instead of {LINES:,}")
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        print(json.dumps(_walk(*wanted.child)))
        return
    with TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), QUICK_LINES if wanted.quick else LINES)))


def measure(folder: Path, lines: int) -> dict[str, Any]:
    """Return the figures of a log of so many lines, and of its first tenth for the memory."""
    register, log, tenth, packed = (folder / name for name in ("r.evh", "log", "tenth", "log.gz"))
    _made_register(folder / "r.jsonl", register)
    _made_log(log, lines)
    with log.open("rb") as whole, tenth.open("wb") as part:
        part.writelines(next(whole) for _ in range(lines // 10))
    with tenth.open("rb") as part, gzip.open(packed, "wb", compresslevel=6) as out:
        out.writelines(part)
    rounds = [_fresh(register, log) for _ in range(ROUNDS)]
    small, unpacked = _fresh(register, tenth), _fresh(register, packed)
    rates = sorted(each["lines"] / each["cpu_s"] for each in rounds)
    walls = sorted(each["bids"] / each["wall_s"] for each in rounds)
    print(f"{lines:,} lines, {log.stat().st_size / lines:.0f} bytes each, {rounds[0]['removed']:,} bids removed")
    return {
        "lines": lines, "bids": rounds[0]["bids"], "removed": rounds[0]["removed"],
        "lines_per_cpu_s": round(statistics.median(rates)),
        "lines_per_cpu_s_range": [round(rates[0]), round(rates[-1])],
        "lines_per_cpu_s_gzip": round(unpacked["lines"] / unpacked["cpu_s"]),
        "bids_per_s": round(statistics.median(walls)), "peak_mb": max(each["peak_mb"] for each in rounds),
        "peak_mb_tenth": small["peak_mb"], "checked": _checked(folder / "r.jsonl", tenth, small),
        "python": platform.python_version(), "load": round(os.getloadavg()[0], 2),
    }  # fmt: skip


def _walk(register: Path, log: Path) -> dict[str, Any]:
    """Return what one walk through the log took, and what it counted."""
    gate = Gate(register, None)
    cpu, wall = time.process_time(), time.perf_counter()
    with open_log(log) as lines, collector_at_rest():
        report = shadow(lines, gate, gate.register.head.fresh_until)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak_mb = _peak_mb()
    counts = {"by_loss": {str(loss): bids for loss, bids in report.by_loss.items()}, "by_row": report.by_row}
    sizes = {"lines": report.lines, "bids": report.bids, "removed": report.removed}
    return {**sizes, **counts, "spend": report.spend_at_risk, "cpu_s": cpu, "wall_s": wall, "peak_mb": peak_mb}


def _peak_mb() -> int:
    """Return the peak of this process's own resident memory; `getrusage` would count what its parent had."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1024)


def _fresh(register: Path, log: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.gate_shadow", "--child", str(register), str(log)]
    done = run(command, check=True, capture_output=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _checked(register: Path, log: Path, counted: dict[str, Any]) -> bool:
    """Return whether a plain loop by the plain register counts the same, money to nine places."""
    gate, losses, rows, price = Gate(register, None), Counter[str](), Counter[str](), 0.0
    late = gate.register.head.fresh_until
    with open_log(log) as lines:
        for line in lines:
            assert isinstance(line, Line)
            bids = json.loads(line.response)["seatbid"][0]["bid"]
            for each in filter_bids(line.request, line.response, gate, line.at or late).removed:
                losses[str(each.loss)] += 1
                rows[str(each.decision).removeprefix("d-")] += 1
                price += bids[each.bid]["price"]
    spend: float = counted["spend"].get("EUR", 0.0)
    return abs(price / 1000 - spend) < 1e-9 and losses == counted["by_loss"] and rows == counted["by_row"]


def _made_register(plain: Path, compiled: Path) -> None:
    """Write a register of made-up parties in both forms; one in twenty is refused."""
    head = RegisterHead(policy=_POLICY, fresh_until=datetime(2099, 1, 1, tzinfo=UTC), checkpoint="")
    parties = [_party(number) for number in range(PARTIES)]
    write_register(parties, head, plain, PublicSuffixes())
    compile_register(parties, head, compiled, PublicSuffixes(), bytes(range(16)))


def _party(number: int) -> RegisterRow:
    refused = number % BLOCKED_EACH == 0
    return RegisterRow(
        kind="advertiser", id=str(number), outcome=Outcome.REFUSE if refused else Outcome.ALLOW, decision=f"d-{number}",
        reason=f"r-{number}" if refused else None, names=(f"Made-Up Company {number}",), domains=(_host(number),),
    )  # fmt: skip


def _host(number: int) -> str:
    return f"made-up-{number}.example"


def _made_log(path: Path, lines: int) -> None:
    chance = random.Random(7)
    request = {
        "id": "1", "imp": [{"id": "1", "tagid": "news/top", "bidfloor": 0.35, "bidfloorcur": "EUR",
                            "banner": {"w": 300, "h": 250, "format": [{"w": 300, "h": 250}, {"w": 336, "h": 280}]}}],
        "site": {"id": "9", "domain": "news.example", "page": "https://news.example/a-made-up-story",
                 "publisher": {"id": "p4"}},
        "device": {"ua": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "ip": "192.0.2.7",
                   "geo": {"country": "DEU", "region": "BE"}},
        "regs": {"gdpr": 1}, "cur": ["EUR"], "tmax": 200, "at": 1, "bcat": ["IAB25", "IAB26"],
    }  # fmt: skip
    encode = msgspec.json.encode
    with path.open("wb") as file:
        for number in range(lines):
            bids = [_bid(place, chance) for place in range(BIDS)]
            response = {"id": "1", "cur": "EUR", "seatbid": [{"seat": "7", "bid": bids}]}
            at = f"2026-10-{1 + number * 30 // lines:02}T12:{number // 60 % 60:02}:{number % 60:02}Z"
            file.write(encode({"id": number, "at": at, "request": request, "response": response}) + b"\n")


def _bid(place: int, chance: random.Random) -> dict[str, Any]:
    bidder = chance.randrange(PARTIES // BLOCKED_EACH) * BLOCKED_EACH
    if chance.random() >= REFUSED_SHARE:
        bidder += chance.randrange(1, BLOCKED_EACH)
    markup = f"<a href='https://{_host(bidder)}/?c={place}'><img src='https://img.example/{bidder}.png' alt=''></a>"
    return {
        "id": f"b{place}", "impid": "1", "price": round(chance.uniform(0.4, 4), 2), "adomain": [_host(bidder)],
        "cid": f"c-{bidder}", "crid": f"cr-{bidder}", "w": 300, "h": 250, "mtype": 1, "adm": markup,
    }  # fmt: skip


if __name__ == "__main__":
    main()
