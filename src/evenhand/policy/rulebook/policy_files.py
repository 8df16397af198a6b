"""Policies as written: each file parsed and validated by itself, so that an error shows its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile, pairwise
from pathlib import Path

import cedarpy

from evenhand.model.errors import RulebookInvalid
from evenhand.policy.engine import validation_errors
from evenhand.policy.rulebook import source_locations as places
from evenhand.policy.rulebook.source_locations import Span
from evenhand.policy.syntax_tree import Policy, named, parse

_UNFINISHED = "unexpected end of input"
_SCHEMA = "error parsing schema: "
_ENDS = frozenset({"&&", "||", "when", "unless", ";"})
_JOINTS = _ENDS | {"{", "("}
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class CedarFile:
    """A file of policies; its words are looked at only when a place is to be shown."""

    where: Path
    text: str

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Return the stretch of each policy."""
        return places.policy_spans(self.text)


@dataclass(frozen=True)
class LocatedPolicy:
    """A policy under its rule's id, else its place in the whole text, with the file and its place there."""

    policy: Policy
    file: CedarFile
    place: int

    def invalid(self, what: str, about: str = "", *, got: object = None, expected: str = "") -> RulebookInvalid:
        """Return the error that shows what it is about: `@` and an annotation, a text in the policy, or its effect."""
        span, text = self.file.spans[self.place], self.file.text
        offset = places.annotation_place(span, about[1:]) if about.startswith("@") else None
        if about and offset is None:
            offset = places.named_in(f"`{about}`", span, text)
        if offset is None:
            offset = places.effect_place(span)
        return places.invalid(what, self.file.where, text, offset, got=got, expected=expected)


def read_policies(folder: Path, texts: Mapping[str, str], schema: cedarpy.Schema) -> list[LocatedPolicy]:
    """Return the policies of a rulebook's files, which are one text in the order given.

    Raises:
        RulebookInvalid: a text that is no Cedar, nested too deep, a template, or that breaks strict validation.
    """
    found: list[LocatedPolicy] = []
    for name, text in texts.items():
        file = CedarFile(folder / name, text)
        policies = parsed(file)
        for place, policy in enumerate(policies):
            rule_id = policy.annotations.get("id") or f"policy{len(found)}"
            found.append(LocatedPolicy(named(policy, rule_id), file, place))
        _validate(found[-len(policies) :] if policies else [], file, schema)
    return found


def parsed(file: CedarFile) -> tuple[Policy, ...]:
    """Return the policies of a file, not validated yet.

    Raises:
        RulebookInvalid: a text that is no Cedar, nested too deep, or a template.
    """
    places.refuse_deep(file.text, file.where)
    try:
        return parse(file.text)
    except ValueError:
        offset, message = _unreadable(file)
        expected = "policies in Cedar's syntax"
        raise places.invalid(message, file.where, file.text, offset, expected=expected) from None


def read_schema_handle(text: str, where: Path) -> cedarpy.Schema:
    """Return the engine's handle of a schema.

    Raises:
        RulebookInvalid: the text is no schema in Cedar's schema syntax, or names a type that nobody declares.
    """
    places.refuse_deep(text, where, "([{<")
    message = _schema_error(text)
    if message is None:
        return cedarpy.Schema.from_str(text)
    offset = places.first_wrong(text, _syntax_of_schema, _UNFINISHED)
    whole = Span(tuple(places.words(text)))
    named_at = places.named_in(message, whole, text) if _UNFINISHED not in message else None
    # A sign that could stand in many places is where reading stopped; a name is found by itself.
    offset = offset if "unexpected token" in message or named_at is None else named_at
    what = message.removeprefix(_SCHEMA)
    raise places.invalid(what, where, text, offset, expected="a schema in Cedar's schema syntax")


def _unreadable(file: CedarFile) -> tuple[int, str]:
    """Return the place and the engine's message of the first policy that it cannot read."""
    tried = ((span, _policy_error(file.text[span.start : span.end])) for span in file.spans)
    span, message = next((span, message) for span, message in tried if message is not None)
    text = file.text[span.start : span.end]
    offset = span.start + places.first_wrong(text, _policy_error, _UNFINISHED)
    if offset == span.words[-1].start and message != _UNFINISHED:
        # All of it has been read: the error is one of meaning, and the message may name what it means.
        offset = _meant(message, span, file.text)
    return offset, message


def _meant(message: str, span: Span, text: str) -> int:
    place = places.number_too_large(span) if "integer" in message else places.named_in(message, span, text)
    return places.effect_place(span) if place is None else place


def _validate(written: Sequence[LocatedPolicy], file: CedarFile, schema: cedarpy.Schema) -> None:
    """Refuse the first policy that breaks strict validation."""
    errors = [(int(name.removeprefix("policy")), said) for name, said in validation_errors(file.text, schema)]
    if errors:
        # The engine says them in any order; first comes what names a thing.
        place, _, message = min((place, "`" not in _without_id(said), said) for place, said in errors)
        wrong = written[place]
        said = _without_id(message)
        offset = _narrowed(wrong, said, schema)
        what = f"rule {wrong.policy.id} breaks strict validation: {said}"
        raise places.invalid(what, file.where, file.text, offset)


def _narrowed(wrong: LocatedPolicy, message: str, schema: cedarpy.Schema) -> int:
    """Return where the first part of a policy stands with which it breaks validation in this way."""
    span, text = wrong.file.spans[wrong.place], wrong.file.text

    def breaks(cut: str) -> bool:
        return _policy_error(cut) is None and any(
            _without_id(said) == message for _, said in validation_errors(cut, schema)
        )

    cuts = [(places.effect_place(span), ""), *_cuts(span)]
    parts = (
        _part(span, begin, end)
        for (begin, _), (end, closing) in pairwise(cuts)
        if breaks(f"{text[span.start : end]} {closing};")
    )
    part = next(parts, span)
    named_at = places.named_in(message, part, text)
    return part.start if named_at is None else named_at


def _part(span: Span, begin: int, end: int) -> Span:
    """Return the words between two cuts without what joins them to those before."""
    inside = (word for word in span.words if begin <= word.start < end)
    return Span(tuple(dropwhile(lambda word: word.text in _JOINTS, inside)))


def _cuts(span: Span) -> Iterator[tuple[int, str]]:
    """Yield where a policy can end early, before a joint or a clause, and the brackets to close there."""
    open_brackets: list[str] = []
    begun = places.effect_place(span)
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
