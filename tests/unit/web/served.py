"""The gate's answers without a socket: an app over a register, asked body by body."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from evenhand.gate.registers.log_checkpoint import ANY, AcceptedRegisters
from evenhand.model.register import RegisterRow
from evenhand.model.service import StaleChoice, Tell
from evenhand.web.gate.app import GateApp
from evenhand.web.gate.counters import Counters
from evenhand.web.gate.register_source import Source
from evenhand.web.gate.snapshots import Snapshots
from evenhand.web.gate.switch import Switch
from tests.unit.gate.registers import NOW, open_gate, row
from tests.unit.web.spoken import Reply

ROWS = (
    row("x", "refuse", domains=("x.example",), seats=("512",), bundles=("app.x",)),
    row("h", "hold", domains=("h.example",)),
    row("ok", domains=("ok.example",), payers=("p",)),
    row("p", kind="payer"),
)
ORDER: dict[str, Any] = {
    "advertiser": "ok", "payer": "ok", "campaign": "c1", "markets": ["DE"], "budget_micros": 1, "landing_hosts": [],
    "flight": {"starts": "2026-08-01T00:00:00Z", "ends": "2099-08-31T00:00:00Z"}, "political": "does-not-contain",
}  # fmt: skip


class Served:
    """An app over the files of a folder, with a clock that is set."""

    def __init__(
        self,
        folder: Path,
        *rows: RegisterRow,
        stale: StaleChoice | None = "refuse",
        tell: Tell = "nothing",
        empty: bool = False,
        expected: AcceptedRegisters = ANY,
        read_stale: Callable[[], StaleChoice | None] | None = None,
    ) -> None:
        self.folder, self.now, self.said = folder, NOW, list[str]()
        folder.mkdir(exist_ok=True)
        if not empty:
            open_gate(folder, *(rows or ROWS))
        self.counters = Counters(1)
        self.app = GateApp(
            Source(
                [folder / "register.jsonl"],
                stale,
                self.clock,
                Snapshots(Path(mkdtemp(dir=folder)), are_shared=False),
                expected,
            ),
            Switch(folder / "switch"),
            self.counters,
            stale,
            self.clock,
            self.said.append,
            tell=tell,
            read_stale=read_stale,
        )
        self.switch("enforce")

    def clock(self) -> datetime:
        return self.now

    def switch(self, word: str) -> list[str]:
        """Put a word into the switch, let it be looked at, and return what the operator is told."""
        (self.folder / "switch").write_text(word)
        return self.look()

    def look(self) -> list[str]:
        lines = list(self.app.look())
        self.app.renew()
        return lines

    def ask(self, path: str, body: bytes | Any = b"", *, keep: bool = True) -> Reply:
        """Return the reply of a path to a body, given as bytes or as what is to be written as JSON."""
        route = self.app.route(path.encode())
        assert route is not None
        said = self.app.answer(route, body if isinstance(body, bytes) else json.dumps(body).encode(), keep=keep)
        head, _, rest = said.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        assert int(headers["content-length"]) == len(rest)
        return Reply(int(first.split()[1]), headers, rest)


def bid(name: str, *adomain: str) -> str:
    return json.dumps({"id": name, "impid": "1", "price": 1.5, "adomain": list(adomain)})


def exchange(*bids: str, request: str = '{"id":"r"}') -> bytes:
    """Return the body of a filter, with bids as they are to be written."""
    return f'{{"request":{request},"response":{response(*bids)}}}'.encode()


def response(*bids: str) -> str:
    return f'{{"id":"r" ,"seatbid":[{{"bid":[{",".join(bids)}]}}],"nbr":1E2}}'
