"""The audit of a network in the terminal: decisions, then people's part, then proof beside replay."""

from collections import Counter
from collections.abc import Iterable, Iterator

from evenhand.model.audit import AuditReport
from evenhand.model.audit_proof import LawFlip, ProofAndReplay
from evenhand.policy.attribute_words import attribute_words
from evenhand.render import audit_sentences as say
from evenhand.render import audit_words as word
from evenhand.render.audit_summary import finding_counts, summary
from evenhand.render.wording import count

_SHOWN = 10


def network_summary(report: AuditReport) -> Iterator[str]:
    """Yield the lines of a network's report for people."""
    yield from summary(report)
    if report.proof is not None:
        yield from _proof(report, report.proof)
    if report.matches is None:
        yield ""
        why = "no possible match is in the ledger, so nobody had to judge one"
        yield f"People's part: {why if report.plan.matches is not None else 'the plan does not ask for it'}."
        return
    yield ""
    yield "People's part: possible matches, and what people made of those with the same strength, kind, score and list"
    yield from list(summary(report.matches))[1:-2]
    yield f"Matches: {finding_counts(report.matches)}"


def _proof(report: AuditReport, proof: ProofAndReplay) -> Iterator[str]:
    yield ""
    yield "Proof and replay, side by side"
    yield f"  {say.about_proofs(proof, len(report.policy_changes))}"
    for each in proof.proofs:
        why = f" ({each.why})" if each.why else ""
        yield f"  {each.protected_class}: {word.PROVED[each.result]}{why}"
    yield f"  {say.about_replay(proof)}"
    yield f"  {say.about_flips(report)}"
    flips = report.flips.found if report.flips is not None else ()
    yield from (f"    {say.about_flip(flip)}".replace("`", '"') for flip in flips[:_SHOWN])
    yield from _by_law(proof.by_law)


def _by_law(flips: Iterable[LawFlip]) -> Iterator[str]:
    """Yield for each law how many decisions it treats differently, by which attributes."""
    decisions: Counter[tuple[str, str]] = Counter()
    for flip in flips:
        decisions[flip.law, flip.attribute] += flip.decisions
    for (law, attribute), number in sorted(decisions.items()):
        words = attribute_words(attribute)
        yield f"  treated differently by law: {law} lets {words} decide ({count(number, 'decision')})"
