"""A run says which listed websites a bid may name though a client is held or refused as the listed party."""

from pathlib import Path

import pytest

from tests.networks import MadeNetwork, empty_network


def network(folder: Path, country: str, domain: str = "agency.example") -> MadeNetwork:
    made = empty_network(folder / "network")
    site = {"country": country, "website": "https://www.zorblatt.example/"}
    made.add("house-sanctions", id="hs-1", schema="Company", name="Zorblatt Media Group", **site)
    made.add("advertisers", id="namesake", name="Zorblatt Media Group", domains=domain)
    return made


@pytest.mark.parametrize("country", ["qm", "qp"])
def test_a_run_warns_of_a_listed_website_that_no_party_has_on_file(tmp_path: Path, country: str) -> None:
    """The gate knows parties by what is on file: a bid that names the listed website is of nobody it knows."""
    made = network(tmp_path, country)

    first, again = made.run().warnings, made.run().warnings

    said = (
        "1 listed website is on file of no party, though one is held or refused for the entry: `zorblatt.example`"
        " (hs-1 of house-sanctions, advertiser namesake). A bid that names only such a website is unknown to the gate,"
        " which allows it. If it is the party's own, add it to its websites in the table; else block it where bids"
        " come from"
    )
    assert said in first
    assert said in again


@pytest.mark.parametrize("domain", ["zorblatt.example", "www.zorblatt.example"])
def test_a_listed_website_that_a_party_has_on_file_is_no_matter(tmp_path: Path, domain: str) -> None:
    """Its row at the gate is that party's."""
    assert "on file of no party" not in "".join(network(tmp_path, "qm", domain).run().warnings)


def test_nothing_is_said_where_unknown_parties_are_held(tmp_path: Path) -> None:
    """Then a bid of nobody is held as well."""
    made = network(tmp_path, "qm")
    made.settings["gate"]["unknown"] = "hold"

    assert "on file of no party" not in "".join(made.run().warnings)
