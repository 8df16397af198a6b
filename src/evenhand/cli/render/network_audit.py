"""The audit of a network in the terminal: decisions, then people's part, then proof beside replay."""

from collections import Counter
from collections.abc import Iterable, Iterator

from evenhand.cli.render.audit_summary import finding_counts, summary
from evenhand.cli.render.wording import count
from evenhand.model.audit import AuditReport, FlipFound
from evenhand.model.audit_proof import LawFlip, ProofAndReplay
from evenhand.policy.attribute_words import attribute_words

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
    for each in proof.proofs:
        why = f": {each.why}" if each.why else ""
        yield f"  proof, {each.protected_class}: {_PROVED[each.result]}{why} ({', '.join(each.attributes)})"
    same = proof.replayed - len(proof.different)
    yield f"  replay: {same:,} of {count(proof.replayed, 'ruling')} came out as recorded{_different(proof.different)}"
    flips = report.flips.found if report.flips is not None else ()
    yield (
        f"  flips: {len(flips)} in {count(proof.flips, 'replay')} of {count(proof.strata, 'set')} of equal facts, each"
        " protected attribute set to every other value seen and to one never seen"
    )
    yield from (f"    {_flip(each)}" for each in flips[:_SHOWN])
    yield from _by_law(proof.by_law)


_PROVED = {
    "proved": "no outcome depends on it, for all possible facts, laws aside",
    "refuted": "an outcome can depend on it",
    "unknown": "not answered",
}


def _different(seqs: tuple[int, ...]) -> str:
    if not seqs:
        return ""
    leaves = ", ".join(map(str, seqs[:_SHOWN]))
    return f"; otherwise now: leaf {leaves}{' and more' if len(seqs) > _SHOWN else ''}"


def _flip(flip: FlipFound) -> str:
    return (
        f"{flip.advertiser} (leaf {flip.seq}): {flip.outcome}, but {flip.changed_outcome} with another"
        f" {attribute_words(flip.attribute)}: {flip.changed_to} instead of {flip.value}"
    )


def _by_law(flips: Iterable[LawFlip]) -> Iterator[str]:
    """Yield for each law how many decisions it treats differently, by which attributes."""
    decisions: Counter[tuple[str, str]] = Counter()
    for flip in flips:
        decisions[flip.law, flip.attribute] += flip.decisions
    for (law, attribute), number in sorted(decisions.items()):
        words = attribute_words(attribute)
        yield f"  treated differently by law: {law} lets {words} decide ({count(number, 'decision')})"
