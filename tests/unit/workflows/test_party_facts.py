"""What findings say of a party: parents, shares, control."""

from itertools import pairwise
from pathlib import Path

import pytest

from evenhand.model.judgement import Verdict
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_2, TOOLS, MadeNetwork, empty_network


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


@pytest.mark.parametrize(
    ("rows", "outcome", "reasons", "shares"),
    [
        ({"namesake": "49.9999 %"}, "hold", ("minority-possible-owner",), (0, 499_999)),
        ({"namesake": "25 %"}, "hold", ("minority-possible-owner",), (0, 250_000)),
        ({"namesake": "13 %", "other": "12 %"}, "hold", ("minority-possible-owner",), (0, 250_000)),
        ({"namesake": "24.9999 %"}, "allow", ("open-to-all",), None),
        ({"namesake": "50 %"}, "hold", ("possible-match-payer", "possible-match-review"), (0, 500_000)),
        ({"namesake": "20 %", "vantrik": "10 %"}, "hold", ("minority-possible-owner",), (100_000, 300_000)),
        ({"namesake": "10 %", "vantrik": "25 %"}, "hold", ("minority-designated-owner",), None),
        ({"vantrik": "", "nobody": "60 %"}, "hold", ("minority-possible-owner",), (0, 400_000)),
        ({"vantrik": "", "nobody": "80 %"}, "allow", ("open-to-all",), None),
    ],
)
@pytest.mark.parametrize("countries", [("QM", "QN"), ("QN", "QM"), ("", "DE")])
def test_what_a_possible_owner_holds_below_half_is_looked_at_from_a_quarter_on(
    network: MadeNetwork, countries: tuple[str, str], rows: dict[str, str], outcome: str, reasons: tuple[str, ...],
    shares: tuple[int, int] | None,
) -> None:  # fmt: skip
    """The same match holds from half on; below it, nobody looked. It is so wherever owner and advertiser are."""
    network.row("advertisers", "bakery")["country"] = countries[1]
    names = {"namesake": "Ozmerel Vantrik Foundry", "other": "Ozmerel Vantrik Foundry", "nobody": "Anna Schmidt"}
    for owner, share in rows.items():
        network.add("ownership", owner=owner, owned="bakery", share=share, kind="ownership",
                    owner_name=names.get(owner, ""), owner_country=countries[0])  # fmt: skip

    network.run()

    decision = network.last("bakery")
    assert (decision.outcome, decision.reasons) == (outcome, reasons)
    possible = [each for each in decision.findings if each.kind == "possibly_owned_by_listed"]
    assert [(each.low, each.high) for each in possible] == ([] if shares is None else [shares])
    assert all(each.certain == (each.path[-1] == "vantrik") for each in possible)


def test_a_possible_owner_of_a_company_in_between_is_followed(network: MadeNetwork) -> None:
    """49 % through a company that who may be listed owns whole."""
    network.add("ownership", owner="o-1", owned="between", share="100 %", owner_name="Ozmerel Vantrik Foundry")
    network.add("ownership", owner="between", owned="bakery", share="49 %", owner_name="Some Holding")

    network.run()

    (finding,) = network.last("bakery").findings
    assert network.last("bakery").reasons == ("minority-possible-owner",)
    assert (finding.path, finding.certain) == (("bakery", "between", "o-1"), False)


@pytest.mark.parametrize(
    ("verdict", "outcome", "reasons"),
    [("same", "hold", ("minority-designated-owner",)), ("not-same", "allow", ("open-to-all",))],
)
def test_a_judgement_of_the_owner_settles_what_it_may_own(
    network: MadeNetwork, verdict: Verdict, outcome: str, reasons: tuple[str, ...]
) -> None:
    """What may be a listed owner's is one's, or nobody's."""
    network.add("ownership", owner="o-1", owned="bakery", share="40 %", owner_name="Ozmerel Vantrik Foundry")
    network.run()

    judge(network.network, StatedJudgement("o-1", "s-none", verdict, "A. Lee", "compared the extracts"), DAY_2, TOOLS)
    network.run(DAY_2)

    assert (network.last("bakery").outcome, network.last("bakery").reasons) == (outcome, reasons)


def test_a_schema_that_does_not_ask_for_possible_shares_gets_none(network: MadeNetwork) -> None:
    """A rulebook from before reads facts that fit its schema, and allows as it did."""
    path = network.folder / "rulebook" / "schema.cedarschema"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "possible_share_bp" in line)
    path.write_text("".join((*lines[: place - 1], *lines[place + 1 :])), "utf-8")
    network.edit_rules(without_rule)
    network.add("ownership", owner="o-1", owned="bakery", share="49 %", owner_name="Ozmerel Vantrik Foundry")

    network.run()

    decision = network.last("bakery")
    assert (decision.outcome, decision.reasons) == ("allow", ("open-to-all",))
    assert "possible_share_bp" not in decision.facts["entities"][0]["attrs"]


def without_rule(text: str) -> str:
    begin = text.index('@id("minority-possible-owner")')
    return text[:begin] + text[text.index("@id(", begin + 1) :]


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


@pytest.mark.parametrize("country", ["DE", "RU"])
def test_what_a_nominee_of_a_listed_party_owns_waits_for_a_person(network: MadeNetwork, country: str) -> None:
    """Of either country: no rule refuses for it, and the finding leads to the one for whom the nominee acts."""
    network.row("advertisers", "bakery")["country"] = country
    network.add("ownership", owner="nominee", owned="bakery", share="100 %", owner_name="Jane Nominee")
    network.add("ownership", owner="vantrik", owned="nominee", kind="acts_for")

    network.run()

    decision = network.last("bakery")
    assert decision.outcome == "hold"
    assert {(each.kind, each.path) for each in decision.findings} == {
        ("possibly_owned_by_listed", ("bakery", "nominee", "vantrik"))
    }


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
