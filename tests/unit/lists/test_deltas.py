"""Deltas: read whole or refused, applied to the version that they follow, beside a difference of our own."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evenhand.lists import ReadList, read_list
from evenhand.lists.deltas import Change, apply_delta, delta_urls, read_delta
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import FieldChange, ListChange
from tests.unit.lists.made import made, written

NAME = "entities.delta.json"


def entity(id_: str, name: str, *, changed: object = "2024-01-01T00:00:00", **more: Any) -> dict[str, Any]:
    """Return a made-up company as OpenSanctions publishes one."""
    return {"id": id_, "schema": "Company", "properties": {"name": [name]}, "last_change": changed, **more}


def lines(*objects: Mapping[str, Any]) -> bytes:
    """Return objects as lines."""
    return "".join(json.dumps(each) + "\n" for each in objects).encode()


@pytest.fixture
def known(tmp_path: Path) -> ReadList:
    """Three companies and an address."""
    address = {"id": "a-1", "schema": "Address", "properties": {}}
    data = lines(entity("k-1", "Made-Up One"), entity("k-2", "Made-Up Two"), entity("k-3", "Made-Up Three"), address)
    return read_list(written(tmp_path / "known", {"entities.ftm.json": data}), "other-known")


def test_a_delta_gives_the_new_version_and_our_own_difference(known: ReadList) -> None:
    """The publisher's word is kept; what it means for entries is compared by ourselves."""
    delta = lines(
        {"op": "MOD", "entity": entity("k-2", "Made-Up Second", changed="2024-02-02T00:00:00")},
        {"op": "DEL", "entity": {"id": "k-1"}},
        {"op": "ADD", "entity": entity("k-4", "Made-Up Four")},
        {"op": "DEL", "entity": {"id": "a-1"}},
    )

    applied = apply_delta(known, {NAME: delta}, "other-known")

    assert [(each.id, each.caption) for each in applied.read.entities] == [
        ("k-2", "Made-Up Second"),
        ("k-3", "Made-Up Three"),
        ("k-4", "Made-Up Four"),
    ]
    assert applied.ops == {"k-2": "MOD", "k-1": "DEL", "k-4": "ADD", "a-1": "DEL"}
    assert [(each.op, each.id) for each in applied.changes] == [
        *(("removed", "k-1"), ("amended", "k-2"), ("added", "k-4")),
    ]
    assert applied.publisher_processing == ()


def test_an_entry_that_differs_without_a_later_change_is_the_publisher_s_own_doing(known: ReadList) -> None:
    """OpenSanctions warns that a delta may come from its own reading of an unchanged source."""
    delta = lines(
        {"op": "MOD", "entity": entity("k-2", "Made-Up Second")},
        {"op": "MOD", "entity": entity("k-3", "Made-Up Three")},
    )

    applied = apply_delta(known, {NAME: delta}, "other-known")

    field = FieldChange(field="caption", before=("Made-Up Two",), after=("Made-Up Second",))
    assert applied.publisher_processing == ("k-2",)
    assert applied.changes == (
        ListChange(
            op="amended",
            id="k-2",
            fields=(field, FieldChange(field="name", before=("Made-Up Two",), after=("Made-Up Second",))),
        ),
    )
    assert applied.ops["k-3"] == "MOD"


@pytest.mark.parametrize("changed", [None, "", 5])
def test_without_a_date_of_change_nothing_is_said_of_its_origin(known: ReadList, tmp_path: Path, changed: Any) -> None:
    """`last_change` may be missing; then a change counts as the source's."""
    undated = lines(entity("k-1", "Made-Up One", changed=changed))
    other = read_list(written(tmp_path / "undated", {"entities.ftm.json": undated}), "other-known")

    applied = apply_delta(other, {NAME: lines({"op": "MOD", "entity": entity("k-1", "New")})}, "other-known")

    assert applied.publisher_processing == ()
    assert len(applied.changes) == 1


def test_a_gzipped_version_and_a_gzipped_delta_are_read_too(known: ReadList, tmp_path: Path) -> None:
    """The new version is plain lines under the name without `.gz`."""
    (data,) = known.files.values()
    packed = read_list(written(tmp_path / "gz", {"entities.jsonl.gz": gzip.compress(data)}), "other-known")
    delta = gzip.compress(lines({"op": "DEL", "entity": {"id": "k-1"}}))

    applied = apply_delta(packed, {"entities.delta.jsonl.gz": delta}, "other-known")

    assert list(applied.read.files) == ["entities.jsonl"]
    assert [each.id for each in applied.read.entities] == ["k-2", "k-3"]


@pytest.mark.parametrize(
    ("operation", "line"),
    [
        ({"op": "ADD", "entity": entity("k-1", "x")}, "ADD of another version: `k-1`; expected an entity that is new"),
        ({"op": "MOD", "entity": entity("k-9", "x")}, "MOD of another version: `k-9`"),
        ({"op": "DEL", "entity": {"id": "k-9"}}, "DEL of another version: `k-9`"),
    ],
)
def test_a_delta_that_follows_another_version_is_refused(known: ReadList, operation: dict[str, Any], line: str) -> None:
    """Applied to the wrong version it would lose entries and nobody would see it."""
    with pytest.raises(ListUnreadable) as caught:
        apply_delta(known, {NAME: lines(operation)}, "other-known")

    assert line in str(caught.value)
    assert "fetch the whole list" in str(caught.value)


def test_only_followthemoney_lists_have_deltas() -> None:
    """Other publishers publish whole lists."""
    with pytest.raises(ListUnreadable, match="a delta applies to no `un-xml`"):
        apply_delta(made("un-sc"), {NAME: b""}, "un-sc")


def test_a_version_with_an_id_twice_takes_no_delta(known: ReadList, tmp_path: Path) -> None:
    """Which of the two a delta means cannot be known."""
    (data,) = known.files.values()
    twice = data + lines({"id": "a-1", "schema": "Address", "properties": {}})
    other = read_list(written(tmp_path / "twice", {"entities.ftm.json": twice}), "other-known")

    with pytest.raises(ListUnreadable, match="5: entity occurs twice `a-1`"):
        apply_delta(other, {NAME: b""}, "other-known")


@pytest.mark.parametrize(
    "broken",
    [
        b'{"op":"PUT","entity":{"id":"k-1"}}',
        b'{"op":"DEL"}',
        b'{"op":"DEL","entity":{}}',
        b'{"op":"DEL","entity":{"id":""}}',
        b'{"op":"MOD","entity":{"id":"k-1"}}',
        b'{"op":"ADD","entity":[]}',
        b'{"op":"ADD","entity":{"id":"\\ud800","schema":"Company","properties":{}}}',
        b'{"op":"ADD","entity":{"id":"k-1","sch',
        b"NaN",
        b"[" * 100_000,
        b'{"op":"DEL","entity":{"id":"k-1","id":"k-3"}}',
        b'{"op":"ADD","op":"DEL","entity":{"id":"k-1"}}',
        b'{"op":"ADD","entity":{"id":"k-9","schema":"Company","properties":{"name":["A"],"name":["B"]}}}',
        b"\xff",
    ],
)
def test_a_delta_that_half_parses_is_refused_whole(broken: bytes) -> None:
    """The error names the line."""
    good = lines({"op": "DEL", "entity": {"id": "k-2"}})

    with pytest.raises(ListUnreadable, match=f"{NAME}:2: ") as caught:
        read_delta(NAME, good + broken)

    assert "\n" not in str(caught.value)


def test_lines_are_read_in_order_and_each_entity_once() -> None:
    """Two operations on one entity cannot both be the change from one version to the next."""
    delete = {"op": "DEL", "entity": {"id": "k-2"}}

    assert read_delta(NAME, b"\n" + lines(delete)) == (Change(op="DEL", id="k-2"),)
    with pytest.raises(ListUnreadable, match="2: entity occurs twice `k-2`"):
        read_delta(NAME, lines(delete, delete))


def test_the_index_names_what_came_after_a_version_oldest_first() -> None:
    """Deltas must be applied in the order in which they were published."""
    index = (
        b'{"versions":{"20240103000000-c":"https://made-up.example/3","20240101000000-a":"https://made-up.example/1",'
    )
    index += b'"20240102000000-b":"https://made-up.example/2"}}'

    assert delta_urls("delta.json", index, since="20240101000000-a") == [
        ("20240102000000-b", "https://made-up.example/2"),
        ("20240103000000-c", "https://made-up.example/3"),
    ]
    assert delta_urls("delta.json", index, since="20240103000000-c") == []
    assert delta_urls("delta.json", b'{"versions":{}}', since="x") == []
    with pytest.raises(ListUnreadable, match="deltas begin after the version: `2023`"):
        delta_urls("delta.json", index, since="2023")


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"versions":[]}', b'{"versions":{"a":1}}', b"\xff", b"[" * 100_000])
def test_an_index_that_is_none_is_refused(broken: bytes) -> None:
    """An address may answer anything."""
    with pytest.raises(ListUnreadable, match=r"delta.json: no index of deltas"):
        delta_urls("delta.json", broken, since="a")
