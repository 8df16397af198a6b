"""Whether the mapping of a network's rulebook names places and lists that there are."""

import csv
from functools import cache

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import Rulebook
from evenhand.policy.rulebook.mapping_lint import list_keys, name_findings, near_key
from evenhand.store.network import Network
from evenhand.store.shipped_rulebooks import shipped_rulebook


def check_mapping(network: Network, rulebook: Rulebook) -> None:
    """Refuse a mapping with a name that is no place: its row would bind nobody, or leave out a member of a union.

    A historic rulebook is taken as it is.

    Raises:
        RulebookInvalid: there is one; the message has the row, and what may have been meant.
    """
    found = name_findings(network.rulebook, rulebook.source.mapped, rulebook.laws, rulebook.territories)
    errors = [each for each in found if each.severity == "error"]
    if errors and not rulebook.historic:
        raise RulebookInvalid(errors[0].message, todo=f"correct it, then `evenhand rules lint {network.rulebook}`")


def mapping_name_warnings(network: Network, rulebook: Rulebook) -> tuple[str, ...]:
    """Return sentences on names in the mapping that may be mistyped, and on lists that the settings do not have.

    Lists of the shipped rulebook are in every network's files, whether it uses them or not.
    """
    found = name_findings(network.rulebook, rulebook.source.mapped, rulebook.laws, rulebook.territories)
    doubtful = (each.message for each in found if each.severity == "warning")
    known = {source.key for source in network.settings.lists} | _shipped_keys()
    tables = {"designations.csv": list_keys(rulebook.source.mapped.rows), "laws.csv": list_keys(rulebook.laws.rows)}
    unknown = (
        f"{network.rulebook / name} names the list {key}, and no [[list]] of the settings has this key"
        + (f"; did you mean {near}?" if (near := near_key(key, known)) else ".")
        for name, keys in tables.items()
        for key in sorted(keys - known)
    )
    return (*doubtful, *unknown)


@cache
def _shipped_keys() -> frozenset[str]:
    text = (shipped_rulebook("house") / "designations.csv").read_text("utf-8")
    return frozenset(row["list"] for row in csv.DictReader(text.splitlines()))
