"""One line of `reasons export`: a form of a record, or each field that keeps it from being exported."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons.attributes import attributes_of
from evenhand.reasons.draft import Draft, draft_of
from evenhand.reasons.dsa import to_dsa
from evenhand.reasons.letter import letter
from evenhand.reasons.lint import WARNINGS, Corpus, Form, faults, remember
from evenhand.reasons.public_record import public_record

_MISFIT = re.compile(r"(?:`(?P<name>\w+)`)?(?: - at `\$\.?(?P<path>[^`]*)`)?\Z")

WAITS = FieldError("waits_until", "waits-for-review")
_EMPTY = ("required", "malformed")


def export(record: StatementOfReasons | Mapping[str, Any], form: Form, corpus: Corpus) -> dict[str, Any]:
    """Return `{id, form, ok, body}`, or `{id, form, ok, errors, body}` with a field and a code a reason.

    A record whose letter waits for a review has the error `WAITS` in every form: nobody is told before its day, or
    before a run has let the letter out. What the lint only warns of stands in `warnings` before the body, which is
    there all the same.
    The fields of `tdb` are attributes of the database, those of the other forms the record's. A record that has not
    every field of `StatementOfReasons` is refused by name like any other. `corpus` are the earlier records of
    the form, see `lint`.

    Source: `reasons.md` §8.
    """
    raw: Mapping[str, Any] = msgspec.to_builtins(record) if isinstance(record, StatementOfReasons) else record
    return _line(raw, draft_of(raw), form, corpus)


def export_all(records: Iterable[Mapping[str, Any]], form: Form) -> Iterator[dict[str, Any]]:
    """Yield the line of each record, as `export`; the records before it are its corpus."""
    corpus = Corpus()
    for raw in records:
        draft = draft_of(raw)
        yield _line(raw, draft, form, corpus)
        remember(draft, form, corpus)


def _line(raw: Mapping[str, Any], draft: Draft, form: Form, corpus: Corpus) -> dict[str, Any]:
    found = faults(draft, form, corpus)
    shown = {FieldError(field, code) for fault in found for field, code in _fields_of(fault, form, raw)}
    warnings = {fault for fault in shown if fault.code in WARNINGS}
    errors = (shown - warnings) | ({WAITS} if raw.get("waits_until") is not None else set())
    body: Any = None
    try:
        body = _body(msgspec.convert(raw, StatementOfReasons), form)
    except msgspec.ValidationError as error:
        errors |= set(_beside(errors, _fields_of(_misfit(str(error)), form, raw)))
    except RecordIncomplete as refused:
        errors |= set(_beside(errors, refused.errors))
    line = {"id": raw.get("id"), "form": form, "ok": not errors}
    line |= {"errors": _listed(errors)} if errors else {}
    line |= {"warnings": _listed(warnings)} if warnings else {}
    return line | {"body": None if errors else body}


def _listed(faults: set[FieldError]) -> list[dict[str, str]]:
    return [{"field": field, "code": code} for field, code in sorted(faults)]


def _body(statement: StatementOfReasons, form: Form) -> Any:
    match form:
        case "notice":
            return msgspec.to_builtins(letter(statement, statement.language))
        case "public":
            return public_record(statement)
        case "tdb":
            return to_dsa(statement)


def _fields_of(fault: FieldError, form: Form, raw: Mapping[str, Any]) -> tuple[FieldError, ...]:
    if form != "tdb":
        return (fault,)
    return tuple(FieldError(attribute, fault.code) for attribute in attributes_of(fault.field, raw))


def _beside(shown: set[FieldError], more: tuple[FieldError, ...]) -> list[FieldError]:
    """Return the errors that are not named already: what the lint calls an empty slot is not named once more."""
    named = {error.field for error in shown}
    return [error for error in more if error.code not in _EMPTY or error.field not in named]


def _misfit(message: str) -> FieldError:
    """Return which field msgspec does not take: one that is missing or unknown is named first, with where it is."""
    found = _MISFIT.search(message)
    name, path = (found["name"], found["path"]) if found else (None, None)
    if message.startswith("Object missing required field"):
        code = "required"
    elif message.startswith("Object contains unknown field"):
        code = "unknown-field"
    else:
        return FieldError(path or "", "malformed")
    return FieldError(".".join(filter(None, (path, name))), code)
