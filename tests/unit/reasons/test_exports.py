"""Lines of an export: a body, or every field that keeps the record from being told."""

import json
from typing import Any

import msgspec
import pytest

from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import Corpus
from evenhand.reasons.exports import export
from evenhand.reasons.lint import Form
from tests.each_case import each_case
from tests.unit.reasons.made import FIXTURES

RECORDS = [json.loads(line) for line in (FIXTURES / "records.jsonl").read_text("utf-8").splitlines()]
EXPECTED = json.loads((FIXTURES / "records_expected.json").read_text("utf-8"))


def changed(**values: Any) -> dict[str, Any]:
    """Return a sound record as JSON with fields replaced; `a__b` is field b of a, None in `values` drops nothing."""
    raw: dict[str, Any] = json.loads(json.dumps(RECORDS[0]))
    for path, value in values.items():
        *parents, last = path.split("__")
        place = raw
        for parent in parents:
            place = place[parent]
        place[last] = value
    return raw


def told(record: dict[str, Any], form: Form = "tdb", corpus: Corpus | None = None) -> list[str]:
    return [f"{each['field']} {each['code']}" for each in export(record, form, corpus or Corpus()).get("errors", [])]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_kept_records_come_out_as_expected(record: dict[str, Any]) -> None:
    """What the payload must contain, which attributes refuse it, and whether the public may read it."""
    wanted = EXPECTED[record["id"]]

    line, public = export(record, "tdb", Corpus()), export(record, "public", Corpus())

    assert [each["field"] for each in line.get("errors", [])] == wanted["tdb_refused"]
    assert wanted["tdb"].items() <= (line["body"] or {}).items()
    assert public["ok"] is wanted["public_ok"]


def test_a_line_has_the_fields_of_the_specification_in_their_order() -> None:
    """`reasons.md` §8; readers may rely on it."""
    told_well, refused = (export(record, "tdb", Corpus()) for record in (RECORDS[0], RECORDS[2]))

    assert list(told_well) == ["id", "form", "ok", "body"]
    assert list(refused) == ["id", "form", "ok", "errors", "body"]
    assert (refused["ok"], refused["body"]) == (False, None)
    assert refused["errors"] == [{"field": "application_date", "code": "date-range"}]


def test_a_notice_has_language_subject_slots_text_and_hash() -> None:
    """`reasons.md` §2: what is sent, and the hash of its bytes."""
    body = export(RECORDS[0], "notice", Corpus())["body"]

    assert {"language", "subject", "slots", "text", "sha256"} <= body.keys()
    assert list(body["slots"]) == list("abcdef")


def test_a_statement_and_its_json_give_the_same_line() -> None:
    """One maker of lines, whether the record comes from a file or from a run."""
    statement = msgspec.convert(RECORDS[0], StatementOfReasons)

    assert export(statement, "tdb", Corpus()) == export(RECORDS[0], "tdb", Corpus())


@each_case(
    ("form", "change", "errors"),
    [
        ("tdb", {"facts": "Ask a@b.example."}, ["decision_facts personal-data:email"]),
        ("tdb", {"facts_public": "Ask a@b.example."}, ["decision_facts personal-data:email"]),
        ("public", {"facts_public": "Ask a@b.example."}, ["facts_public personal-data:email"]),
        ("tdb", {"ground__explanation": "a@b.example"}, ["incompatible_content_explanation personal-data:email"]),
        (
            "tdb",
            {"ground__type": "law", "ground__reference": "a@b.example"},
            ["illegal_content_legal_ground personal-data:email"],
        ),
        ("tdb", {"facts": " "}, ["decision_facts slot-empty:b"]),
        ("tdb", {"scope": ["US"]}, ["territorial_scope outside-eea"]),
        ("tdb", {"kind": "made-up"}, [
            "decision_account slot-empty:a", "decision_monetary slot-empty:a", "decision_provision slot-empty:a",
            "decision_visibility slot-empty:a",
        ]),
        ("tdb", {"ends_on": "2026-01-01"}, ["end_date_service_restriction dates-order"]),
        ("tdb", {"dates__object": None}, ["content_date required"]),
        ("tdb", {"facts": "x" * 5001}, ["decision_facts too-long"]),
        ("tdb", {"facts": "a@b.example " + "x" * 5001}, [
            "decision_facts personal-data:email", "decision_facts too-long",
        ]),
        ("notice", {"redress__judicial__text": ""}, ["redress.judicial.text slot-empty:f"]),
        ("tdb", {"content__types": [7]}, ["content_type malformed"]),
        ("tdb", {"content__colour": "red"}, ["content.colour unknown-field"]),
        ("tdb", {"colour": "red"}, ["colour unknown-field"]),
        ("tdb", {"starts_on": 7}, ["application_date slot-empty:a"]),
        ("tdb", {"starts_on": "2026-W48-2"}, ["application_date slot-empty:a"]),
        ("tdb", {"ground": None}, ["decision_ground slot-empty:d"]),
        ("tdb", {"id": "r 1"}, ["puid malformed"]),
        ("tdb", {"id": "r-1\n"}, ["puid malformed"]),
        ("tdb", {"account_kept": "yes"}, ["account_kept malformed"]),
    ],
)  # fmt: skip
def test_each_reason_is_told_by_the_field_of_its_form(form: Form, change: dict[str, Any], errors: list[str]) -> None:
    """Anyone who mends the record is sent to the attribute of the database, or to the record's own field."""
    assert told(changed(**change), form) == errors


def test_a_record_that_lacks_nearly_everything_is_refused_by_name() -> None:
    """The others of the file go on; a record is what has an id."""
    errors = told({"id": "r-1"})

    assert "decision_facts slot-empty:b" in errors
    assert "application_date slot-empty:a" in errors
    assert "decision required" in errors


def test_one_explanation_for_everybody_is_a_warning_by_its_attribute() -> None:
    """The fourth record of one text for other facts is boilerplate, and goes out."""
    corpus = Corpus()
    for facts in ("One.", "Two.", "Three."):
        corpus.add(RECORDS[0]["ground"]["explanation"], facts)

    line = export(RECORDS[0], "tdb", corpus)

    assert list(line) == ["id", "form", "ok", "warnings", "body"]
    assert (line["ok"], line["body"] is not None) == (True, True)
    assert line["warnings"] == [{"field": "incompatible_content_explanation", "code": "boilerplate"}]


def test_a_late_notice_is_still_a_notice() -> None:
    """Held back because it is late, it would be later still."""
    late = changed(dates__informed="2026-11-25", redress__internal__until="2027-12-01")

    line = export(late, "notice", Corpus())

    assert (line["ok"], line["warnings"]) == (True, [{"field": "dates.informed", "code": "late-notice"}])
