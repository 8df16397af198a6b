"""On what a decision rests: the deciding rule, its law or clause, and why it applies to this very case."""

from collections.abc import Iterator

from evenhand.model.case import Case
from evenhand.model.decision import Decision
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Rule
from evenhand.model.statement import DecisionGround
from evenhand.reasons.findings import observation
from evenhand.reasons.told import campaign_of
from evenhand.reasons.wording import Wording

_BROKEN = "This rule could not be applied to the facts on record, so a person has to look before anything is decided."
_NO_RULE_TITLE = "What our rules cannot read waits for a person"
_NO_RULE = "The facts on record do not have the form that our rules read, so a person has to look first."


def deciding_rule(decision: Decision, case: Case) -> Rule | None:
    """Return the rule that the outcome rests on, None where the facts did not fit the schema.

    Among the reasons that forbid, the strictest verdict, then illegal before contract, then id. A rule in error
    decides where no reason is as strict as the outcome: the hold is then its own (`policy.md` §4).

    Source: `river.md` §9.
    """
    rules = {rule.id: rule for rule in case.rules}
    reasons = [rules[name] for name in decision.reasons if name in rules and rules[name].forbids]
    enough = [rule for rule in reasons if _severity(rule) >= decision.outcome.severity]
    errors = [rules[name] for name in decision.errors if name in rules]
    return min(enough or errors or reasons, key=_rank, default=None)


def decision_ground(decision: Decision, case: Case, rule: Rule | None) -> DecisionGround:
    """Return law or clause of the deciding rule, with an explanation that differs from case to case."""
    notes = rule.annotations if rule is not None else {"title": _NO_RULE_TITLE, "why": _NO_RULE}
    by_law = notes.get("ground") == "illegal"
    clause = f"{case.settings.policy_name}: {notes.get('title', '')}"
    whole = _explanation(decision, case, notes, rule, public=False)
    public = _explanation(decision, case, notes, rule, public=True)
    return DecisionGround(
        type="law" if by_law else "clause",
        reference=", ".join(part.strip() for part in notes["legal_basis"].split("|")) if by_law else clause,
        url=notes.get("url") or case.settings.policy_url,
        explanation=whole,
        explanation_public=None if public == whole else public,
    )


def _severity(rule: Rule) -> int:
    return Outcome(rule.annotations.get("verdict", "allow")).severity


def _rank(rule: Rule) -> tuple[int, bool, str]:
    return -_severity(rule), rule.annotations.get("ground") != "illegal", rule.id


def _explanation(decision: Decision, case: Case, notes: dict[str, str], rule: Rule | None, *, public: bool) -> str:
    wording = Wording(case=case, public=public)
    name = rule.id if rule is not None else "(facts)"
    broken = rule is not None and rule.id in decision.errors
    observed = next(filter(None, _observations(decision, wording, name)), "")
    about = f"It applies to {wording.party(case.party.id)} on the facts that this statement gives."
    campaign = campaign_of(decision, case)
    parts = [
        _sentence(notes.get("why") or notes.get("title", "")),
        _BROKEN if broken else "",
        observed or about,
        f"The decision is about {campaign}." if campaign else "",
    ]
    return " ".join(filter(None, parts))


def _observations(decision: Decision, wording: Wording, rule_id: str) -> Iterator[str]:
    """Yield what the findings say that the rule's grounds name, in the order of the grounds."""
    grounds = [(kind, end) for rule, kind, end in decision.grounds if rule == rule_id]
    paths = {end for kind, end in grounds if kind == "recorded"}
    for kind, end in grounds:
        for finding in decision.findings:
            if finding.kind == kind and (kind == "recorded" or end in (finding.entity_id, finding.party_id)):
                yield observation(finding, wording, paths)


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
