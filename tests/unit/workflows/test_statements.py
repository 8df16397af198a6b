"""The case behind a statement: everybody whom its sentences speak of has a name, and natural persons are known."""

from pathlib import Path

from evenhand.model.statement import StatementOfReasons
from evenhand.workflows.delivery.statements import statement_of
from tests.networks import DAY_2, MadeNetwork, empty_network


def told(made: MadeNetwork, party: str) -> StatementOfReasons:
    """Return the newest statement about a party."""
    wanted = f"r-{made.last(party).id[2:]}"
    return next(each for each in map(statement_of, made.payloads("statement")) if each.id == wanted)


def test_every_owner_whose_share_counts_is_named_to_the_advertiser(begun: MadeNetwork) -> None:
    """Two listed owners make the half together: the letter names the second one too, not only the way to the first."""
    said = told(begun, "owned").facts

    assert "Morvane Holding: 30 %" in said
    assert "Tulquist Capital: 25 %" in said
    assert "another party" not in said


def test_an_owner_who_is_a_listed_person_is_named_to_the_party_alone(tmp_path: Path) -> None:
    """Of an owner with nothing but a name the tables do not say that it is a person: the list does."""
    made = empty_network(tmp_path / "network")
    for entry, schema, name in (("s-1", "Company", "Fictive Holding"), ("s-2", "Person", "Ansel Fictive")):
        made.add("house-sanctions", id=entry, schema=schema, name=name, topic="made-up")
        made.add("ownership", owner=f"o-{entry}", owned="bakery", share="30 %", kind="ownership", owner_name=name)

    made.run(DAY_2)

    said = told(made, "bakery")
    assert "“Fictive Holding: 30 %”" in said.facts
    assert "“Ansel Fictive: 30 %”" in said.facts
    assert "“Fictive Holding: 30 %”" in str(said.facts_public)
    assert "“a natural person: 30 %”" in str(said.facts_public)
    assert said.persons == ("Ansel Fictive",)
