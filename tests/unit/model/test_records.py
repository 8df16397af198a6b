"""The records: frozen, closed, hashed by what they say."""

import importlib
import inspect
import pkgutil
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand import model
from evenhand.model.listing import ListedEntity
from evenhand.model.network import GateSection
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.record import (
    Record,
    _without_floats,
    canonical,
    canonical_exact,
    files_sha256,
    record_sha256,
    sha256_hex,
)
from evenhand.model.verifier_key import ED25519, VerifierKey, is_key_name, key_id
from tests.each_case import each_case

RECORDS = sorted(
    {
        kind
        for module in pkgutil.iter_modules(model.__path__, "evenhand.model.")
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        if issubclass(kind, Record) and kind is not Record
    },
    key=lambda kind: kind.__name__,
)


@each_case("kind", RECORDS)
def test_every_noun_is_frozen_closed_and_told(kind: type[Record]) -> None:
    """Change is a new record; a misspelt field is an error; none is in a ring; a reader finds out what it is."""
    config = kind.__struct_config__

    assert config.frozen
    assert config.forbid_unknown_fields
    assert not config.gc
    assert kind.__doc__


def test_outcomes_stand_mildest_first() -> None:
    """Their order is used wherever two rulings meet."""
    assert list(Outcome) == ["allow", "label", "limit", "hold", "refuse"]
    assert [outcome.severity for outcome in Outcome] == [0, 1, 2, 3, 4]
    assert strictest([Outcome.LABEL, Outcome.HOLD, Outcome.ALLOW]) is Outcome.HOLD
    assert strictest([]) is Outcome.ALLOW


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON))
def test_equal_values_have_equal_bytes(value: dict[str, object]) -> None:
    """Whatever order the keys were put in: hashes are taken over these bytes."""
    turned = dict(reversed(value.items()))

    assert canonical(value) == canonical(turned)
    assert canonical_exact(value) == canonical_exact(turned)
    assert record_sha256(value) == sha256_hex(canonical(value)) or record_sha256(value) == sha256_hex(
        canonical_exact(value)
    )
    assert msgspec.json.decode(canonical(value)) == value


def test_a_number_with_a_point_becomes_text_of_six_places() -> None:
    """Two languages print 0.1 differently; a hash must not depend on that."""
    value = {"b": 0.1, "a": [1.5, {"c": (0.25,)}], "at": datetime(2026, 1, 1, tzinfo=UTC), "on": date(2026, 1, 1)}

    assert canonical(value) == (
        b'{"a":["1.500000",{"c":["0.250000"]}],"at":"2026-01-01T00:00:00Z","b":"0.100000","on":"2026-01-01"}'
    )


def test_a_set_of_files_is_hashed_by_name_size_and_bytes() -> None:
    """The order of reading does not count; where a name ends and bytes begin does."""
    one = files_sha256({"b.csv": b"2", "a.csv": b"1"})

    assert one == files_sha256({"a.csv": b"1", "b.csv": b"2"})
    assert one == sha256_hex(b"a.csv\x001\x001b.csv\x001\x002")
    assert one != files_sha256({"a.csv": b"1b.csv", "": b"2"})


def test_a_key_has_the_id_and_the_text_of_c2sp() -> None:
    """The example key of golang.org/x/mod/sumdb/note: id and text are public knowledge."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    public = msgspec.json.decode(b'"GlzZBxQ8OExB6DDFvOEqqIF+xWSaqr8sMTiLNbLXRNY="', type=bytes)

    key = VerifierKey(name="PeterNeumann", kind=ED25519, public=public)

    assert key.vkey == text
    assert key.id == key_id("PeterNeumann", ED25519, public) == bytes.fromhex("c74f20a3")


@pytest.mark.parametrize(("name", "good"), [("ads.example/log", True), ("", False), ("a b", False), ("a+b", False)])
def test_the_name_of_a_key_fits_a_signature_line(name: str, good: bool) -> None:
    """Blanks and plus signs part the fields of that line."""
    assert is_key_name(name) is good


def test_an_entity_gives_its_values_in_the_order_asked() -> None:
    """A property that is not there gives none."""
    entity = ListedEntity(id="e", schema="Company", caption="E", properties={"name": ("E", "F"), "alias": ("G",)})

    assert entity.values("alias", "nothing", "name") == ("G", "E", "F")


def test_the_gate_s_settings_travel_without_what_is_the_network_s_own() -> None:
    """`stale` and hours are choices of who opens the register."""
    section = GateSection(
        unknown="allow", missing="hold", malformed="refuse", mismatch="note", stale="last", fresh_for_hours=24
    )

    assert msgspec.to_builtins(section.policy) == {
        "unknown": "allow", "missing": "hold", "malformed": "refuse", "mismatch": "note",
    }  # fmt: skip


_LIKE_NUMBERS = st.text(st.sampled_from(':[,{"-01.5eE x'), max_size=8)
_FLAT = JSON | st.floats(allow_nan=False, allow_infinity=False) | _LIKE_NUMBERS


@given(st.recursive(_FLAT, lambda each: st.lists(each, max_size=4) | st.dictionaries(_LIKE_NUMBERS, each, max_size=4)))
def test_no_float_is_missed_where_the_text_alone_is_looked_at(value: object) -> None:
    """Whatever stands around a number, and whatever strings look like one: the same bytes as after a whole walk."""
    assert canonical(value) == canonical_exact(_without_floats(msgspec.to_builtins(value)))
