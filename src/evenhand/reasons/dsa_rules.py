"""Every rule of the EU Transparency Database for one statement: what is sent, and what it would refuse."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from evenhand.model import dsa_codes as codes
from evenhand.model.errors import FieldError
from evenhand.reasons.text_comparison import is_empty

ILLEGAL = "DECISION_GROUND_ILLEGAL_CONTENT"
INCOMPATIBLE = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
VOLUNTARY = "SOURCE_VOLUNTARY"

_PUID = re.compile(r"[a-zA-Z0-9_-]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EAN = re.compile(r"[0-9]{13}")
_URL = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^\s/?#@]*@)?"  # scheme, user
    r"(?:\[[0-9a-f:.]+\]|(?:[\w-]+\.)*[\w-]+\.?)(?::[0-9]{1,5})?"  # host, port
    r"(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_FIRST_CONTENT, _FIRST_APPLICATION, _LAST = date(2000, 1, 1), date(2020, 1, 1), date(2038, 1, 1)

_LISTS = ("decision_visibility", "content_type", "category_specification")  # of those below that others hang on
_DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
_REQUIRED = (
    "decision_ground",
    "content_type",
    "category",
    "content_date",
    "application_date",
    "decision_facts",
    "source_type",
    "automated_detection",
    "automated_decision",
    "puid",
)
# An attribute that is kept, and required, only where another one has this value.
_REQUIRED_WITH = {
    "decision_visibility_other": ("decision_visibility", "DECISION_VISIBILITY_OTHER"),
    "decision_monetary_other": ("decision_monetary", "DECISION_MONETARY_OTHER"),
    "content_type_other": ("content_type", "CONTENT_TYPE_OTHER"),
    "illegal_content_legal_ground": ("decision_ground", ILLEGAL),
    "illegal_content_explanation": ("decision_ground", ILLEGAL),
    "incompatible_content_ground": ("decision_ground", INCOMPATIBLE),
    "incompatible_content_explanation": ("decision_ground", INCOMPATIBLE),
}
_KEPT_WITH = _REQUIRED_WITH | {
    "incompatible_content_illegal": ("decision_ground", INCOMPATIBLE),
    "category_specification_other": ("category_specification", "KEYWORD_OTHER"),
}


def validate_dsa(payload: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """Return every attribute that the database would refuse, sorted; empty means 201.

    Codes: `required`, `text`, `too-long`, `unknown-code`, `list`, `malformed`, `date`, `date-range`, `url`.
    Lengths count code points. Whether a `puid` was used before only the database knows.

    >>> validate_dsa({"puid": "r-1"})[0]
    FieldError(field='application_date', code='required')

    Source: `reasons.md` §4.
    """
    return body_errors(sent_body(payload))


def body_errors(body: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """Return what `validate_dsa` returns, of a body that `sent_body` made."""
    missing = [FieldError(field, "required") for field in _required(body) if field not in body]
    checked = ((field, _CHECKS[field](value)) for field, value in body.items())
    return tuple(sorted(missing + [FieldError(_shown(field, code), code) for field, code in checked if code]))


def sent_body(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload without what is blank, unknown to the database, or dropped beside the other values."""
    present = {field: payload[field] for field in _CHECKS if field in payload and not _is_missing(payload[field])}
    return {field: value for field, value in present.items() if _is_kept(field, present)}


def _is_missing(value: object) -> bool:
    match value:
        case str():
            return is_empty(value)
        case None:
            return True
        case dict():
            return all(each is None or (isinstance(each, str) and is_empty(each)) for each in value.values())
        case list() | tuple():
            return not value
        case _:
            return False


def _is_kept(field: str, body: Mapping[str, Any]) -> bool:
    if field == "source_identity":
        return body.get("source_type") != VOLUNTARY
    return field not in _KEPT_WITH or _has(body, *_KEPT_WITH[field])


def _has(body: Mapping[str, Any], field: str, code: str) -> bool:
    value = body.get(field)
    if field in _LISTS:  # a list in place of one code, or a code in place of a list, says nothing
        return isinstance(value, list | tuple) and code in value
    return bool(value == code)


def _required(body: Mapping[str, Any]) -> list[str]:
    decisions = () if any(field in body for field in _DECISIONS) else _DECISIONS
    beside = [field for field, condition in _REQUIRED_WITH.items() if _has(body, *condition)]
    return [*_REQUIRED, *decisions, *beside]


def _shown(field: str, code: str) -> str:
    return "content_id.EAN-13" if field == "content_id" and code != "list" else field


def _text(limit: int) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str):
            return "text"
        return "too-long" if len(value) > limit else ""

    return check


def _one_of(known: frozenset[str]) -> Callable[[object], str]:
    return lambda value: "" if isinstance(value, str) and value in known else "unknown-code"


def _many_of(known: frozenset[str]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, list | tuple):
            return "list"
        return "" if all(isinstance(each, str) and each in known for each in value) else "unknown-code"

    return check


def _day(first: date, last: date) -> Callable[[object], str]:
    def check(value: object) -> str:
        # `fromisoformat` alone would take `20260101` and `2026-W01-1`
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            return "date"
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return "date"
        return "" if first <= day <= last else "date-range"

    return check


def _puid(value: object) -> str:
    # `fullmatch`: with `$` a trailing newline would pass
    return _text(500)(value) or ("" if _PUID.fullmatch(str(value)) else "malformed")


def _url(value: object) -> str:
    return _text(500)(value) or ("" if _URL.fullmatch(str(value)) else "url")


def _content_id(value: object) -> str:
    if not isinstance(value, dict):
        return "list"
    ean = value.get("EAN-13")
    return "" if _is_missing(ean) or (isinstance(ean, str) and _EAN.fullmatch(ean)) else "malformed"


_END = _day(date.min, _LAST)
_CHECKS: dict[str, Callable[[object], str]] = {
    "decision_visibility": _many_of(codes.VISIBILITIES),
    "decision_visibility_other": _text(500),
    "end_date_visibility_restriction": _END,
    "decision_monetary": _one_of(codes.MONETARIES),
    "decision_monetary_other": _text(500),
    "end_date_monetary_restriction": _END,
    "decision_provision": _one_of(codes.PROVISIONS),
    "end_date_service_restriction": _END,
    "decision_account": _one_of(codes.ACCOUNTS),
    "end_date_account_restriction": _END,
    "account_type": _one_of(codes.ACCOUNT_TYPES),
    "decision_ground": _one_of(codes.GROUNDS),
    "decision_ground_reference_url": _url,
    "illegal_content_legal_ground": _text(500),
    "illegal_content_explanation": _text(2000),
    "incompatible_content_ground": _text(500),
    "incompatible_content_explanation": _text(2000),
    "incompatible_content_illegal": _one_of(codes.YES_NO),
    "content_type": _many_of(codes.CONTENT_TYPES),
    "content_type_other": _text(500),
    "category": _one_of(codes.CATEGORIES),
    "category_addition": _many_of(codes.CATEGORIES),
    "category_specification": _many_of(codes.KEYWORDS),
    "category_specification_other": _text(500),
    "territorial_scope": _many_of(codes.EEA),
    "content_language": _one_of(codes.LANGUAGES),
    "content_date": _day(_FIRST_CONTENT, _LAST),
    "application_date": _day(_FIRST_APPLICATION, _LAST),
    "decision_facts": _text(5000),
    "source_type": _one_of(codes.SOURCE_TYPES),
    "source_identity": _text(500),
    "automated_detection": _one_of(codes.YES_NO),
    "automated_decision": _one_of(codes.AUTOMATED_DECISIONS),
    "content_id": _content_id,
    "puid": _puid,
}
