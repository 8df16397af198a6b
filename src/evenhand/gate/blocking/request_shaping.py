"""Shaping a bid request: what is refused goes on its block lists, every other byte passes (`gate.md` §7)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec

from evenhand.gate.blocking.json_members import Members
from evenhand.gate.blocking.refused_keys import Refused, RefusedKeys
from evenhand.gate.gate import Gate
from evenhand.gate.open_register import OpenRegister, is_past
from evenhand.gate.registers.row_keys import BUNDLE, DOMAIN, SEAT, seat_key
from evenhand.gate.resolver import Resolver
from evenhand.gate.wire.openrtb import Request, is_unfit, read_whole
from evenhand.model.errors import RequestUnreadable
from evenhand.model.hosts import host_of

MOST_LISTED: Final = 500
"""Entries of a list after shaping, unless the operator chooses otherwise: bidders cut long ones (`gate.md` §7)."""

LISTS: Final = ("badv", "bapp", "bseat")
List = msgspec.Raw | msgspec.UnsetType


class Shapeable(Request):
    """A bid request with its lists as they are written."""

    badv: List = msgspec.UNSET
    bapp: List = msgspec.UNSET
    bseat: List = msgspec.UNSET
    wseat: List = msgspec.UNSET


_request = msgspec.json.Decoder(Shapeable).decode
_values = msgspec.json.Decoder(list[Any] | None).decode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


def shape_request(request: bytes, gate: Gate, at: datetime) -> bytes:
    """Return a request whose block lists hold what is refused at `at` too, 500 entries a list at most.

    Raises:
        RequestUnreadable: the request is no OpenRTB object.
    """
    return _usual.shape(request, gate, at)


class Shaper:
    """Shapes requests by the register of a gate; what it refuses is gathered once a register.

    A list grows to `most` entries, no further. Where not everything fits, what was seen most goes first: `seen` counts
    bids by `adomain` in any spelling. A shaped request saves traffic; it is the filter that enforces.
    """

    def __init__(self, most: int = MOST_LISTED, seen: Mapping[str, int] | None = None) -> None:
        self._most, self._seen = most, seen or {}
        self._known: WeakKeyDictionary[Resolver, tuple[RefusedKeys, _Additions]] = WeakKeyDictionary()

    def shape(self, request: bytes, gate: Gate, at: datetime) -> bytes:
        """Return the request with what is refused at `at`: the very same object if there is nothing to add.

        What came stays first, as it is written; new entries follow, sorted. Refused domains go to `badv`, unless an
        allowed party has a domain below; bundles to `bapp`; seats to `bseat`, or out of `wseat` if there is one, unless
        that would leave it empty, which some read as open to all. `bcat` stays: the register refuses no category. A
        stale register says nothing, unless the operator chose `last`. `at` is aware. Cost for 1.8 KB: 10 to 15 µs with
        20 refused domains, 50 µs with 500; the first time as `RefusedKeys`.

        Raises:
            RequestUnreadable: no JSON object in UTF-8, deeper than 64, or a field that is read has a wrong type.
        """
        shapeable, lists, whole = _read(request)
        opened = gate.opened
        if is_past(opened, at) and gate.stale != "last":
            return request
        additions = self._additions(opened, at)
        members = Members(request, whole)
        for name in LISTS if lists["wseat"] is None else LISTS[:2]:
            if added := additions.to(name, lists[name] or []):
                written = getattr(shapeable, name)
                members.extend(name, None if written is msgspec.UNSET else bytes(written), added)
        if lists["wseat"]:
            _take_out(members, bytes(shapeable.wseat), lists["wseat"], additions.seats)  # type: ignore[arg-type]
        return members.text()

    def _additions(self, opened: OpenRegister, at: datetime) -> "_Additions":
        known = self._known.get(opened.resolver)
        keys = RefusedKeys(opened.resolver) if known is None else known[0]
        refused = keys.at(at)
        if known is None or known[1].refused is not refused:
            known = self._known[opened.resolver] = keys, _Additions(refused, self._most, self._seen)
        return known[1]


class _Additions:
    """What is refused, by list, in the order in which it is added."""

    def __init__(self, refused: Refused, most: int, seen: Mapping[str, int]) -> None:
        self.refused, keys = refused, refused.keys
        domains = [host for host in keys[DOMAIN] if host not in refused.above]
        self.seats = frozenset(keys[SEAT])
        ours = [seat for seat in keys[SEAT] if "/" not in seat]  # `asi/bsid` is a seat of another system
        self._most = most
        self._ranked = {"badv": _most_seen(domains, seen), "bapp": list(keys[BUNDLE]), "bseat": ours}
        self._written = {
            name: {value: msgspec.json.encode(value) for value in values} for name, values in self._ranked.items()
        }
        self._first = {name: self._joined(name, values[:most]) for name, values in self._ranked.items()}

    def to(self, name: str, came: list[Any]) -> bytes:
        """Return what a list lacks, as JSON values with commas between; nothing if it is full or complete."""
        room = self._most - len(came)
        if room <= 0:
            return b""
        ranked, written = self._ranked[name], self._written[name]
        known = {value for value in came if isinstance(value, str)}
        if room >= min(len(ranked), self._most) and written.keys().isdisjoint(known):
            return self._first[name]
        return self._joined(name, islice((value for value in ranked if value not in known), room))

    def _joined(self, name: str, values: Iterable[str]) -> bytes:
        written = self._written[name]
        return b",".join([written[value] for value in sorted(values)])


_usual = Shaper()


def _most_seen(domains: Iterable[str], seen: Mapping[str, int]) -> list[str]:
    """Return domains by how often they were seen, sub-hosts included, then by name."""
    counts = dict.fromkeys(domains, 0)
    for value, count in seen.items():
        host = host_of(value) or ""
        while host and host not in counts:
            host = host.partition(".")[2]
        if host:
            counts[host] += count
    return sorted(counts, key=lambda host: (-counts[host], host))


def _read(request: bytes) -> tuple[Shapeable, dict[str, list[Any] | None], bytes]:
    """Return a request, the values of its lists (None: absent or null), and its text with whole escapes."""
    try:
        if is_unfit(request):
            raise RequestUnreadable(
                "unreadable request", expected="UTF-8, at most 64 levels deep", todo="nothing was shaped"
            )
        shapeable, whole = read_whole(_request, request)
        lists = {name: getattr(shapeable, name) for name in (*LISTS, "wseat")}
        values = {name: None if each is msgspec.UNSET else _values(each) for name, each in lists.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RequestUnreadable(f"not an OpenRTB request: {error}", expected="an OpenRTB 2.6 object") from error
    return shapeable, values, whole


def _take_out(members: Members, written: bytes, values: list[Any], seats: frozenset[str]) -> None:
    """Take refused seats out of `wseat`, as it is written and read; not if all are, which some read as open to all."""
    refused = [isinstance(value, str | int) and seat_key(str(value)) in seats for value in values]
    if any(refused) and not all(refused):
        sent, kept, place = members.sent("wseat", written), [], 0
        for text, gone in zip(_elements(written), refused, strict=True):
            start = written.index(bytes(text), place)  # between elements stand blanks and commas alone
            place = start + len(bytes(text))
            if not gone:
                kept.append(sent[start:place])
        members.replace("wseat", written, b"[%b]" % b",".join(kept))
