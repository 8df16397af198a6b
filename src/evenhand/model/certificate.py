"""What was proved of a rulebook, or what refutes it: a record that a release rests on."""

from typing import Any, Literal

from evenhand.model.record import Record

Property = Literal[
    "neutral", "not_by_association", "not_by_association_alone", "not_by_anonymous", "not_by_claims_alone",
    "never_errors", "monotone", "dead", "shadowed", "complete", "in_scope", "equivalent", "no_milder",
]  # fmt: skip
Result = Literal["proved", "refuted", "unknown"]


class Counterexample(Record, frozen=True, kw_only=True):
    """One or two whole requests in Cedar JSON that the Cedar engine answers differently from the property.

    Each has `principal`, `action`, `resource`, `context`, `entities`; `b` is None where one request is enough.
    `neutral`: they differ in `attribute` alone; where their outcomes differ, b is the milder. `monotone`: b is further,
    and milder. `not_by_…`: a is refused, b is the same with neutral values, and milder. `rule` is the rule that errs,
    applies, or does not count.
    """

    a: dict[str, Any]
    b: dict[str, Any] | None = None
    attribute: str | None = None
    rule: str | None = None


class Certificate(Record, frozen=True, kw_only=True):
    """The answer to one question about a rulebook (`policy.md` §11).

    `parameters` are the question's own. `by` says on what the answer rests: `reading` (what the outcome could depend
    on is read by no rule, or the types decide), `solver`, or `engine` (Cedar answers the counterexample).
    `environments` are `principal action resource`. `smtlib_sha256` are of the texts that both solvers read, in the
    order asked. `second_result` is proved or refuted, or unknown where that solver gave up; None if nobody asked it.
    `why` says what kept an unknown from being answered.
    """

    property: Property
    parameters: dict[str, Any]
    result: Result
    by: tuple[Literal["reading", "solver", "engine"], ...]
    rulebook_sha256: str
    schema_sha256: str
    at: str
    environments: tuple[str, ...]
    assumptions: tuple[str, ...]
    solver: str
    second_solver: str | None
    second_result: Result | None
    seconds: float
    smtlib_sha256: tuple[str, ...]
    counterexample: Counterexample | None = None
    why: str | None = None


class Dependent(Record, frozen=True, kw_only=True):
    """A rule whose own answer an attribute can change, its law, and whether it says that the law lets it."""

    rule: str
    legal_basis: str | None
    relies: bool


class Dependence(Record, frozen=True, kw_only=True):
    """Whether an attribute can matter: two requests that differ in it alone have different outcomes.

    `roles` are its annotations in the schema. `rules` are in it whether or not the outcome shows their answer.
    `matters` None: not known. `example` is a pair that shows it.
    """

    attribute: str
    roles: dict[str, str]
    matters: bool | None
    rules: tuple[Dependent, ...]
    example: Counterexample | None
