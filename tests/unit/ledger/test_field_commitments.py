"""A payload with sealing 1 is committed to field by field: one value can be shown, the rest stay closed."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import standalone_verifier
from evenhand.ledger.field_commitments import committed_form, open_shown, sealing_places, show_fields
from evenhand.ledger.leaf import check_record, commit
from evenhand.model.errors import RecordRefused
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical_exact
from tests.unit.ledger.making import AT, Opened, draw, new_folder

ROOT = draw(32)
ADVERTISER = {"id": "made-up-co", "type": "Advertiser"}
DECISION: dict[str, Any] = {
    "v": 1, "sealing": 1, "id": "d-1", "outcome": "refuse", "reasons": ["r1"], "party": {"id": "made-up-co"},
    "findings": [{"ours": "Made Up Co"}],
    "facts": {
        "action": {"id": "buy", "type": "Action"},
        "context": {"payer": {"__entity": {"id": "p", "type": "Payer"}}, "political": False},
        "entities": [{"uid": ADVERTISER, "attrs": {"country": "QP", "a/b~c": 1}, "parents": []}],
        "principal": ADVERTISER,
    },
}  # fmt: skip
PATHS = [
    "/facts/context/payer/__entity/id", "/facts/context/political", "/facts/entities/0/attrs/a~1b~0c",
    "/facts/entities/0/attrs/country", "/facts/entities/0/parents", "/facts/entities/0/uid/id", "/facts/principal/id",
    "/findings", "/id", "/party",
]  # fmt: skip

keys = st.sampled_from(
    ["facts", "context", "entities", "attrs", "uid", "principal", "id", "type", "__entity", "outcome", "a/b", "~", "x"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet='aé\n"', max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
payloads = st.dictionaries(keys, values, max_size=5).map(lambda drawn: {**drawn, "sealing": 1})


def paths(payload: Any) -> list[str]:
    return [place.path for place in sealing_places(payload)]


def test_what_says_how_was_decided_stays_in_the_open() -> None:
    """Outcome, rules and hashes are what the payload is shown for; party, findings and facts have their own hashes."""
    _, text = committed_form(ROOT, canonical_exact(DECISION))

    closed = json.loads(text)
    assert paths(DECISION) == PATHS == paths(closed)
    assert (closed["outcome"], closed["reasons"]) == ("refuse", ["r1"])
    assert all(word not in text for word in (b"made-up-co", b"Made Up", b"QP"))
    assert closed["facts"]["principal"]["type"] == "Advertiser"


@given(payloads, st.data())
def test_any_part_shown_opens_the_same_commitment(whole: dict[str, Any], data: st.DataObject) -> None:
    """What is shown, what stays closed and what was committed to are one text, for our reader and the one-file one."""
    shown = data.draw(st.sets(st.sampled_from(paths(whole)))) if paths(whole) else set()
    text = canonical_exact(whole)
    part = show_fields(ROOT, copy.deepcopy(whole), lambda place: place.path in shown)
    as_text = canonical_exact(part.payload)

    assert commit(ROOT, as_text) == commit(ROOT, text) == part.commitment
    assert committed_form(ROOT, text) == standalone_verifier.sealed_form(as_text, ROOT)
    assert paths(part.payload) == paths(whole)
    assert open_shown(part.payload, part.salt, part.salts) == part.commitment


@pytest.mark.parametrize("path", PATHS)
def test_a_value_that_is_changed_or_stands_elsewhere_opens_nothing(path: str) -> None:
    """Each hash binds its value to its place."""
    changed = copy.deepcopy(DECISION)
    place = next(place for place in sealing_places(changed) if place.path == path)
    place.holder[place.key] = "another"

    assert commit(ROOT, canonical_exact(changed)) != commit(ROOT, canonical_exact(DECISION))
    assert commit(bytes(32), canonical_exact(DECISION)) != commit(ROOT, canonical_exact(DECISION))


@pytest.mark.parametrize("payload", [b'{"n":1}', b'{"sealing":10}', b'{"x":"\\"sealing\\":1"}', b"[]"])
def test_other_payloads_are_committed_to_whole(payload: bytes) -> None:
    """So every ledger written before opens as it did."""
    assert committed_form(ROOT, payload) == (ROOT, payload) == standalone_verifier.sealed_form(payload, ROOT)


def test_a_payload_with_sealing_holds_no_sealed_value() -> None:
    """Nobody could say later whether the hash stood for a value that was kept."""
    closed = canonical_exact({"a": {"sealed": "0" * 64}, "sealing": 1})

    with pytest.raises(RecordRefused, match="a sealed value in a payload with `sealing`"):
        check_record(LogRecord(kind="decision", payload=closed))


def test_the_ledger_gives_back_the_whole_payload(tmp_path: Path) -> None:
    """Every reader of decisions sees what it saw before; only the commitment is made of hashes."""
    whole = canonical_exact(DECISION)
    with Opened(new_folder(tmp_path / "l")) as ledger:
        ledger.append([LogRecord(kind="decision", payload=whole)], AT)
        (_, leaf, payload), *_ = ledger.entries()

    assert payload == whole
    assert leaf.c == commit(ROOT, whole)
