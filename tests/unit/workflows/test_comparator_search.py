"""Who was in the position of one decided party: like cases, near ones, and why nobody can be compared."""

from datetime import datetime
from pathlib import Path

import pytest

from evenhand.ledger import LogReader
from evenhand.model.comparator import Comparator, ComparatorFinding
from evenhand.model.errors import NotFound
from evenhand.render.comparator_rows import comparator_lines
from evenhand.workflows.audit.comparator_search import find_comparators
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations.ledgers import read_ledger
from tests.networks import DAY_1, DAY_2, DAY_3, MADE_UP_RULE, MadeNetwork, empty_network, quiet

_OUTLET = {
    "media_sections": "news", "media_control": "financial_ownership", "media_taxpayer_funded": "yes",
    "media_source": "a",
}  # fmt: skip


def _with_outlets(folder: Path, rule: str = "") -> MadeNetwork:
    """Return a network that has run, of three outlets under states, an independent one, a bakery and one more rule."""
    made = empty_network(folder)
    for name, country, independent in (
        ("Alder Telewave", "QM", "no"), ("Birch Telewave", "QN", "no"), ("Cedar Telewave", "QM", "no"),
        ("Public Telewave", "IE", "yes"),
    ):  # fmt: skip
        party = name.split()[0].lower()
        made.add("advertisers", id=party, name=name, domains=f"{party}.example", country=country,
                 media_editorially_independent=independent, **_OUTLET)  # fmt: skip
    made.add("advertisers", id="mill", name="Plum Mill", domains="mill.example", country="QM")
    if rule:
        made.edit_rules(lambda text: text + MADE_UP_RULE.format(condition=rule), historic=True)
    made.run(DAY_1)
    return made


@pytest.fixture(scope="module")
def outlets(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    return _with_outlets(tmp_path_factory.mktemp("outlets") / "network")


@pytest.fixture(scope="module")
def naming(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network with a rule that names one advertiser."""
    return _with_outlets(tmp_path_factory.mktemp("naming") / "network", 'principal == Advertiser::"mill"')


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network with a rule that reads a country, and no law that lets it."""
    return _with_outlets(tmp_path_factory.mktemp("national") / "network", 'principal.country == "QM"')


def _decided(made: MadeNetwork, party: str) -> str:
    with read_ledger(made.network.ledger) as ledger:
        return _ids(ledger)[party]


def _ids(ledger: LogReader) -> dict[str, str]:
    found = (decision_of(payload or b"") for _, _, payload in ledger.entries("decision"))
    return {each.party.id: each.id for each in found if each.scope == "advertiser"}


def _found(made: MadeNetwork, party: str, *named: str, at: datetime = DAY_3) -> ComparatorFinding:
    return find_comparators(made.network, _decided(made, party), named, at, quiet)


def _parties(comparator: Comparator) -> list[str]:
    return [each.id for each in comparator.parties]


def test_who_has_the_same_facts_and_was_treated_alike_is_one_comparator(outlets: MadeNetwork) -> None:
    """With leaf, rule, and the group in which they differ: that is no fact."""
    found = _found(outlets, "alder")

    (like,) = (each for each in found.comparators if each.like)
    assert (_parties(like), like.count, like.outcome, like.differs) == (["birch", "cedar"], 2, "refuse", ())
    assert (like.rules, like.groups) == (("state-controlled-news-media",), ("country",))
    assert (like.milder, found.milder_like_cases, found.cannot_be_tested) == (False, (), None)
    assert list(like.leaves) == sorted(like.leaves)


def test_who_was_treated_milder_for_one_other_fact_is_named_with_it(outlets: MadeNetwork) -> None:
    """The fact, what it is in the case, and what it is in the other: that is what the review has to weigh."""
    (near,) = (each for each in _found(outlets, "alder").comparators if _parties(each) == ["public"])

    (fact,) = near.differs
    assert (fact.fact, fact.case, fact.other) == ("Advertiser.media.editorially_independent", "false", "true")
    assert (near.outcome, near.like, near.milder, near.under_same_rules) == ("allow", False, True, True)


def test_a_record_that_only_the_case_has_is_one_difference(outlets: MadeNetwork) -> None:
    """Who is no news outlet at all lacks it whole."""
    (mill,) = (each for each in _found(outlets, "alder", "mill").comparators if each.named)

    assert [(each.fact, each.case, each.other) for each in mill.differs] == [("Advertiser.media", "known", None)]


def test_comparators_that_the_complainant_names_are_found_by_id_or_name(outlets: MadeNetwork) -> None:
    """Each stands alone, in the order of likeness; one of whom nothing is decided is said and is no error."""
    found = _found(outlets, "alder", " birch  TELEWAVE", "advertiser:public", "birch", "Nobody at All", "alder", " ")

    assert [(each.number, _parties(each)) for each in found.comparators if each.named] == [
        (1, ["birch"]), (4, ["public"]),
    ]  # fmt: skip
    assert found.not_found == ("Nobody at All", "alder")
    assert [_parties(each) for each in found.comparators if not each.named] == [["cedar"], ["bakery", "mill"]]
    assert [each.number for each in found.comparators] == [1, 2, 3, 4]


def test_where_a_rule_names_the_party_nobody_can_be_its_equal(naming: MadeNetwork) -> None:
    """That is said with the rule; who differs in nothing but the name is like, and another name would be allowed."""
    found = _found(naming, "mill")

    assert (found.cannot_be_tested, found.naming_rules) == ("rule_names_party", ("made-up-rule",))
    (like,) = found.milder_like_cases
    assert (_parties(like), like.outcome, like.under_same_rules) == (["bakery"], "allow", True)
    assert [each.fact for each in like.differs] == ["Advertiser.@id"]
    (flip,) = found.flips.found
    assert (flip.attribute, flip.value, flip.outcome, flip.changed_outcome) == (
        "Advertiser.@id", "mill", "refuse", "allow",
    )  # fmt: skip


def test_a_rule_that_names_another_party_is_no_reason_why_this_case_cannot_be_tested(naming: MadeNetwork) -> None:
    """Its decision rests on other rules."""
    found = _found(naming, "alder")

    assert (found.cannot_be_tested, found.naming_rules, found.flips.found) == (None, (), ())


def test_who_differs_in_nothing_but_a_country_is_like_and_the_flip_shows_it(national: MadeNetwork) -> None:
    """No law asks for the country, so it is no fact that could justify the difference."""
    found = _found(national, "mill")

    (like,) = found.milder_like_cases
    assert (_parties(like), like.differs, like.groups) == (["bakery"], (), ("country", "union_established"))
    assert found.cannot_be_tested is None
    assert {(each.attribute, each.value, each.changed_outcome) for each in found.flips.found} == {
        ("Advertiser.country", "QM", "allow"),
    }  # fmt: skip


def test_a_party_that_nobody_is_like_cannot_be_tested(outlets: MadeNetwork) -> None:
    """The nearest that was treated milder is named all the same."""
    found = _found(outlets, "public")

    assert found.cannot_be_tested == "no_like_case"
    assert found.flips.tested > 0


def test_a_like_case_that_was_decided_otherwise_since_says_so(outlets: MadeNetwork, tmp_path: Path) -> None:
    """It read as if the other were still refused; also without names it is said that some are not."""
    made = outlets.copy(tmp_path / "network")
    case = _decided(made, "alder")
    made.row("advertisers", "birch")["media_editorially_independent"] = "yes"
    made.run(DAY_2)

    before, after = (
        next(each for each in find_comparators(made.network, case, (), at, quiet).comparators if each.like)
        for at in (DAY_1, DAY_2)
    )

    assert (before.changed, before.later) == (0, ())
    assert (_parties(after), after.changed) == (["birch", "cedar"], 1)
    assert [(each.party.id, each.outcome, each.decided_at) for each in after.later] == [("birch", "allow", DAY_2)]
    found = find_comparators(made.network, case, (), DAY_2, quiet)
    assert any(f"birch (leaf {after.leaves[0]}, allowed since 2026-03-03), cedar" in line
               for line in comparator_lines(found))  # fmt: skip
    closed = list(comparator_lines(found, closed=True))
    assert "   one of them or more has been decided otherwise since" in closed
    assert "birch" not in " ".join(closed)


def test_decisions_after_the_filing_are_left_out(outlets: MadeNetwork, tmp_path: Path) -> None:
    """The comparison of a day can be repeated later."""
    made = outlets.copy(tmp_path / "network")
    made.add("advertisers", id="dogwood", name="Dogwood Telewave", domains="dogwood.example", country="QN",
             media_editorially_independent="no", **_OUTLET)  # fmt: skip
    made.run(DAY_2)

    before, after = (
        next(each for each in _found(made, "alder", at=at).comparators if each.like) for at in (DAY_1, DAY_2)
    )

    assert (before.count, after.count) == (2, 3)


def test_equals_of_the_same_group_show_nothing_of_groups(outlets: MadeNetwork, tmp_path: Path) -> None:
    """Where all like cases share all protected attributes, only flips and precedents are left."""
    made = empty_network(tmp_path / "network")
    made.tables = {
        **outlets.tables,
        "advertisers": [each for each in outlets.tables["advertisers"] if each["id"] != "birch"],
    }
    made.run(DAY_1)

    assert _found(made, "alder").cannot_be_tested == "same_groups"


def test_a_rulebook_that_was_not_kept_is_said(outlets: MadeNetwork, tmp_path: Path) -> None:
    """Without the rules nobody knows which facts they read."""
    made = outlets.copy(tmp_path / "network")
    made.edit_rules(lambda text: text + "\n// another text\n")
    for kept in (made.network.snapshots / "rulebooks").iterdir():
        kept.rename(tmp_path / kept.name)

    found = _found(made, "alder", "birch")

    assert (found.cannot_be_tested, found.comparators, found.flips.tested) == ("rulebook_not_kept", (), 0)


def test_a_decision_that_the_ledger_lacks_is_an_error(outlets: MadeNetwork) -> None:
    """It names the id."""
    with pytest.raises(NotFound, match="d-none"):
        find_comparators(outlets.network, "d-none", (), DAY_2, quiet)
