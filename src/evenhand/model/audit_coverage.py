"""Of which groups the decisions of an audit are: what can be compared, and what met one group alone."""

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
