"""The public record: an allow-list, and no natural person in it."""

import json

import msgspec
import pytest

from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import public_record
from tests.unit.reasons.test_exports import changed

ALLOWED = {
    "id", "decision", "advertiser", "kind", "scope", "starts_on", "ends_on", "decided_on", "facts", "ground", "source",
    "automation", "category",
}  # fmt: skip


def public(**values: object) -> dict[str, object]:
    return public_record(msgspec.convert(changed(**values), StatementOfReasons))


def test_nothing_but_the_allow_list_is_public() -> None:
    """`reasons.md` §6; a field that is added to the record stays inside until somebody lets it out."""
    told = public(facts="Private.", facts_public="Public.", persons=["Person Alpha"])

    assert told.keys() == ALLOWED
    assert told["facts"] == "Public."
    assert not {"Private", "Alpha", "complaints", "court"} & set(json.dumps(told).replace(".", " ").split())


@pytest.mark.parametrize(
    ("kind", "name", "persons", "shown"),
    [
        ("business", "Harbour Broadcast Network", ["Person Alpha"], "Harbour Broadcast Network"),
        ("private", "Harbour Broadcast Network", [], "a private advertiser"),
        ("business", "Person  ALPHA", ["Person Alpha"], "a private advertiser"),
        ("business", "Álpha, Person", ["Person Alpha"], "a private advertiser"),
        ("business", "Person Alphabet", ["Person Alpha"], "Person Alphabet"),
    ],
)
def test_a_person_is_not_named_as_advertiser_either(kind: str, name: str, persons: list[str], shown: str) -> None:
    """Names in `persons` must not appear in public, in no place of the record."""
    assert public(advertiser={"id": "a", "name": name, "type": kind}, persons=persons)["advertiser"] == shown
