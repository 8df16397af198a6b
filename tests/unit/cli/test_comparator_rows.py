"""What a reviewer, and what a complainant, reads about how others in the same position were treated."""

from datetime import UTC, datetime

import msgspec

from evenhand.model.audit import FlipFound, FlipResult
from evenhand.model.audit_proof import LawFlip
from evenhand.model.comparator import Comparator, ComparatorFinding, FactDifference
from evenhand.model.decision import Party
from evenhand.model.outcome import Outcome
from evenhand.render.comparator_rows import comparator_lines


def _parties(*names: str) -> tuple[Party, ...]:
    return tuple(Party(kind="advertiser", id=name) for name in names)


_LIKE = Comparator(
    number=1, parties=_parties("alder", "birch"), leaves=(7, 9), count=59, outcome=Outcome.ALLOW, rules=("open",),
    under_same_rules=True, differs=(FactDifference(fact="Advertiser.@id", case="mill", other="named by no rule"),),
    groups=("country", "union_established"), like=True, milder=True,
)  # fmt: skip
_NAMED = Comparator(
    number=2, named=True, parties=_parties("cedar"), leaves=(12,), count=1, outcome=Outcome.HOLD, rules=("possible",),
    under_same_rules=False, like=False, milder=True,
    differs=(
        FactDifference(fact="Advertiser.verification", case="0", other="3"),
        FactDifference(fact="rulebook", case="aa", other="bb"),
    ),
)  # fmt: skip
_FINDING = ComparatorFinding(
    decision="d-1", case_leaf=5, party=_parties("mill")[0], outcome=Outcome.REFUSE, rules=("two",),
    at=datetime(2017, 11, 20, tzinfo=UTC), searched=66, comparators=(_LIKE, _NAMED), not_found=("Nobody",),
    cannot_be_tested="rule_names_party", naming_rules=("two",), more=2,
    flips=FlipResult(tested=41, found=(
        FlipFound(advertiser="mill", seq=5, attribute="Advertiser.@id", value="mill", changed_to="never-seen",
                  outcome="refuse", changed_outcome="allow"),
    )),
)  # fmt: skip


def test_a_reviewer_reads_who_was_like_how_treated_by_which_rule_and_what_differs() -> None:
    """The point first; each set of parties with its leaves."""
    assert list(comparator_lines(_FINDING)) == [
        "66 decisions about others compared, made up to 2017-11-20 00:00 UTC",
        "Cannot be tested against others: the rule two names this advertiser, so by its own words nobody else can be"
        " its equal",
        "1  59 parties allowed by open: like, treated milder",
        "   alder (leaf 7), birch (leaf 9) and 57 more",
        "   differs in whether a rule names the advertiser (mill here, named by no rule there)",
        "   of another country, union established",
        "2  1 party on hold by possible under other rules: several facts differ, treated milder",
        "   named by the complainant: cedar (leaf 12)",
        "   differs in advertiser's level of verification (0 none, 1 declared, 2 document, 3 register) (0 here, 3"
        " there); the rules in force",
        "2 more sets of cases that differ in one fact and were treated milder",
        "named by the complainant, and nothing is decided about it: Nobody",
        "If the advertiser's name alone were another, the outcome would be allow",
    ]


def test_a_complainant_reads_no_name_no_leaf_and_no_small_number() -> None:
    """Who others are, and what happened to one of them, is theirs to tell."""
    text = "\n".join(comparator_lines(_FINDING, closed=True))

    assert not any(word in text for word in ("alder", "birch", "cedar", "leaf", "named by the complainant", "Nobody"))
    assert "1  59 parties allowed by open: like, treated milder" in text
    assert "2  fewer than 5 parties on hold by possible" in text
    assert "differs in whether a rule names the advertiser\n" in text


def test_a_case_that_nothing_can_be_compared_with_says_why() -> None:
    """And that no flip was found is said with the number tried."""
    empty = msgspec.structs.replace(
        _FINDING, comparators=(), not_found=(), more=0, cannot_be_tested="no_like_case", naming_rules=(),
        flips=FlipResult(tested=41),
        by_law=(LawFlip(law="A law, 5", rules=("r",), attribute="Advertiser.country", seq=5, decisions=1, value="QM",
                        changed_to="QN", outcome="refuse", changed_outcome="allow"),),
    )  # fmt: skip

    assert list(comparator_lines(empty))[1:] == [
        "Cannot be tested against others: nobody else has the same facts under the same rules",
        "Nobody was found in this position",
        "No change of a protected attribute alone changes the outcome (41 tried)",
        "A law, 5 lets advertiser's country decide",
    ]
