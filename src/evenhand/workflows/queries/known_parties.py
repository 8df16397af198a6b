"""The tables of the last run by party: a row is decoded when somebody asks for it, not all of them before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from evenhand.model.campaign import Campaign
from evenhand.model.party import Advertiser, Ownership, Payer
from evenhand.workflows.evaluation.run_state import INPUTS
from evenhand.workflows.review.run_rows import RunRows

_Row = TypeVar("_Row")


class _RawTables(msgspec.Struct):
    """The tables that are looked up, each row as its bytes."""

    advertisers: tuple[msgspec.Raw, ...]
    payers: tuple[msgspec.Raw, ...]
    ownership: tuple[msgspec.Raw, ...]
    campaigns: tuple[msgspec.Raw, ...]


class _RawInputs(msgspec.Struct):
    """What is read of the inputs of a run."""

    tables: _RawTables


class _Id(msgspec.Struct):
    """The id of a row."""

    id: str


class _Owned(msgspec.Struct):
    """Of whom a line of ownership is."""

    owned: str


class _OfAdvertiser(msgspec.Struct):
    """Whose campaign a row is."""

    advertiser_id: str


_tables = msgspec.msgpack.Decoder(_RawInputs).decode


class KnownParties:
    """Advertisers, payers, campaigns and ownership as the last run read them, by party.

    Memory: the file's bytes and a place for each row. A network without `state/` has none of them.
    """

    def __init__(self, state: Path) -> None:
        tables = _read(state / INPUTS)
        self._advertisers = _by_key(tables.advertisers, _Id, "id")
        self._payers = _by_key(tables.payers, _Id, "id")
        self._campaigns = _by_key(tables.campaigns, _OfAdvertiser, "advertiser_id")
        self._ownership = _by_key(tables.ownership, _Owned, "owned")

    def advertiser(self, party_id: str) -> Advertiser | None:
        """Return an advertiser, None where the tables have none of this id."""
        return next(_rows(self._advertisers, party_id, Advertiser), None)

    def party(self, party_id: str) -> Payer | None:
        """Return an advertiser or payer, None where the tables have neither: an id stands for one party."""
        return self.advertiser(party_id) or next(_rows(self._payers, party_id, Payer), None)

    def campaigns(self, advertiser: str) -> tuple[Campaign, ...]:
        """Return the campaigns of an advertiser, in the order of the table."""
        return tuple(_rows(self._campaigns, advertiser, Campaign))

    def owners(self, party_id: str) -> tuple[Ownership, ...]:
        """Return the lines that say who owns or controls a party, or for whom it acts."""
        return tuple(_rows(self._ownership, party_id, Ownership))


class RunParties(KnownParties):
    """The same from what a process keeps of the run to show its tasks, so that the tables are in memory once."""

    def __init__(self, rows: RunRows) -> None:
        self._rows = rows

    def advertiser(self, party_id: str) -> Advertiser | None:
        """Return an advertiser, None where the tables have none of this id."""
        return self._rows.advertiser(party_id)

    def party(self, party_id: str) -> Payer | None:
        """Return an advertiser or payer, None where the tables have neither."""
        return self._rows.advertiser(party_id) or self._rows.payer(party_id)

    def campaigns(self, advertiser: str) -> tuple[Campaign, ...]:
        """Return the campaigns of an advertiser, in the order of the table."""
        return self._rows.campaigns(advertiser)

    def owners(self, party_id: str) -> tuple[Ownership, ...]:
        """Return the lines that say who owns or controls a party, or for whom it acts."""
        return self._rows.owners(party_id)


def _read(path: Path) -> _RawTables:
    try:
        return _tables(path.read_bytes()).tables
    except (OSError, msgspec.MsgspecError):
        return _RawTables((), (), (), ())


def _by_key(rows: Iterable[msgspec.Raw], kind: type[msgspec.Struct], name: str) -> dict[str, tuple[msgspec.Raw, ...]]:
    decode = msgspec.msgpack.Decoder(kind).decode
    found: defaultdict[str, list[msgspec.Raw]] = defaultdict(list)
    for row in rows:
        found[getattr(decode(row), name)].append(row)
    return {key: tuple(several) for key, several in found.items()}


def _rows(known: Mapping[str, tuple[msgspec.Raw, ...]], key: str, kind: type[_Row]) -> Iterator[_Row]:
    return (msgspec.msgpack.decode(row, type=kind) for row in known.get(key, ()))
