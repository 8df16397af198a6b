"""Owners that are known by a name alone which a client or payer has too: they may be that party."""

from evenhand.intake import Tables
from evenhand.intake.ownership_table import third_party_name
from evenhand.intake.values.owner_readings import other_readings
from evenhand.model.party import Ownership
from evenhand.model.text_matching import plain


def namesake_lines(tables: Tables) -> tuple[Ownership, ...]:
    """Return a line with an unknown share from each client and payer to each owner that is called as it is.

    What leads to the party leads so to what the owner owns, as a possibility: one name may be of two. Case, accents
    and punctuation do not count, and an alias is a name. An owner with an id of its own is another party, and one that
    owns nothing but its namesake adds nothing. Cost: O(rows + parties).
    """
    owned: dict[str, dict[str, set[str]]] = {}
    known = {each.id for each in (*tables.advertisers, *tables.payers)} if tables.ownership else ()
    for row in tables.ownership:
        for name in _names_of(row) if row.owner not in known else ():
            owned.setdefault(name, {}).setdefault(row.owner, set()).add(row.owned)
    found: dict[tuple[str, str], Ownership] = {}
    for table, parties in (("advertisers", tables.advertisers), ("payers", tables.payers)) if owned else ():
        for party in parties:
            for name in (party.name, *party.aliases):
                for owner, companies in owned.get(plain(name), {}).items():
                    if companies != {party.id}:
                        found.setdefault((party.id, owner), Ownership(
                            owner=party.id, owned=owner, kind="ownership_or_control", owner_name=party.name,
                            row=f"table:{table}@{tables.hashes.get(table, '')}#{party.id}",
                        ))  # fmt: skip
    return tuple(found.values())


def _names_of(row: Ownership) -> set[str]:
    """Return the plain names that a line of ownership may call its owner by, none where it has an id of its own."""
    name = third_party_name(row.owner) or row.owner_name or row.owner
    is_named = bool(third_party_name(row.owner)) or plain(row.owner) == plain(name)
    return {plain(each) for each in (name, *other_readings(name))} - {""} if is_named else set()
