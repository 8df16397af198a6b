"""What findings say of a party: parents, shares, control."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.networks import DAY_2, MadeNetwork, empty_network


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    """A bakery, and a listed payer that can be found for certain by its website."""
    made = empty_network(tmp_path / "network")
    made.row("house-sanctions", "s-none")["website"] = "https://vantrik.example"
    made.add("payers", id="vantrik", name="Ozmerel Vantrik Foundry", domains="vantrik.example")
    return made


@pytest.mark.parametrize(
    ("row", "outcome", "reasons", "kind"),
    [
        ({"share": "50 %"}, "refuse", ("house-owned", "house-payer", "minority-designated-owner"),
         "owned_by_listed"),
        ({"share": "49.9999 %"}, "hold", ("minority-designated-owner",), "recorded"),
        ({"share": "24 %"}, "allow", ("open-to-all",), None),
        ({"share": ""}, "hold", ("possible-match-payer", "possible-match-review"), "possibly_owned_by_listed"),
        ({"share": "30 %", "and": ""}, "hold",
         ("minority-designated-owner", "possible-match-payer", "possible-match-review"), "possibly_owned_by_listed"),
        ({"kind": "control", "confirmed_by": "r-1"}, "hold", ("minority-designated-owner",), "controlled_by_listed"),
        ({"kind": "control"}, "hold", ("possible-match-payer", "possible-match-review"), "controlled_by_listed"),
    ],
)  # fmt: skip
def test_what_a_listed_owner_holds_decides(
    network: MadeNetwork, row: dict[str, str], outcome: str, reasons: tuple[str, ...], kind: str | None
) -> None:
    """Half is enough, less is looked at, what nobody knows or confirmed is a possibility."""
    if "and" in row:
        network.add("ownership", owner="vantrik", owned="bakery", share=row.pop("and"), kind="ownership_or_control")
    network.add("ownership", owner="vantrik", owned="bakery", **{"kind": "ownership", **row})

    network.run()

    decision = network.last("bakery")
    assert (decision.outcome, decision.reasons) == (outcome, reasons)
    assert {finding.kind for finding in decision.findings} == ({kind} if kind else set())


@pytest.mark.parametrize("rule", ["aggregate_50", "over_50_single"])
def test_the_network_chooses_the_arithmetic(network: MadeNetwork, rule: str) -> None:
    """Fifty per cent in one hand: caught by the one rule, looked at under the other."""
    network.settings["ownership"]["rule"] = rule
    network.add("ownership", owner="vantrik", owned="bakery", share="50 %", kind="ownership")

    network.run()

    reasons = network.last("bakery").reasons
    assert ("house-owned" in reasons) is True
    assert network.last("bakery").facts["entities"][0]["attrs"]["designated_share_bp"] == 5000


def test_an_owner_that_is_only_a_namesake_makes_it_a_possibility(network: MadeNetwork) -> None:
    """The high run counts it, the low one does not: hold, never refuse."""
    network.row("payers", "vantrik")["domains"] = ""
    network.add("ownership", owner="vantrik", owned="bakery", share="80 %", kind="ownership")

    network.run()

    assert network.last("bakery").outcome == "hold"
    assert network.last("bakery").facts["entities"][0]["attrs"]["designated_share_bp"] == 0


def test_an_owner_that_only_the_ownership_table_names_is_screened(network: MadeNetwork) -> None:
    """Neither advertiser nor payer, and still an owner."""
    network.drop("payers", "vantrik")
    network.add("ownership", owner="o-1", owned="bakery", share="80 %", owner_name="Ozmerel Vantrik Foundry")

    network.run()

    (finding,) = network.last("bakery").findings
    assert (finding.kind, finding.path) == ("possibly_owned_by_listed", ("bakery", "o-1"))


def test_a_list_whose_designation_does_not_reach_owners_counts_for_itself_alone(network: MadeNetwork) -> None:
    """`ownership` no in designations.csv: its entries are refused, what they own is not."""
    path = network.folder / "rulebook" / "designations.csv"
    path.write_text(path.read_text().replace("house-sanctions,yes", "house-sanctions,no"))
    network.add("ownership", owner="vantrik", owned="bakery", share="80 %", kind="ownership")

    network.run()

    assert network.last("vantrik", "payer").outcome == "refuse"
    assert network.last("bakery").outcome == "allow"


def test_more_than_all_shares_is_computed_and_said(network: MadeNetwork) -> None:
    """The register of owners is wrong somewhere; a person has to know."""
    network.add("ownership", owner="vantrik", owned="bakery", share="80 %", kind="ownership")
    network.add("ownership", owner="o-2", owned="bakery", share="30 %", owner_name="Another Holder")

    report = network.run()

    assert report.contested == ("bakery: its known shares add up to more than 101 %",)
    assert network.last("bakery").outcome == "refuse"


def test_a_domain_like_a_listed_one_is_shown_and_decides_nothing(network: MadeNetwork) -> None:
    """Look-alikes are many; a person may look."""
    network.row("advertisers", "bakery")["domains"] = "my-vantrik.example"

    network.run()

    decision = network.last("bakery")
    assert decision.outcome == "allow"
    assert [finding.kind for finding in decision.findings] == ["lookalike_domain"]
    assert network.run(DAY_2).decisions == 0


def test_who_acts_for_a_listed_party_waits_for_a_person(network: MadeNetwork) -> None:
    """It is neither a share nor control: no rule refuses for it, somebody has to look."""
    network.add("ownership", owner="vantrik", owned="bakery", kind="acts_for", confirmed_by="r-1")

    network.run()

    decision = network.last("bakery")
    assert decision.outcome == "hold"
    assert {(each.kind, each.certain) for each in decision.findings} == {("acts_for_listed", True)}


def test_who_is_listed_for_certain_is_no_possible_match_besides(network: MadeNetwork) -> None:
    """What others may own of it says nothing more that a person could decide."""
    network.row("advertisers", "bakery")["domains"] = "vantrik.example"
    network.add("ownership", owner="vantrik", owned="bakery", share="")

    network.run()

    decision = network.last("bakery")
    assert decision.outcome == "refuse"
    assert not [reason for reason in decision.reasons if reason.startswith("possible-match")]


def test_a_very_long_chain_is_decided_and_recorded(network: MadeNetwork) -> None:
    """A record stays readable however many companies stand between; the register of owners is not cut for it."""
    names = ["vantrik", *(f"between-{number:03}" for number in range(300)), "bakery"]
    for owner, owned in pairwise(names):
        network.add("ownership", owner=owner, owned=owned, share="60 %", kind="ownership")

    network.run()

    (finding,) = (each for each in network.last("bakery").findings if each.kind == "owned_by_listed")
    assert network.last("bakery").outcome == "refuse"
    assert (finding.path[0], finding.path[26], finding.path[-1], len(finding.way)) == ("bakery", "…", "vantrik", 50)
