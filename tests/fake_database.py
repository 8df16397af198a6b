"""A made-up EU Transparency Database: its rules of storing and answering, in memory and over HTTP, with faults at will.

Written from `reasons.md` §4. Each request takes one fault off the list; with none left it answers as it should.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from tests.publisher import Server

Body = dict[str, Any]

# What can go wrong with one request: what it does with the statements, and what the sender sees of it.
# `late` stores before the next request is answered, `later` after it; `unclear` and `too large` refuse a batch whole.
FAULTS = (
    "none", "busy", "busy for long", "error before", "error after", "silence before", "silence after", "late", "later",
    "unclear", "too large",
)  # fmt: skip
_OF_BATCHES = ("unclear", "too large")
_PUID = re.compile(r"[a-zA-Z0-9_-]{1,500}")


class Told(NamedTuple):
    """A whole answer; silence is `None`."""

    status: int
    body: Body
    headers: dict[str, str]


_BUSY = {"message": "Too Many Attempts."}
_INSTEAD = {
    "busy": Told(429, _BUSY, {"Retry-After": "3"}),
    "busy for long": Told(429, _BUSY, {"Retry-After": "900"}),
    "error before": Told(500, {"message": "Server Error"}, {}),
    "unclear": Told(422, {"message": "The given data was invalid."}, {}),
    "too large": Told(413, {}, {}),
}


class Database:
    """Keeps statements by `puid`, counts how often each was stored, and answers."""

    def __init__(self, token: str = "made-up-token") -> None:
        self.token = token
        self.faults: list[str] = []
        self.unwanted: dict[str, str] = {}  # puid -> the field that it is refused for
        self.stored: dict[str, Body] = {}
        self.times_stored: dict[str, int] = {}
        self.asked: list[tuple[str, str, Body | None]] = []
        self.headers: list[dict[str, str]] = []
        self.sent_again: set[str] = set()  # sent although stored
        self.late: set[str] = set()  # stored when its sender had given up
        self._waiting: list[tuple[str, Body]] = []

    def answer(self, method: str, path: str, body: Body | None, token: str) -> Told | None:
        """Return the answer to one request, None where nothing comes back."""
        self.asked.append((method, path, body))
        sent = {each["puid"] for each in (body or {}).get("statements", [body] if body else [])}
        self.sent_again |= sent & self.stored.keys()
        fault = self.faults.pop(0) if self.faults else "none"
        waiting, self._waiting = self._waiting, []
        if fault != "later":
            self._serve_late(waiting)
        told = self._after(fault, method, path, body, token)
        if fault == "later":
            self._serve_late(waiting)
        return told

    def _serve_late(self, waiting: list[tuple[str, Body]]) -> None:
        for path, body in waiting:
            self._served(path, body)

    def _after(self, fault: str, method: str, path: str, body: Body | None, token: str) -> Told | None:
        if fault in _INSTEAD and (fault not in _OF_BATCHES or path.endswith("/statements")):
            return _INSTEAD[fault]
        if fault == "silence before":
            return None
        if fault in ("late", "later") and method == "POST":
            self._waiting.append((path, body or {}))
            self.late |= {each["puid"] for each in (body or {}).get("statements", [body])}
            return None
        if token != self.token:
            return Told(401, {"message": "Unauthenticated."}, {})
        told = self._known(path) if method == "GET" else self._served(path, body or {})
        if fault == "error after":
            return Told(500, {"message": "Server Error"}, {})
        return told if fault != "silence after" else None

    def _known(self, path: str) -> Told:
        prefix = "/api/v1/statement/existing-puid/"
        puid = path.removeprefix(prefix)
        if path.startswith(prefix) and puid in self.stored:
            return Told(302, {"message": "statement of reason found", "puid": puid}, {"Location": "/statement/1"})
        return Told(404, {"message": "statement of reason not found"}, {})

    def _served(self, path: str, body: Body) -> Told:
        if path == "/api/v1/statement":
            return self._one(body)
        if path == "/api/v1/statements":
            return self._many(body["statements"])
        return Told(404, {"message": "Not Found"}, {})

    def _one(self, statement: Body) -> Told:
        puid = statement["puid"]
        if errors := self._errors(statement):
            return Told(422, {"message": "not valid", "errors": errors}, {})
        if puid in self.stored:
            existing = {"puid": puid, "uuid": f"uuid-of-{puid}"}
            return Told(422, {"message": "already there", "errors": {"puid": ["taken"]}, "existing": existing}, {})
        return Told(201, self._keep(statement), {})

    def _many(self, statements: list[Body]) -> Told:
        if not 1 <= len(statements) <= 100:
            return Told(422, {"message": "not valid", "errors": {"statements": ["between 1 and 100"]}}, {})
        wrong = {f"statement_{place}": found for place, each in enumerate(statements) if (found := self._errors(each))}
        if wrong:
            return Told(422, {"errors": wrong}, {})
        if existing := [each["puid"] for each in statements if each["puid"] in self.stored]:
            return Told(422, {"errors": {"message": "some are there", "existing_puids": existing}}, {})
        return Told(201, {"statements": [self._keep(each) for each in statements]}, {})

    def _errors(self, statement: Body) -> dict[str, list[str]]:
        puid = statement["puid"]
        if not _PUID.fullmatch(puid):
            return {"puid": ["has other signs"]}
        return {self.unwanted[puid]: ["is not wanted"]} if puid in self.unwanted else {}

    def _keep(self, statement: Body) -> Body:
        puid = statement["puid"]
        self.times_stored[puid] = self.times_stored.get(puid, 0) + 1
        self.stored[puid] = statement
        return {**statement, "uuid": f"uuid-of-{puid}", "id": len(self.stored), "created_at": "2026-11-25 12:00:00"}


class Handler(BaseHTTPRequestHandler):
    """Carries requests to the database; silence is a connection that is cut."""

    database: Database

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def _answer(self, body: Body | None) -> None:
        self.database.headers.append(dict(self.headers.items()))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        told = self.database.answer(self.command, self.path, body, token)
        if told is None:
            self.close_connection = True
            return
        data = json.dumps(told.body).encode()
        self.send_response(told.status)
        for name, value in {"Content-Length": str(len(data)), **told.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serving(database: Database) -> Iterator[str]:
    """Serve the database on this machine for a while; give its address."""
    handler = type("Bound", (Handler,), {"database": database})
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
