"""Both sides of a finding, for the person who judges it."""

from pathlib import Path

from evenhand.lists import Versions
from evenhand.model.party import Identifier, Payer
from evenhand.workflows.evaluation.listed_entries import ListedEntries
from evenhand.workflows.evaluation.matches import match_shown, party_shown
from tests.networks import MadeNetwork

PARTY = Payer(
    id="namesake", name="Dravik Mills", aliases=("Mills",), domains=("dravik.example",),
    accounts=("x/dravik",), identifiers=(Identifier(scheme="lei", value="549300XIVJCBIGMRUD48"),),
)  # fmt: skip


def test_a_match_is_shown_with_both_sides_its_sentence_and_its_comparisons(begun: MadeNetwork) -> None:
    """All that a person needs to judge it is in one record."""
    finding = begun.last("namesake").findings[0]
    party = party_shown("advertiser", PARTY)

    shown = match_shown(finding, party, ListedEntries(Versions(begun.network.lists)))

    assert (shown.party, shown.missing) == (party, ())
    assert [(each.entity_id, each.countries) for each in shown.entries] == [("s-mills", ("QP",))]
    assert shown.sentence == "Same name; no country to compare."
    assert any("dravik" in each for each in shown.comparisons)
    assert party.identifiers == ("lei 549300XIVJCBIGMRUD48",)


def test_an_entry_that_is_not_kept_any_more_is_named(begun: MadeNetwork, tmp_path: Path) -> None:
    """The sentence stays: the decision holds its comparisons."""
    finding = begun.last("namesake").findings[0]

    shown = match_shown(finding, None, ListedEntries(Versions(tmp_path)))

    assert shown.entries == ()
    assert shown.missing[0].startswith("s-mills of house-sanctions, version ")
    assert shown.sentence == "Same name."


def test_a_finding_on_owners_has_the_entries_of_the_owners(begun: MadeNetwork) -> None:
    """And a sentence of its own: the party itself is compared with nobody."""
    finding = next(each for each in begun.last("owned").findings if each.kind == "owned_by_listed")

    shown = match_shown(finding, None, ListedEntries(Versions(begun.network.lists)))

    assert [each.caption for each in shown.entries] == ["Morvane Holding", "Tulquist Capital"]
    assert shown.sentence == "Owned 55 % by two listed parties."
