"""The rows of a transparency report after the template of Regulation (EU) 2024/2835, from statements and complaints.

What a network cannot know stays blank; 0 says that something could have happened and did not (Annex II, part I).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from statistics import median
from typing import Literal, NamedTuple

from evenhand.model.dsa_codes import places_in_eea
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import report_template as template
from evenhand.reasons.kinds import RESTRICTIONS

Outcome = Literal["upheld", "varied", "reversed", "omitted"]
_NOT_OWN = ("article-16", "trusted-flagger", "government")
_UNNAMED = "The record of these measures names no sub-category of this category."
_POSSIBLE = {
    template.RESTRICTION_COLUMNS[code] for each in RESTRICTIONS.values() for code in (each.code, each.code_with_end)
}
_SCOPES: dict[str, Outcome] = {
    template.UPHELD: "upheld",
    template.PARTIALLY: "varied",
    template.REVERSED: "reversed",
    template.OMITTED: "omitted",
}


class Period(NamedTuple):
    """A reporting period: its first and last day."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Return whether a day is of the period."""
        return day is not None and self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


class CountedComplaint(NamedTuple):
    """A complaint or a dispute as the report counts it.

    `restriction` is the attribute of the EU database that the complained decision has, ``""`` where it names none.
    `outcome` "omitted": it ended without a decision on the matter. `hours` run from its arrival until the answer is
    told. `followed`: the network did what the out-of-court body decided.
    """

    opened_on: date
    restriction: str = ""
    outcome: Outcome | None = None
    ended_on: date | None = None
    hours: float | None = None
    followed: bool | None = None


class Counted(NamedTuple):
    """The statements that a report counts, and how many it does not, by why."""

    statements: tuple[StatementOfReasons, ...]
    left_out: dict[str, int]


def countable(statements: Iterable[StatementOfReasons], period: Period) -> Counted:
    """Return the statements decided in a period about the EEA that have a row in the template."""
    kept: list[StatementOfReasons] = []
    left_out: Counter[str] = Counter()
    for statement in statements:
        if period.holds(statement.dates.decided):
            why = _why_not(statement)
            left_out.update([why] if why else [])
            kept += [] if why else [statement]
    return Counted(tuple(kept), dict(sorted(left_out.items())))


def identification_rows(service: str, period: Period) -> Iterator[Sequence[str]]:
    """Yield part 1, the heading first; the days of publication are the publisher's to fill in."""
    known = {
        template.PROVIDER: service,
        template.STARTS: period.first.isoformat(),
        template.ENDS: period.last.isoformat(),
    }
    yield template.HEADINGS[template.IDENTIFICATION]
    for name in template.IDENTIFICATION_ROWS:
        yield (template.ALL, service, name, known.get(name, ""))


def measure_rows(
    part: int, service: str, period: Period, statements: Iterable[StatementOfReasons]
) -> Iterator[Sequence[str]]:
    """Yield part 5 (law) or 6 (terms), the heading first: own measures by category, automation and restriction."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for statement in statements:
        if is_own(statement) and part == (template.ILLEGAL if statement.ground.type == "law" else template.TERMS):
            category, code = statement.category, _sub_category(statement)
            for column in _columns(statement):
                counts.update(
                    (row[0], row[1], column)
                    for row in ((template.TOTAL, template.TOTAL), (category, category), (category, code))
                )
    yield template.HEADINGS[part]
    blanks = ("",) * len(template.COUNTED_COLUMNS)
    for category, code in template.category_rows(part):
        cells = [_cell(counts[category, code, column], column) for column in template.COUNTED_COLUMNS]
        described = _UNNAMED if code == template.OTHER and counts[category, code, template.MEASURES] else ""
        yield (template.ALL, service, str(period), code, described, *cells, *blanks)


def complaint_rows(
    service: str, period: Period, complaints: Sequence[CountedComplaint], disputes: Sequence[CountedComplaint]
) -> Iterator[Sequence[str]]:
    """Yield part 7, the heading first: complaints filed, and those answered, in the period; disputes likewise.

    Rows about notices that nothing was done about, and about suspensions for misuse, are blank: none are kept.
    """
    of_indicator = {template.SUBMITTED: complaints, template.DISPUTED: disputes} | {
        indicator: [each for each in complaints if each.restriction == attribute]
        for attribute, indicator in template.REGARDING.items()
    }
    yield template.HEADINGS[template.COMPLAINTS]
    for row in template.ROWS[template.COMPLAINTS]:
        known = of_indicator.get(row.indicator)
        value, context = ("", "") if known is None else _value(row.scope, known, period)
        yield (row.applicability, service, str(period), row.section, row.indicator, row.scope, value, context)


def automation_rows(service: str, period: Period, statements: Iterable[StatementOfReasons]) -> Iterator[Sequence[str]]:
    """Yield part 8, the heading first: measures taken by programs alone, and those in which no program took part.

    What a program found and a person decided, or the other way round, is in neither; the context says how many.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for statement in statements:
        for scope in (template.NUMBER, template.OWN_INITIATIVE) if is_own(statement) else (template.NUMBER,):
            counts[scope, _automated(statement)] += 1
    yield template.HEADINGS[template.AUTOMATION]
    for row in template.ROWS[template.AUTOMATION]:
        value, context = "", ""
        if row.indicator in (template.MEASURES_AUTOMATED, template.MEASURES_BY_PEOPLE):
            value = str(counts[row.scope, row.indicator])
            partly = counts[row.scope, ""]
            context = f"{partly} more with automated means in part, in neither row" if partly else ""
        yield (row.applicability, service, str(period), row.section, row.indicator, row.scope, value, context)


def is_own(statement: StatementOfReasons) -> bool:
    """Return whether a measure followed neither an authority's request nor a notice (Annex II, 1.4, column F)."""
    return statement.source.type not in _NOT_OWN


def _why_not(statement: StatementOfReasons) -> str:
    """Return why the template has no place for a statement, ``""`` where it has one."""
    if statement.waits_until is not None:
        return "its letter has not gone out"
    if statement.kind not in RESTRICTIONS:
        return "the template has no column for its restriction"
    if not isinstance(statement.scope, str) and not places_in_eea(statement.scope):
        return "it applies outside the European Economic Area only"
    known = template.CATEGORIES.keys() - ({template.OTHER_TERMS} if statement.ground.type == "law" else set())
    if is_own(statement) and statement.category not in known:
        return f"the template has no row for {statement.category} under this ground"
    return ""


def _sub_category(statement: StatementOfReasons) -> str:
    codes = template.CATEGORIES[statement.category]
    return next((keyword for keyword in statement.keywords if keyword in codes), template.OTHER)


def _columns(statement: StatementOfReasons) -> Iterator[str]:
    yield template.MEASURES
    for each in statement.restrictions:
        restriction = RESTRICTIONS[each.kind]
        yield template.RESTRICTION_COLUMNS[restriction.code_with_end if each.ends_on else restriction.code]
    if _automated(statement) == template.MEASURES_AUTOMATED:
        yield template.SOLELY_AUTOMATED


def _automated(statement: StatementOfReasons) -> str:
    """Return the indicator of part 8 for a measure, ``""`` where programs took part without deciding alone."""
    match statement.automation.detection, statement.automation.decision:
        case "yes", "full":
            return template.MEASURES_AUTOMATED
        case "no", "none":
            return template.MEASURES_BY_PEOPLE
        case _:
            return ""


def _cell(count: int, column: str) -> str:
    """Return a count; blank for a restriction that a network never makes."""
    return str(count) if column in (template.MEASURES, template.SOLELY_AUTOMATED) or column in _POSSIBLE else ""


def _value(scope: str, known: Sequence[CountedComplaint], period: Period) -> tuple[str, str]:
    """Return value and context of a row of part 7."""
    if scope == template.NUMBER:
        opened = [each for each in known if period.holds(each.opened_on)]
        running = sum(1 for each in opened if each.ended_on is None or each.ended_on > period.last)
        return str(len(opened)), f"{running} of them without a decision at the end of the period" if running else ""
    ended = [each for each in known if period.holds(each.ended_on)]
    if scope in _SCOPES:
        return str(sum(1 for each in ended if each.outcome == _SCOPES[scope])), ""
    if scope == template.MEDIAN:
        hours = [each.hours for each in ended if each.hours is not None and each.outcome != "omitted"]
        return (_decimal(median(hours)), "") if hours else ("", "No decision was told in the period.")
    changed = [each for each in ended if each.outcome in ("varied", "reversed")]
    if scope != template.IMPLEMENTED or not changed:
        return "", "No decision was reversed in the period, wholly or in part."
    return _decimal(sum(1 for each in changed if each.followed) / len(changed)), ""


def _decimal(value: float) -> str:
    """Return a number with at most two decimals.

    >>> _decimal(1 / 3), _decimal(24.0)
    ('0.33', '24')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")
