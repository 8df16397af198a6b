"""On what a decision rests: the deciding rule, its law or clause, and why it applies to this very case."""

from collections.abc import Iterator

from msgspec.structs import replace

from evenhand.model.decision import Decision
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Rule
from evenhand.model.statement import Case, DecisionGround
from evenhand.reasons.facts import campaign_of
from evenhand.reasons.findings import observation
from evenhand.reasons.language import ENGLISH, Words, language_of
from evenhand.reasons.wording import Wording

_MOST_LAWS = 3  # of a reference, which has 500 characters in the EU's database


def deciding_rule(decision: Decision, case: Case) -> Rule | None:
    """Return the rule that the outcome rests on, None where the facts did not fit the schema.

    Among the reasons that forbid, the strictest verdict, then one whose law this case rests on, then one that does not
    ask of the payer alone, then id: an advertiser that pays for itself is told of itself, not of its payer. A rule in
    error decides where no reason is as strict as the outcome: the hold is then its own (`policy.md` §4).

    Source: `pipeline.md` §9.
    """
    rules = {rule.id: rule for rule in case.rules}
    reasons = [rules[name] for name in decision.reasons if name in rules and rules[name].forbids]
    enough = [rule for rule in reasons if _severity(rule) >= decision.outcome.severity]
    errors = [rules[name] for name in decision.errors if name in rules]
    return min(enough or errors or reasons, key=lambda rule: _rank(rule, case), default=None)


def decision_ground(decision: Decision, case: Case, rule: Rule | None, words: Words) -> DecisionGround:
    """Return law or clause of the deciding rule, with an explanation that differs from case to case.

    What the rule's author wrote stands as it is, in the author's language; the rest is in the words given.
    """
    notes = rule.annotations if rule is not None else {"title": words.why["no_rule_title"], "why": words.why["no_rule"]}
    laws = laws_behind(case, rule)
    written_in = rules_language(rule, words)
    clause = f"{case.settings.policy_name}: {words.rule_text(notes.get('title', ''), written_in)}"
    wordings = [Wording(case=case, public=public, words=words) for public in (False, True)]
    whole, public = (
        " ".join((_explanation(decision, wording, notes, rule), *_until_then(decision, wording)))
        for wording in wordings
    )
    return DecisionGround(
        type="law" if laws else "clause",
        reference=words.rule_text("; ".join(map(_reference, laws)), written_in) if laws else clause,
        url=notes.get("url") or case.settings.policy_url,
        explanation=whole,
        explanation_public=None if public == whole else public,
    )


def rules_language(rule: Rule | None, words: Words) -> str:
    """Return the language that a rule's texts are in, as the rule says it; without a rule the words are ours."""
    return rule.annotations.get("language", ENGLISH) if rule is not None else words.language


def laws_behind(case: Case, rule: Rule | None) -> tuple[str, ...]:
    """Return the legal bases of a rule that this case rests on, a few of many; none if the ground is no law."""
    if rule is None or rule.annotations.get("ground") != "illegal":
        return ()
    return case.laws.get(rule.id, (rule.annotations["legal_basis"],))[:_MOST_LAWS]


def _reference(legal_basis: str) -> str:
    return ", ".join(part.strip() for part in legal_basis.split("|"))


def _severity(rule: Rule) -> int:
    return Outcome(rule.annotations.get("verdict", "allow")).severity


def _rank(rule: Rule, case: Case) -> tuple[int, bool, bool, str]:
    return -_severity(rule), not laws_behind(case, rule), _asks_only_of_payer(rule), rule.id


def _asks_only_of_payer(rule: Rule) -> bool:
    return "context.payer" in rule.reads and not any(path.startswith("Advertiser.") for path in rule.reads)


def _explanation(decision: Decision, wording: Wording, notes: dict[str, str], rule: Rule | None) -> str:
    why = wording.words.why
    written = _sentence(notes.get("why") or notes.get("title", ""))
    name = rule.id if rule is not None else "(facts)"
    broken = rule is not None and rule.id in decision.errors
    observed = _observed(decision, wording, name)
    campaign = campaign_of(decision, wording)
    parts = [
        _written(written, rule, wording.words),
        why["broken"] if broken else "",
        observed or why["about"].format(who=wording.party(wording.case.party.id)),
        why["campaign"].format(campaign=campaign) if campaign else "",
    ]
    return " ".join(filter(None, parts))


def _until_then(decision: Decision, wording: Wording) -> Iterator[str]:
    """Yield why something milder holds before the outcome does: the rule of each stage, and what it found."""
    for each in decision.stages or ():
        stage = replace(decision, outcome=each.outcome, reasons=each.reasons)
        rule = deciding_rule(stage, wording.case)
        if rule is not None:
            written_in, laws = rules_language(rule, wording.words), laws_behind(wording.case, rule)
            parts = (rule.annotations.get("title", ""), *map(_reference, laws))
            title = wording.words.rule_text("; ".join(parts), written_in)
            yield wording.words.why["until_then"].format(title=title)
            yield _explanation(stage, wording, rule.annotations, rule)


def _written(text: str, rule: Rule | None, words: Words) -> str:
    """Return what the rule's author wrote of its reason; that it is in another language than the letter, if so."""
    if rule is None or not text:
        return text
    written_in = rules_language(rule, words)
    form = words.why["written" if language_of(written_in) == words.language else "written_in"]
    return form.format(text=words.given(text), language=words.called(written_in))


def _observed(decision: Decision, wording: Wording, rule_id: str) -> str:
    """Return what the first ground of a rule says; of acting as one, which alone restricts nobody, all of them."""
    found = list(dict.fromkeys(filter(None, _observations(decision, wording, rule_id))))
    acts_as_one = any((name, kind) == (rule_id, "coordination") for name, kind, _ in decision.grounds)
    return " ".join(found if acts_as_one else found[:1])


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
