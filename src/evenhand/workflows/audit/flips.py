"""Every recorded ruling made again with one protected attribute changed: only a law may alter it.

Decisions whose facts are the same to the rules have the same ruling, so the first of them stands for all. Rulings are
SQL's, as in a run; what changes an outcome is ruled by Cedar too before it is reported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from evenhand.model.audit import FlipFound, FlipResult
from evenhand.model.audit_proof import LawFlip
from evenhand.model.facts import Entity, Facts
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook
from evenhand.policy.annotations import legal_basis, relied_on
from evenhand.policy.attribute_roles import covers
from evenhand.policy.schema import Primitive, Schema, SetOf
from evenhand.workflows.audit.decision_table import Equals
from evenhand.workflows.audit.recorded_facts import as_text, follow, type_at
from evenhand.workflows.audit.recorded_groups import GroupReader
from evenhand.workflows.evaluation.confirmations import confirm
from evenhand.workflows.evaluation.findings import Progress

if TYPE_CHECKING:
    from evenhand.policy.sql import Proposer

NEVER_SEEN = "never-seen"
_AT_ONCE = 20_000


class Flips(NamedTuple):
    """What came of it: `result` are replays and findings, `by_law` what a law says, `flipped` (rulebook, attribute)."""

    result: FlipResult
    by_law: tuple[LawFlip, ...]
    flipped: frozenset[tuple[str, str]]


class _Variant(NamedTuple):
    """The facts of equals with one attribute changed."""

    equals: Equals
    path: str
    before: Any
    after: Any
    facts: Facts


def find_flips(equals: Sequence[Equals], seen: Mapping[str, set[bytes]], progress: Progress) -> Flips:
    """Return what changes when each protected attribute alone is set to every other value seen and to one never seen.

    Money is set to 0 and to the highest value seen. `seen` are the values by path, as JSON.

    Raises:
        ProposalDisagrees: SQL and Cedar rule a flip differently.
    """
    from evenhand.policy.sql import Proposer  # noqa: PLC0415  sqlglot: 15 MB that a console seldom needs

    found: list[FlipFound] = []
    by_law: dict[tuple[object, ...], LawFlip] = {}
    tested = done = 0
    for rulebook, several in _by_rulebook(equals):
        proposer, reader = Proposer(rulebook), GroupReader(rulebook.schema)
        rulings = dict(zip((each.seq for each in several), _ruled(several, proposer), strict=True))
        variants = _variants(several, reader, _values(reader, seen))
        while part := list(islice(variants, _AT_ONCE)):
            tested += len(part)
            for variant, ruling in _changed(part, rulings, proposer, rulebook):
                _sort(variant, rulings[variant.equals.seq], ruling, rulebook, found, by_law)
            progress("replaying with other groups", done, len(equals))
        done += len(several)
    progress("replaying with other groups", done, len(equals))
    names = {each.seq: each.rulebook_name for each in equals}
    return Flips(
        FlipResult(tested=tested, found=tuple(sorted(found, key=_order))),
        tuple(sorted(by_law.values(), key=lambda each: (each.law, each.seq, each.attribute))),
        frozenset((names[each.seq], each.attribute) for each in found),
    )


def _by_rulebook(equals: Sequence[Equals]) -> Iterator[tuple[Rulebook, list[Equals]]]:
    known: dict[str, tuple[Rulebook, list[Equals]]] = {}
    for each in equals:
        known.setdefault(each.rulebook.sha256, (each.rulebook, []))[1].append(each)
    yield from known.values()


def _ruled(several: Sequence[Equals], proposer: "Proposer") -> Sequence[Ruling]:
    return proposer.propose([each.facts for each in several]).rulings


def _values(reader: GroupReader, seen: Mapping[str, set[bytes]]) -> dict[str, list[Any]]:
    """Return the values that each attribute is set to, in one order."""
    return {path: _settings(reader.schema, path, seen.get(path, set())) for path in reader.varied}


def _settings(schema: Schema, path: str, seen: Iterable[bytes]) -> list[Any]:
    values = [msgspec.json.decode(each) for each in sorted(seen)]
    match type_at(schema, path):
        case Primitive("Long"):
            return [0, max(values, default=0)]
        case Primitive("Bool"):
            return [False, True]
        case Primitive("String"):
            return [*values, _unused(values)]
        case SetOf(Primitive("String")):
            members = {member for value in values for member in value}
            return [*values, [], [_unused(members)]]
        case _:
            return values


def _unused(values: Iterable[str]) -> str:
    taken, name = set(values), NEVER_SEEN
    while name in taken:
        name += "-"
    return name


def _variants(several: Sequence[Equals], reader: GroupReader, values: Mapping[str, list[Any]]) -> Iterator[_Variant]:
    for each in several:
        for path in reader.varied:
            kind, _, rest = path.partition(".")
            for place, entity in enumerate(each.facts.entities):
                if entity.uid.type == kind:
                    yield from _of_entity(each, path, place, entity, rest.split("."), values[path])


def _of_entity(
    equals: Equals, path: str, place: int, entity: Entity, steps: list[str], values: Sequence[Any]
) -> Iterator[_Variant]:
    before = follow(entity.attrs, steps)
    if before is None:
        return
    entities = equals.facts.entities
    for value in values:
        if value != before:
            changed = msgspec.structs.replace(entity, attrs=_set(entity.attrs, steps, value))
            facts = msgspec.structs.replace(equals.facts, entities=(*entities[:place], changed, *entities[place + 1 :]))
            yield _Variant(equals, path, before, value, facts)


def _set(record: Mapping[str, Any], steps: Sequence[str], value: Any) -> dict[str, Any]:
    first, *rest = steps
    return {**record, first: _set(record[first], rest, value) if rest else value}


def _changed(
    part: Sequence[_Variant], rulings: Mapping[int, Ruling], proposer: "Proposer", rulebook: Rulebook
) -> list[tuple[_Variant, Ruling]]:
    """Return the variants whose outcome is another one, each confirmed by Cedar."""
    proposed = proposer.propose([each.facts for each in part]).rulings
    found = [
        (variant, ruling)
        for variant, ruling in zip(part, proposed, strict=True)
        if ruling.outcome is not rulings[variant.equals.seq].outcome
    ]
    confirm([ruling for _, ruling in found], [variant.facts for variant, _ in found], rulebook)
    return found


def _sort(
    variant: _Variant, before: Ruling, after: Ruling, rulebook: Rulebook,
    found: list[FlipFound], by_law: dict[tuple[object, ...], LawFlip],
) -> None:  # fmt: skip
    """Put a change among those of a law, where only rules of law differ that may read it; else it is found."""
    equals, rules = variant.equals, sorted({*before.reasons} ^ {*after.reasons})
    laws = _laws(rules, variant.path, rulebook)
    if laws is None:
        found.append(
            FlipFound(
                advertiser=equals.party_id, seq=equals.seq, attribute=variant.path, value=as_text(variant.before),
                changed_to=as_text(variant.after), outcome=before.outcome.value, changed_outcome=after.outcome.value,
            )
        )  # fmt: skip
        return
    key = equals.seq, variant.path, laws, after.outcome
    if key not in by_law:
        by_law[key] = LawFlip(
            law=laws, rules=tuple(rules), attribute=variant.path, seq=equals.seq, decisions=equals.decisions,
            value=as_text(variant.before), changed_to=as_text(variant.after), outcome=before.outcome.value,
            changed_outcome=after.outcome.value,
        )  # fmt: skip


def _laws(rules: Sequence[str], path: str, rulebook: Rulebook) -> str | None:
    """Return the laws of rules that all may read an attribute by law, None if one of them may not.

    A permit is open to all and says nothing: it stands among the reasons wherever no forbid does.
    """
    laws = set()
    for name in rules:
        rule = rulebook.rules.get(name)
        if rule is None or not rule.forbids:
            continue
        basis = legal_basis(rule.annotations)
        if basis is None or not any(covers(each, path) for each in relied_on(rule.annotations)):
            return None
        laws.add(f"{basis[0]}, {basis[1]}")
    return "; ".join(sorted(laws)) or None


def _order(flip: FlipFound) -> tuple[int, str, str]:
    return flip.seq, flip.attribute, str(flip.changed_to)
