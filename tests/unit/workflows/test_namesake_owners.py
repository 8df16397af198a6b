"""An owner known by the name of a client may be that client: what it owns is held, never refused by the name."""

from pathlib import Path

import pytest

from evenhand.model.outcome import Outcome
from tests.networks import MadeNetwork, Row, empty_network


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    """A client whose owner is on the house list, and another client that names it as its owner."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-morvane", schema="Company", name="Morvane Holding", topic="made-up",
             website="https://morvane.example")  # fmt: skip
    made.add("advertisers", id="listed", name="Morvane Holding", domains="morvane.example")
    made.add("advertisers", id="between", name="Zwíschen GmbH", alias="Calvado Cement", country="DE")
    made.add("ownership", owner="listed", owned="between", share="60 %")
    return made


def ruled(network: MadeNetwork, party: str = "bakery") -> tuple[Outcome, tuple[str, ...]]:
    found = network.last(party)
    return found.outcome, found.reasons


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"owner": "between"}, Outcome.REFUSE),
        ({"owner_name": "Zwíschen GmbH"}, Outcome.HOLD),
        ({"owner_name": " zwischen  GMBH"}, Outcome.HOLD),
        ({"owner_name": "Calvado Cement"}, Outcome.HOLD),
        ({"owner": "Zwíschen GmbH", "owner_name": "Zwíschen GmbH"}, Outcome.HOLD),
        ({"owner": "Zwíschen GmbH"}, Outcome.HOLD),
        ({"owner": "r-17", "owner_name": "Zwíschen GmbH"}, Outcome.ALLOW),
        ({"owner_name": "Ilverton Timber"}, Outcome.ALLOW),
    ],
)
def test_an_owner_by_the_name_of_a_client_is_possibly_that_client(
    network: MadeNetwork, row: Row, outcome: Outcome
) -> None:
    """Only the id makes it certain; an id of its own says that it is another."""
    network.add("ownership", owned="bakery", share="100 %", **row)

    network.run()

    assert ruled(network, "between")[0] is Outcome.REFUSE
    assert ruled(network)[0] is outcome
    assert ("possible-match-review" in ruled(network)[1]) is (outcome is Outcome.HOLD)


def test_of_several_clients_of_one_name_each_may_be_the_owner(network: MadeNetwork) -> None:
    """That one of them is owned by nobody does not let the other go."""
    network.add("payers", id="another", name="Zwischen GmbH")
    network.add("ownership", owned="bakery", share="100 %", owner_name="Zwischen GmbH")

    network.run()

    assert ruled(network)[0] is Outcome.HOLD


def test_a_client_that_is_named_as_its_own_owner_is_held_for_nothing(network: MadeNetwork) -> None:
    """Who writes its own name as its owner says nothing of anybody else."""
    network.add("ownership", owned="bakery", share="100 %", owner_name="Morning Crust Bakery")

    network.run()

    assert ruled(network)[0] is Outcome.ALLOW


@pytest.mark.parametrize(("country", "control"), [("QP", None), ("QM", None), ("IE", None)])
def test_the_country_of_a_namesake_is_not_taken_for_the_owner_s(
    network: MadeNetwork, country: str, control: bool | None
) -> None:
    """A name is not enough to know a country by."""
    network.row("advertisers", "between")["country"] = country
    network.add("ownership", owned="bakery", share="100 %", owner_name="Zwischen GmbH")

    network.run()

    attributes = network.last("bakery").facts["entities"][0]["attrs"]
    assert attributes.get("third_country_controlled") is control


@pytest.mark.parametrize(("country", "control"), [("QP", None), ("QM", None), ("IE", False), ("DE", False)])
def test_an_owner_of_the_union_that_may_be_a_client_from_outside_is_not_known(
    network: MadeNetwork, country: str, control: bool | None
) -> None:
    """Its row says one country, the client of its name has another."""
    network.row("advertisers", "between")["country"] = country
    network.drop("ownership", "listed")
    network.add("ownership", owned="bakery", share="100 %", owner_name="Zwischen GmbH", owner_country="DE")

    network.run()

    attributes = network.last("bakery").facts["entities"][0]["attrs"]
    assert attributes.get("third_country_controlled") is control


@pytest.mark.parametrize("listed", ["Oleg Morvane", "Dwight Morvane"])
def test_a_word_beside_a_listed_owner_does_not_hide_it(tmp_path: Path, listed: str) -> None:
    """Whatever country the name is from; what a firm is called after stays its name."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Person", name=listed, topic="made-up")
    owners = {
        "role": f"Mehrheitlich {listed}", "bracket": f"Hans Roe (Treuhänder für {listed})",
        "two": f"Eva Roe & {listed}",
        "share": f"{listed} und Eva Roe", "firm": "Roe & Morvane Bau GmbH", "other": "Mehrheitlich Eva Roe",
    }  # fmt: skip
    for number, (party, name) in enumerate(owners.items()):
        made.add("advertisers", id=party, name=f"Plum {number} Bau GmbH", country="DE")
        made.add("ownership", owned=party, owner_name=name, share="20 %" if party == "share" else "60 %")

    made.run()

    held = [party for party in owners if made.last(party).outcome is Outcome.HOLD]
    assert held == ["role", "bracket", "two", "share"]


def test_a_role_beside_the_name_of_a_client_does_not_hide_the_client(network: MadeNetwork) -> None:
    """It is possibly that client, as without the role."""
    network.add("ownership", owned="bakery", share="100 %", owner_name="Alleingesellschafterin Zwischen GmbH")

    network.run()

    assert ruled(network)[0] is Outcome.HOLD
