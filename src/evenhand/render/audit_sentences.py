"""The sentences of an audit report: each says what was compared, with how many, and what does not follow from it."""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby

from evenhand.model.audit import (
    AuditReport,
    FactDependence,
    FlipFound,
    GroupTest,
    MonthShare,
    OddDecision,
    SelectionTest,
    SpendTest,
    UntestableDecision,
)
from evenhand.model.audit_proof import LawFlip, ProofAndReplay
from evenhand.render.audit_words import (
    REFUSED,
    OutcomeWords,
    fact_word,
    facts,
    group_word,
    interval,
    listing,
    number,
    plural,
    ratio,
    share,
    upper_first,
)

MEASURES = {
    "examined": "were examined more often",
    "flags_before": "were warned less often before a decision against them",
    "days_to_decision": "waited longer for a decision",
}
MORE_OFTEN = "more often than others with the same facts"
NOBODY = "Nobody with the same facts was decided otherwise."
_MOST_LEAVES = 10


def about_dependence(one: FactDependence) -> str:
    """Return the sentence on a fact that a group gives away: listed, not judged."""
    return (
        f"{upper_first(fact_word(one.fact))} follows from {one.attribute} to {100 * one.share:.0f} %: equals by it are "
        "rarely of different groups."
    )


def about_group(test: GroupTest, tests: int, words: OutcomeWords = REFUSED) -> str:
    """Return the sentence on one group; `tests` is the size of the family."""
    who, counts = group_word(test.attribute, test.value), f"{_counts(test, words)}; {interval(test)}"
    match test.verdict:
        case "worse":
            level = _level(test.q, tests)
            return f"Advertisers with {who} were {words.done} {MORE_OFTEN}: {counts}; {level}."
        case "watch":
            level = _level(test.q, tests)
            return (
                f"Advertisers with {who} may have been {words.done} {MORE_OFTEN}, which is no finding yet: {counts}; "
                f"{level}."
            )
        case "explained":
            return (
                f"Advertisers with {who} were {words.done} {MORE_OFTEN} ({counts}), and no longer so once the "
                f"members of {listing(test.explained_by or ())} are left out."
            )
        case "untestable":
            return f"Advertisers with {who}: cannot be tested. {why_untestable(test, words)}"
        case _:
            return f"Advertisers with {who}: not shown, which is not equal. {what_could_be_seen(test, words)}"


def about_family(report: AuditReport) -> str:
    """Return in plain words how many tests were made, and why a small p of one of them alone is no finding."""
    if not report.tests:
        return "No test could be made, so no p or q is a result."
    many = plural(report.tests, "test was", "tests were")
    return (
        f"{many} made together. Of a hundred tests of groups that were treated alike, one has a p below 0.01 by chance,"
        " so a small p alone is no finding. q says how many mistakes to expect if every difference that is at least as"
        f" strong is believed: below {report.plan.q} it is found, below {report.plan.q_watch} it is to be watched."
    )


def why_untestable(test: GroupTest, words: OutcomeWords = REFUSED) -> str:
    """Return why a group has no test: wherever it stands beside others with the same facts, all had one outcome."""
    alone = "and nobody of another group with the same facts was decided otherwise."
    if not test.n:
        return "No decision about this group is in the table."
    if test.adverse == test.n:
        return f"All {test.n:,} were {words.done}, {alone}"
    if not test.adverse:
        return f"None of {test.n:,} was {words.done}, {alone}"
    return f"{_counts(test, words)}, {alone}"


def what_could_be_seen(test: GroupTest | SpendTest, words: OutcomeWords = REFUSED) -> str:
    """Return what an interval leaves possible, so that "not shown" is not read as "equal"."""
    low, high = ratio(test.ci_low), ratio(test.ci_high)
    if high is None or high == math.inf:
        return "There are too few comparators to exclude any difference against the group."
    return (
        f"What can be excluded is an odds ratio above {number(high)}"
        + (f" or below {number(low)}" if low else "")
        + f"; {_counts(test, words)}."
    )


def about_selection(test: SelectionTest, tests: int) -> str:
    """Return the sentence on how one group came to a decision."""
    who, what = group_word(test.attribute, test.value), MEASURES[test.measure]
    if test.verdict == "untestable":
        return f"Whether advertisers with {who} {what} cannot be tested."
    word = {"worse": "Shown", "watch": "Possible, no finding yet"}.get(test.verdict, "Not shown, which is not equal")
    return (
        f"{word}: advertisers with {who} {what} than others with the same facts ({test.n:,} of them; "
        f"{_level(test.q, tests)})."
    )


def about_road(report: AuditReport) -> Iterable[str]:
    """Yield for each step before a decision what is shown of it, not shown, or could not be tested."""
    for measure, what in MEASURES.items():
        tests = [test for test in report.selection if test.measure == measure]
        found = [test for test in tests if test.verdict in ("worse", "watch")]
        if not tests:
            yield f"Whether a group {what_of_one(what)} was not tested: the table has no column for it."
        elif all(test.verdict == "untestable" for test in tests):
            yield f"Whether a group {what_of_one(what)} cannot be tested: nobody with the same facts fared otherwise."
        elif not found:
            yield f"That a group {what_of_one(what)} is not shown, which is not equal."
        yield from (about_selection(test, report.tests) for test in found)


def what_of_one(what: str) -> str:
    """Return what was measured, of one group.

    >>> what_of_one("were examined more often")
    'was examined more often'
    """
    return f"was{what.removeprefix('were')}" if what.startswith("were") else what


def about_odd(odd: OddDecision, words: OutcomeWords = REFUSED) -> str:
    """Return the sentence on a decision that differs from those with the same facts."""
    others = f"{plural(odd.comparators, 'advertiser')} with the same facts"
    verb = "was" if odd.comparators == 1 else "were"
    match odd.side:
        case "adverse":
            return f"`{odd.advertiser}` was {words.done}; {others} {verb} not."
        case "favoured":
            return f"`{odd.advertiser}` was not {words.done}; {others} {verb}."
        case "tie":
            return (
                f"`{odd.advertiser}` was treated differently from {others}; as many were treated one way as the other."
            )


def about_untestable(one: UntestableDecision) -> str:
    """Return the sentence on a decision that has nobody to be compared with."""
    if one.nearest is None:
        return f"`{one.advertiser}`: no decision about another group is in the table."
    return (
        f"`{one.advertiser}`: nobody of another group has the same facts; the nearest, `{one.nearest}`, differs in "
        f"{facts(one.differs_in)}."
    )


def about_coverage(report: AuditReport, words: OutcomeWords = REFUSED) -> str:
    """Return by attribute how many decisions have one about another group with the same facts beside them."""
    if not report.decisions:
        return "Nothing can be tested: no decision is in the table."
    if not report.coverage:
        return "How many decisions have another group beside them was not counted: the report is of an older version."
    adverse = report.coverage[0].adverse
    if not adverse:
        return f"No decision in the table is {words.done}."
    counts = listing(f"{each.compared:,} by {fact_word(each.attribute)}" for each in report.coverage)
    return (
        f"Of {plural(adverse, words.decision, words.decisions)}, so many have another group with the same facts beside"
        f" them: {counts}. An unknown value is no other group."
    )


def about_one_group(report: AuditReport, words: OutcomeWords = REFUSED) -> Iterable[str]:
    """Yield the sentence on each rule of dates and each list that met one group alone."""
    for (basis, name, advertisers), several in groupby(
        report.one_group, key=lambda each: (each.basis, each.name, each.advertisers)
    ):
        group = listing(group_word(each.attribute, each.value) for each in several)
        if basis == "rule":
            yield (
                f"Rule `{name}` reads a date and applied to advertisers with {group} only ({advertisers:,} of them). "
                "That it applied counts as a fact, so they are compared with nobody whom it spared."
            )
        else:
            yield f"All {advertisers:,} {words.done} advertisers with a finding from list `{name}` have {group}."


def about_time(test: GroupTest, tests: int, words: OutcomeWords = REFUSED) -> str:
    """Return the sentence on decisions after a month began or a list version came, beside those before."""
    less, level = "less" if test.verdict == "favoured" else "more", _level(test.q, tests)
    may = "may have been" if test.verdict == "watch" else "were"
    since = group_word(test.attribute, test.value)
    return (
        f"After {since}, advertisers {may} {words.done} {less} often than before, with "
        f"the same facts under the same rulebook: {_counts(test, words)}; {interval(test)}; {level}."
    )


def about_spend(spend: SpendTest, tests: int, words: OutcomeWords = REFUSED) -> str:
    """Return the sentence on those who spend most."""
    who, compared = (
        f"The tenth that spends most ({number(spend.threshold)} or more)",
        f"{_counts(spend, words)}; {interval(spend)}",
    )
    match spend.verdict:
        case "favoured" | "worse":
            level = _level(spend.q, tests)
            return f"{who} was {words.done} less often than others with the same facts: {compared}; {level}."
        case "watch":
            level = _level(spend.q, tests)
            return f"{who} may have been {words.done} less often, which is no finding yet: {compared}; {level}."
        case "explained":
            without = listing(spend.explained_by or ())
            return f"{who} was {words.done} less often ({compared}), and no longer so without {without}."
        case "untestable":
            return f"Whether those who spend most are {words.done} less often cannot be tested. {NOBODY}"
        case _:
            return (
                f"That those who spend most are {words.done} less often is not shown, which is not equal. "
                f"{what_could_be_seen(spend, words)}"
            )


def about_flips(report: AuditReport) -> str:
    """Return what replaying every ruling with another value of a protected attribute has shown."""
    if report.flips is None:
        return "Whether a ruling changes with a protected attribute alone was not replayed: a table has no rulebook."
    alone = f"when a protected attribute alone was set to another value ({report.flips.tested:,} tried)"
    if not report.flips.found:
        return f"No ruling changed {alone}."
    changed = plural(len(report.flips.found), "ruling")
    return f"{changed} changed {alone}: a defect of the rulebook."


def about_flip(flip: FlipFound) -> str:
    """Return the sentence on a ruling that one protected attribute changes."""
    recorded, changed = group_word(flip.attribute, flip.value), group_word(flip.attribute, flip.changed_to)
    return (
        f"`{flip.advertiser}`: {flip.outcome} with {recorded}, {flip.changed_outcome} with {changed}, "
        "all else being equal."
    )


def about_proofs(proof: ProofAndReplay, changes: int) -> str:
    """Return of which rulebook the proofs are; `changes` is how often the rulebook changed before."""
    day = proof.at[:10]
    earlier = f" Decisions under {plural(changes, 'earlier rulebook')} are replayed, and not proved." if changes else ""
    return f"The proofs are of the rulebook in force on {day}, {proof.rulebook.removeprefix('sha256:')[:12]}.{earlier}"


def about_replay(proof: ProofAndReplay) -> str:
    """Return what ruling the recorded facts again has shown."""
    same = f"{proof.replayed - len(proof.different):,} of {plural(proof.replayed, 'decision')}"
    missing = f" {plural(proof.rulebook_missing, 'decision')} could not be ruled again: the rulebook is not kept here."
    return (
        f"Ruled again from the recorded facts, {same} came out as recorded."
        + (f" Otherwise: leaves {listing(map(str, proof.different[:_MOST_LEAVES]))}." if proof.different else "")
        + (missing if proof.rulebook_missing else "")
    )


def about_law(flip: LawFlip) -> str:
    """Return the sentence on decisions that a protected attribute would change because a law says so."""
    decisions, attribute = plural(flip.decisions, "decision"), fact_word(flip.attribute)
    return (
        f"{flip.law}: {decisions} came out as `{flip.outcome}` where {attribute} is `{flip.value}`; where it is "
        f"`{flip.changed_to}`, as `{flip.changed_outcome}` (rule {listing(flip.rules)})."
    )


def about_months(months: Sequence[MonthShare], words: OutcomeWords = REFUSED) -> str:
    """Return the sentence on the share refused over time."""
    first, last = months[0], months[-1]
    begin = f"In {first.month} {share(first.adverse, first.decisions)} {words.done}"
    if first is last:
        return f"{begin}."
    return (
        f"{begin}, in {last.month} {share(last.adverse, last.decisions)}. Advertisers of different months differ in "
        "their facts, so nothing about equal treatment follows from these shares."
    )


def _counts(test: GroupTest | SpendTest, words: OutcomeWords) -> str:
    return f"{share(test.adverse, test.n)} {words.done}"


def _level(q: float | None, tests: int) -> str:
    return f"q {number(q)} of {plural(tests, 'test')}"
