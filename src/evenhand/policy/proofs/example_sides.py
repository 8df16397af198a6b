"""A counterexample side by side: two requests, where they differ, and what each of them gets."""

from collections.abc import Iterable
from typing import Any

from evenhand.model.certificate import Certificate
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.policy.attribute_words import attribute_words, value_words
from evenhand.policy.proofs.report import example_policies, facts_by_path, has_nothing, question_words, request_answer
from evenhand.policy.proofs.symbolic_environment import ProverRulebook


class ExampleSide(Record, frozen=True, kw_only=True):
    """A made-up request: who asks for what, its outcome, and the rules that gave it, each with its title.

    `errors` are rules that could not be evaluated.
    """

    who: str
    asks: str
    outcome: Outcome
    rules: tuple[tuple[str, str], ...]
    errors: tuple[str, ...]


class ExampleRow(Record, frozen=True, kw_only=True):
    """A fact of the requests in words, its path in the schema, and its value on each side."""

    label: str
    path: str
    values: tuple[str, ...]
    differs: bool


class ExampleSides(Record, frozen=True, kw_only=True):
    """The requests of a counterexample, one or two; `rows` first where they differ, without what is nothing on both."""

    question: str
    sides: tuple[ExampleSide, ...]
    rows: tuple[ExampleRow, ...]


def example_sides(certificate: Certificate, rulebook: ProverRulebook) -> ExampleSides | None:
    """Return a refutation side by side, None where a certificate has no counterexample; Cedar is asked again."""
    found = certificate.counterexample
    if found is None:
        return None
    policies = example_policies(certificate, found, rulebook)
    requests = [each for each in (found.a, found.b) if each is not None]
    sides = []
    for facts in requests:
        outcome, satisfied, errors = request_answer(facts, policies, rulebook)
        who, what = (f"{facts[each]['type']} {facts[each]['id']}" for each in ("principal", "resource"))
        titles = tuple((each.id, each.annotations.get("title", "")) for each in satisfied)
        sides.append(ExampleSide(
            who=who, asks=f"{facts['action']['id']} of {what}", outcome=outcome, rules=titles, errors=tuple(errors),
        ))  # fmt: skip
    return ExampleSides(question=question_words(certificate), sides=tuple(sides), rows=tuple(_rows(requests)))


def _rows(requests: Iterable[dict[str, Any]]) -> list[ExampleRow]:
    known = [dict(facts_by_path(facts)) for facts in requests]
    rows = []
    for path in sorted(set[str]().union(*known)):
        values = [each.get(path) for each in known]
        differs = any(value != values[0] for value in values)
        if differs or not (has_nothing(values[0]) or path.endswith("@id")):
            shown = tuple(_value(path, value) for value in values)
            rows.append(ExampleRow(label=attribute_words(path), path=path, values=shown, differs=differs))
    return sorted(rows, key=lambda row: not row.differs)


def _value(path: str, value: Any) -> str:
    """Return a value in words, without the marks that set it off in a sentence."""
    return value_words(path, value).replace("`", "") or "empty"
