"""Whether many known ids have another name at once: a column that was sorted alone gives each client another's name.

INVARIANT: nothing missing is allowed silently (architecture, invariant 9). A refused client under another's id would be
looked for by a name that is not its own.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from evenhand.cases.party_names import Names, known_names
from evenhand.intake import Tables
from evenhand.model.errors import BadInput, NamesChanged
from evenhand.model.party import Payer
from evenhand.model.plain_text import plain
from evenhand.store.network import Network

FEW_NAMES, FEW_EXCHANGED = 20, 3
"""So many names may change at once in a table of any size, and so many that were other ids' names."""

_KINDS = {"advertisers": "advertiser", "payers": "payer"}


class _Renamed(NamedTuple):
    party_id: str
    before: str
    now: str


def check_names(network: Network, tables: Tables, accepted: Collection[str]) -> None:
    """Compare the names of known ids with those of the last run's register; `accepted` tables may have others.

    Without a readable register there is nothing to compare with.

    Raises:
        NamesChanged: more than `max_renamed` of the known ids have another name, and at least `FEW_NAMES` of them, or
            `FEW_EXCHANGED` that have a name which was another id's.
        BadInput: an accepted name is no table with names.
    """
    unknown = [each for each in accepted if each not in _KINDS]
    if unknown:
        raise BadInput("no such table", where="--accept-names", got=", ".join(unknown), expected=", ".join(_KINDS))
    before = known_names(network)
    for table, kind in _KINDS.items():
        if table not in accepted:
            parties = tables.advertisers if table == "advertisers" else tables.payers
            known = [each for each in parties if (kind, each.id) in before and each.id not in tables.unscreened]
            _check(network, table, len(known), list(_renamed(kind, known, before)), before)


def _renamed(kind: str, parties: Iterable[Payer], before: Names) -> Iterator[_Renamed]:
    """Yield the parties that have none of the names that they had; another spelling is no other name."""
    for party in parties:
        names = before[kind, party.id]
        if names and party.name not in names:
            was = set(map(plain, names))
            if was.isdisjoint(map(plain, (party.name, *party.aliases))):
                yield _Renamed(party.id, names[0], party.name)


def _check(network: Network, table: str, known: int, renamed: list[_Renamed], before: Names) -> None:
    most = Decimal(network.settings.intake.max_renamed)
    if len(renamed) <= most * known:
        return
    exchanged = _exchanged(_KINDS[table], renamed, before)
    if len(renamed) < FEW_NAMES and exchanged < FEW_EXCHANGED:
        return
    first = renamed[0]
    others = f"; {exchanged:,} of these names were other ids' names" if exchanged else ""
    raise NamesChanged(
        f"{len(renamed):,} of {known:,} known ids have another name than in the last run{others}; the first is"
        f" {first.party_id}, now `{first.now}`, before",
        where=getattr(network.settings.intake, table), got=first.before,
        expected=f"at most {float(most) * 100:g} % of them (max_renamed), or fewer than {FEW_NAMES}",
        todo="see that names and ids still belong together: was one column sorted alone? If it is meant, run again"
        f" with --accept-names {table}",
        table=table,
    )  # fmt: skip


def _exchanged(kind: str, renamed: Iterable[_Renamed], before: Names) -> int:
    """Return how many have a name now that was another id's."""
    first = {party: names[0] for (of, party), names in before.items() if of == kind and names}
    owners = {plain(name): party for party, name in first.items()}
    return sum(owners.get(plain(each.now), each.party_id) != each.party_id for each in renamed)
