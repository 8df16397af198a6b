"""What is left of a rulebook for one advertiser as conditions of the gate: which rule holds when, and how strictly."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evenhand.model.outcome import Outcome
from evenhand.model.program import MOST_NODES, And, Not, Or, Program, Unknown, When, size_of
from evenhand.model.residual import Residual, ResidualRule
from evenhand.policy.residuals.gate_conditions import to_gate_program
from evenhand.policy.residuals.gate_values import NotExpressible, Truth
from evenhand.policy.residuals.program_algebra import FALSE, TRUE, all_of, opposite

# Stands for the rule where what holds is that none of them permits.
NO_RULE = "no-rule"


@dataclass(frozen=True)
class Doubt:
    """A rule of which the gate can tell a part or nothing, and holds what it cannot tell; `why` is a whole clause."""

    rule: str
    why: str


@dataclass(frozen=True)
class Conditions:
    """The conditions of one advertiser, strictest first, then by rule; one that always holds has the program `TRUE`.

    Their strictest outcome in a request is that of the ruling. They instruct nothing yet.
    """

    items: tuple[When, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class _Read:
    """A rule, where it is satisfied and where it errs."""

    rule: ResidualRule
    satisfied: Program
    errs: Program


def conditions(rest: Residual, since_ms: int) -> Conditions:
    """Return a residual as conditions, for requests that are not served before `since_ms` (UTC, since 1970).

    A satisfied forbid counts with its verdict, one in error as hold, and so does a request that no rule permits or
    forbids. A rule that the gate's programs cannot say is unknown: it holds wherever it could apply.

    Source: `gate.md` §4; `policy.md` §4.
    """
    doubts: list[Doubt] = []
    rules = [_read(rule, since_ms, doubts) for rule in rest.rules]
    found = [item for each in rules if each.rule.effect == "forbid" for item in _forbids(each)]
    none = _fitted(NO_RULE, _no_rule(rules), doubts)
    found += [When(outcome=Outcome.HOLD, rule=NO_RULE, program=none)]
    items = [each for each in found if each.program != FALSE]
    unknown = [(each.rule, name) for each in items for name in sorted(_unknowns(each.program))]
    whole = {each.rule: each for each in doubts}
    return Conditions(
        items=tuple(sorted(items, key=lambda each: (-each.outcome.severity, each.rule))),
        doubts=tuple(dict.fromkeys(whole.get(name) or _hidden(rule, name) for rule, name in unknown)),
    )


def _read(rule: ResidualRule, since_ms: int, doubts: list[Doubt]) -> _Read:
    try:
        truth = _truth(rule, since_ms)
    except NotExpressible as error:
        doubts.append(Doubt(rule.id, f"it asks for what the gate cannot do, {error}"))
        return _Read(rule, Unknown(rule.id), FALSE)
    satisfied = _fitted(rule.id, all_of((truth.value, truth.ok)), doubts)
    return _Read(rule, satisfied, _fitted(rule.id, opposite(truth.ok), doubts))


def _truth(rule: ResidualRule, since_ms: int) -> Truth:
    match rule.state:
        case "always":
            return Truth(TRUE)
        case "always_errors":
            return Truth(FALSE, FALSE)
        case "conditional":
            return to_gate_program(rule.program, since_ms)


def _fitted(rule: str, program: Program, doubts: list[Doubt]) -> Program:
    if size_of(program) <= MOST_NODES:
        return program
    doubts.append(Doubt(rule, f"it is left with more than {MOST_NODES} nodes"))
    return Unknown(rule)


def _forbids(each: _Read) -> Iterator[When]:
    yield When(outcome=each.rule.verdict or Outcome.REFUSE, rule=each.rule.id, program=each.satisfied)
    yield When(outcome=Outcome.HOLD, rule=each.rule.id, program=each.errs)


def _no_rule(rules: Iterable[_Read]) -> Program:
    """Return where no rule is satisfied; forbids that hold or refuse are left out, for there it makes no difference."""
    mild = (each for each in rules if (each.rule.verdict or Outcome.REFUSE).severity < Outcome.HOLD.severity)
    permits = (each for each in rules if each.rule.effect == "permit")
    return all_of(opposite(each.satisfied) for each in (*permits, *mild))


def _hidden(rule: str, name: str) -> Doubt:
    return Doubt(rule, f"it asks for `{name}`, which no bid tells")


def _unknowns(program: Program) -> set[str]:
    match program:
        case Unknown(name):
            return {name}
        case And(parts) | Or(parts):
            return {name for part in parts for name in _unknowns(part)}
        case Not(part):
            return _unknowns(part)
        case _:
            return set()
