"""`evenhand audit comparators` on a small network."""

from pathlib import Path

from tests.commands import DAY_2, evenhand


def test_the_comparators_of_an_advertiser_are_shown_by_id_name_or_decision(network: Path) -> None:
    """Each finds the same case."""
    by_id = evenhand(
        "audit", "comparators", network, "a2", "--at", DAY_2, "--named", "plum BAKERY", "--named", "Nobody"
    )
    by_name = evenhand("audit", "comparators", network, "Quandar Holding", "--at", DAY_2, "--json")
    (case, *_) = by_name.json["cases"]
    by_decision = evenhand("audit", "comparators", network, case["decision"], "--at", DAY_2, "--json")

    assert (by_id.status, by_name.status) == (0, 0)
    assert by_id.out.startswith("advertiser a2: refuse by house-listed, house-payer (leaf ")
    assert "named by the complainant: a1 (leaf " in by_id.out
    assert "named by the complainant, and nothing is decided about it: Nobody" in by_id.out
    assert by_decision.json["cases"] == [case]


def test_closed_comparators_have_no_names(network: Path) -> None:
    """As the complainant may see them; JSON is for the network itself."""
    closed = evenhand("audit", "comparators", network, "a2", "--at", DAY_2, "--named", "a1", "--closed")

    assert "a1" not in closed.out
    assert "fewer than 5 parties allowed" in closed.out
    assert evenhand("audit", "comparators", network, "a2", "--closed", "--json").status == 2


def test_a_party_without_a_decision_is_an_error(network: Path) -> None:
    """A decision's id that the ledger lacks is looked up as a name."""
    assert evenhand("audit", "comparators", network, "nobody").status == 2
    assert evenhand("audit", "comparators", network, "d-0").status == 2
