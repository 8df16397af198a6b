"""Edges of FollowTheMoney: shares, dates, parties that nobody lists."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from evenhand.lists import Versions, read_list
from evenhand.lists.formats.entry import is_doubtful, share_of
from evenhand.model.listing import ListRelation
from evenhand.model.network import ListSource
from tests.unit.lists.made import MADE, made, written


def test_a_party_that_is_no_target_is_no_entry_but_named_in_relations() -> None:
    """A company that a listed person owns is not listed for it; the name is needed to find it."""
    read = made("other-ties")

    assert [entity.id for entity in read.entities] == ["t-1", "t-2", "t-4"]
    assert [each.object_name for each in read.relations if each.object == "t-3"] == ["Made-Up Shop"]


def test_an_ownership_has_its_share_and_the_widest_span_of_dates() -> None:
    """Percentages become millionths exactly; a month ends with its last day."""
    assert made("other-ties").relations[0] == ListRelation(
        subject="t-1",
        object="t-2",
        subject_name="Exampla Testson",
        object_name="Made-Up Holding",
        kind="ownership",
        share=605_000,
        since=date(2018, 1, 1),
        until=date(2023, 4, 30),
    )


def test_edges_become_relations_of_their_kind() -> None:
    """Two assets are two relations; owned *or* controlled is never certain ownership."""
    ties = [(each.subject, each.object, each.kind, each.share, each.text) for each in made("other-ties").relations[1:]]

    assert ties == [
        ("t-2", "t-3", "ownership", None, "shares"),
        ("t-2", "t-4", "ownership", None, "shares"),
        ("t-2", "t-1", "ownership_or_control", None, "Owned or Controlled By"),
        ("t-5", "t-2", "role", None, "Chair"),
        ("t-3", "t-1", "acts_for", None, ""),
        ("t-1", "t-5", "family", None, "sibling"),
        ("t-1", "t-99", "link", None, ""),
    ]


def test_a_person_that_is_owned_is_kept_and_doubtful() -> None:
    """Which end is wrong is not ours to say."""
    read = made("other-ties")

    assert [each.object for each in read.relations if each.doubtful] == ["t-1"]
    assert [each.until for each in read.relations[3:6]] == [None, date(2023, 12, 31), date(2023, 12, 31)]


def test_what_is_no_relation_of_an_entry_is_counted() -> None:
    """Nothing is lost without a number that says so."""
    assert made("other-ties").left_out == {
        "Associate without both ends": 1,
        "party that is no target": 2,
        "percentage that is none, or two": 1,
        "relation of no entry": 1,
        "schema Occupancy": 1,
    }


def test_holdings_of_companies_that_nobody_lists_stay_where_a_listed_party_holds_these(tmp_path: Path) -> None:
    """An owner two unlisted companies away is told by the list itself; what leads to no entry is counted."""
    parties = [
        {"id": id_, "schema": "Company", "properties": {"name": [id_]}, "target": id_ == "l"} for id_ in "labcde"
    ]
    edges = [("Ownership", "owner", "asset", *ends) for ends in ("la", "ab", "bc", "ca", "da")]
    edges += [("Control", "controller", "controlled", "b", "d"), ("Ownership", "owner", "asset", "d", "e")]
    lines = [*parties, *({"id": f"e-{number}", "schema": schema, "properties": {owner: [one], asset: [other]}}
                         for number, (schema, owner, asset, one, other) in enumerate(edges))]  # fmt: skip
    text = b"\n".join(map(msgspec.json.encode, lines))

    read = read_list(written(tmp_path / "l", {"a.jsonl": text}), "other-ftm")

    assert [(each.subject, each.object) for each in read.relations] == [("l", "a"), ("a", "b"), ("b", "c"), ("c", "a")]
    assert read.left_out["relation of no entry"] == 3


def test_a_kept_version_gives_its_relations_again(tmp_path: Path) -> None:
    """A decision is explained from the kept bytes, whatever was read since."""
    source = ListSource(key="other-ties", path=str(MADE["other-ties"]))
    news = Versions(tmp_path).take(source, Path("/"))
    assert news.version

    assert Versions(tmp_path).relations(news.version) == made("other-ties").relations


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("100", 1_000_000),
        ("0", 0),
        ("33,3334 %", 333_334),
        ("50.00001", 500_000),
        ("100.1", None),
        ("-1", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e3", None),
        ("1e999999999999", None),
        ("", None),
        ("half", None),
    ],
)
def test_a_percentage_is_read_exactly_or_not_at_all(text: str, share: int | None) -> None:
    """A share that is guessed would decide over a company."""
    assert share_of(text) == share


@pytest.mark.parametrize(
    ("kind", "subject", "object_", "doubtful"),
    [
        ("control", "Person", "Company", False),
        ("ownership", "Vehicle", "Company", True),
        ("ownership", "Company", "", False),
        ("acts_for", "Company", "Airplane", True),
        ("link", "Vessel", "Vessel", False),
    ],
)
def test_only_parties_that_cannot_stand_so_are_doubtful(
    kind: str, subject: str, object_: str, *, doubtful: bool
) -> None:
    """An unknown party can be anything."""
    assert is_doubtful(kind, subject, object_) is doubtful  # type: ignore[arg-type]  # parametrised literals are str
