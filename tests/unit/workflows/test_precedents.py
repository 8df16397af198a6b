"""Earlier decisions about others with the same facts, and what would have to change for another outcome."""

from pathlib import Path

import pytest

from evenhand.model.run import Explained, Precedents
from evenhand.render.precedent_rows import precedent_rows
from evenhand.workflows.audit.precedents import with_precedents
from evenhand.workflows.queries import explain
from tests.networks import DAY_1, DAY_2, MadeNetwork, empty_network


@pytest.fixture(scope="module")
def outlets(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network with three outlets under a state, one independent one, and a company on a list."""
    made = empty_network(tmp_path_factory.mktemp("outlets") / "network")
    states = {"media_sections": "news", "media_control": "financial_ownership", "media_taxpayer_funded": "yes"}
    for name, country in (("Alder Telewave", "QM"), ("Birch Telewave", "QN"), ("Cedar Telewave", "QM")):
        party = name.split()[0].lower()
        made.add("advertisers", id=party, name=name, domains=f"{party}.example", country=country, media_source="a",
                 media_editorially_independent="no", **states)  # fmt: skip
    made.add("advertisers", id="public", name="Public Telewave", domains="public.example", country="IE",
             media_editorially_independent="yes", media_source="a", **states)  # fmt: skip
    made.run(DAY_1)
    return made


def _of(made: MadeNetwork, party: str) -> Precedents:
    (found,) = _explained(made, party).precedents
    return found


def _explained(made: MadeNetwork, party: str) -> Explained:
    return with_precedents(explain(made.network, party, DAY_2), made.network)


def test_the_decisions_about_others_with_the_same_facts_are_named_with_their_leaves(outlets: MadeNetwork) -> None:
    """The latest first; where an advertiser is from is no fact that the rules read."""
    found = _of(outlets, "alder")

    assert [(each.party_id, each.outcome) for each in found.same] == [("cedar", "refuse"), ("birch", "refuse")]
    assert [each.seq for each in found.same] == sorted((each.seq for each in found.same), reverse=True)
    assert found.searched == 4


def test_the_nearest_that_was_decided_otherwise_is_named_with_the_fact_that_differs(outlets: MadeNetwork) -> None:
    """The fact is what the advertiser can argue about."""
    nearest = _of(outlets, "alder").nearest_other

    assert nearest is not None
    assert (nearest.party_id, nearest.outcome, nearest.differs_in) == (
        "public", "allow", ("Advertiser.media.editorially_independent",),
    )  # fmt: skip


def test_a_single_fact_that_would_alter_the_outcome_is_found_by_cedar(outlets: MadeNetwork) -> None:
    """Country, language and spend are not tried: no rule may read them."""
    changes = {each.fact: (each.value, each.changed_to, each.outcome) for each in _of(outlets, "alder").changes}

    assert changes["Advertiser.media.editorially_independent"] == ("false", "true", "allow")
    assert changes["Advertiser.media"] == ("known", None, "allow")
    assert not any("country" in fact or "spend" in fact for fact in changes)


def test_an_allow_has_precedents_and_nothing_that_would_have_to_change(outlets: MadeNetwork) -> None:
    """Its nearest other is one that was refused."""
    found = _of(outlets, "public")

    assert (found.same, found.changes) == ((), ())
    assert found.nearest_other is not None
    assert found.nearest_other.outcome == "refuse"


def test_a_record_that_one_of_two_lacks_is_one_fact(outlets: MadeNetwork) -> None:
    """An advertiser that is no outlet has no sections, no control and no money of taxpayers: that is one difference."""
    nearest = _of(outlets, "bakery").nearest_other

    assert nearest is not None
    assert nearest.differs_in == ("Advertiser.media",)


def test_a_decision_by_other_rules_differs_in_the_rules(outlets: MadeNetwork, tmp_path: Path) -> None:
    """The facts are read as the rules of the case read them, so that the rulebook is the one difference."""
    made = outlets.copy(tmp_path / "network")
    made.edit_rules(
        lambda text: text.replace("principal.designated_share_bp >= 5000", "principal.designated_share_bp >= 4000")
    )
    made.add("advertisers", id="dogwood", name="Dogwood Telewave", domains="dogwood.example", country="QM",
             media_sections="news", media_control="financial_ownership", media_taxpayer_funded="yes", media_source="a",
             media_editorially_independent="no")  # fmt: skip
    made.run(DAY_2)

    found = _of(made, "dogwood")

    assert found.same == ()
    assert found.nearest_other is not None
    assert found.nearest_other.differs_in == ("Advertiser.media.editorially_independent", "rulebook")


def test_precedents_are_said_in_plain_lines(outlets: MadeNetwork) -> None:
    """As an analyst reads them on the terminal."""
    found = _of(outlets, "alder")
    leaves = ", ".join(str(each.seq) for each in found.same)
    nearest = found.nearest_other
    assert nearest is not None

    (_, said), (_, changes) = precedent_rows(found)

    assert said == (
        f"2 advertisers with the same facts: refused (leaf {leaves})",
        f"nearest that was allowed: public (leaf {nearest.seq}), differs in whether the news outlet is editorially"
        " independent",
    )
    assert "whether the news outlet is editorially independent: yes instead of no (allowed)" in changes


def test_a_party_alone_has_no_precedent(tmp_path: Path) -> None:
    """Then there is nothing to compare with, and the line says so."""
    made = empty_network(tmp_path / "network")
    made.run(DAY_1)

    found = _of(made, "bakery")

    assert (found.searched, found.nearest_other) == (0, None)
    assert precedent_rows(found)[0][1] == ("no decision about another party to compare with",)
