"""The parties that somebody names by id or name, among those of which something is decided."""

from collections.abc import Collection, Iterator, Sequence
from typing import cast

from evenhand.store.network import Network
from evenhand.workflows.delivery.party_names import decided_names, known_names
from evenhand.workflows.evaluation.findings import PartyKey

_MOST_SHOWN = 200


def find_named(
    network: Network, named: Sequence[str], decided: Collection[PartyKey]
) -> tuple[tuple[PartyKey, ...], tuple[str, ...]]:
    """Return the decided parties that are named, each once, and the texts that name nobody among them.

    A text is an id, `advertiser:ID` or `payer:ID`, or else a name or alias of the last run's tables in any case of
    letters; all parties of that name are meant.
    """
    names = _names(network) if named else {}
    found: dict[PartyKey, None] = {}
    lost: dict[str, None] = {}
    for text in named:
        wanted = " ".join(text.split())
        keys = [key for key in decided if wanted in (key[1], ":".join(key))] or [
            key for key in names.get(wanted.casefold(), ()) if key in decided
        ]
        found.update(dict.fromkeys(keys))
        if wanted and not keys:
            lost[wanted[:_MOST_SHOWN]] = None
    return tuple(found), tuple(lost)


def _names(network: Network) -> dict[str, list[PartyKey]]:
    """Return the parties by their names in small letters."""
    found: dict[str, list[PartyKey]] = {}
    for key, name in _each_name(network):
        keys = found.setdefault(" ".join(name.split()).casefold(), [])
        if key not in keys:
            keys.append(key)
    return found


def _each_name(network: Network) -> Iterator[tuple[PartyKey, str]]:
    for key, names in known_names(network).items():
        yield from ((cast(PartyKey, key), name) for name in names)
    for key, name in decided_names(network).items():
        yield cast(PartyKey, key), name
