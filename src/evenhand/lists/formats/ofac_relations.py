"""OFAC's relations between parties: who owns, acts for or leads whom, none with a share.

Source: `lists.md` §1.2; numbers and words as OpenSanctions' `us_ofac_sdn` maps them.
"""

from typing import NamedTuple

from evenhand.lists.formats.relations import is_doubtful
from evenhand.model.listing import ListRelation, RelationKind


class RelationType(NamedTuple):
    """What a type of relation is; `turned`: OFAC's *to* is the party that owns the other."""

    text: str
    kind: RelationKind
    turned: bool = False


_TYPES = {
    "1555": RelationType("Associate Of", "link"),
    "15001": RelationType("Providing support to", "link"),
    "15002": RelationType("Acting for or on behalf of", "acts_for"),
    "15003": RelationType("Owned or Controlled By", "ownership_or_control", turned=True),
    "15004": RelationType("Family member of", "family"),
    "91422": RelationType("playing a significant role in", "role"),
    "91725": RelationType("Leader or official of", "role"),
    "91900": RelationType("Principal Executive Officer", "role"),
    "92019": RelationType("Owns, controls, or operates", "ownership_or_control"),
    "92122": RelationType("Property in the interest of", "ownership_or_control", turned=True),
}
_BY_TEXT = {each.text.casefold(): each for each in _TYPES.values()}


def relation_type(number: str, text: str) -> RelationType | None:
    """Return the type of a relation by the file's own words, or by number where it has none; None if it is new."""
    return _BY_TEXT.get(text.rstrip(" :").casefold()) if text else _TYPES.get(number)


def relation(type_: RelationType, from_: str, to: str, text: str, schemata: dict[str, str]) -> ListRelation:
    """Return the relation between two entities; `schemata` are those of the list's entities by id."""
    subject, object_ = (to, from_) if type_.turned else (from_, to)
    doubtful = is_doubtful(type_.kind, schemata.get(subject, ""), schemata.get(object_, ""))
    return ListRelation(subject=subject, object=object_, kind=type_.kind, text=text, doubtful=doubtful)
