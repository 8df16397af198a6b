"""Who fills which attribute of the schema, and from which column, list or clock."""

from pathlib import Path
from typing import Any

import pytest

from evenhand.workflows.evaluation.facts import scripts
from evenhand.workflows.evaluation.media_control import media_record
from tests.networks import DAY_1, MadeNetwork, Row, empty_network


def attributes(made: MadeNetwork, party: str, kind: str = "Advertiser", scope: str = "advertiser") -> dict[str, Any]:
    entities = made.last(party, scope).facts["entities"]
    found: dict[str, Any] = next(each["attrs"] for each in entities if each["uid"]["type"] == kind)
    return found


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    return empty_network(tmp_path / "network")


@pytest.mark.parametrize(
    ("rows", "countries", "outside"),
    [
        ([], [], False),
        ([{"share": "51 %", "owner_country": "QP"}], ["QP"], True),
        ([{"share": "50 %", "owner_country": "QP"}], ["QP"], False),
        ([{"share": "30 %", "owner_country": "QP"}, {"share": "21 %", "owner_country": "QM"}], ["QM", "QP"], True),
        ([{"share": "90 %", "owner_country": "IE"}], ["IE"], False),
        ([{"kind": "control", "owner_country": "QP"}], ["QP"], True),
        ([{"kind": "control", "owner_country": "IE"}], ["IE"], False),
        ([{"share": "50 %"}], [], False),
        ([{"share": "90 %"}], [], None),
        ([{"owner_country": "QP"}], ["QP"], None),
        ([{"owner_country": "IE"}], ["IE"], False),
        ([{"share": "51 %", "owner_country": "IE"}, {"owner_country": "QP"}], ["IE", "QP"], False),
        ([{"share": "49 %", "owner_country": "IE"}, {"owner_country": "QP"}], ["IE", "QP"], None),
        ([{"share": "51 %", "owner_country": "QP"}, {}], ["QP"], True),
        ([{"kind": "control"}], [], None),
        ([{"share": "90 %", "until": "2026-03-01"}], [], False),
        ([{"share": "90 %", "owner_country": "QP", "until": "2026-03-01"}], [], False),
        ([{"share": "90 %", "owner_country": "QP", "as_of": "2026-03-03"}], [], False),
        ([{"kind": "acts_for", "owner_country": "QP"}], [], False),
    ],
)
def test_control_from_outside_the_union_is_more_than_half_or_one_who_controls(
    network: MadeNetwork, rows: list[Row], countries: list[str], outside: bool | None
) -> None:
    """Regulation (EU) 2024/900 looks at who controls a sponsor, on the day; what nobody can tell is left out."""
    for number, row in enumerate(rows):
        network.add("ownership", owner=f"o-{number}", owned="bakery", owner_name=f"Party {number}", **row)

    network.run()

    found = attributes(network, "bakery")
    assert (found["owner_countries"], found.get("third_country_controlled")) == (countries, outside)
    assert found["union_established"]


@pytest.mark.parametrize(
    ("country", "established"),
    [("DE", True), ("IE", True), ("QP", False), ("QM", False), ("", None), ("Frankreihc", None)],
)
def test_where_nobody_knows_the_country_nothing_is_said_of_the_union(
    network: MadeNetwork, country: str, established: bool | None
) -> None:
    """A cell that is empty or mistyped is no third country."""
    network.row("advertisers", "bakery")["country"] = country

    network.run()

    assert attributes(network, "bakery").get("union_established") is established


@pytest.mark.parametrize("country", ["QP", "QM"])
def test_a_schema_that_has_to_have_them_gets_no_for_what_nobody_knows(network: MadeNetwork, country: str) -> None:
    """A network keeps its rulebook; it decides as it did, and knows owners that it did not know."""
    schema = network.folder / "rulebook" / "schema.cedarschema"
    network.write()
    schema.write_text(
        schema.read_text().replace("established?:", "established:").replace("controlled?:", "controlled:")
    )
    network.edit_rules(lambda text: text.replace("principal has union_established", "true")
                       .replace("principal has third_country_controlled", "true"), historic=True)  # fmt: skip
    network.row("advertisers", "bakery")["country"] = ""
    network.add("advertisers", id="above", name="Tanderim Holding", country=country)
    for owner, owned in (("above", "between"), ("between", "bakery")):
        network.add("ownership", owner=owner, owned=owned, share="51 %", owner_name=f"Party {owner}")

    network.run()

    found = attributes(network, "bakery")
    assert (found["union_established"], found["third_country_controlled"]) == (False, True)


def test_an_older_statement_of_one_holding_gives_way(network: MadeNetwork) -> None:
    """The register says sixty, then ten: not seventy."""
    for as_of, share in (("2024-01-01", "60 %"), ("2025-01-01", "10 %")):
        network.add("ownership", owner="o", owned="bakery", owner_name="One", owner_country="QP", share=share,
                    as_of=as_of)  # fmt: skip

    network.run()

    assert not attributes(network, "bakery")["third_country_controlled"]


def test_a_verification_past_its_day_counts_as_declared(network: MadeNetwork) -> None:
    """A paper that has run out shows nothing any more; neither to rules nor at the gate."""
    network.row("advertisers", "bakery").update(verification="register", verified_until="2026-03-01")

    network.run()

    assert attributes(network, "bakery")["verification"] == 1
    assert network.register()[1]["bakery"].verification == 1


def test_who_gives_no_first_day_is_first_seen_when_it_was_first_decided(network: MadeNetwork) -> None:
    """And stays so in later runs."""
    network.run()
    network.row("advertisers", "bakery")["name"] = "Ozmerel Vantrik Foundry"
    network.run(DAY_1.replace(month=5))

    assert attributes(network, "bakery")["first_seen"]["__extn"]["arg"] == "2026-03-02"


def test_languages_are_the_parties_and_its_creatives_and_money_is_added_up(begun: MadeNetwork) -> None:
    """Protected attributes: shown to audits, not to be read by house rules."""
    found = attributes(begun, "bakery")

    assert (found["languages"], found["scripts"], found["country"]) == (["de"], ["Latn"], "DE")
    assert attributes(begun, "outlet")["spend_micros"] == 40_000_000


def test_a_payer_has_the_share_and_the_lists_of_its_own(begun: MadeNetwork) -> None:
    """Every advertiser stands as a payer of its own id too."""
    assert attributes(begun, "owned", "Payer")["verification"] == 3
    assert attributes(begun, "minor", "Payer")["designated_share_bp"] == 4900
    assert attributes(begun, "owned")["designated_share_bp"] == 5500


@pytest.mark.parametrize(
    ("codes", "control", "exempt"),
    [
        (["SC"], ["editorial_content", "financial_ownership"], (True, False)),
        (["CaPr"], ["editorial_content", "political_pressure"], (False, False)),
        (["ISF"], ["financial_ownership"], (True, True)),
        (["IP"], [], (True, True)),
        (["ISF", "ISM"], ["financial_ownership"], (False, True)),
        (["ISFM?", "SC"], ["editorial_content", "financial_ownership"], (True, False)),
    ],
)
def test_codes_of_the_typology_add_control_up_and_exempt_only_together(
    codes: list[str], control: list[str], exempt: tuple[bool, bool]
) -> None:
    """Two entries of one brand may differ; the milder one alone lets nobody off."""
    record = media_record(codes)

    assert record is not None
    assert [each["__entity"]["id"] for each in record["control"]] == control
    assert (record["taxpayer_funded"], record["editorially_independent"]) == exempt


@pytest.mark.parametrize("codes", [[], ["ISFM?"], ["", "?"]])
def test_a_code_that_nobody_settled_says_nothing(codes: list[str]) -> None:
    """Unknown is not control."""
    assert media_record(codes) is None


@pytest.mark.parametrize(
    ("name", "codes"),
    [("Хлебня", ["Cyrl"]), ("Φούρνος 24", ["Grek"]), ("青竹 Books", ["Hani", "Latn"]), ("ᚠᚢ", ["Zzzz"]), ("24/7", [])],
)
def test_scripts_are_those_of_letters(name: str, codes: list[str]) -> None:
    """Digits and signs have none; a script we do not name is `Zzzz`."""
    assert scripts([name]) == codes
