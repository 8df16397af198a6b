"""The EU payload on generated values: our code and our JSON Schema say the same."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from evenhand.reasons import lint, statement_of_reasons, to_dsa, validate_dsa
from evenhand.reasons.dsa_rules import sent_body
from evenhand.reasons.lint import Corpus
from tests.unit.reasons.made import FIXTURES, made_case, made_decision

SCHEMA = json.loads((FIXTURES / "sor.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date"]))
VALID = to_dsa(statement_of_reasons(made_decision(), made_case()))

# what JSON Schema cannot say: ranges of dates, syntax of addresses, and a newline at the end of a pattern
BEYOND_SCHEMA = {"date-range", "url"}


def _codes(definition: Any) -> list[Any]:
    """Return every code that the schema knows for an attribute."""
    if isinstance(definition, dict):
        return [*definition.get("enum", ()), *(code for each in definition.values() for code in _codes(each))]
    return [code for each in definition for code in _codes(each)] if isinstance(definition, list) else []


def _values(definition: Any) -> st.SearchStrategy[Any]:
    texts = st.sampled_from(["", " ", "x", "x" * 500, "x" * 501, "é" * 2001, "x" * 5001, "r-1", "r 1"])
    days = st.sampled_from(["2026-01-31", "2026-02-30", "2026-1-1", "31-01-2026", "1999-12-31", "2038-01-02"])
    wrong = st.sampled_from([None, True, 7, [], {}, ["x"], [None], {"EAN-13": "0123456789123"}, {"EAN-13": "1"}])
    codes = _codes(definition)
    known = st.sampled_from(codes) | st.lists(st.sampled_from(codes), max_size=3) if codes else st.nothing()
    return texts | days | wrong | known


PAYLOADS = st.fixed_dictionaries({}, optional={name: _values(each) for name, each in SCHEMA["properties"].items()})


@given(changes=PAYLOADS, base=st.sampled_from([{}, VALID, VALID, VALID]))
def test_schema_and_code_accept_the_same_bodies(changes: dict[str, Any], base: dict[str, Any]) -> None:
    """Two texts of one set of rules; they may differ only where JSON Schema has no words."""
    payload = base | changes

    ours = [error for error in validate_dsa(payload) if error.code not in BEYOND_SCHEMA]

    assert (not ours) == VALIDATOR.is_valid(sent_body(payload))


@given(field=st.sampled_from(sorted(SCHEMA["properties"])), data=st.data())
def test_one_wrong_attribute_is_named_alone(field: str, data: st.DataObject) -> None:
    """Anyone who mends the record is sent to the field that is wrong, or to what that field makes necessary."""
    payload = VALID | {field: data.draw(_values(SCHEMA["properties"][field]))}
    named = {error.field.partition(".")[0] for error in validate_dsa(payload)}
    necessary = {"decision_visibility_other", "decision_monetary_other", "content_type_other"}
    if field == "decision_ground":
        necessary |= {"illegal_content_legal_ground", "illegal_content_explanation"}
    if field == "decision_provision":
        necessary |= {"decision_visibility", "decision_monetary", "decision_account"}
    assert named <= necessary | {field}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("kind", "scope", "starts_on", "facts", "facts_public", "automation", "ground", "redress", "dates", "persons")
TEXTS = st.text(alphabet="0123456789ABDEabde .:@+-/(){}$%v§", max_size=300)


@given(record=st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON | TEXTS)))
def test_the_lint_reads_any_object(record: dict[str, Any]) -> None:
    """A record from elsewhere gets codes, never an exception; the codes are sorted and each stands once."""
    for form in ("notice", "public", "tdb"):
        codes = lint(record, form, Corpus())
        assert list(codes) == sorted(set(codes))
