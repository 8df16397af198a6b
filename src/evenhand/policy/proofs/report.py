"""A certificate in words: what was asked, and for a refutation the two requests, where they differ, what each gets."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from evenhand.model.certificate import Certificate, Counterexample
from evenhand.model.outcome import Outcome
from evenhand.policy.attribute_words import attribute_words, value_words
from evenhand.policy.proofs.outcome_terms import outcome_of
from evenhand.policy.proofs.paired_requests import relies_on
from evenhand.policy.proofs.symbolic_environment import ProverRulebook, RulesInForce
from evenhand.policy.syntax_tree import Policy

_ASKED: dict[str, Callable[[dict[str, Any]], str]] = {
    "neutral": lambda parameters: f"the outcome does not depend on {_about(parameters)}",
    "not_by_association": lambda _: "no refusal rests on whom a party resembles or meets",
    "not_by_association_alone": lambda _: (
        "nothing is restricted for whom a party resembles or meets where nothing else speaks against it"
    ),
    "not_by_anonymous": lambda _: "no refusal needs an unnamed source",
    "not_by_claims_alone": lambda _: (
        "no lasting restriction rests on unnamed sources or on what reports say where nothing else speaks against it"
    ),
    "never_errors": lambda parameters: (
        f"{_rule(parameters)} never errs" if "rule" in parameters else "no forbid ever errs"
    ),
    "monotone": lambda parameters: f"a worse value never softens the outcome: {_named(parameters['attribute'])}",
    "dead": lambda parameters: f"{_rule(parameters)} applies to no request",
    "shadowed": lambda parameters: f"without {_rule(parameters)} every outcome is the same",
    "complete": lambda _: "every request is covered by some rule",
    "in_scope": lambda parameters: f"{_rule(parameters)} applies only where its law does",
    "equivalent": lambda parameters: f"{parameters.get('other', 'the other rulebook')} has the same outcome everywhere",
    "no_milder": lambda parameters: f"{parameters.get('other', 'the other rulebook')} is nowhere milder",
}
_ENDS = {
    Outcome.ALLOW: "allowed", Outcome.LABEL: "labelled", Outcome.LIMIT: "limited", Outcome.HOLD: "held",
    Outcome.REFUSE: "refused",
}  # fmt: skip
# What a counterexample has where nothing was asked for.
_NOTHING: tuple[Any, ...] = (0, False, "", [], "0.0000", "1970-01-01T00:00:00.000Z")


def describe_certificate(
    certificate: Certificate, rulebook: ProverRulebook, other: ProverRulebook | None = None
) -> str:
    """Return a certificate as some lines of text; `rulebook` is its rulebook, `other` the one of a comparison.

    What each request gets is asked of Cedar again.
    """
    lines = [f"{question_words(certificate)}: {certificate.result}"]
    if certificate.why is not None:
        lines.append(f"  why: {certificate.why}")
    if certificate.counterexample is not None:
        lines += _example(certificate, certificate.counterexample, rulebook, other)
    return "\n".join(lines)


def question_words(certificate: Certificate) -> str:
    """Return what a certificate answers, as a statement that holds where it is proved."""
    return _ASKED[certificate.property](certificate.parameters)


def example_policies(certificate: Certificate, found: Counterexample, rulebook: ProverRulebook) -> list[Policy]:
    """Return the rules that a counterexample is about: those of its day that the question does not leave out."""
    day = date.fromisoformat(certificate.at)
    return [each for each in rulebook.on(day) if not _left_out(each, certificate, found)]


def request_answer(
    facts: dict[str, Any], policies: Iterable[Policy], rulebook: ProverRulebook
) -> tuple[Outcome, list[Policy], list[str]]:
    """Return what Cedar says of a request: its outcome, the forbids that are satisfied, and ids of those that err."""
    kept = list(policies)
    rules = RulesInForce(kept, rulebook.handle)
    results = rules.results(facts)
    assert results is not None, "Cedar has answered this request before"
    forbids = [policy for policy in kept if policy.effect == "forbid"]
    satisfied = [policy for policy in forbids if policy.id in results.satisfied]
    return outcome_of(rules.severities, results), satisfied, [each.id for each in forbids if each.id in results.errors]


def has_nothing(value: object) -> bool:
    """Return whether a fact of a counterexample is what it has where nothing was asked for."""
    return value in _NOTHING


def describe_difference(example: Counterexample, at: str, old: ProverRulebook, new: ProverRulebook) -> Iterator[str]:
    """Yield what two rulebooks make of a request that they decide differently, and what it says."""
    day = date.fromisoformat(at)
    yield from _request("old", example.a, old.on(day), old)
    yield from _request("new", example.a, new.on(day), new)
    yield from _given(example)


def _example(
    certificate: Certificate, found: Counterexample, rulebook: ProverRulebook, other: ProverRulebook | None
) -> Iterator[str]:
    day, policies = date.fromisoformat(certificate.at), example_policies(certificate, found, rulebook)
    yield from _request("a", found.a, policies, rulebook)
    if found.b is not None:
        yield from _request("b", found.b, policies, rulebook)
        yield from _differences(found.a, found.b)
    elif other is not None:
        yield from _request("a under the other rulebook", found.a, other.on(day), other)
    elif certificate.property == "shadowed":
        yield from _request("a without it", found.a, [each for each in policies if each.id != found.rule], rulebook)
    yield from _given(found)


def _given(found: Counterexample) -> Iterator[str]:
    """Yield what the requests of a counterexample have in common and is not nothing."""
    b = dict(facts_by_path(found.b)) if found.b is not None else {}
    for path, value in sorted(facts_by_path(found.a)):
        if not has_nothing(value) and b.get(path, value) == value and not path.endswith("@id"):
            yield f"  with {attribute_words(path)}: {value_words(path, value)}{_place(path)}"


def _left_out(policy: Policy, certificate: Certificate, found: Counterexample) -> bool:
    """Return whether a question is not about a rule: one that names the law for what is varied."""
    leaves_out_lawful = certificate.property == "neutral" and certificate.parameters.get("except_legal_basis", True)
    return bool(leaves_out_lawful) and relies_on(policy, found.attribute or "")


def _request(name: str, facts: dict[str, Any], policies: Iterable[Policy], rulebook: ProverRulebook) -> Iterator[str]:
    outcome, satisfied, errors = request_answer(facts, policies, rulebook)
    who, which = (f"{facts[each]['type']} `{facts[each]['id']}`" for each in ("principal", "resource"))
    yield f"  {name}: {who} (made up) asks for {facts['action']['id']} of {which}: {_ENDS[outcome]}"
    yield from (f"     by {each.id}: {each.annotations.get('title', 'a rule without title')}" for each in satisfied)
    yield from (f"     because {rule} errs" for rule in errors)


def _differences(a: dict[str, Any], b: dict[str, Any]) -> Iterator[str]:
    left, right = dict(facts_by_path(a)), dict(facts_by_path(b))
    for path in sorted(left.keys() | right.keys()):
        if left.get(path) != right.get(path):
            one, other = (value_words(path, side.get(path)) for side in (left, right))
            yield f"  they differ in {attribute_words(path)}: a {one}, b {other}{_place(path)}"


def facts_by_path(facts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the facts of a request by path; entities that are not the request's own go by their ids too."""
    yield from ((f"{name}.@id", facts[name]["id"]) for name in ("principal", "resource"))
    yield from _under("context", facts["context"])
    for entity in facts["entities"]:
        kind = entity["uid"]["type"]
        several = sum(each["uid"]["type"] == kind for each in facts["entities"]) > 1
        own = entity["uid"] in (facts["principal"], facts["resource"])
        owner = f'{kind}::"{entity["uid"]["id"]}"' if several and not own else kind
        yield from _under(owner, entity["attrs"])
        yield from _under(f"{owner}.@tags", entity.get("tags", {}))
        yield f"{owner}.@parents", [each["id"] for each in entity["parents"]]


def _under(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case {"__entity": uid}:
            yield f"{path}.@id", uid["id"]
        case {"__extn": {"arg": text}}:
            yield path, text
        case dict():
            for name, each in value.items():
                yield from _under(f"{path}.{name}", each)
        case list():
            yield path, [element for each in value for _, element in _under(path, each)]
        case _:
            yield path, value


def _about(parameters: dict[str, Any]) -> str:
    return str(parameters.get("class") or ", ".join(map(_named, parameters.get("attributes", ()))))


def _named(path: str) -> str:
    return f"{attribute_words(path)}{_place(path)}"


def _place(path: str) -> str:
    """Return where an attribute is in the schema; `@parents` is in none."""
    return "" if path.endswith("@parents") else f" ({path})"


def _rule(parameters: dict[str, Any]) -> str:
    return f"rule {parameters['rule']}"
