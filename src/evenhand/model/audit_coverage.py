"""What the decisions of an audit are about: which groups can be compared, what met one group, and what one party."""

from typing import Literal

from evenhand.model.record import Record

NO_MEMBER = "none"
"""A set without a member as a cell of a table; of a group it is as unknown as an empty cell: nobody has said one."""


class AttributeCoverage(Record, frozen=True, kw_only=True):
    """How many adverse decisions have one about another group of an attribute beside them, with the same facts.

    Groups are the values that are known of the attribute: an unknown one is no other group.
    """

    attribute: str
    adverse: int
    compared: int


class OneGroup(Record, frozen=True, kw_only=True):
    """A rule or a list that met advertisers of one group alone, where the ledger has others.

    A rule is one that reads an instant and applied to `advertisers`; of a list (its key) findings stand in adverse
    decisions about them. All of them have the same known `value` of the protected `attribute`.
    """

    basis: Literal["rule", "list"]
    name: str
    attribute: str
    value: str
    advertisers: int


class NamingRules(Record, frozen=True, kw_only=True):
    """Rules of a rulebook (the start of its hash) that name parties or single one out, and decisions made under it.

    The linter refuses such rules. `decisions` are all that the rulebook has ruled: an exception shows in the others.
    """

    rulebook: str
    rules: tuple[str, ...]
    decisions: int


class RenewedNotice(Record, frozen=True, kw_only=True):
    """An advertiser that was given notice of the same restriction, by the same rules, more than once.

    Each time the restriction was to begin later: on `begins` for the last of `times`, in leaf `seq`.
    """

    advertiser: str
    rules: tuple[str, ...]
    times: int
    first: str
    begins: str
    seq: int


class FreedMatch(Record, frozen=True, kw_only=True):
    """A match that counted as certain until a person said, in leaf `seq`, that it is another; `party` is `kind:id`."""

    party: str
    list: str
    entity_id: str
    by: str
    seq: int
