"""An audit in a few sentences: what a reader must know before anything else."""

from collections.abc import Iterable, Sequence

from evenhand.model.audit import AuditReport
from evenhand.render.audit_exceptions import about_exceptions
from evenhand.render.audit_sentences import MEASURES, MORE_OFTEN, NOBODY, about_coverage, about_flips, about_one_group
from evenhand.render.audit_words import (
    JUDGED_SAME,
    REFUSED,
    OutcomeWords,
    group_word,
    listing,
    plural,
    upper_first,
)

_MOST_NAMED = 3
_ALONE = "nobody of another group has the same facts."


def in_short(report: AuditReport, words: OutcomeWords = REFUSED) -> Sequence[str]:
    """Return what a reader must know before anything else: what cannot be tested first."""
    flips = [] if words is JUDGED_SAME else [about_flips(report)]
    tested = (*_groups_in_short(report, words), *_selection_in_short(report, words), *_people_in_short(report))
    odd = (odd_in_short(report), *about_exceptions(report))
    return (*_cannot_be_tested(report, words), *odd, *flips, *tested)


def _people_in_short(report: AuditReport) -> Iterable[str]:
    """Yield what was found in what people decided about possible matches."""
    if report.matches is None or not report.matches.found:
        return
    found = [group_word(test.attribute, test.value) for test in report.matches.groups if test.verdict == "worse"]
    if found:
        named = listing(found[:_MOST_NAMED])
        yield f"By people, advertisers with {named} were {JUDGED_SAME.done} {MORE_OFTEN}: see below."
    slow = tuple(_selection_in_short(report.matches, JUDGED_SAME))
    yield from (f"In what people decided about possible matches: {sentence} See below." for sentence in slow)
    if report.matches.inconsistent:
        odd = plural(len(report.matches.inconsistent), "judgement")
        yield f"Of what people decided about possible matches, {odd} differ from those with the same facts: see below."
    if not found and not slow and not report.matches.inconsistent:
        yield "In what people decided about possible matches a difference was found: see below."


def _cannot_be_tested(report: AuditReport, words: OutcomeWords) -> Iterable[str]:
    if report.untestable:
        yield f"{plural(len(report.untestable), words.decision, words.decisions)} cannot be tested: {_ALONE}"
    if report.unchanged:
        who = f"{plural(report.unchanged, 'advertiser')} {'has' if report.unchanged == 1 else 'have'}"
        yield (
            f"{who} no decision under the newest rulebook, because it changed nothing for them: nobody decided under "
            "it can be compared with them."
        )
    if report.erased:
        yield f"{plural(report.erased, 'decision')} cannot be tested: what was recorded about them is erased."
    yield about_coverage(report, words)
    yield from about_one_group(report, words)


def odd_in_short(report: AuditReport) -> str:
    """Return how many decisions differ from those with the same facts, and which way."""
    count = {side: sum(odd.side == side for odd in report.inconsistent) for side in ("adverse", "favoured", "tie")}
    if not report.decisions:
        return "No decision is in the table, so none can differ."
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
    if all(test.verdict == "untestable" for test in report.groups):
        yield f"Whether a group is {words.done} {MORE_OFTEN} cannot be tested. {NOBODY}"
    elif not found:
        yield f"That a group is {words.done} {MORE_OFTEN} is not shown, which is not equal."
    else:
        more = f", and {len(found) - _MOST_NAMED:,} more groups" if len(found) > _MOST_NAMED else ""
        named = f"advertisers with {listing(found[:_MOST_NAMED])}{more}"
        yield f"{upper_first(words.done)} {MORE_OFTEN}: {named}."


def _selection_in_short(report: AuditReport, words: OutcomeWords) -> Iterable[str]:
    for measure, what in MEASURES.items():
        tests = [test for test in report.selection if test.measure == measure and test.verdict == "worse"]
        if tests:
            who = listing(group_word(test.attribute, test.value) for test in tests[:_MOST_NAMED])
            more = f", and {len(tests) - _MOST_NAMED:,} more groups" if len(tests) > _MOST_NAMED else ""
            yield f"Advertisers with {who}{more} {what} than others with the same facts."
    if report.spend and report.spend.verdict == "favoured":
        yield f"The tenth that spends most was {words.done} less often than others with the same facts."
