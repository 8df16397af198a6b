"""Reasons records read from lines of JSON, one a line, however incomplete."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from evenhand.model.errors import BadInput
from evenhand.reasons.draft import draft_of
from evenhand.reasons.lint import Corpus, Form, faults, remember

LINE_BYTES = 1 << 20
FORMS: tuple[Literal["notice"], Literal["public"], Literal["tdb"]] = ("notice", "public", "tdb")

_UNREADABLE: dict[type[Exception], str] = {UnicodeDecodeError: "not UTF-8", RecursionError: "nested too deeply"}
_decode = msgspec.json.Decoder().decode


def read_records(lines: Iterable[bytes], where: object) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of each line that is not blank; it has a text `id`, and whatever else.

    Raises:
        BadInput: a line is no JSON object with an `id`, or above 1 MiB; names file, line and what.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _record(line, number, where)


def lint_lines(lines: Iterable[bytes], form: Form, where: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the id of each record with its sorted codes; records before it are its corpus. Raises as `read_records`."""
    corpus = Corpus()
    for record in read_records(lines, where):
        draft = draft_of(record)
        yield record["id"], tuple(sorted({fault.code for fault in faults(draft, form, corpus)}))
        remember(draft, form, corpus)


def _record(line: bytes, number: int, where: object) -> dict[str, Any]:
    expected, todo = "a reasons record, one JSON object a line", "correct or remove the line"
    if len(line) > LINE_BYTES:
        raise BadInput("line too long", where=where, line=number, expected=f"at most {LINE_BYTES} bytes")
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error) if isinstance(error, msgspec.DecodeError) else _UNREADABLE[type(error)]
        raise BadInput(f"not JSON ({problem})", where=where, line=number, expected=expected, todo=todo) from None
    if not isinstance(record, dict) or not isinstance(record.get("id"), str):
        got = record.get("id") if isinstance(record, dict) else record
        what = "no text `id` in the record" if isinstance(record, dict) else "no record"
        what += "" if got is None else ":"
        raise BadInput(what, where=where, line=number, got=got, expected=expected, todo=todo)
    return record
