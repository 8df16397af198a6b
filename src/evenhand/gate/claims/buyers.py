"""buyers.json 1.0: whom a buying system says its seats belong to; its claim, never our verification."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from evenhand.gate.claims.demand_chain import bare_domain
from evenhand.model.errors import BadInput

Kind = Literal["advertiser", "intermediary", "both"]

_KINDS: dict[str, Kind] = {"advertiser": "advertiser", "intermediary": "intermediary", "both": "both"}
_NOTHING_TAKEN = "ask the buying system to correct it; nothing of the file was used"


class Buyer(msgspec.Struct, frozen=True):
    """One seat of a buying system. `name` and `domain` (a host) may be missing only as the system left them out."""

    seat: str
    kind: Kind
    is_confidential: bool
    name: str
    domain: str | None


class _Entry(msgspec.Struct, frozen=True):
    """An entry as it stands in the file; other fields are ignored."""

    buyer_id: Annotated[str, msgspec.Meta(min_length=1)]
    buyer_type: str
    is_confidential: Literal[0, 1] = 0
    name: str | None = None
    domain: str | None = None


def read_buyers(data: bytes, where: object) -> tuple[Buyer, ...]:
    """Return the seats of a buyers.json in its order; one bad entry refuses the whole file.

    Parent keys are read in lower case or with a capital. `where` names the file in messages.

    Raises:
        BadInput: no JSON, not version 1.0, an entry without id, kind or (unless confidential) name, a domain that
            is none, a seat told twice; the message names the file and the entry.

    Source: `gate.md` §6; IAB Tech Lab, "buyers.json 1.0", 2021.
    """
    parents = _parents(data, where)
    version = bytes(parents["version"]).decode()
    if version != '"1.0"':
        raise _fault("unknown version", where, version, '"1.0", a text')
    try:
        entries = msgspec.json.decode(parents["buyers"], type=list[_Entry])
    except msgspec.MsgspecError as error:
        raise BadInput(f"not a list of buyers: {error}", where=where, todo=_NOTHING_TAKEN) from None
    buyers: dict[str, Buyer] = {}
    for number, entry in enumerate(entries):
        place = f"{where}: buyers[{number}]"
        if entry.buyer_id in buyers:
            raise _fault("a second entry for the seat", place, entry.buyer_id, "one entry a seat")
        buyers[entry.buyer_id] = _buyer(entry, place)
    return tuple(buyers.values())


def names_of_seats(buyers: Iterable[Buyer]) -> dict[str, str]:
    """Return seat → name as the buying system claims it; confidential seats are left out.

    A name here may be shown beside a seat and looked into. It must never become a verified name of a row.
    """
    return {buyer.seat: buyer.name for buyer in buyers if buyer.name and not buyer.is_confidential}


def _parents(data: bytes, where: object) -> dict[str, msgspec.Raw]:
    """Return `version` and `buyers` as they are written, whichever case their keys have."""
    try:
        data.decode()  # parts that are skipped are checked too
        written = msgspec.json.decode(data, type=dict[str, msgspec.Raw])  # too deep a part fails here
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"not a buyers.json: {error}", where=where, todo=_NOTHING_TAKEN) from None
    parents = {}
    for key in ("version", "buyers"):
        found = [written[spelling] for spelling in (key, key.capitalize()) if spelling in written]
        if len(found) != 1:
            raise _fault("missing or there twice:", where, key, "it once, in lower case or with a capital")
        parents[key] = found[0]
    return parents


def _buyer(entry: _Entry, place: str) -> Buyer:
    kind = _KINDS.get(entry.buyer_type.lower())
    if kind is None:
        raise _fault("unknown buyer_type", place, entry.buyer_type, "ADVERTISER, INTERMEDIARY or BOTH")
    domain = bare_domain(entry.domain)
    if domain is None and entry.domain is not None:
        raise _fault("not a bare domain", place, entry.domain, "a domain without scheme, port and path")
    name = (entry.name or "").strip()
    if not name and not entry.is_confidential:
        raise _fault("no name for the seat", place, entry.buyer_id, "a name, or `is_confidential` 1")
    return Buyer(seat=entry.buyer_id, kind=kind, is_confidential=entry.is_confidential == 1, name=name, domain=domain)


def _fault(what: str, where: object, got: str, expected: str) -> BadInput:
    return BadInput(what, where=where, got=got, expected=expected, todo=_NOTHING_TAKEN)
