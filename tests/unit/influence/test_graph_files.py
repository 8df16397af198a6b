"""Graph files and bundles: what is in them, and that names cannot break them."""

import json
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.influence.graph_files import gexf, graphml, k_cores
from evenhand.influence.layout import grid_corners, spring_layout
from evenhand.influence.stix_bundle import stix_bundle
from evenhand.model.coordination import Coordination
from tests.unit.influence.made import AT, FOUND, NAMES, many_groups

ML, GX = "{http://graphml.graphdrawing.org/xmlns}", "{http://gexf.net/1.3}"


def test_graphml_has_every_account_and_pair_with_what_was_counted() -> None:
    root = ElementTree.fromstring(graphml(FOUND, NAMES))

    nodes = {node.get("id"): node for node in root.iter(f"{ML}node")}
    edge = next(root.iter(f"{ML}edge"))
    assert set(nodes) == {"a", "b", "c\\u0001", "x", "y"}
    assert [each.text for each in nodes["a"]] == ["Ada & <Sons> \\u202e", "g-0123456789ab", "2", "true"]
    assert {each.get("key"): each.text for each in edge} == {
        "edge_layer": "landing_url", "edge_n": "10", "edge_k": "8", "edge_expected": "1.915", "edge_p": "1e-06",
        "edge_q": "0.0002", "edge_by_group": "false", "edge_declared": "false",
        "edge_p_short_bins": "0.0003",
    }  # fmt: skip
    assert len(list(root.iter(f"{ML}edge"))) == 4


def test_gexf_places_the_accounts_of_a_group() -> None:
    root = ElementTree.fromstring(gexf(FOUND, NAMES, AT))

    position = "{http://gexf.net/1.3/viz}position"
    placed = [node.get("id") for node in root.iter(f"{GX}node") if node.find(position) is not None]
    assert placed == ["a", "b", "c\\u0001"]
    assert {each.get("weight") for each in root.iter(f"{GX}edge")} == {"8", "2", "9"}


def test_many_groups_stand_in_a_grid_and_not_on_each_other() -> None:
    """Thirty-eight of them, the largest first, on a sheet about as wide as high."""
    root = ElementTree.fromstring(gexf(many_groups(38), {}, AT))

    at = [each.attrib for each in root.iter("{http://gexf.net/1.3/viz}position")]
    wide, high = ({float(each[side]) for each in at} for side in "xy")
    assert len({(each["x"], each["y"]) for each in at}) == len(at) == 38 * 3 + 1
    assert 0.5 < (max(wide) - min(wide)) / (max(high) - min(high)) < 2


@given(st.lists(st.floats(0.1, 50), max_size=40))
def test_squares_of_a_grid_do_not_overlap(sides: list[float]) -> None:
    corners = grid_corners(sides, 1.0)

    for (x, y), side in zip(corners, sides, strict=True):
        beside = [
            (x < left + other and left < x + side) and (y < top + other and top < y + side)
            for (left, top), other in zip(corners, sides, strict=True)
        ]
        assert sum(beside) == 1


@given(st.text(), st.text())
def test_no_name_breaks_a_file(account: str, name: str) -> None:
    found = Coordination(pairs=(replace(FOUND.pairs[0], b=account),))

    for written in (graphml(found, {account: name}), gexf(found, {account: name}, AT)):
        assert len(ElementTree.fromstring(written)) >= 1


def test_the_bundle_links_and_attributes_nothing() -> None:
    bundle = json.loads(stix_bundle(FOUND, NAMES, "A Network", AT, {}))

    kinds = [each["type"] for each in bundle["objects"]]
    ids = [each["id"] for each in bundle["objects"]]
    assert kinds == ["identity"] * 4 + ["relationship"] * 3 + ["grouping", "note"]
    assert len(set(ids)) == len(ids)
    assert bundle["objects"][-2]["object_refs"] == ids[1:7]
    assert not any("account x" in str(each) or "account y" in str(each) for each in bundle["objects"])
    assert json.loads(stix_bundle(FOUND, NAMES, "A Network", AT, {})) == bundle


def test_a_bundle_of_nothing_says_who_found_nothing() -> None:
    bundle = json.loads(stix_bundle(Coordination(), {}, "A Network", AT, {}))

    assert [each["name"] for each in bundle["objects"]] == ["A Network"]


def test_a_layout_is_the_same_for_the_same_pairs_and_inside_its_square() -> None:
    accounts = [f"a{number}" for number in range(12)]
    pairs = [(accounts[number], accounts[(number * 5 + 1) % 12]) for number in range(12)]

    places = spring_layout(accounts, pairs)

    assert places == spring_layout(accounts, list(reversed(pairs)))
    assert all(0 <= side <= 1 for place in places.values() for side in place)
    assert len(set(places.values())) == 12


def test_the_core_of_a_triangle_with_a_tail_is_the_triangle() -> None:
    assert k_cores([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("d", "e")]) == {
        "a": 2,
        "b": 2,
        "c": 2,
        "d": 1,
        "e": 1,
    }
