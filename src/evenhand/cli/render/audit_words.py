"""The sentences of an audit report: each says what was compared, with how many, and what does not follow from it."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evenhand.model.audit import (
    AuditReport,
    FactDependence,
    FlipFound,
    GroupTest,
    MonthShare,
    OddDecision,
    Ratio,
    SelectionTest,
    SpendTest,
    UntestableDecision,
    Verdict,
)
from evenhand.model.audit_proof import LawFlip, ProofAndReplay
from evenhand.policy.attribute_words import attribute_words


class OutcomeWords(NamedTuple):
    """How a report calls an outcome against the advertiser: in a sentence, over a column, of one decision and many."""

    done: str
    heading: str
    decision: str
    decisions: str


REFUSED = OutcomeWords("refused", "Refused", "refused decision", "refused decisions")
JUDGED_SAME = OutcomeWords("judged to be the listed party", "Judged the same", "judgement `same`", "judgements `same`")

VERDICTS: dict[Verdict, str] = {
    "worse": "treated less well",
    "favoured": "refused less often",
    "watch": "to be watched",
    "explained": "explained",
    "not_shown": "not shown",
    "untestable": "cannot be tested",
}
_MEASURES = {
    "examined": "were examined more often",
    "flags_before": "were warned less often before a decision against them",
    "days_to_decision": "waited longer for a decision",
}
PROVED = {
    "proved": "proved: no outcome depends on it, except where a law says so",
    "refuted": "refuted: an outcome can depend on it",
    "unknown": "not answered",
}
_MOST_NAMED, _MOST_LEAVES = 3, 10


def value_word(value: str | None) -> str:
    """Return a value as the page shows it; no value is unknown."""
    return "unknown" if value is None or value == "" else value


def group_word(attribute: str, value: str | None) -> str:
    """Return a group in words.

    >>> group_word("country", "IE"), group_word("country", None)
    ('country `IE`', 'country unknown')
    """
    return f"{attribute} `{value}`" if value else f"{attribute} unknown"


def fact_word(name: str) -> str:
    """Return a fact in words; the column of somebody's own table is called as it is there.

    >>> fact_word("Advertiser.media.taxpayer_funded"), fact_word("strikes")
    ('whether taxpayers fund the news outlet', 'strikes')
    """
    if name == "facts_fit":
        return "whether the facts fit the rulebook's schema"
    return attribute_words(name) if "." in name else name


def facts(names: Iterable[str]) -> str:
    """Return facts as a sentence has them."""
    return listing(map(fact_word, names))


def about_dependence(one: FactDependence) -> str:
    """Return the sentence on a fact that a group gives away: listed, not judged."""
    return (
        f"{_upper(fact_word(one.fact))} follows from {one.attribute} to {100 * one.share:.0f} %: equals by it are "
        "rarely of different groups."
    )


def number(value: float | None) -> str:
    """Return a number with as many digits as a person can use.

    >>> number(14.9947), number(0.04), number(0.00004), number(None), number(0.0)
    ('14.99', '0.040', '4.0e-05', '–', '0')
    """
    if value is None:
        return "–"
    if value == math.inf:
        return "infinite"
    if value == 0:
        return "0"
    if abs(value) >= 1:
        return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) >= 0.001 else f"{value:.1e}"


def ratio(value: Ratio) -> float | None:
    """Return a ratio of the report as a number."""
    return math.inf if value == "inf" else value if isinstance(value, (int, float)) else None


def share(part: int, whole: int) -> str:
    """Return a rate with its denominator.

    >>> share(80, 817), share(0, 0)
    ('80 of 817 (9.8 %)', '0 of 0')
    """
    return f"{part:,} of {whole:,}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def plural(count: int, one: str, several: str = "") -> str:
    """Return a count with its noun.

    >>> plural(1, "decision"), plural(2, "decision")
    ('1 decision', '2 decisions')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def listing(names: Iterable[str]) -> str:
    """Return names as a sentence has them.

    >>> listing(["country", "language", "size"])
    'country, language and size'
    """
    several = list(names)
    return " and ".join([", ".join(several[:-1]), several[-1]] if len(several) > 1 else several)


def interval(test: GroupTest | SpendTest) -> str:
    """Return an odds ratio with its interval."""
    if test.odds_ratio is None:
        return "no odds ratio: nobody to compare with"
    low, high = number(ratio(test.ci_low)), number(ratio(test.ci_high))
    return f"odds ratio {number(ratio(test.odds_ratio))} (95 % interval {low} to {high})"


def about_group(test: GroupTest, tests: int, words: OutcomeWords = REFUSED) -> str:
    """Return the sentence on one group; `tests` is the size of the family."""
    who, counts = group_word(test.attribute, test.value), f"{_counts(test, words)}; {interval(test)}"
    match test.verdict:
        case "worse":
            level = _level(test.q, tests)
            return f"Advertisers with {who} were {words.done} {_MORE_OFTEN}: {counts}; {level}."
        case "watch":
            level = _level(test.q, tests)
            return (
                f"Advertisers with {who} may have been {words.done} {_MORE_OFTEN}, which is no finding yet: {counts}; "
                f"{level}."
            )
        case "explained":
            return (
                f"Advertisers with {who} were {words.done} {_MORE_OFTEN} ({counts}), and no longer so once the "
                f"members of {listing(test.explained_by or ())} are left out."
            )
        case "untestable":
            return f"{_upper(who)}: cannot be tested. {why_untestable(test, words)}"
        case _:
            return f"{_upper(who)}: not shown, which is not equal. {what_could_be_seen(test, words)}"


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
    who, what = group_word(test.attribute, test.value), _MEASURES[test.measure]
    if test.verdict == "untestable":
        return f"Whether advertisers with {who} {what} cannot be tested."
    word = {"worse": "Shown", "watch": "Possible, no finding yet"}.get(test.verdict, "Not shown, which is not equal")
    return (
        f"{word}: advertisers with {who} {what} than others with the same facts ({test.n:,} of them; "
        f"{_level(test.q, tests)})."
    )


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


def about_time(test: GroupTest, tests: int) -> str:
    """Return the sentence on decisions after a month began or a list version came, beside those before."""
    less, level = "less" if test.verdict == "favoured" else "more", _level(test.q, tests)
    may = "may have been" if test.verdict == "watch" else "were"
    return (
        f"After {group_word(test.attribute, test.value)}, advertisers {may} refused {less} often than before, with the "
        f"same facts under the same rulebook: {_counts(test, REFUSED)}; {interval(test)}; {level}."
    )


def about_spend(spend: SpendTest, tests: int) -> str:
    """Return the sentence on those who spend most."""
    who, compared = (
        f"The tenth that spends most ({number(spend.threshold)} or more)",
        f"{_counts(spend, REFUSED)}; {interval(spend)}",
    )
    match spend.verdict:
        case "favoured" | "worse":
            level = _level(spend.q, tests)
            return f"{who} was refused less often than others with the same facts: {compared}; {level}."
        case "watch":
            level = _level(spend.q, tests)
            return f"{who} may have been refused less often, which is no finding yet: {compared}; {level}."
        case "explained":
            without = listing(spend.explained_by or ())
            return f"{who} was refused less often ({compared}), and no longer so without {without}."
        case "untestable":
            return f"Whether those who spend most are refused less often cannot be tested. {_NOBODY}"
        case _:
            return (
                "That those who spend most are refused less often is not shown, which is not equal. "
                f"{what_could_be_seen(spend)}"
            )


def in_short(report: AuditReport, words: OutcomeWords = REFUSED) -> Sequence[str]:
    """Return what a reader must know before anything else: what cannot be tested first."""
    flips = [about_flips(report)] if words is REFUSED else []
    tested = (*_groups_in_short(report, words), *_selection_in_short(report))
    return (*_cannot_be_tested(report, words), odd_in_short(report), *flips, *tested)


def _cannot_be_tested(report: AuditReport, words: OutcomeWords) -> Iterable[str]:
    if report.untestable:
        yield f"{plural(len(report.untestable), words.decision, words.decisions)} cannot be tested: {_ALONE}"
    elif report.decisions:
        yield f"Every {words.decision} has at least one about another group with the same facts beside it."
    else:
        yield "Nothing can be tested: no decision is in the table."
    if report.erased:
        yield f"{plural(report.erased, 'decision')} cannot be tested: what was recorded about them is erased."


def odd_in_short(report: AuditReport) -> str:
    """Return how many decisions differ from those with the same facts, and which way."""
    count = {side: sum(odd.side == side for odd in report.inconsistent) for side in ("adverse", "favoured", "tie")}
    if not report.inconsistent:
        decisions = plural(report.decisions, "decision")
        return f"None of {decisions} differs from those with the same facts under the same rulebook."
    ties = f", and {count['tie']:,} where as many were treated one way as the other" if count["tie"] else ""
    odd = plural(len(report.inconsistent), "decision")
    differ = "differs" if len(report.inconsistent) == 1 else "differ"
    return (
        f"{odd} of {report.decisions:,} {differ} from those with the same facts: "
        f"{count['adverse']:,} against the advertiser, {count['favoured']:,} in its favour{ties}."
    )


def _groups_in_short(report: AuditReport, words: OutcomeWords) -> Iterable[str]:
    found = [group_word(test.attribute, test.value) for test in report.groups if test.verdict == "worse"]
    if not report.decisions:
        return
    if not found:
        yield f"That a group is {words.done} {_MORE_OFTEN} is not shown, which is not equal."
        return
    more = f", and {len(found) - _MOST_NAMED:,} more groups" if len(found) > _MOST_NAMED else ""
    named = f"advertisers with {listing(found[:_MOST_NAMED])}{more}"
    yield f"{_upper(words.done)} {_MORE_OFTEN}: {named}."


def _selection_in_short(report: AuditReport) -> Iterable[str]:
    for measure, words in _MEASURES.items():
        tests = [test for test in report.selection if test.measure == measure and test.verdict == "worse"]
        if tests:
            who = listing(group_word(test.attribute, test.value) for test in tests[:_MOST_NAMED])
            more = f", and {len(tests) - _MOST_NAMED:,} more groups" if len(tests) > _MOST_NAMED else ""
            yield f"Advertisers with {who}{more} {words} than others with the same facts."
    if report.spend and report.spend.verdict == "favoured":
        yield "The tenth that spends most was refused less often than others with the same facts."


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
    recorded, changed = group_word(flip.attribute, flip.value), group_word(flip.attribute, flip.changed_to)
    return (
        f"{flip.law}: {plural(flip.decisions, 'decision')} with {recorded} would be {flip.changed_outcome} instead of "
        f"{flip.outcome} with {changed} (rules {listing(flip.rules)})."
    )


def about_months(months: Sequence[MonthShare]) -> str:
    """Return the sentence on the share refused over time."""
    first, last = months[0], months[-1]
    begin = f"In {first.month} {share(first.adverse, first.decisions)} refused"
    if first is last:
        return f"{begin}."
    return (
        f"{begin}, in {last.month} {share(last.adverse, last.decisions)}. Advertisers of different months differ in "
        "their facts, so nothing about equal treatment follows from these shares."
    )


_MORE_OFTEN = "more often than others with the same facts"
_ALONE = "nobody of another group has the same facts."
_NOBODY = "Nobody with the same facts was decided otherwise."


def _counts(test: GroupTest | SpendTest, words: OutcomeWords) -> str:
    return f"{share(test.adverse, test.n)} {words.done}"


def _level(q: float | None, tests: int) -> str:
    return f"q {number(q)} of {plural(tests, 'test')}"


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
