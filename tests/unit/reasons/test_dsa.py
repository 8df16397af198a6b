"""The payload of the EU database: what is sent, and every rule that would refuse it."""

import json
from datetime import date
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from evenhand.model import dsa_codes
from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.statement import Content, StatedBesides, StatementOfReasons
from evenhand.reasons import statement_of_reasons, to_dsa, validate_dsa
from evenhand.reasons.dsa_rules import sent_body
from evenhand.reasons.kinds import RESTRICTIONS
from tests.conformance import sor
from tests.conformance.cases import count
from tests.data import DATA, needs_data
from tests.each_case import each_case
from tests.unit.reasons.edges import sor_edges
from tests.unit.reasons.made import CASES, FIXTURES, made_case, made_decision

STATEMENT = statement_of_reasons(made_decision(), made_case())
VALID = to_dsa(STATEMENT)


def test_the_kept_cases_of_the_database_agree() -> None:
    """Our transcription of its rules, with the fields that must be reported."""
    counts = count(json.loads((FIXTURES / "sor_cases.json").read_text(encoding="utf-8")), sor.agrees)
    assert counts == {"cases": 16, "agree": 16, "unsupported": 0, "disagree": []}


def test_every_edge_of_an_attribute_is_where_the_rules_put_it() -> None:
    """Lengths, blanks, dates, codes, wrong types: one value changed, and exactly its fields named."""
    counts = count(list(sor_edges()), sor.agrees)
    assert (counts["agree"], counts["disagree"]) == (353, [])


def test_a_deeply_nested_value_is_refused_like_any_other() -> None:
    """Whether something is missing is asked of texts and of one level below, never of all that is inside."""
    deep: Any = "x"
    for _ in range(5000):
        deep = {"EAN-13": deep}

    assert validate_dsa(VALID | {"content_id": deep}) == (FieldError("content_id.EAN-13", "malformed"),)


def test_what_we_accept_the_schema_accepts_too() -> None:
    """The schema was written from the same rules by other means; it looks at the body that is sent."""
    schema = jsonschema.Draft202012Validator(json.loads((FIXTURES / "sor.schema.json").read_text(encoding="utf-8")))
    accepted = [case for case in sor_edges() if case["status"] == 201]

    refused = [case["id"] for case in accepted if not schema.is_valid(sent_body(case["payload"]))]

    assert (len(accepted) > 100, refused) == (True, [])


def test_kept_records_give_the_expected_payloads() -> None:
    """The ban of 2017 cannot be told to a database that begins in 2020; its field is named."""
    expected = json.loads((FIXTURES / "records_expected.json").read_text(encoding="utf-8"))
    for line in (FIXTURES / "records.jsonl").read_bytes().splitlines():
        record = msgspec.json.decode(line, type=StatementOfReasons)
        wanted = expected[record.id]
        if wanted["tdb_refused"]:
            with pytest.raises(RecordIncomplete) as refused:
                to_dsa(record)
            assert [error.field for error in refused.value.errors] == wanted["tdb_refused"]
        else:
            assert wanted["tdb"].items() <= to_dsa(record).items()


@pytest.mark.parametrize("name", CASES)
def test_every_restriction_of_a_run_can_be_exported(name: str) -> None:
    """Payers have no first day on record: the one field that the tables cannot give is named."""
    statement = statement_of_reasons(*CASES[name])
    if statement.dates.object is None:
        with pytest.raises(RecordIncomplete, match="content_date required"):
            to_dsa(statement)
        statement = replace(statement, dates=replace(statement.dates, object=date(2026, 1, 1)))
    assert validate_dsa(to_dsa(statement)) == ()


@each_case("kind", RESTRICTIONS)
@each_case("ends_on", [None, date(2027, 1, 1)])
def test_every_kind_has_its_decision_attribute_and_end(kind: str, ends_on: date | None) -> None:
    """`reasons.md` §3: the table of kinds, with and without an end."""
    body = to_dsa(replace(STATEMENT, kind=kind, ends_on=ends_on))
    decisions = [field for field in body if field in ("decision_visibility", "decision_monetary")]
    decisions += [field for field in body if field in ("decision_provision", "decision_account")]
    assert decisions == [RESTRICTIONS[kind].attribute]
    assert body.get(RESTRICTIONS[kind].end_attribute) == (ends_on and "2027-01-01")


@pytest.mark.parametrize("label_ends", [None, date(2027, 2, 1)])
@pytest.mark.parametrize(
    ("limit_ends", "code"), [(None, "PARTIAL_TERMINATION"), (date(2027, 1, 1), "PARTIAL_SUSPENSION")]
)
def test_a_limit_is_a_suspension_only_if_it_ends_and_its_label_is_told_beside_it(
    limit_ends: date | None, code: str, label_ends: date | None
) -> None:
    """`reasons.md` §3: the one kind whose code depends on the end. Each has an end of its own."""
    limited = replace(STATEMENT, kind="limit-ads", ends_on=limit_ends)
    labelled = replace(limited, besides=(StatedBesides(kind="label-ads", ends_on=label_ends),))

    alone, both = to_dsa(limited), to_dsa(labelled)

    assert alone["decision_provision"] == both["decision_provision"] == f"DECISION_PROVISION_{code}"
    assert "decision_visibility" not in alone
    assert both["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_LABELLED"]
    assert both.get("end_date_service_restriction") == (limit_ends and limit_ends.isoformat())
    assert both.get("end_date_visibility_restriction") == (label_ends and label_ends.isoformat())
    assert validate_dsa(both) == ()


def test_an_unknown_kind_misses_all_four_decisions() -> None:
    """Without one of the four the database refuses all four."""
    with pytest.raises(RecordIncomplete) as refused:
        to_dsa(replace(STATEMENT, kind="made-up"))
    assert len(refused.value.errors) == 4


def test_scope_is_the_eea_part_or_left_out_where_it_is_everywhere() -> None:
    """Codes outside the EEA are dropped; absent means everywhere, so an empty rest must not be sent."""
    assert to_dsa(replace(STATEMENT, scope=("US", "IE", "GB")))["territorial_scope"] == ["IE"]
    assert len(to_dsa(replace(STATEMENT, scope="EEA"))["territorial_scope"]) == 30
    assert len(to_dsa(replace(STATEMENT, scope=("EEA", "US")))["territorial_scope"]) == 30
    assert len(to_dsa(replace(STATEMENT, scope=("EU", "NO")))["territorial_scope"]) == 28
    assert "NO" not in to_dsa(replace(STATEMENT, scope=("EU",)))["territorial_scope"]
    assert to_dsa(replace(STATEMENT, scope="DE"))["territorial_scope"] == ["DE"]
    everywhere = to_dsa(replace(STATEMENT, scope="global"))
    assert "territorial_scope" not in everywhere
    assert everywhere["decision_facts"].endswith("applies everywhere.")
    with pytest.raises(RecordIncomplete) as refused:
        to_dsa(replace(STATEMENT, scope=("US",)))
    assert refused.value.errors == (FieldError("territorial_scope", "outside-eea"),)


@each_case(
    ("field", "value", "errors"),
    [
        ("puid", "r-1\n", ["puid:malformed"]),
        ("puid", "r 1", ["puid:malformed"]),
        ("puid", "x" * 501, ["puid:too-long"]),
        ("puid", 7, ["puid:text"]),
        ("puid", " ", ["puid:required"]),
        ("decision_facts", "é" * 5000, []),
        ("decision_facts", "é" * 5001, ["decision_facts:too-long"]),
        ("decision_ground", None, ["decision_ground:required"]),
        ("decision_ground", "OTHER", ["decision_ground:unknown-code"]),
        ("decision_ground_reference_url", "network.example/ads", ["decision_ground_reference_url:url"]),
        ("decision_ground_reference_url", "https://", ["decision_ground_reference_url:url"]),
        ("decision_ground_reference_url", "https://network example/", ["decision_ground_reference_url:url"]),
        ("decision_ground_reference_url", "https://a..b/", ["decision_ground_reference_url:url"]),
        ("decision_ground_reference_url", "https://[2001:db8::1]:443/x?y#z", []),
        ("decision_ground_reference_url", "https://bücher.example/a%20b", []),
        ("decision_ground_reference_url", "h" * 501, ["decision_ground_reference_url:too-long"]),
        ("content_type", "CONTENT_TYPE_TEXT", ["content_type:list"]),
        ("content_type", [], ["content_type:required"]),
        ("content_type", [["CONTENT_TYPE_TEXT"]], ["content_type:unknown-code"]),
        ("category", ["x"], ["category:unknown-code"]),
        ("category_specification", ["KEYWORD_FOREIGN"], ["category_specification:unknown-code"]),
        ("category_specification_other", 7, []),
        ("territorial_scope", ["EL"], ["territorial_scope:unknown-code"]),
        ("content_language", "en", ["content_language:unknown-code"]),
        ("content_date", "1999-12-31", ["content_date:date-range"]),
        ("content_date", "2026-02-30", ["content_date:date"]),
        ("content_date", "20260101", ["content_date:date"]),
        ("application_date", "2019-12-31", ["application_date:date-range"]),
        ("application_date", "2038-01-01", []),
        ("end_date_service_restriction", "2038-01-02", ["end_date_service_restriction:date-range"]),
        ("end_date_service_restriction", "1999-01-01", []),
        ("automated_detection", True, ["automated_detection:unknown-code"]),
        ("source_identity", 7, []),
        ("illegal_content_explanation", "x" * 3000, []),
        ("content_id", {"EAN-13": "0123456789123"}, []),
        ("content_id", {"EAN-13": None}, []),
        ("content_id", {"EAN-13": "012345678912"}, ["content_id.EAN-13:malformed"]),
        ("content_id", {"EAN-13": "0123456789123\n"}, ["content_id.EAN-13:malformed"]),
        ("content_id", {"ISBN": "x"}, []),
        ("content_id", "0123456789123", ["content_id:list"]),
        ("unknown_attribute", "x", []),
    ],
)
def test_one_value_gives_exactly_its_own_error(field: str, value: Any, errors: list[str]) -> None:
    """`reasons.md` §4, rule by rule; what is dropped is never an error."""
    found = validate_dsa(VALID | {field: value})
    assert [f"{error.field}:{error.code}" for error in found] == errors


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "decision_visibility_other"),
        ({"decision_monetary": "DECISION_MONETARY_OTHER"}, "decision_monetary_other"),
        ({"content_type_other": " "}, "content_type_other"),
        ({"incompatible_content_explanation": None}, "incompatible_content_explanation"),
    ],
)
def test_a_text_is_required_where_its_base_says_other(change: dict[str, Any], field: str) -> None:
    """A code `…_OTHER`, and each ground, needs its own words."""
    assert validate_dsa(VALID | change) == (FieldError(field, "required"),)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("decision_visibility", "DECISION_VISIBILITY_OTHER", "list"),
        ("decision_monetary", ["DECISION_MONETARY_OTHER"], "unknown-code"),
        ("content_type", "CONTENT_TYPE_OTHER", "list"),
        ("decision_ground", ["DECISION_GROUND_ILLEGAL_CONTENT"], "unknown-code"),
    ],
)
def test_a_base_of_the_wrong_type_asks_for_no_text(field: str, value: Any, code: str) -> None:
    """A list where one code belongs says nothing, nor does a code where a list belongs; the schema reads it so too."""
    without = {name: each for name, each in VALID.items() if name != "content_type_other"}
    bare = without if field == "content_type" else VALID

    assert validate_dsa(bare | {field: value}) == (FieldError(field, code),)


def test_what_the_database_drops_is_not_sent() -> None:
    """Dropped fields are left out of the body, so that what we keep is what is stored there."""
    body = sent_body(VALID | {"source_identity": "x", "illegal_content_legal_ground": "x", "category_addition": []})
    assert body == VALID


def test_the_identity_of_a_notifier_is_kept_where_there_is_one() -> None:
    """A government is no Article 16 notifier; its kind is `other notification`."""
    asked = replace(STATEMENT, source=replace(STATEMENT.source, type="government", identity="Made-up Office"))
    body = to_dsa(asked)
    assert (body["source_type"], body["source_identity"]) == ("SOURCE_TYPE_OTHER_NOTIFICATION", "Made-up Office")


def test_the_law_is_told_as_illegal_content() -> None:
    """Law and clause have attributes of their own."""
    body = to_dsa(statement_of_reasons(*CASES["refuse-ads-owned"]))
    assert body["illegal_content_legal_ground"] == "Regulation (EU) No 269/2014, 2, EU"
    assert "incompatible_content_ground" not in body


def test_whether_a_breach_of_terms_is_illegal_too_is_yes_no_or_absent() -> None:
    """`reasons.md` §3."""
    told = [
        to_dsa(replace(STATEMENT, ground=replace(STATEMENT.ground, also_illegal=also))) for also in (True, False, None)
    ]
    assert [body.get("incompatible_content_illegal") for body in told] == ["Yes", "No", None]


def test_a_record_without_content_is_refused_by_name() -> None:
    """The error names the attribute of the payload, on one line."""
    with pytest.raises(
        RecordIncomplete, match=r"^r-0123456789abcdef0123: cannot be sent to the EU database: `content_type req"
    ):
        to_dsa(replace(STATEMENT, content=Content(types=())))


@needs_data
def test_our_code_lists_are_those_of_the_database() -> None:
    """The lists are written by us; the database's own enumerations are read, never copied."""
    theirs = json.loads((DATA / "reasons" / "sor_enums.json").read_text(encoding="utf-8"))
    ours = {
        "ACCOUNT_TYPES": dsa_codes.ACCOUNT_TYPES,
        "SOURCE_TYPES": dsa_codes.SOURCE_TYPES,
        "CONTENT_TYPES": dsa_codes.CONTENT_TYPES,
        "AUTOMATED_DETECTIONS": dsa_codes.YES_NO,
        "AUTOMATED_DECISIONS": dsa_codes.AUTOMATED_DECISIONS,
        "DECISION_GROUNDS": dsa_codes.GROUNDS,
        "INCOMPATIBLE_CONTENT_ILLEGALS": dsa_codes.YES_NO,
        "DECISION_VISIBILITIES": dsa_codes.VISIBILITIES,
        "DECISION_MONETARIES": dsa_codes.MONETARIES,
        "DECISION_PROVISIONS": dsa_codes.PROVISIONS,
        "DECISION_ACCOUNTS": dsa_codes.ACCOUNTS,
        "STATEMENT_CATEGORIES": dsa_codes.CATEGORIES,
        "KEYWORDS": dsa_codes.KEYWORDS,
        "CONTENT_LANGUAGES": dsa_codes.LANGUAGES,
        "TERRITORIAL_SCOPE": dsa_codes.EEA,
    }
    assert {name: set(codes) for name, codes in ours.items()} == {name: set(theirs[name]) for name in ours}
