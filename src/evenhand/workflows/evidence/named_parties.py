"""Whether a claim names a party: by screening's own comparison of its names and aliases, and those of its owners."""

from collections.abc import Iterable, Iterator

from evenhand.evidence.subjects import names_in
from evenhand.intake import Tables
from evenhand.model.claims import Claim
from evenhand.model.decision import Party
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity
from evenhand.model.party import Payer
from evenhand.screening import compare
from evenhand.screening.names.weights import THRESHOLD
from evenhand.workflows.evidence_records.accused_names import accused_names, accusers_of

_SCHEMAS = ("Organization", "Person")
_MOST_OWNERS = 200


def others_named(
    text: str, claim: Claim, whole: Iterable[tuple[int, int]], party: Party, tables: Tables, suffixes: Suffixes
) -> tuple[str, ...] | None:
    """Return whom a claim names instead of a party, None where it names the party, or where its document does.

    Whom it is about are the names in its target and its words. Where it has none ("the company"), the names of the
    `whole` document count: the paragraphs in which a reader would look up whom it means. Who accuses somebody else in
    the words is not whom they are about.
    """
    known = tuple(_known_names(party, tables))
    if not known:
        return None
    accused = accused_names(text, claim)
    accusers = accusers_of(text, claim)
    for_all = accused or tuple(each for each in names_in(text, tuple(whole), None) if each not in accusers)
    if any(_is_same(ours, theirs, suffixes) for theirs in for_all for ours in known):
        return None
    return accused


def _known_names(party: Party, tables: Tables) -> Iterator[Payer]:
    """Yield a party and its owners, those of owners too, as far as the tables of the last run name them."""
    parties = {each.id: each for each in (*tables.payers, *tables.advertisers)}
    if party.id in parties:
        yield parties[party.id]
    owners: dict[str, list[tuple[str, str]]] = {}
    for row in tables.ownership:
        owners.setdefault(row.owned, []).append((row.owner, row.owner_name))
    seen, open_ones = {party.id}, [party.id]
    while open_ones and len(seen) < _MOST_OWNERS:
        for owner, name in owners.get(open_ones.pop(), ()):
            if owner not in seen:
                seen.add(owner)
                open_ones.append(owner)
                if owner in parties:
                    yield parties[owner]
                elif name:
                    yield Payer(id=owner, name=name)


def _is_same(party: Payer, name: str, suffixes: Suffixes) -> bool:
    """Return whether screening would ask a person if a party is the one of this name; nothing but names is compared."""
    ours = Payer(id=party.id, name=party.name, aliases=party.aliases, type=party.type, schema=party.schema)
    for schema in _SCHEMAS:
        entity = ListedEntity(id="named", schema=schema, caption=name, properties={"name": (name,)})
        match = compare(ours, entity, suffixes)
        if match.score >= THRESHOLD or match.name_only:
            return True
    return False
