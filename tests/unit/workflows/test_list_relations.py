"""What lists say of owners joins the network's own table, never more surely than it was said."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import ListUnreadable
from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity, ListRelation, ListVersion
from evenhand.model.outcome import Outcome
from evenhand.model.party import Ownership, Payer
from evenhand.workflows.evaluation.findings import CountedFinding, Lists, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.list_relations import ListRelations, ListStatements, relations_in, relations_of
from evenhand.workflows.run import run
from tests.networks import BY, DAY_1, TOOLS, MadeNetwork, empty_network

VERSION = ListVersion(
    key="house-made-up", publisher="made-up", sha256="ab", published_on=None, files={}, reader="ftm", reader_version=1,
    entries=2,
)  # fmt: skip
HOLDER, HELD = (
    ListedEntity(id=entity_id, schema="Company", caption=name, properties={"name": (name,)})
    for entity_id, name in (("e-1", "Made-up Holding"), ("e-2", "Made-up Daughter"))
)
PARTY = Payer(id="shop", name="Made-up Shop", aliases=("The Shop",))


class CountsAll:
    """A rulebook in which every entry's holdings count, or none's."""

    def __init__(self, counts: bool) -> None:
        self.counts = counts

    def designation_for(self, _list: str, _programs: Any) -> tuple[tuple[str, bool], ...]:
        return (("made-up", self.counts),)


def joined(
    *relations: ListRelation, matched: str = "", certain: bool = True, counts: bool = True,
    table: tuple[Ownership, ...] = (),
) -> ListRelations:  # fmt: skip
    finding = Finding(
        party_kind="payer", party_id="shop", kind="listed", list=VERSION.key, entity_id=matched, score=0.9,
        certain=certain,
    )  # fmt: skip
    seen: dict[PartyKey, ScreenedParty] = {
        ("payer", "shop"): ScreenedParty("", (CountedFinding(finding, HELD),) if matched else ())
    }
    stated = ListStatements(VERSION, relations, lambda: (HOLDER, HELD))
    rulebook: Any = CountsAll(counts)
    return relations_of([stated], seen, [PARTY], table, rulebook)


def owns(**more: Any) -> ListRelation:
    return ListRelation(**{"subject": "e-1", "object": "e-2", "kind": "ownership", "share": 600_000, **more})


def test_a_party_that_is_a_listed_entry_is_owned_as_the_list_says() -> None:
    """With share and dates, and the list's entry as the source."""
    ties = joined(owns(since=date(2020, 1, 1), until=date(2030, 1, 1), text="Owned By"), matched="e-2")

    assert ties.lines == [
        Ownership(
            owner="list:house-made-up#e-1", owned="shop", share=600_000, kind="ownership", as_of=date(2020, 1, 1),
            until=date(2030, 1, 1), source="Owned By", confirmed_by="house-made-up", owner_name="Made-up Holding",
            row="list:house-made-up@ab#e-1",
        )
    ]  # fmt: skip
    assert ties.holders["list:house-made-up#e-1"].certain
    assert ties.entities == {("house-made-up", "e-1"): HOLDER}


def test_a_match_that_is_not_certain_leaves_the_share_unknown() -> None:
    """What a namesake owns is not known of the party: it can be possible, never certain."""
    (line,) = joined(owns(), matched="e-2", certain=False).lines

    assert (line.kind, line.share, line.confirmed_by) == ("ownership_or_control", None, "")


@pytest.mark.parametrize("name", ["Made-up Shop", "shop, THE"])
def test_a_party_that_a_list_only_names_is_found_by_its_words(name: str) -> None:
    """Subsidiaries stand in lists without an entry of their own; a name alone is never certain."""
    (line,) = joined(owns(object="", object_name=name)).lines

    assert (line.owned, line.kind, line.share) == ("shop", "ownership_or_control", None)


@pytest.mark.parametrize(
    ("relation", "matched"),
    [
        (owns(kind="role"), "e-2"),
        (owns(kind="family"), "e-2"),
        (owns(kind="link"), "e-2"),
        (owns(subject="", subject_name="Made-up Shop"), "e-2"),
        (owns(object="", object_name="Another Name"), ""),
        (owns(object="e-1"), "e-1"),
        (owns(subject="e-9"), "e-2"),
    ],
)
def test_what_is_no_holding_of_a_listed_entry_joins_nothing(relation: ListRelation, matched: str) -> None:
    """Roles and families own nothing, a named parent is not listed, and nobody is its own holder."""
    assert joined(relation, matched=matched) == ListRelations()


def test_who_acts_for_a_listed_entry_is_tied_the_other_way_round() -> None:
    """The subject acts, the object is acted for."""
    (line,) = joined(owns(subject="e-2", object="e-1", kind="acts_for"), matched="e-2").lines

    assert (line.owner, line.owned, line.kind, line.share) == ("list:house-made-up#e-1", "shop", "acts_for", None)


def test_an_entry_whose_designation_does_not_reach_owners_holds_nothing() -> None:
    """The rulebook says which lists count for ownership."""
    assert joined(owns(), matched="e-2", counts=False) == ListRelations()


@pytest.mark.parametrize(
    ("relation", "says"),
    [
        (owns(doubtful=True), "Made-up Holding should own shop"),
        (owns(subject="e-2", object="e-1", kind="acts_for", doubtful=True), "shop should act for Made-up Holding"),
    ],
)
def test_a_relation_that_makes_no_sense_is_said_and_not_counted(relation: ListRelation, says: str) -> None:
    """Which end is wrong is not ours to say."""
    ties = joined(relation, matched="e-2")

    assert (ties.lines, ties.holders) == ([], {})
    assert ties.doubts == [f"house-made-up says that {says}, which such parties cannot: shown, not counted"]


def test_a_share_is_not_known_where_two_sources_may_state_the_same_one() -> None:
    """Thirty and thirty of one holding must not become sixty."""
    (line,) = joined(owns(), matched="e-2", table=(Ownership(owner="x", owned="shop", share=100_000, row="2"),)).lines
    (alone,) = joined(owns(), matched="e-2", table=(Ownership(owner="x", owned="other", row="3"),)).lines

    assert (line.share, alone.share) == (None, 600_000)


def test_a_list_whose_bytes_are_gone_is_said() -> None:
    """A run goes on with the findings it has, and does not pass over what it cannot read."""

    def gone(version: ListVersion) -> tuple[ListRelation, ...]:
        raise ListUnreadable("is gone", where=version.key)

    (stated,) = relations_in(Lists({VERSION.key: VERSION}, lambda _: (), gone))
    rulebook: Any = CountsAll(True)

    ties = relations_of([stated], {}, [], (), rulebook)

    assert ties.doubts == ["what house-made-up says of owners is not counted: house-made-up: is gone"]


_ENTRIES = (
    '{"id":"f-1","schema":"Company","caption":"Made-up Holding",'
    '"properties":{"name":["Made-up Holding"],"program":["made-up"]}}\n'
    '{"id":"f-2","schema":"Company","caption":"Morning Crust",'
    '"properties":{"name":["Morning Crust"],"website":["https://morning-crust.example"]}}\n'
)
_OWNS = '{"id":"f-3","schema":"Ownership","properties":{"owner":["f-1"],"asset":["f-2"]%s}}\n'


def run_with(folder: Path, edge: str) -> MadeNetwork:
    """Run a network whose bakery is an entry of a list that it is not refused for, beside its listed owner."""
    made = empty_network(folder)
    made.write()
    (made.folder / "lists-in" / "made.ftm.json").write_text(_ENTRIES + edge)
    mapping = made.folder / "rulebook" / "designations.csv"
    mapping.write_text(mapping.read_text() + "house-ftm,*,,no\nhouse-ftm,made-up,house-sanctions,yes\n")
    settings = made.folder / "evenhand.toml"
    more = '[[list]]\nkey = "house-ftm"\npath = "lists-in/made.ftm.json"\npublished_on = 2026-01-02\n'
    settings.write_text(more + settings.read_text())
    run(made.network, DAY_1, BY, TOOLS)
    return made


@pytest.mark.parametrize(
    ("share", "outcome", "kind"),
    [
        (',"percentage":["60"]', Outcome.REFUSE, "owned_by_listed"),
        (',"percentage":["30"]', Outcome.HOLD, "recorded"),
        ("", Outcome.HOLD, "possibly_owned_by_listed"),
    ],
)
def test_an_owner_that_only_a_list_names_decides(tmp_path: Path, share: str, outcome: Outcome, kind: str) -> None:
    """The same as in the network's own table: half is enough, less is looked at, an unknown share is a possibility."""
    decision = run_with(tmp_path / "network", _OWNS % share).last("bakery")

    assert decision.outcome is outcome
    (finding,) = [each for each in decision.findings if each.kind == kind]
    assert finding.path == ("bakery", "list:house-ftm#f-1")
    assert (finding.way[0].owner_name, finding.way[0].owned_name) == ("Made-up Holding", "Morning Crust Bakery")
    assert all(source.startswith("list:house-ftm@") for source in finding.sources)


def test_a_list_that_states_no_owner_changes_nothing(tmp_path: Path) -> None:
    """The entry alone is under no designation."""
    assert run_with(tmp_path / "network", "").last("bakery").outcome is Outcome.ALLOW
