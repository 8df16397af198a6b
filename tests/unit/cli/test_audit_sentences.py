"""The sentences of an audit: a denominator for every rate, an interval for every ratio, the family for every q."""

import msgspec
import pytest

from evenhand.model.audit import SelectionTest, Verdict
from evenhand.model.audit_coverage import AttributeCoverage, OneGroup
from evenhand.render import audit_sentences as say
from evenhand.render.audit_overview import in_short
from evenhand.render.audit_words import outcome_words
from tests.unit.cli.audits import FULL, SPEND, UNTESTED, group, odd


@pytest.mark.parametrize("verdict", ["worse", "watch"])
def test_a_result_has_counts_interval_and_family(verdict: Verdict) -> None:
    """A number without its base cannot be judged."""
    sentence = say.about_group(group(verdict), 64)

    assert (
        "80 of 817 (9.8 %) refused; odds ratio 14.99 (95 % interval 10.31 to 21.66); q 2.2e-35 of 64 tests." in sentence
    )
    assert ("no finding yet" in sentence) is (verdict == "watch")


def test_an_explained_group_names_what_explains_it() -> None:
    """It was refused more often, and the reader learns who must be left out for that to go."""
    sentence = say.about_group(group("explained", explained_by=("country=X1", "language=L3")), 64)

    assert sentence.endswith("and no longer so once the members of country=X1 and language=L3 are left out.")


def test_not_shown_is_never_called_equal() -> None:
    """What the interval leaves possible is said; an open interval excludes nothing."""
    closed = say.about_group(group("not_shown", odds_ratio=1.2, ci_low=0.5, ci_high=2.7), 64)
    left_open = say.about_group(group("not_shown", odds_ratio=1.2, ci_low=0.0, ci_high="inf"), 64)

    assert "not shown, which is not equal" in closed
    assert "an odds ratio above 2.70 or below 0.500" in closed
    assert "too few comparators" in left_open


@pytest.mark.parametrize(
    ("n", "adverse", "reason"),
    [
        (2, 2, "All 2 were refused"),
        (2, 0, "None of 2 was refused"),
        (4, 1, "1 of 4 (25.0 %) refused"),
        (0, 0, "No decision"),
    ],
)
def test_an_untestable_group_has_its_reason(n: int, adverse: int, reason: str) -> None:
    """The word alone would leave the reader to guess."""
    assert reason in say.about_group(msgspec.structs.replace(UNTESTED, n=n, adverse=adverse), 64)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("favoured", "was refused less often than others with the same facts: 12 of 1,900"),
        ("watch", "no finding yet"), ("explained", "and no longer so without country=X1"),
        ("untestable", "cannot be tested"), ("not_shown", "is not shown, which is not equal"),
    ],
)  # fmt: skip
def test_spend_has_a_sentence_for_each_verdict(verdict: Verdict, words: str) -> None:
    """Who pays most is a group like any other."""
    assert words in say.about_spend(msgspec.structs.replace(SPEND, verdict=verdict, explained_by=("country=X1",)), 64)


@pytest.mark.parametrize("verdict", ["worse", "watch", "not_shown", "untestable"])
def test_selection_says_what_was_compared(verdict: Verdict) -> None:
    """Each measure has its direction in words."""
    sentence = say.about_selection(msgspec.structs.replace(FULL.selection[0], verdict=verdict), 64)

    assert "were examined more often" in sentence
    assert ("of 64 tests" in sentence) is (verdict != "untestable")


def test_one_and_many_have_their_own_forms() -> None:
    """A sentence about one is not in the plural."""
    assert say.about_odd(odd("adverse", 1, 1)).endswith("1 advertiser with the same facts was not.")
    assert say.about_odd(odd("favoured", 1, 3)).endswith("3 advertisers with the same facts were.")
    assert say.about_months(FULL.distributions.months[:1]) == "In 2026-03 5 of 100 (5.0 %) refused."


def test_more_findings_than_a_sentence_holds_are_counted() -> None:
    """Three are named, the rest counted."""
    many = msgspec.structs.replace(FULL, groups=tuple(group("worse", f"W{place}") for place in range(5)))

    assert "country `W2`, and 2 more groups." in " ".join(in_short(many))


def test_what_is_short_names_every_kind_of_result() -> None:
    """Who reads three lines has read of each kind: decisions, rules, groups, the road to a decision, spend."""
    short = " ".join(in_short(FULL))

    assert "2 refused decisions cannot be tested" in short
    assert "3 decisions cannot be tested: what was recorded about them is erased." in short
    assert "Advertisers with country `X9` were examined more often than others" in short
    assert short.endswith("The tenth that spends most was refused less often than others with the same facts.")


@pytest.mark.parametrize("country", ["PL", "KZ"])
def test_a_delay_that_people_caused_is_on_the_first_page(country: str) -> None:
    """Below it stood, and above that the decisions show no delay."""
    late = SelectionTest(
        attribute="country", value=country, measure="days_to_decision", n=40, informative=12, p=1e-15, q=1.8e-14,
        verdict="worse", method="normal",
    )  # fmt: skip
    people = msgspec.structs.replace(FULL, groups=(), inconsistent=(), selection=(late,))

    sentences = in_short(msgspec.structs.replace(FULL, matches=people))

    found = f"Advertisers with country `{country}` waited longer for a decision than others with the same facts."
    assert f"In what people decided about possible matches: {found} See below." in sentences


def test_a_held_advertiser_is_not_called_refused() -> None:
    """The plan says which outcomes are adverse; the strictest is named first, and none that it does not name."""
    words = outcome_words(("hold", "refuse"))

    sentence = say.about_group(group("worse"), 64, words)

    assert "were refused or held more often than others with the same facts" in sentence
    assert "refused" not in say.about_group(group("worse"), 64, outcome_words(("hold",)))
    assert outcome_words(("rejected",)).done == "given `rejected`"


def test_groups_that_cannot_be_tested_are_not_said_to_show_nothing() -> None:
    """Nobody to compare with is another answer than a comparison that showed no difference."""
    alone = msgspec.structs.replace(FULL, groups=(UNTESTED,))

    short = " ".join(in_short(alone))

    assert "Whether a group is refused more often than others with the same facts cannot be tested." in short
    assert "not shown" not in short


def test_whom_a_new_rulebook_changed_nothing_for_is_counted_first() -> None:
    """They are allowed under rules by which nobody decided them: without the sentence all refused would look alone."""
    short = in_short(msgspec.structs.replace(FULL, unchanged=39))

    assert "39 advertisers have no decision under the newest rulebook" in short[1]


def test_what_is_covered_is_said_by_attribute() -> None:
    """Another size beside a refusal says nothing about its country."""
    covered = (
        AttributeCoverage(attribute="country", adverse=5, compared=0),
        AttributeCoverage(attribute="size", adverse=5, compared=5),
    )

    assert say.about_coverage(msgspec.structs.replace(FULL, coverage=covered)) == (
        "Of 5 refused decisions, so many have another group with the same facts beside them: 0 by country and 5 by "
        "size. An unknown value is no other group."
    )
    none = tuple(msgspec.structs.replace(each, adverse=0, compared=0) for each in covered)
    assert say.about_coverage(msgspec.structs.replace(FULL, coverage=none)) == "No decision in the table is refused."


@pytest.mark.parametrize("country", ["RU", "US"], ids=["abroad", "mirror"])
def test_a_rule_or_list_that_met_one_group_is_said_in_short(country: str) -> None:
    """One plain sentence each, the same for any country."""
    rule = OneGroup(basis="rule", name="two-dates", attribute="country", value=country, advertisers=2)
    own_list = OneGroup(basis="list", name="house-media", attribute="country", value=country, advertisers=2)
    script = msgspec.structs.replace(own_list, attribute="scripts", value="Latn")

    short = in_short(msgspec.structs.replace(FULL, one_group=(rule, own_list, script)))

    assert (
        f"Rule `two-dates` reads a date and applied to advertisers with country `{country}` only (2 of them). That it "
        "applied counts as a fact, so they are compared with nobody whom it spared."
    ) in short
    assert (
        f"All 2 refused advertisers with a finding from list `house-media` have country `{country}` and scripts `Latn`."
    ) in short
