"""What lists say of owners joins the network's own table, never more surely than it was said."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import ListUnreadable
from evenhand.model.finding import Finding
from evenhand.model.listing import HOLDINGS, ListedEntity, ListRelation, ListVersion
from evenhand.model.outcome import Outcome
from evenhand.model.party import Ownership, Payer
from evenhand.screening import Holder, ownership_findings
from evenhand.workflows.evaluation.findings import CountedFinding, Lists, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.list_relations import ListRelations, ListStatements, relations_in, relations_of
from evenhand.workflows.evaluation.run_state import read_known_inputs, read_memory
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.tied_parties import TiedParties
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


def run_with(folder: Path, edge: str, more: Callable[[MadeNetwork], object] = lambda _: None) -> MadeNetwork:
    """Run a network whose bakery is an entry of a list that it is not refused for, beside its listed owner."""
    made = empty_network(folder)
    more(made)
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


_COMPANY = '{"id":"%s","schema":"Company","caption":"%s","properties":{"name":["%s"]},"target":false}\n'
_CHAIN = (
    _COMPANY % ("f-7", "Made-up Middle", "Made-up Middle")
    + '{"id":"f-8","schema":"Ownership","properties":{"owner":["f-1"],"asset":["f-7"],"percentage":["%s"]%s}}\n'
    + '{"id":"f-9","schema":"Ownership","properties":{"owner":["f-7"],"asset":["f-2"],"percentage":["%s"]}}\n'
)


@pytest.mark.parametrize(
    ("above", "until", "below", "outcome"),
    [
        ("60", "", "70", Outcome.REFUSE),
        ("60", "", "30", Outcome.HOLD),
        ("40", "", "100", Outcome.ALLOW),
        ("60", ',"endDate":["2026-03-01"]', "70", Outcome.ALLOW),
        ("60", ',"endDate":["2026-03-02"]', "70", Outcome.REFUSE),
    ],
)
def test_what_a_listed_party_holds_over_an_unlisted_company_is_held_by_it(
    tmp_path: Path, above: str, until: str, below: str, outcome: Outcome
) -> None:
    """The same as in the network's own table: a company that is caught passes on what it holds, another does not."""
    decision = run_with(tmp_path / "network", _CHAIN % (above, until, below)).last("bakery")

    assert decision.outcome is outcome
    if outcome is Outcome.REFUSE:
        (finding,) = [each for each in decision.findings if each.kind == "owned_by_listed"]
        assert finding.path == ("bakery", "list:house-ftm#f-7", "list:house-ftm#f-1")
        assert [(each.owned_name, each.owner_name) for each in finding.way] == [
            ("Morning Crust Bakery", "Made-up Middle"), ("Made-up Middle", "Made-up Holding"),
        ]  # fmt: skip
        assert {source.partition("#")[2] for source in finding.sources} == {"f-1"}  # the entry that is listed
        (letter,) = (tmp_path / "network" / "out" / "reasons").glob("*.txt")
        assert "The shares are held through “Made-up Middle”." in letter.read_text("utf-8")


def test_a_company_at_the_end_of_a_chain_is_found_by_its_name_alone(tmp_path: Path) -> None:
    """It is no entry, so that nothing but the name says that it is the client: a person looks."""
    edge = _COMPANY % ("f-7", "Bakery Morning Crust", "Bakery Morning Crust")
    decision = run_with(tmp_path / "network", edge + (_OWNS % ',"percentage":["60"]').replace("f-2", "f-7")).last(
        "bakery"
    )

    assert decision.outcome is Outcome.HOLD
    (finding,) = [each for each in decision.findings if each.kind == "possibly_owned_by_listed"]
    assert finding.path == ("bakery", "list:house-ftm#f-1")


def test_who_a_chain_of_a_list_ties_is_tried_together(tmp_path: Path) -> None:
    """A dry run of an answer about one of them has to know the others, named alone or not."""
    edge = _CHAIN % ("60", "", "70") + _COMPANY % ("f-6", "Clear Water Circle", "Clear Water Circle")
    edge += '{"id":"f-5","schema":"Ownership","properties":{"owner":["f-7"],"asset":["f-6"]}}\n'

    def more(made: MadeNetwork) -> None:
        made.add("advertisers", id="circle", name="Circle, Clear Water", domains="circle.example")
        made.add("advertisers", id="apart", name="Ilverton Timber", domains="ilverton.example")

    made = run_with(tmp_path / "network", edge, more)
    with read_ledger(made.folder / "ledger") as ledger:
        memory, _ = read_memory(made.network.state, ledger.checkpoint)
        known = read_known_inputs(made.network.state, ledger.checkpoint)
    assert memory is not None
    assert known is not None

    assert TiedParties(known, memory).around(["bakery"], ()) == {"bakery", "circle"}
    assert made.last("circle").outcome is Outcome.HOLD


IDS = ("top", "other", "plain", "a", "b", "c", "end")
EDGES = st.lists(
    st.builds(
        lambda subject, object_, kind, share, doubtful: ListRelation(
            subject=subject, object=object_, subject_name=subject, object_name=object_, kind=kind, share=share,
            doubtful=doubtful,
        ),
        st.sampled_from(IDS), st.sampled_from(IDS),
        st.sampled_from(("ownership", "ownership", "ownership", "ownership_or_control", "control", "role")),
        st.sampled_from((None, 200_000, 300_000, 500_000, 700_000)), st.sampled_from((False, False, False, True)),
    ),
    max_size=14, unique_by=lambda each: (each.subject, each.object, each.kind),
)  # fmt: skip


@given(edges=EDGES)
def test_the_lines_of_a_list_come_to_what_all_its_holdings_come_to(edges: list[ListRelation]) -> None:
    """Only what leads from an entry that counts to a party of the network is made a line; the rest changes nothing."""
    entities = [
        ListedEntity(id=id_, schema="Company", caption=id_, properties={"program": (id_,)})
        for id_ in ("top", "other", "plain", "end")
    ]
    at_end = Finding(party_kind="payer", party_id="shop", kind="listed", list=VERSION.key, entity_id="end", score=0.9,
                     certain=True)  # fmt: skip
    seen: dict[PartyKey, ScreenedParty] = {("payer", "shop"): ScreenedParty("", (CountedFinding(at_end, HELD),))}
    rulebook: Any = SimpleNamespace(
        designation_for=lambda _, programs: (("made-up", not {"top", "other"}.isdisjoint(programs)),)
    )
    counted = {f"list:{VERSION.key}#{id_}" for id_ in ("top", "other")}

    ties = relations_of([ListStatements(VERSION, tuple(edges), lambda: entities)], seen, [PARTY], (), rulebook)
    holdings, led = [each for each in edges if each.kind in HOLDINGS and not each.doubtful], {"top", "other"}
    for _ in IDS:
        led |= {each.object for each in holdings if each.subject in led}
    every = [
        Ownership(
            owner=f"list:{VERSION.key}#{each.subject}",
            owned=owned,
            share=each.share if each.kind == "ownership" else None,
            kind=each.kind,  # type: ignore[arg-type]  # roles are not among them
        )
        for each in holdings if each.subject in led
        for owned in (f"list:{VERSION.key}#{each.object}", "shop" if each.object == "end" != each.subject else "")
        if owned
    ]  # fmt: skip
    holders = {id_: Holder(certain=True, findings=(at_end,)) for id_ in counted}
    whole = ownership_findings(every, holders, "aggregate_50", DAY_1.date())
    found = ownership_findings(ties.lines, ties.holders, "aggregate_50", DAY_1.date())

    assert not any(f"list:{VERSION.key}" in each for each in ties.doubts)  # of companies between nothing is said
    assert ("shop" in found) == ("shop" in whole)
    if "shop" in whole:
        assert (found["shop"].low, found["shop"].high, found["shop"].status) == (
            whole["shop"].low, whole["shop"].high, whole["shop"].status,
        )  # fmt: skip
        assert {id_ for link in found["shop"].shortest for id_ in (link.owner, link.owned)} - {"shop"} <= {
            line.owner for line in ties.lines
        }
