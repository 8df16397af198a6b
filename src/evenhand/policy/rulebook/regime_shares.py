"""Shares by regime: the attributes of a schema that say how much the parties of one designation hold (`@share_of`)."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, get_args

from evenhand.model.ownership import RuleName
from evenhand.policy.attribute_roles import roles
from evenhand.policy.rulebook import source_locations as locations
from evenhand.policy.schema import Primitive, RecordType, Schema

SHARE_OF, ARITHMETIC = "share_of", "arithmetic"


class Regime(NamedTuple):
    """Whose shares are added: the parties under a designation, by the regime's own arithmetic or the network's."""

    designation: str
    rule: RuleName | None


class RegimeShare(NamedTuple):
    """An attribute of an entity type, such as `Advertiser.regime_share_bp.eu`, that holds a regime's share."""

    entity: str
    steps: tuple[str, ...]
    regime: Regime

    @property
    def path(self) -> str:
        """Return the attribute as rules read it."""
        return ".".join((self.entity, *self.steps))

    def put(self, attributes: dict[str, Any], share_bp: int) -> None:
        """Write a share, in hundredths of a per cent, into the attributes of an entity of this type."""
        record = attributes
        for step in self.steps[:-1]:
            record = record.setdefault(step, {})
        record[self.steps[-1]] = share_bp


def regime_shares(schema: Schema, designations: Collection[str], text: str, where: Path) -> tuple[RegimeShare, ...]:
    """Return the attributes annotated with `@share_of("designation")`, in the order of the schema, whose text is given.

    None where there are no designations to have a share.

    Raises:
        RulebookInvalid: a designation that is not among those of `designations.json`, an `@arithmetic` that nobody
            knows, or an attribute that is no Long.
    """

    def refuse(what: str, written: str, expected: str) -> NoReturn:
        raise locations.invalid(what, where, text, max(text.find(written), 0), got=written, expected=expected)

    found, known = [], get_args(RuleName)
    if not designations:
        return ()
    for path, notes in roles(schema).items():
        if SHARE_OF not in notes or isinstance(_type_at(schema, path), RecordType):
            continue
        designation, rule = notes[SHARE_OF], notes.get(ARITHMETIC)
        if designation not in designations:
            refuse(f"@{SHARE_OF} of {path} is unknown", designation, "an id of designations.json")
        if rule is not None and rule not in known:
            refuse(f"@{ARITHMETIC} of {path} is unknown", rule, ", ".join(known))
        if _type_at(schema, path) != Primitive("Long"):
            refuse(f"{path} cannot hold a share", f"@{SHARE_OF}", "a Long")
        entity, *steps = path.split(".")
        found.append(
            RegimeShare(entity, tuple(steps), Regime(designation, next((r for r in known if r == rule), None)))
        )
    return tuple(found)


def _type_at(schema: Schema, path: str) -> object:
    entity, *steps = path.split(".")
    found: object = schema.entities[entity].attributes if entity in schema.entities else None
    for step in steps:
        found = found.attributes[step].type if isinstance(found, RecordType) else None
    return found
