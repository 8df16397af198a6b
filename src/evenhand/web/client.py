"""A client of the service for programs in Python: one connection that is kept open, and typed answers."""

import http.client
import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import msgspec

from evenhand.gate.fast.bid_filter import Removal
from evenhand.gate.orders.purchase import PurchaseAnswer
from evenhand.model.errors import BadInput, GateRefused, GateUnavailable
from evenhand.model.outcome import Outcome
from evenhand.model.register import Verdict

_UNIX: Final = "unix:"
_JSON: Final = {"content-type": "application/json"}
_CLIENT_FAULTS: Final = range(400, 500)
_OK: Final = 200


class Left(msgspec.Struct, frozen=True):
    """What a filter leaves: the removals, and the response byte for byte without them, None if no bid is left.

    `malformed`: the response could not be read, and passed or was dropped as the operator chose.
    """

    removed: tuple[Removal, ...]
    response: bytes | None
    malformed: bool = False


class _Filtered(msgspec.Struct):
    removed: tuple[Removal, ...]
    response: msgspec.Raw
    malformed: bool = False


class _Fault(msgspec.Struct):
    error: str = ""
    field: str = ""


_filtered = msgspec.json.Decoder(_Filtered).decode
_verdict_fields = [
    (field.name, str if field.name == "outcome" else field.type, *(() if field.required else (field.default,)))
    for field in msgspec.structs.fields(Verdict)
]
_verdict_text = msgspec.json.Decoder(msgspec.defstruct("_VerdictText", _verdict_fields, kw_only=True)).decode
_answer = msgspec.json.Decoder(PurchaseAnswer).decode
_encode = msgspec.json.Encoder().encode


def _verdict(answer: bytes) -> Verdict:
    """Return the verdict of an answer; msgspec reads no union of two kinds of text, so the outcome is read as text."""
    fields = msgspec.structs.asdict(_verdict_text(answer))
    return Verdict(**fields | {"outcome": "unknown" if fields["outcome"] == "unknown" else Outcome(fields["outcome"])})


class GateClient:
    """Asks a service at `http://host:port` or `unix:/path`; not to be shared by threads.

    `mode` and `register` are what the last reply rests on: the position of the switch, and the tree size of the
    register with `; stale` behind it. A question is asked once more if the connection it was kept on had been closed:
    asking changes nothing.

    Raises:
        BadInput: no address of these forms.
    """

    def __init__(self, address: str = "http://127.0.0.1:8970", *, timeout_s: float = 1.0) -> None:
        self.address, self.mode, self.register = address, "", ""
        self._connection = _connection(address, timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next question opens one again."""
        self._connection.close()

    def filter(self, request: bytes, response: bytes) -> Left:
        """Return what is left of a bid response, given as it came in with the request that it answers.

        Raises:
            GateRefused: request or response is none; names the field.
            GateUnavailable: there is no answer.
        """
        found = _filtered(self._post("/v1/filter", b'{"request":%b,"response":%b}' % (request, response)))
        left = bytes(found.response)
        return Left(found.removed, None if left == b"null" else left, found.malformed)

    def verdict(
        self,
        *,
        adomain: list[str] | str | None = None,
        seat: str | None = None,
        bundle: str | None = None,
        advertiser: str | None = None,
        country: str | None = None,
    ) -> Verdict:
        """Return what the decisions in force say of a bid or a party; one at least of the first four is asked.

        Raises:
            GateRefused, GateUnavailable: as `filter`.
        """
        question = {
            "adomain": adomain, "seat": seat, "bundle": bundle, "advertiser": advertiser, "country": country,
        }  # fmt: skip
        return _verdict(self._post("/v1/verdict", _encode(question)))

    def shape(self, request: bytes) -> bytes:
        """Return a bid request with what is refused on its block lists.

        Raises:
            GateRefused, GateUnavailable: as `filter`.
        """
        return self._post("/v1/shape", b'{"request":%b}' % request)

    def purchase(self, order: Mapping[str, Any] | bytes) -> PurchaseAnswer:
        """Return whether an order may be taken, given as JSON or as its fields.

        Raises:
            GateRefused, GateUnavailable: as `filter`.
        """
        return _answer(self._post("/v1/purchase", order if isinstance(order, bytes) else _encode(order)))

    def is_ready(self) -> bool:
        """Return whether the service has a register to answer from.

        Raises:
            GateUnavailable: nobody answers.
        """
        return self._ask("GET", "/readyz", None)[0] == _OK

    def _post(self, path: str, body: bytes) -> bytes:
        status, answer = self._ask("POST", path, body)
        if status == _OK:
            return answer
        try:
            fault = msgspec.json.decode(answer, type=_Fault)
        except msgspec.MsgspecError:
            fault = _Fault("an answer that is none of the gate's")
        kind = GateRefused if status in _CLIENT_FAULTS else GateUnavailable
        raise kind(fault.error or "no answer", status=status, field=fault.field, where=f"{self.address}{path}")

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = self._connection
        was_open = connection.sock is not None
        try:
            try:
                return self._heard(method, path, body)
            except (ConnectionError, http.client.BadStatusLine):
                connection.close()
                if not was_open:
                    raise
                return self._heard(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise GateUnavailable(f"no answer: {why}", status=0, field="", where=self.address) from error

    def _heard(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        self._connection.request(method, path, body, _JSON if body is not None else {})
        answer = self._connection.getresponse()
        self.mode, self.register = answer.getheader("evenhand-mode", ""), answer.getheader("evenhand-register", "")
        return answer.status, answer.read()


class _UnixConnection(http.client.HTTPConnection):
    """A connection to a path in place of a host."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("gate", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        """Open the socket that the service listens on."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.close()
            raise


def _connection(address: str, timeout_s: float) -> http.client.HTTPConnection:
    if address.startswith(_UNIX) and len(address) > len(_UNIX):
        return _UnixConnection(address.removeprefix(_UNIX), timeout_s)
    try:
        parts = urlsplit(address)
        port = parts.port or 80
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme != "http" or not parts.hostname or parts.path not in {"", "/"}:
        raise BadInput(
            "not the address of a service:", where="GateClient", got=address, expected="http://host:port or unix:/path"
        )
    return http.client.HTTPConnection(parts.hostname, port, timeout=timeout_s)
