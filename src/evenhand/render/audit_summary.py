"""An audit in the terminal: what could not be tested first, then what was found, in the sentences of the page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from evenhand.model.audit import AuditReport, GroupTest
from evenhand.render import audit_sentences as say
from evenhand.render import audit_words as word
from evenhand.render.audit_overview import in_short, odd_in_short
from evenhand.render.audit_words import OutcomeWords
from evenhand.render.wording import count

_SHOWN = 10
_FOUND = ("worse", "favoured", "watch", "explained")


def summary(report: AuditReport) -> Iterator[str]:
    """Yield the lines of a report for people."""
    yield from (line.replace("`", '"') for line in _lines(report, word.outcome_words(report.plan.adverse)))


def _lines(report: AuditReport, words: OutcomeWords) -> Iterator[str]:
    yield report.first_line
    yield (
        f"Asked: were advertisers with the same {count(len(report.plan.facts), 'fact')} under the same rulebook treated"
        f" alike, whatever their {word.listing(report.plan.groups)}?"
    )
    yield (
        f"Read: {count(report.rows, 'row')}, {count(report.decisions, 'decision')}, {count(report.strata, 'set')} of"
        " equal facts."
    )
    yield from _section("In short", in_short(report, words))
    yield from _untestable(report, words)
    yield from _odd(report, words)
    groups = (say.about_group(row, report.tests, words) for row in report.groups if row.verdict in _FOUND)
    yield from _section("Groups", [*groups, *_rest(report.groups)])
    yield from _section("Who was examined, warned and made to wait", say.about_road(report) if report.selection else ())
    if report.spend is not None:
        yield from _section("Spend", [say.about_spend(report.spend, report.tests, words)])
    yield from _section("Time", _time(report, words))
    yield from _section(
        "Facts that a group gives away, listed and not judged", map(say.about_dependence, report.dependent_facts)
    )
    yield from _section("Limits", report.limits)
    yield ""
    yield f"Plan: SHA-256 {report.plan_sha256}"
    yield finding_counts(report)


def finding_counts(report: AuditReport) -> str:
    """Return in one sentence how much was found and how much could not be tested."""
    verdicts = Counter(test.verdict for test in (*report.groups, *report.time))
    verdicts.update(test.verdict for test in report.selection)
    if report.spend:
        verdicts[report.spend.verdict] += 1
    found = verdicts["worse"] + verdicts["favoured"]
    return (
        f"{count(len(report.inconsistent), 'odd decision')}, {count(found, 'difference')} found in"
        f" {count(report.tests, 'test')}, {verdicts['watch']} to watch;"
        f" {count(len(report.untestable), 'adverse decision')} could not be tested."
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    several = list(lines)
    if several:
        yield ""
        yield title
        yield from (f"  {line}" for line in several)


def _untestable(report: AuditReport, words: OutcomeWords) -> Iterator[str]:
    lines = [f"{_place(report, one.seq)}{say.about_untestable(one)}" for one in report.untestable[:_SHOWN]]
    title = f"Cannot be tested: {word.plural(len(report.untestable), words.decision, words.decisions)}"
    if lines:
        yield from _section(title, _with_rest(lines, report.untestable))


def _odd(report: AuditReport, words: OutcomeWords) -> Iterator[str]:
    lines = [
        f"{_place(report, odd.seq)}{say.about_odd(odd, words)} Compared with `{odd.comparator}`"
        f" ({_number(report, odd.comparator_seq)}, {odd.comparator_outcome}), "
        + (f"it differs in {word.facts(odd.differs_in)}." if odd.differs_in else "same groups.")
        for odd in report.inconsistent[:_SHOWN]
    ]
    closing = ["Each is to be reviewed by a person; an audit changes nothing."] if lines else []
    yield ""
    yield odd_in_short(report)
    yield from (f"  {line}" for line in (*_with_rest(lines, report.inconsistent), *closing))


def _place(report: AuditReport, seq: int) -> str:
    return f"{_number(report, seq)}: "


def _number(report: AuditReport, seq: int) -> str:
    return f"{'leaf' if report.ledger else report.plan.seq} {seq}"


def _with_rest(lines: list[str], of: Sequence[object]) -> Iterator[str]:
    yield from lines
    if len(of) > len(lines):
        yield f"… and {len(of) - len(lines):,} more; the report has all of them."


def _time(report: AuditReport, words: OutcomeWords) -> Iterator[str]:
    for change in report.policy_changes:
        yield (
            f"Rulebook {change.from_} was replaced by {change.to}: first decision"
            f" {change.at or 'at an unknown time'} ({_number(report, change.seq)})."
        )
    yield from (say.about_time(row, report.tests, words) for row in report.time if row.verdict in _FOUND)
    yield from _rest(report.time)


def _rest(rows: Sequence[GroupTest]) -> Iterator[str]:
    verdicts = Counter(row.verdict for row in rows)
    if verdicts["not_shown"]:
        yield f"{count(verdicts['not_shown'], 'test')} showed no difference, which is not equality."
    if verdicts["untestable"]:
        yield f"{verdicts['untestable']:,} could not be tested: nobody with the same facts was decided otherwise."
