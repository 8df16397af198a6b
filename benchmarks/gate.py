"""Speed and memory of the gate: `python -m benchmarks.gate [--quick] [--keys N]`; the last line is one JSON object.

Look-ups and filtering in this process, by the compiled register, beside what one would write without it: a dict of the
same keys, and a filter that parses, compares texts and writes anew. Then the service over HTTP beside nginx
(`benchmarks/gate_http.py`). Times are CPU time of this process; of several rounds the median is given, with the range.
"""

import argparse
import gc
import json
import os
import platform
import random
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks import gate_http
from benchmarks.gate_made import AT, HEAD, KEYS_A_PARTY, Suffixes, auctions, host, is_blocked, party, rows
from benchmarks.sizes import at_least
from evenhand.gate import Gate, compile_register, filter_bids
from evenhand.gate.registers.mapped_register import MappedRegister
from evenhand.gate.registers.register import PlainRegister
from evenhand.gate.registers.row_keys import DOMAIN
from evenhand.gate.wire.openrtb import read_request, read_response

KEYS = 1_000_000
ROUNDS = 7
_SEED = bytes(range(16))


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and shorter loads, within 45 s")
    parser.add_argument("--keys", type=at_least(10_000), default=KEYS, help="keys of the register")
    parser.add_argument("--no-http", action="store_true", help="leave the service out")
    parser.add_argument("--private", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.private:
        print(json.dumps(private_mb(wanted.private)))
        return
    with TemporaryDirectory() as folder:
        figures = in_process(Path(folder), wanted.keys, 3 if wanted.quick else ROUNDS)
    service = {} if wanted.no_http else gate_http.measure(quick=wanted.quick)
    print(json.dumps(figures | service | machine()))


def machine() -> dict[str, Any]:
    """Return what was measured on."""
    return {"cpu": _cpu(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 2)}


def in_process(folder: Path, keys: int, rounds: int) -> dict[str, Any]:
    """Return the figures of compiling, opening, looking up and filtering."""
    path, parties = folder / "register.evh", keys // KEYS_A_PARTY
    began = time.process_time()
    compile_register(rows(parties), HEAD, path, Suffixes(), _SEED)
    compile_s = time.process_time() - began
    size = path.stat().st_size
    print(f"compiled {keys:,} keys of {parties:,} parties in {compile_s:.1f} s, {size / keys:.1f} bytes a key")
    gate = Gate(path, "last")
    register = gate.register
    assert isinstance(register, MappedRegister)
    chance = random.Random(9)
    found = lookups(register, parties, chance, rounds)
    filtered = filtering(gate, parties, chance, rounds)
    private = json.loads(run([sys.executable, "-m", "benchmarks.gate", "--private", path],
                             check=True, capture_output=True, text=True).stdout)  # fmt: skip
    print(f"opening: {private['private_mb']:.2f} MB private, {private['open_ms']:.0f} ms")
    return {
        "register_keys": register.keys, "compile_s": round(compile_s, 2), "bytes_a_key": round(size / keys, 1),
        **found, **filtered, **private,
    }  # fmt: skip


def lookups(register: MappedRegister, parties: int, chance: random.Random, rounds: int) -> dict[str, Any]:
    """Return the time of a look-up of a domain, half of them there, beside a dict of the same domains."""
    asked = [host(chance.randrange(2 * parties)) for _ in range(200_000)]
    find = register.find
    mapped = _rounds(lambda: (find(DOMAIN, each) for each in asked), len(asked), rounds)
    plain = {host(number): number for number in range(parties)}
    get = plain.get
    beside = _rounds(lambda: (get(each) for each in asked), len(asked), rounds)
    wrong = sum(bool(find(DOMAIN, each)) != (each in plain) for each in asked)
    print(f"a look-up: {_told(mapped, 'ns', 1e9)}; a dict of {parties:,} of them {_told(beside, 'ns', 1e9)}")
    assert wrong == 0
    return {"lookup_ns": round(statistics.median(mapped) * 1e9), "dict_ns": round(statistics.median(beside) * 1e9)}


def filtering(gate: Gate, parties: int, chance: random.Random, rounds: int) -> dict[str, Any]:
    """Return the time of filtering an auction: many parties met again and again, and every party met once."""
    some = auctions(200, parties, chance) * 10
    many = auctions(2_000, parties, chance)
    blocked = {host(number) for number in range(0, parties, 50)}
    # What a service does once after start: the collector need not look again at what stays.
    gc.collect()
    gc.freeze()
    decode = _rounds(lambda: ((read_request(a), read_response(b)) for a, b, _ in some), len(some), rounds)
    met = _rounds(lambda: (filter_bids(a, b, gate, AT) for a, b, _ in some), len(some), rounds)
    new = _rounds(lambda: (filter_bids(a, b, gate, AT) for a, b, _ in many), len(many), rounds)
    naive = _rounds(lambda: (compare_texts(a, b, blocked) for a, b, _ in some), len(some), rounds)
    size = statistics.mean(len(a) + len(b) for a, b, _ in some)
    print(f"filtering {size:.0f} bytes with four bids: {_told(met, 'us', 1e6)}; each party new {_told(new, 'us', 1e6)}")
    print(f"decoding alone {_told(decode, 'us', 1e6)}; parse, compare texts, write anew {_told(naive, 'us', 1e6)}")
    return {
        "filter_us_4_bids": round(statistics.median(met) * 1e6, 2),
        "filter_us_4_bids_new": round(statistics.median(new) * 1e6, 2),
        "decode_us": round(statistics.median(decode) * 1e6, 2),
        "naive_us_4_bids": round(statistics.median(naive) * 1e6, 2),
        "bytes": round(size),
        "checked": checked(gate, [*some[:200], *many]),
    }


def compare_texts(request: bytes, response: bytes, blocked: set[str]) -> bytes:
    """Return a response without bids whose `adomain` is a blocked text: the filter that most would write.

    It reads no spelling but one, checks no name, and writes numbers anew.
    """
    msgspec.json.decode(request)
    offered = msgspec.json.decode(response)
    for seatbid in offered["seatbid"]:
        seatbid["bid"] = [bid for bid in seatbid["bid"] if blocked.isdisjoint(bid.get("adomain", ()))]
    return msgspec.json.encode(offered)


def checked(gate: Gate, asked: Sequence[tuple[bytes, bytes, tuple[int, ...]]]) -> int:
    """Return how many answers were compared with the plain twin's, which holds the rows of the bidders; all equal."""
    bidders = sorted({number for *_, bids in asked for number in bids})
    twin = PlainRegister(HEAD, map(party, bidders), Path("twin"))
    for request, response, bids in asked:
        answer = filter_bids(request, response, gate, AT)
        stated = [(0, place, twin.row(twin.find(b"a", f"adv-{bidder}")[0]).decision)
                  for place, bidder in enumerate(bids) if is_blocked(bidder)]  # fmt: skip
        assert [(each.seatbid, each.bid, each.decision) for each in answer.removed] == stated
    return len(asked)


def private_mb(path: Path) -> dict[str, float]:
    """Return how much private memory opening a register takes, and how long; meant for a process of its own."""
    Gate(path, "last")  # whatever is imported or kept at the first use
    before = _private_kb()
    began = time.perf_counter()
    gate = Gate(path, "last")
    took = time.perf_counter() - began
    opened = _private_kb()
    for number in range(100_000):
        gate.register.find(DOMAIN, host(number))
    used = _private_kb()
    return {
        "private_mb": (opened - before) / 1024, "private_used_mb": round((used - before) / 1024, 2),
        "open_ms": round(took * 1000, 1),
    }  # fmt: skip


def _private_kb() -> int:
    """Return this process's private dirty memory, as the kernel counts it."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty"))


def _rounds(work: Callable[[], Iterable[object]], count: int, rounds: int) -> list[float]:
    """Return the CPU seconds of one of `count` pieces of work, a round each; nothing that comes back is kept."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        deque(work(), maxlen=0)
        found.append((time.process_time() - began) / count)
    return found


def _told(found: list[float], unit: str, scale: float) -> str:
    low, middle, high = (each * scale for each in (min(found), statistics.median(found), max(found)))
    return f"{middle:.2f} {unit} ({low:.2f} to {high:.2f})"


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main()
