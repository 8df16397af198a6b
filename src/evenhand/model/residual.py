"""What is left of a rulebook once one party's facts are known: a short program a rule, over the rest of the request."""

from typing import Literal

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.record import Record


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One step of a postfix program: it takes operands from a stack and puts one pair (ok, value) back.

    `const` puts a value of the type `name` (decimals in ten-thousandths, instants and spans in milliseconds,
    addresses as text), `entity` the entity of type `name` with the id `value`, `var` what `name` is in the request,
    `fail` a pair that is not ok. `attr` and `has` look for `name`; `like` has its pattern in `parts`, None for `*`;
    `record` its names in `parts`; `set` takes `count` operands. Any other step is an operation of `policy.operations`.
    """

    op: str
    name: str = ""
    value: bool | int | str | None = None
    parts: tuple[str | None, ...] = ()
    count: int = 0


class ResidualRule(Record, frozen=True, kw_only=True):
    """A rule that can still be satisfied or err; `program` is empty where it is known which.

    A conditional rule is satisfied where its program gives true, and errs where it gives a pair that is not ok.
    """

    id: str
    effect: Literal["permit", "forbid"]
    verdict: Outcome | None
    state: Literal["always", "always_errors", "conditional"]
    program: tuple[Step, ...] = ()


class Residual(Record, frozen=True, kw_only=True):
    """What is left for one principal, one action and one type of resource; rules that never matter are left out.

    `rulebook_sha256` names the rulebook, `facts_sha256` the facts that were known.
    """

    rulebook_sha256: str
    facts_sha256: str
    principal: tuple[str, str]
    action: tuple[str, str]
    resource_type: str
    rules: tuple[ResidualRule, ...]
