"""Made-up rulebooks for the prover, and a second way to tell what a counterexample comes to."""

from collections.abc import Iterable
from typing import Any

import cedarpy
import msgspec

from evenhand.model.certificate import Certificate, Counterexample
from evenhand.model.outcome import Outcome, strictest
from evenhand.policy.engine import CedarEngine, validation_errors
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.symbolic_environment import ProverRulebook
from evenhand.policy.schema import read_schema
from evenhand.policy.syntax_tree import named, parse, to_handle

AT = "2026-03-01"
SCHEMA = """
entity Kind enum ["news", "sport"];
entity Group in [Group];
entity User in [Group] {
  @protected("nationality") country: String,
  @protected("nationality") roots?: Set<String>,
  @proxy("nationality") host: String,
  @protected("spend") spend: Long,
  @direction("up") share: Long,
  @direction("down") level: Long,
  @direction("up") kinds?: Set<Kind>,
  @direction("up") confirmed: Bool,
  @association("whom it meets") links: Long,
  @association("whom it meets") near: Set<String>,
  @anonymous("unnamed") whispers: Long,
  @claims("named") tales: Long,
  friend?: User,
  since: datetime,
  odd: Set<Set<Long>>,
  known: { @association("whom it meets") by: String, @association("whom it meets") well: Bool },
} tags String;
entity Ad { by: User, size: Long };
action buy appliesTo { principal: User, resource: Ad, context: { territories: Set<String>, ip?: ipaddr, n: Long } };
action pay appliesTo { principal: User, resource: Ad, context: { n: Long } };
"""
ANYONE = '@id("open") @effective_from("2017-01-01") permit (principal, action, resource);'
READS = frozenset({"effective_from", "effective_until", "relies_on", "legal_basis", "title"})


def forbid(
    condition: str, rule: str = "r", verdict: str = "refuse", scope: str = "principal, action, resource", **notes: str
) -> str:
    """Return the text of a forbid."""
    assert notes.keys() <= READS
    named_notes = {"id": rule, "verdict": verdict, "effective_from": "2017-01-01"} | notes
    lines = " ".join(f'@{name}("{value}")' for name, value in named_notes.items())
    return f"{lines} forbid ({scope}) when {{ {condition} }};"


def book(*rules: str, schema: str = SCHEMA) -> ProverRulebook:
    """Return the rulebook of some rules, the permit for anyone beside them."""
    return book_of_text("\n".join((ANYONE, *rules)), schema)


def book_of_text(text: str, schema: str = SCHEMA) -> ProverRulebook:
    """Return the rulebook of a text, which must be strictly valid."""
    handle = cedarpy.Schema.from_str(schema)
    assert validation_errors(text, handle) == []
    policies = tuple(named(each, each.annotations["id"]) for each in parse(text))
    return ProverRulebook(policies, read_schema(schema), handle, "book", f"schema {hash(schema)}")


def ask(rulebook: ProverRulebook, property_: str, against: ProverRulebook | None = None, **asked: Any) -> Certificate:
    """Return the answer to a question about the rules of 1 March 2026."""
    question = msgspec.convert({"at": AT, "property": property_, **asked}, Question)
    return Prover(rulebook, second=False).prove(question, against)


def result(rulebook: ProverRulebook, property_: str, against: ProverRulebook | None = None, **asked: Any) -> str:
    """Return the answer's one word; a counterexample must come with refuted, and with nothing else."""
    certificate = ask(rulebook, property_, against, **asked)
    assert (certificate.counterexample is not None) is (certificate.result == "refuted")
    assert (certificate.why is not None) is (certificate.result == "unknown")
    return certificate.result


def outcome(rulebook: ProverRulebook, facts: dict[str, Any], without: Iterable[str] = ()) -> Outcome:
    """Return the outcome of a request, from Cedar's own answer by `policy.md` §4; the prover is not asked."""
    kept = {each.id: each for each in rulebook.policies if each.id not in set(without)}
    request = {name: facts[name] for name in ("principal", "action", "resource")}
    request["context"] = msgspec.json.encode(facts["context"]).decode()
    engine = CedarEngine(to_handle(kept.values()), rulebook.handle)
    answer = engine.responses([request], msgspec.json.encode(facts["entities"]))[0]
    assert answer.decision != "nodecision", facts
    verdicts = [kept[each].annotations.get("verdict") for each in answer.reasons]
    held = not answer.reasons or any(kept[each].effect == "forbid" for each in answer.errors)
    return strictest([*(Outcome(each) for each in verdicts if each), *([Outcome.HOLD] if held else [])])


def both(found: Counterexample | None, rulebook: ProverRulebook) -> tuple[Outcome, Outcome]:
    """Return what the two requests of a counterexample come to."""
    assert found is not None
    assert found.b is not None
    return outcome(rulebook, found.a), outcome(rulebook, found.b)
