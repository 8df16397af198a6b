"""The arithmetic of shares that a network chose, and one link of a way from a party up to its listed owner."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from evenhand.model.party import OwnershipKind
from evenhand.model.record import Record

RuleName = Literal["aggregate_50", "over_50_single"]


class OwnershipRule(Record, frozen=True, kw_only=True):
    """When a company is caught by what the listed hold of it (`screening.md` §8).

    At `threshold_bp` basis points (5000 are half), or with `strict` only above them; of all counted holders
    together with `aggregate`, else of one alone.
    """

    threshold_bp: Annotated[int, Meta(ge=1, le=10_000)]
    strict: bool
    aggregate: bool

    @property
    def least(self) -> int:
        """Return the smallest share that catches a company, in millionths."""
        return self.threshold_bp * 100 + self.strict


class OwnershipLink(Record, frozen=True, kw_only=True):
    """One holding on a way: `known` millionths, and with `unknown` some more that nobody stated.

    `kind` says what was stated: of `control` and `acts_for` (the owned acts for the owner) no share is looked at.
    The names are ``""`` where no table gives one; the dates are those of the newest line it rests on.
    """

    owner: str
    owner_name: str = ""
    owned: str
    owned_name: str = ""
    kind: OwnershipKind
    known: int = 0
    unknown: bool = False
    as_of: date | None = None
    until: date | None = None
