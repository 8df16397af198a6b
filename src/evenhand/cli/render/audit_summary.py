"""An audit in the terminal: what could not be tested first, then what was found, in plain words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from evenhand.cli.render.wording import count
from evenhand.model.audit import AuditReport, GroupTest, OddDecision, Ratio, SelectionTest, UntestableDecision

_SHOWN = 10
_FOUND = ("worse", "favoured", "watch", "explained")
_MEASURED = {
    "examined": "examined more often than others with the same facts of selection",
    "flags_before": "fewer warnings before action than others with the same facts",
    "days_to_decision": "waited longer for a decision than others with the same facts",
}
_WATCH = "to watch: "


def summary(report: AuditReport) -> Iterator[str]:
    """Yield the lines of a report for people."""
    yield report.first_line
    yield (
        f"Asked: were advertisers with the same {count(len(report.plan.facts), 'fact')} under the same rulebook treated"
        f" alike, whatever their {', '.join(report.plan.groups)}?"
    )
    yield (
        f"Read: {count(report.rows, 'row')}, {count(report.decisions, 'decision')}, {count(report.strata, 'set')} of"
        " equal facts."
    )
    yield from _untestable(report.untestable)
    yield from _odd(report.inconsistent)
    yield from _groups(report)
    yield from _selection(report.selection)
    yield from _spend(report)
    yield from _time(report)
    yield from _dependent(report)
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
    yield ""
    yield title
    for line in lines:
        yield f"  {line}"


def _untestable(decisions: tuple[UntestableDecision, ...]) -> Iterator[str]:
    if not decisions:
        return
    lines = [
        f"{each.advertiser} (seq {each.seq}): nobody of another group has the same facts; "
        + (
            f"the nearest is {each.nearest}, which differs in {', '.join(each.differs_in)}."
            if each.nearest
            else "there is no decision of another group at all."
        )
        for each in decisions[:_SHOWN]
    ]
    yield from _section(f"Cannot be tested: {count(len(decisions), 'adverse decision')}", _with_rest(lines, decisions))


def _odd(decisions: tuple[OddDecision, ...]) -> Iterator[str]:
    sides = Counter(each.side for each in decisions)
    title = (
        "Odd decisions: none"
        if not decisions
        else (
            f"Odd decisions: {sides['adverse']} adverse where most with the same facts were favourable,"
            f" {sides['favoured']} the other way, {sides['tie']} with as many each way"
        )
    )
    lines = [
        f"{each.advertiser} (seq {each.seq}): {each.outcome}; treated differently from"
        f" {count(each.comparators, 'advertiser')} with the same facts, such as {each.comparator}"
        f" (seq {each.comparator_seq}: {each.comparator_outcome}). {_difference(each.differs_in)}"
        for each in decisions[:_SHOWN]
    ]
    lines = list(_with_rest(lines, decisions))
    if decisions:
        lines.append("Each is to be reviewed by a person; an audit changes nothing.")
    yield from _section(title, lines)


def _difference(names: tuple[str, ...]) -> str:
    return f"These two differ in {', '.join(names)}." if names else "These two are of the same groups."


def _with_rest(lines: list[str], of: tuple[object, ...]) -> Iterator[str]:
    yield from lines
    if len(of) > len(lines):
        yield f"… and {len(of) - len(lines):,} more; --json OUT writes all of them."


def _groups(report: AuditReport) -> Iterator[str]:
    lines = [f"{_name(row)}: {_group_words(row)}" for row in report.groups if row.verdict in _FOUND]
    yield from _section(f"Groups, {count(len(report.groups), 'value')}", [*lines, _rest(report.groups)])


def _group_words(row: GroupTest) -> str:
    numbers = (
        f"{row.adverse:,} of {row.n:,} decisions adverse; odds ratio {_ratio(row.odds_ratio)} (95 %"
        f" {_ratio(row.ci_low)} to {_ratio(row.ci_high)}), q {_small(row.q)}."
    )
    if row.verdict == "explained":
        return f"not shown once {', '.join(row.explained_by or ())} are left out. {numbers}"
    mark = _WATCH if row.verdict == "watch" else ""
    return f"{mark}refused more often than others with the same facts. {numbers}"


def _selection(rows: tuple[SelectionTest, ...]) -> Iterator[str]:
    if rows:
        lines = [
            f"{_name(row)}: {_WATCH if row.verdict == 'watch' else ''}{_MEASURED[row.measure]}. q {_small(row.q)}."
            for row in rows
            if row.verdict in _FOUND
        ]
        yield from _section(f"Selection, warnings and days, {count(len(rows), 'test')}", [*lines, _rest(rows)])


def _spend(report: AuditReport) -> Iterator[str]:
    row = report.spend
    if row is None:
        return
    numbers = f"{row.adverse:,} of {row.n:,} decisions adverse"
    if row.verdict != "untestable":
        interval = f"95 % {_ratio(row.ci_low)} to {_ratio(row.ci_high)}"
        numbers += f"; odds ratio {_ratio(row.odds_ratio)} ({interval}), q {_small(row.q)}"
    words = {
        "favoured": "refused less often than others with the same facts",
        "watch": f"{_WATCH}refused less often than others with the same facts",
        "explained": f"not shown once {', '.join(row.explained_by or ())} are left out",
        "untestable": "cannot be tested: too few comparators",
    }.get(row.verdict, "no difference shown, which is not equality")
    yield from _section("Spend", [f"The tenth that spends most (from {row.threshold:,.0f}): {words}. {numbers}."])


def _time(report: AuditReport) -> Iterator[str]:
    lines = [
        f"Rulebook {change.from_} was replaced by {change.to}: first decision"
        f" {change.at or 'at an unknown time'} (seq {change.seq})."
        for change in report.policy_changes
    ]
    lines += [
        f"{_name(row)}: {_WATCH if row.verdict == 'watch' else ''}refused"
        f" {'less' if row.verdict == 'favoured' else 'more'} often than before. Odds ratio {_ratio(row.odds_ratio)}, q"
        f" {_small(row.q)}."
        for row in report.time
        if row.verdict in _FOUND
    ]  # fmt: skip
    if report.time:
        lines.append(f"Drift, {count(len(report.time), 'test')}: {_rest(report.time)}")
    if lines:
        yield from _section("Time", lines)


def _dependent(report: AuditReport) -> Iterator[str]:
    if report.dependent_facts:
        lines = [
            f"{each.fact} follows from {each.attribute} to {100 * each.share:.0f} %: equals by it are rarely of"
            " different groups."
            for each in report.dependent_facts
        ]
        yield from _section("Facts that a group gives away, listed and not judged", lines)


def _rest(rows: "tuple[GroupTest, ...] | tuple[SelectionTest, ...]") -> str:
    verdicts = Counter(row.verdict for row in rows)
    if verdicts["untestable"] == len(rows):
        return "None of them could be tested." if rows else "There is nothing to test."
    untested = f" {verdicts['untestable']:,} could not be tested." if verdicts["untestable"] else ""
    return f"Of {verdicts['not_shown']:,} no difference was shown, which is not equality.{untested}"


def _name(row: GroupTest | SelectionTest) -> str:
    return f"{row.attribute} {'unknown' if row.value is None else row.value}"


def _ratio(ratio: Ratio) -> str:
    if ratio is None:
        return "undefined"
    return "infinite" if ratio == "inf" else f"{ratio:.3g}"


def _small(q: float | None) -> str:
    return "undefined" if q is None else f"{q:.2g}"
