"""Policies as written: each file parsed and validated by itself, so that an error names its file."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cedarpy

from evenhand.model.errors import RulebookInvalid
from evenhand.policy.engine import validation_errors
from evenhand.policy.rulebook import source_locations as locations
from evenhand.policy.rulebook.engine_errors import schema_error, syntax_error, validation_error
from evenhand.policy.rulebook.source_locations import CedarFile
from evenhand.policy.syntax_tree import Policy, named, parse


@dataclass(frozen=True)
class LocatedPolicy:
    """A policy under its rule's id, else its place in the whole text, with the file and its place there."""

    policy: Policy
    file: CedarFile
    place: int

    def invalid(self, what: str, about: str = "", *, got: object = None, expected: str = "") -> RulebookInvalid:
        """Return the error that shows what it is about: `@` and an annotation, a text in the policy, or its effect."""
        span, text = self.file.spans[self.place], self.file.text
        offset = locations.annotation_place(span, about[1:]) if about.startswith("@") else None
        if about and offset is None:
            offset = locations.named_in(f"`{about}`", span, text)
        if offset is None:
            offset = locations.effect_place(span)
        return locations.invalid(what, self.file.where, text, offset, got=got, expected=expected)


def read_policies(
    folder: Path, texts: Mapping[str, str], schema: cedarpy.Schema, members: Mapping[str, tuple[str, ...]]
) -> list[LocatedPolicy]:
    """Return the policies of a rulebook's files, which are one text in the order given.

    `members` are the ids that the schema declares, by entity type.

    Raises:
        RulebookInvalid: a text that is no Cedar, nested too deep, a template, or that breaks strict validation.
    """
    found: list[LocatedPolicy] = []
    for name, text in texts.items():
        file = CedarFile(folder / name, text)
        locations.refuse_deep(file.text, file.where)
        # The engine validates while it parses: of 1,000 policies the one takes a tenth of a second, the other two.
        with ThreadPoolExecutor(1) as beside:
            validated = beside.submit(validation_errors, file.text, schema)
            parsed = _parsed(file)
        own: list[LocatedPolicy] = []
        for place, policy in enumerate(parsed):
            rule_id = policy.annotations.get("id") or f"policy{len(found) + place}"
            own.append(LocatedPolicy(named(policy, rule_id), file, place))
        error = validation_error(file, [each.policy.id for each in own], validated.result(), schema, members)
        if error is not None:
            raise error
        found += own
    return found


def parse_file(file: CedarFile) -> tuple[Policy, ...]:
    """Return the policies of a file, not validated yet.

    Raises:
        RulebookInvalid: a text that is no Cedar, nested too deep, or a template.
    """
    locations.refuse_deep(file.text, file.where)
    return _parsed(file)


def _parsed(file: CedarFile) -> tuple[Policy, ...]:
    try:
        return parse(file.text)
    except ValueError:
        raise syntax_error(file) from None


def read_schema_handle(text: str, where: Path) -> cedarpy.Schema:
    """Return the engine's handle of a schema.

    Raises:
        RulebookInvalid: the text is no schema in Cedar's schema syntax, or names a type that nobody declares.
    """
    locations.refuse_deep(text, where, "([{<")
    error = schema_error(text, where)
    if error is not None:
        raise error
    return cedarpy.Schema.from_str(text)
