"""The tests of an audit report one by one, of every kind, for pages that list and open them."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, cast

from evenhand.model.audit import AuditReport, GroupTest, OddDecision, SelectionTest, SpendTest, Verdict
from evenhand.render.audit_order import verdict_rank
from evenhand.render.audit_sentences import about_group, about_selection, about_spend, about_time
from evenhand.render.audit_words import OutcomeWords, group_word, upper_first, value_word

TestedKind = Literal["group", "examined", "flags_before", "days_to_decision", "spend", "time"]

KINDS: Final[dict[TestedKind, str]] = {
    "group": "decided against more often", "examined": "examined more often",
    "flags_before": "warned less often before a decision", "days_to_decision": "waited longer",
    "spend": "large spenders decided against less often", "time": "decided otherwise than before",
}  # fmt: skip
"""What each kind of test asks of a group."""

TONES: Final[dict[Verdict, str]] = {
    "worse": "bad", "favoured": "limit", "watch": "warn", "explained": "label", "not_shown": "plain",
    "untestable": "plain",
}  # fmt: skip
"""The tone of the badge of a verdict."""

GROUPS: Final[dict[str, str]] = {
    "country": "the advertiser's country",
    "languages": "the languages of its creatives",
    "owner_countries": "the countries of its owners",
    "scripts": "the scripts of its names",
    "size": "what it had spent by then, in powers of ten of the network's currency",
    "kind": "news outlet or other, as far as the recorded facts tell it",
    "age": "how long the network had known it",
}
"""What the groups of a network's audit are, each as recorded when it was decided."""


class AskedTest(NamedTuple):
    """One test of a report, and what it asks of the group."""

    kind: TestedKind
    test: GroupTest | SelectionTest | SpendTest

    @property
    def name(self) -> str:
        """Return the group in words."""
        return upper_first(group_word(self.test.attribute.replace("_", " "), self.test.value))


class AttributeGroups(NamedTuple):
    """The groups by one attribute: what it is, how many groups and decisions, and of how many it is unknown."""

    attribute: str
    words: str
    groups: int
    known: int
    unknown: int
    largest: str


def every_test(report: AuditReport) -> list[AskedTest]:
    """Return every test of a report: what was found first, then by rising p."""
    return sorted(_tests(report), key=lambda each: verdict_rank(each.test))


def sentence_of(tested: AskedTest, report: AuditReport, words: OutcomeWords) -> str:
    """Return the sentence on one test, as the report's page has it."""
    test = tested.test
    if isinstance(test, SpendTest):
        return about_spend(test, report.tests, words)
    if isinstance(test, SelectionTest):
        return about_selection(test, report.tests)
    is_told = tested.kind == "group" or test.verdict in ("untestable", "not_shown", "explained")
    return about_group(test, report.tests, words) if is_told else about_time(test, report.tests, words)


def attribute_groups(report: AuditReport) -> Iterator[AttributeGroups]:
    """Yield by which attributes groups were compared, in the order of the plan."""
    for attribute in report.plan.groups:
        own = [each for each in report.groups if each.attribute == attribute]
        named = [each for each in own if each.value]
        largest = max(named, key=lambda each: each.n, default=None)
        yield AttributeGroups(
            attribute, GROUPS.get(attribute, ""), len(named), sum(each.n for each in named),
            sum(each.n for each in own if not each.value),
            "" if largest is None else f"{value_word(largest.value)} ({largest.n:,})",
        )  # fmt: skip


def odd_of_group(report: AuditReport, attribute: str, value: str | None) -> list[OddDecision]:
    """Return the odd decisions about a group."""
    return [each for each in report.inconsistent if attribute in each.groups and each.groups[attribute] == value]


def _tests(report: AuditReport) -> Iterator[AskedTest]:
    yield from (AskedTest("group", each) for each in report.groups)
    yield from (AskedTest(cast("TestedKind", each.measure), each) for each in report.selection)
    yield from (AskedTest("time", each) for each in report.time)
    if report.spend is not None:
        yield AskedTest("spend", report.spend)
