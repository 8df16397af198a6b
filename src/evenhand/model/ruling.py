"""What the rulebook says of facts: a pure function's answer, without time or person."""

from typing import Literal

from evenhand.model.outcome import Outcome
from evenhand.model.record import Record


class Ruling(Record, frozen=True, kw_only=True):
    """The outcome and the ids of the rules that determined it or errored, both sorted (`policy.md` §4).

    `decision` is Cedar's own word: its deny may mean only "label", its allow with an errored forbid is a hold.
    """

    outcome: Outcome
    decision: Literal["allow", "deny", "nodecision"]
    reasons: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


class Rule(Record, frozen=True, kw_only=True):
    """One policy of a rulebook as other packages see it.

    `annotations` are the policy's own, by name without `@`. `reads` are attribute paths by type, such as
    `Advertiser.country`, `Payer.@parents` or `context.at`. `members` are the (type, designation id) pairs that it
    tests membership in, such as ("Payer", "asset-freeze").
    """

    id: str
    forbids: bool
    annotations: dict[str, str]
    reads: frozenset[str]
    actions: frozenset[str]
    members: frozenset[tuple[str, str]] = frozenset()
