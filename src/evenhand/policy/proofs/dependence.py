"""On what outcomes can depend: per attribute, whether it matters, by which rules, and by which law."""

from collections.abc import Iterator
from typing import Literal

from evenhand.model.certificate import Certificate, Dependence, Dependent
from evenhand.policy.attribute_roles import roles
from evenhand.policy.proofs.paired_requests import relies_on
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question
from evenhand.policy.schema import RecordType, Schema


def dependence(prover: Prover, at: str) -> list[Dependence]:
    """Return for each attribute of the schema whether the rules in force on a day can depend on it.

    Laws are not left out: what a rule relies on by law matters too, and the law stands beside it. Cost: a query for
    each attribute, rule that reads it and request environment, a millisecond or so.
    """
    notes = roles(prover.rulebook.schema)
    return [_of(prover, path, dict(notes.get(path, {})), at) for path in paths(prover.rulebook.schema)]


def paths(schema: Schema) -> list[str]:
    """Return what a rule can read: attributes, tags, ids and what an entity is in; a record that may be absent too.

    >>> from evenhand.policy.schema import read_schema
    >>> users = "entity G; entity U in [G] { a: Long, r?: { b: Bool } };"
    >>> paths(read_schema(f"{users} action see appliesTo {{ principal: U, resource: U }};"))
    ['U.@id', 'U.@parents', 'U.a', 'U.r', 'U.r.b']
    """
    records = [*((name, entity.attributes) for name, entity in schema.entities.items())]
    records += [("context", environment.context) for environment in schema.environments]
    return sorted({
        *(path for name, record in records for path in _under(name, record)),
        *(f"{environment.principal}.@id" for environment in schema.environments),
        *(f"{name}.@parents" for name, entity in schema.entities.items() if entity.ancestors),
        *(f"{name}.@tags" for name, entity in schema.entities.items() if entity.tags is not None),
    })  # fmt: skip


def _under(path: str, record: RecordType) -> Iterator[str]:
    for name, attribute in record.attributes.items():
        inner = f"{path}.{name}"
        if attribute.optional or not isinstance(attribute.type, RecordType):
            yield inner
        if isinstance(attribute.type, RecordType):
            yield from _under(inner, attribute.type)


def _of(prover: Prover, path: str, notes: dict[str, str], at: str) -> Dependence:
    outcome = _varied(prover, path, at)
    return Dependence(
        attribute=path,
        roles=notes,
        matters={"refuted": True, "proved": False, "unknown": None}[outcome.result],
        rules=tuple(_rules(prover, path, at)),
        example=outcome.counterexample,
    )


def _rules(prover: Prover, path: str, at: str) -> Iterator[Dependent]:
    for policy in prover.in_force(at):
        if _varied(prover, path, at, rule=policy.id).result != "proved":
            law = policy.annotations.get("legal_basis")
            yield Dependent(rule=policy.id, legal_basis=law, relies=relies_on(policy, path))


def _varied(prover: Prover, path: str, at: str, rule: str | None = None) -> Certificate:
    level: Literal["outcome", "reasons"] = "outcome" if rule is None else "reasons"
    return prover.prove(
        Question(property="neutral", at=at, attributes=(path,), except_legal_basis=False, level=level, rule=rule)
    )
