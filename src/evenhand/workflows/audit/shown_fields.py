"""Which fields of a decision an auditor is shown: by default what the rules read, and protected attributes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evenhand.ledger.field_commitments import Place
from evenhand.model.errors import BadInput
from evenhand.policy import Rulebook
from evenhand.policy.attribute_roles import roles, with_role
from evenhand.policy.schema import Schema
from evenhand.workflows.audit.folder_format import RulebookReads
from evenhand.workflows.audit.unfit_facts import unfit_paths

ALL = "all"
NEVER = frozenset({"approved_by", "findings", "keys"})
"""Fields that may hold names of natural persons: no folder shows them."""

MEMBERS = frozenset({
    "case", "facts_sha256", "grounds", "id", "party", "plan", "read_sha256", "scope", "stages", "supersedes",
    "unread",
})  # fmt: skip
_MONEY = "spend"
AT = "context.at"
ID = "@id"
"""What follows the type where rules name an id."""


def check_reveal(reveal: Iterable[str], rulebooks: Iterable[Rulebook]) -> None:
    """Refuse names of fields that no decision has, and those that may hold names of natural persons.

    Raises:
        BadInput: such a name.
    """
    facts = frozenset[str]().union(*(_fact_names(rulebook.schema) for rulebook in rulebooks))
    for name in reveal:
        if name in NEVER:
            raise BadInput(
                "may hold names of natural persons, which no folder shows", where="--reveal", got=name,
                todo="the party itself may ask for a receipt: `evenhand ledger prove --disclose`",
            )  # fmt: skip
        if name not in MEMBERS | facts | {ALL}:
            expected = f"{', '.join(sorted(MEMBERS))}, a fact such as {min(facts, default='-')}, or {ALL}"
            raise BadInput("no field of a decision", where="--reveal", got=name, expected=expected)


class ShownFields:
    """Decides for each place of a payload whether it is shown; what it has decided it keeps.

    By default: facts that an active rule reads, but no id of a party; what does not fit the schema, where the decision
    is held for it; attributes that the schema calls protected, but for money; the ids of designations and other fixed
    sets; when it was decided; the program that decided, not a person.
    """

    def __init__(self, reveal: Iterable[str]) -> None:
        self._reveal = frozenset(reveal)
        self._known: dict[tuple[str, tuple[str, ...]], dict[str, bool]] = {}
        self._reads: dict[str, frozenset[str]] = {}

    def chooser(self, payload: Mapping[str, Any], rulebook: Rulebook | None) -> Callable[[Place], bool]:
        """Return what tells of each place of one payload whether it is shown."""
        types, unfit = _types(payload), _unfit(payload, rulebook)
        known = self._known.setdefault(("" if rulebook is None else rulebook.sha256, types), {})

        def keeps(place: Place) -> bool:
            if place.path == "/decided_by":
                return self._shows_decider(place.value)
            if place.path.removesuffix("/__entity/id") in unfit:
                return True
            if place.path not in known:
                known[place.path] = self._keeps(place, types, rulebook)
            return known[place.path]

        return keeps

    def _shows_decider(self, decided_by: Any) -> bool:
        return isinstance(decided_by, dict) and decided_by.get("kind") == "run"

    def _keeps(self, place: Place, types: tuple[str, ...], rulebook: Rulebook | None) -> bool:
        member = place.path.split("/")[1]
        if member != "facts":
            return member not in NEVER and (member in self._reveal or ALL in self._reveal)
        name = fact_name(place, types)
        if name in self._reveal or ALL in self._reveal or name == AT:
            return True
        return rulebook is not None and name in self._shown_by(rulebook)

    def _shown_by(self, rulebook: Rulebook) -> frozenset[str]:
        if rulebook.sha256 not in self._reads:
            schema = rulebook.schema
            read = frozenset(reads_of(rulebook).reads)
            whole = {f"{kind}.{name}" for kind in read & schema.entities.keys() for name in _attributes(schema, kind)}
            ids = {f"{kind}.{ID}" for kind in schema.entities}
            self._reads[rulebook.sha256] = ((read | whole) - ids) | protected_names(schema) | _open_ids(schema)
        return self._reads[rulebook.sha256]


def fact_name(place: Place, types: tuple[str, ...]) -> str:
    """Return a place of the facts as rules name it, as `Advertiser.country`, `context.payer`, `Payer.@id`."""
    if place.key == "id" and isinstance(kind := place.holder.get("type"), str):
        return f"{kind}.{ID}"
    steps = place.path.split("/")[2:]
    match steps:
        case ["context", name]:
            return f"context.{name}"
        case ["entities", at, "attrs", name]:
            return f"{types[int(at)]}.{name}"
        case ["entities", at, name]:
            return f"{types[int(at)]}.@{name}"
        case _:
            return "/".join(steps)


def reads_of(rulebook: Rulebook) -> RulebookReads:
    """Return what the rules of a rulebook read on any day, and how a ruling depends on the time."""
    rules = rulebook.rules.values()
    names = frozenset(".".join(path.split(".")[:2]) for rule in rules for path in rule.reads)
    days = {rule.annotations.get(name, "") for rule in rules for name in ("effective_from", "effective_until")}
    return RulebookReads(
        reads=tuple(sorted(names - {AT})),
        turns=tuple(sorted(days - {""})),
        clock_rules=tuple(sorted(rule.id for rule in rules if AT in rule.reads)),
        id_rules=tuple(sorted(rule.id for rule in rules if any(path.endswith(ID) for path in rule.reads))),
    )


def _types(payload: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return tuple(str(entity["uid"]["type"]) for entity in payload["facts"]["entities"])
    except (KeyError, TypeError):
        return ()


def _unfit(payload: Mapping[str, Any], rulebook: Rulebook | None) -> frozenset[str]:
    """Return the paths of what a decision that no rule ruled is held for: without it nobody could tell."""
    if rulebook is None or payload.get("decision") != "nodecision":
        return frozenset()
    try:
        return unfit_paths(payload["facts"], rulebook.schema)
    except (KeyError, TypeError, AttributeError):
        return frozenset()


def _attributes(schema: Schema, kind: str) -> Iterable[str]:
    return (*schema.entities[kind].attributes.attributes, "@parents", "@tags")


def protected_names(schema: Schema) -> frozenset[str]:
    """Return the facts that the schema calls protected, in part or whole, without money."""
    found = with_role(schema, "protected")
    return frozenset(".".join(path.split(".")[:2]) for path, name in found.items() if name != _MONEY)


def _open_ids(schema: Schema) -> frozenset[str]:
    """Return the ids that name no party and nothing of one: of fixed sets, and of what others are in."""
    above = frozenset[str]().union(*(entity.ancestors for entity in schema.entities.values()))
    fixed = {name for name, entity in schema.entities.items() if entity.members}
    own = {kind for each in schema.environments for kind in (each.principal, each.resource)}
    return frozenset(f"{name}.{extra}" for name in (above | fixed) - own for extra in (ID, "@parents"))


def _fact_names(schema: Schema) -> frozenset[str]:
    named = {".".join(path.split(".")[:2]) for path in roles(schema)}
    return frozenset(named | {f"{kind}.{extra}" for kind in schema.entities for extra in (ID, "@parents", "@tags")})
