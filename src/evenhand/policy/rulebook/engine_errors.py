"""The engine's errors with their place: it says what is wrong with a text, and not where.

The place is found by asking the engine again about shorter and shorter beginnings of the text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import dropwhile, pairwise
from pathlib import Path

import cedarpy

from evenhand.model.errors import RulebookInvalid
from evenhand.model.text_matching import similarity_to
from evenhand.policy.engine import validation_errors
from evenhand.policy.rulebook import source_locations as locations
from evenhand.policy.rulebook.source_locations import CedarFile, Span
from evenhand.policy.schema import SCHEMA_FILE
from evenhand.policy.syntax_tree import parse

_UNDECLARED = re.compile(r'entity `(?P<kind>[^`]+)::"(?P<id>[^`]*)"` is of an enumerated entity type')
_UNFINISHED = "unexpected end of input"
_SCHEMA = "error parsing schema: "
_ENDS = frozenset({"&&", "||", "when", "unless", ";"})
_JOINTS = _ENDS | {"{", "("}
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def syntax_error(file: CedarFile) -> RulebookInvalid:
    """Return the error of the first policy of a file that the engine cannot read."""
    offset, message = _unreadable(file)
    return locations.invalid(message, file.where, file.text, offset, expected="policies in Cedar's syntax")


def schema_error(text: str, where: Path) -> RulebookInvalid | None:
    """Return the error of a schema that the engine cannot read; None if it can."""
    message = _schema_error(text)
    if message is None:
        return None
    offset = locations.first_wrong(text, _syntax_of_schema, _UNFINISHED)
    whole = Span(tuple(locations.words(text)))
    named_at = locations.named_in(message, whole, text) if _UNFINISHED not in message else None
    # A sign that could stand in many places is where reading stopped; a name is found by itself.
    offset = offset if "unexpected token" in message or named_at is None else named_at
    what = message.removeprefix(_SCHEMA)
    return locations.invalid(what, where, text, offset, expected="a schema in Cedar's schema syntax")


def validation_error(
    file: CedarFile,
    rule_ids: Sequence[str],
    found: Iterable[tuple[str, str]],
    schema: cedarpy.Schema,
    members: Mapping[str, tuple[str, ...]],
) -> RulebookInvalid | None:
    """Return the error of the first policy of a file that breaks strict validation; None if all are valid.

    `rule_ids` are those of the file's policies, in its order; `found` is what the engine says of them. `members` are
    the ids that the schema declares, by entity type.
    """
    errors = [(int(name.removeprefix("policy")), sentence) for name, sentence in found]
    if not errors:
        return None
    # The engine says them in any order; first comes what it does not know, from which others follow, then what names.
    place, _, _, message = min(
        (place, "unrecognized" not in sentence, "`" not in _without_id(sentence), sentence)
        for place, sentence in errors
    )
    sentence = _without_id(message)
    offset = _narrowed(file.spans[place], file.text, sentence, schema)
    undeclared = _UNDECLARED.search(message)
    known = members.get(undeclared["kind"], ()) if undeclared is not None else ()
    if undeclared is None or not known:
        what = f"rule {rule_ids[place]} breaks strict validation: {sentence}"
        return locations.invalid(what, file.where, file.text, offset)
    return locations.invalid(
        f"rule {rule_ids[place]} names a {undeclared['kind']} that the schema does not declare:",
        file.where, file.text, offset, got=undeclared["id"],
        expected=f"{_one_of(undeclared['id'], known)}; a new one goes into `entity {undeclared['kind']} enum` of"
        f" {SCHEMA_FILE}",
    )  # fmt: skip


def _one_of(name: str, known: tuple[str, ...]) -> str:
    similarity = similarity_to(name)
    nearest = max(known, key=similarity)
    like = f"`{nearest}`, or another " if similarity(nearest) else ""
    return f"{like}one of {', '.join(known)}"


def _unreadable(file: CedarFile) -> tuple[int, str]:
    """Return the place and the engine's message of the first policy that it cannot read."""
    tried = ((span, _policy_error(file.text[span.start : span.end])) for span in file.spans)
    span, message = next((span, message) for span, message in tried if message is not None)
    text = file.text[span.start : span.end]
    offset = span.start + locations.first_wrong(text, _policy_error, _UNFINISHED)
    if offset == span.words[-1].start and message != _UNFINISHED:
        # All of it has been read: the error is one of meaning, and the message may name what it means.
        offset = _meant(message, span, file.text)
    return offset, message


def _meant(message: str, span: Span, text: str) -> int:
    place = locations.number_too_large(span) if "integer" in message else locations.named_in(message, span, text)
    return locations.effect_place(span) if place is None else place


def _narrowed(span: Span, text: str, message: str, schema: cedarpy.Schema) -> int:
    """Return where the first part of a policy stands with which it breaks validation in this way."""

    def breaks(cut: str) -> bool:
        return _policy_error(cut) is None and any(
            _without_id(sentence) == message for _, sentence in validation_errors(cut, schema)
        )

    cuts = [(locations.effect_place(span), ""), *_cuts(span)]
    parts = (
        _part(span, begin, end)
        for (begin, _), (end, closing) in pairwise(cuts)
        if breaks(f"{text[span.start : end]} {closing};")
    )
    part = next(parts, span)
    named_at = locations.named_in(message, part, text)
    return part.start if named_at is None else named_at


def _part(span: Span, begin: int, end: int) -> Span:
    """Return the words between two cuts without what joins them to those before."""
    inside = (word for word in span.words if begin <= word.start < end)
    return Span(tuple(dropwhile(lambda word: word.text in _JOINTS, inside)))


def _cuts(span: Span) -> Iterator[tuple[int, str]]:
    """Yield where a policy can end early, before a joint or a clause, and the brackets to close there."""
    open_brackets: list[str] = []
    begun = locations.effect_place(span)
    for word in span.words:
        if word.start > begun and word.text in _ENDS:
            yield word.start, "".join(reversed(open_brackets))
        if word.text in _CLOSING:
            open_brackets.append(_CLOSING[word.text])
        elif open_brackets and word.text == open_brackets[-1]:
            open_brackets.pop()


def _policy_error(text: str) -> str | None:
    try:
        parse(text)
    except ValueError as error:
        return str(error)
    return None


def _schema_error(text: str) -> str | None:
    try:
        cedarpy.Schema.from_str(text)
    except ValueError as error:
        return str(error)
    return None


def _syntax_of_schema(text: str) -> str | None:
    """Return what is wrong with the syntax alone: a schema cut short names types that come later."""
    message = _schema_error(text)
    return message.removeprefix(_SCHEMA) if message is not None and message.startswith(_SCHEMA) else None


def _without_id(message: str) -> str:
    return message.partition(", ")[2] if message.startswith("for policy `") else message
