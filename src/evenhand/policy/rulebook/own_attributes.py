"""Attributes that a network has added to the schema: no run fills them, and no proof varies one without a role.

A rule that holds all who bank in one of three countries passes every proof of equal treatment where the schema does
not say that `bank_country` tells of nationality.
"""

from collections.abc import Iterable, Iterator, Mapping

from evenhand.policy.attribute_roles import roles
from evenhand.policy.attribute_words import WORDS
from evenhand.policy.rulebook.lint import LintedPolicy, LintFinding
from evenhand.policy.schema import Schema

UNFILLED = "unfilled-attribute"
_ROLES = frozenset({"protected", "proxy", "association", "anonymous", "claims", "direction", "share_of"})
_FILLED = frozenset(path.partition(".")[0] for path in WORDS)
"""The types of which runs make facts, and the context."""


def own_attribute_findings(policies: Iterable[LintedPolicy], schema: Schema) -> tuple[LintFinding, ...]:
    """Return a warning on each rule that reads what no run fills, and on each where that has no role besides."""
    if "Advertiser" not in schema.entities:
        return ()  # rules about something else, as about the acts of staff
    own = {path: notes for path, notes in roles(schema).items() if _is_own(path, notes)}
    return tuple(found for each in policies for found in _findings(each, own)) if own else ()


def _is_own(path: str, notes: Mapping[str, str]) -> bool:
    return path not in WORDS and path.partition(".")[0] in _FILLED and "share_of" not in notes


def _findings(linted: LintedPolicy, own: Mapping[str, Mapping[str, str]]) -> Iterator[LintFinding]:
    read = sorted(linted.reads.paths & own.keys())
    if read:
        message = f"reads {', '.join(read)}, which no run fills: it can apply to nobody there"
        yield LintFinding(UNFILLED, linted.policy.id, "warning", message, read[0].rpartition(".")[2])
    bare = [path for path in read if _ROLES.isdisjoint(own[path])]
    if bare:
        message = (
            f"reads {', '.join(bare)}, of which the schema tells no role: no proof of equal treatment varies it; mark"
            ' it @proxy("nationality") if it tells where somebody is from, or @protected and a class of its own'
        )
        yield LintFinding("attribute-without-role", linted.policy.id, "warning", message, bare[0].rpartition(".")[2])
