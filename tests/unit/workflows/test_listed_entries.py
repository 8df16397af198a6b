"""Entries as their publishers list them, from the version that a finding names."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from evenhand.lists import Versions
from evenhand.lists.versions import version_of
from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity
from evenhand.model.matches import EntryShown
from evenhand.workflows.evaluation.listed_entries import ListedEntries, entry_shown, list_sources
from tests.networks import DAY_1, MadeNetwork
from tests.unit.lists.made import made


def shown_of(key: str) -> list[EntryShown]:
    read = made(key)
    version = version_of(read, key, date(2026, 1, 1))
    return [entry_shown(version, entity) for entity in read.entities]


@pytest.fixture
def network(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


@pytest.mark.parametrize(
    ("key", "publisher", "page"),
    [
        ("ofac-sdn", "US Treasury", "https://sanctionssearch.ofac.treas.gov/Details.aspx?id="),
        ("un-sc", "United Nations", "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"),
        ("eu-fsf", "European Commission", "https://data.europa.eu/data/datasets/consolidated-list"),
        ("uk-fcdo", "Foreign, Commonwealth", "https://www.gov.uk/government/publications/the-uk-sanctions-list"),
        ("uk-ofsi", "HM Treasury", ""),
        ("state-media", "Media and Journalism", "https://statemediamonitor.com/"),
        ("house-own", "house", ""),
    ],
)
def test_an_entry_names_its_publisher_and_the_page_that_is_known(key: str, publisher: str, page: str) -> None:
    """A page is never made up: a list of the network's own has none."""
    for each in shown_of(key):
        assert each.publisher.startswith(publisher)
        assert each.page.startswith(page) if page else each.page == ""
        assert each.published_on is not None


def test_the_page_of_an_ofac_entry_is_its_own() -> None:
    """By the number that the publisher gave it, in either of the publisher's formats."""
    for key in ("ofac-sdn", "ofac-xml"):
        for each in shown_of(key):
            assert each.page.endswith(f"?id={each.entity_id.rpartition('-')[2]}")


def test_a_list_of_other_readers_has_the_page_that_its_entry_states() -> None:
    """An id that only looks like OFAC's makes no page of OFAC's."""
    read = made("other-ftm")
    version = version_of(read, "other-ftm", None)

    def page(*urls: str) -> str:
        entity = ListedEntity(id="ofac-sdn-7", schema="Company", caption="Alfa", properties={"sourceUrl": urls})
        return entry_shown(version, entity).page

    assert (page(), page("javascript:alert(1)"), page("ftp://x", "https://alfa.example/7")) == (
        "", "", "https://alfa.example/7",
    )  # fmt: skip


def test_a_number_that_no_party_is_compared_with_is_shown_as_one() -> None:
    """Else a person would take it for looked at."""
    numbers = {"innCode": ("7707083893",), "kppCode": ("770701001",), "programId": ("EU-UKR",)}
    entity = ListedEntity(id="e", schema="Company", caption="Alfa", properties=numbers)

    assert entry_shown(version_of(made("other-ftm"), "other-ftm", None), entity).identifiers == (
        "INN 7707083893", "KPP 770701001 (not compared)",
    )  # fmt: skip


def finding_of(network: MadeNetwork, party: str) -> Finding:
    return next(each for each in network.last(party).findings if any(list_sources(each)))


def test_an_entry_that_left_its_list_is_shown_from_the_version_that_the_finding_names(network: MadeNetwork) -> None:
    """The decision rested on what was published then."""
    finding = finding_of(network, "namesake")
    before = ListedEntries(Versions(network.network.lists)).of(finding)
    network.drop("house-sanctions", before[0].entity_id)
    network.run(DAY_1 + timedelta(days=1))

    after = ListedEntries(Versions(network.network.lists)).of(finding)

    assert after == before
    assert after[0].caption


def test_a_finding_on_owners_shows_the_entry_of_each(begun: MadeNetwork) -> None:
    """An owned party is itself on no list."""
    entries = ListedEntries(Versions(begun.network.lists))
    found = [each for decision in begun.decisions() for each in decision.findings if each.kind == "owned_by_listed"]

    assert [each.caption for each in entries.of(found[0])] == ["Morvane Holding", "Tulquist Capital"]


def test_a_version_is_read_once(begun: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of a thousand matches reads no list a thousand times."""
    read: list[str] = []
    honest = Versions.entities
    monkeypatch.setattr(
        Versions, "entities", lambda self, version: (read.append(version.key), honest(self, version))[1]
    )
    entries = ListedEntries(Versions(begun.network.lists))

    for decision in begun.decisions():
        for each in decision.findings:
            entries.of(each)

    assert read
    assert len(read) == len(set(read))


@pytest.mark.parametrize("damage", ["gone", "changed", "no name", "no entry"])
def test_what_is_not_kept_any_more_is_no_entry(network: MadeNetwork, damage: str) -> None:
    """`explain` goes on without it and says so; it must not show other bytes than the finding names."""
    key, sha256, entity_id = next(list_sources(finding_of(network, "namesake")))
    folder = network.network.lists / key / sha256
    match damage:
        case "gone":
            folder.rename(folder.with_name("elsewhere"))
        case "changed":
            for path in folder.glob("*.csv"):
                path.write_bytes(path.read_bytes() + b"\n")
        case "no name":
            key = "../lists"
        case _:
            entity_id = "nobody"

    assert ListedEntries(Versions(network.network.lists)).entry(key, sha256, entity_id) is None


def test_sources_of_other_kinds_name_no_entry() -> None:
    """Rows of tables, judgements, and ids with every sign in them."""
    digest = "ab" * 32
    sources = (f"table:ownership@{digest}#2", "judgement:7", *[f"list:house-x@{digest}#a#b@c"] * 2)
    finding = Finding(party_kind="payer", party_id="p", kind="listed", score=1, certain=True, sources=sources)

    assert list(list_sources(finding)) == [("house-x", digest, "a#b@c")]
