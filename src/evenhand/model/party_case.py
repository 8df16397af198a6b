"""The whole case of one party as a page shows it: more than its decisions, and no more than what is about it."""

from datetime import date, datetime
from typing import Literal

from evenhand.model.audit import FlipFound
from evenhand.model.campaign import Campaign
from evenhand.model.complaint import Complaint
from evenhand.model.coordination import Community
from evenhand.model.evidence import ClaimShown
from evenhand.model.matches import PartyShown
from evenhand.model.outcome import Outcome
from evenhand.model.ownership import OwnershipLink
from evenhand.model.record import Record
from evenhand.model.run import Explained

CaseKind = Literal["advertiser", "payer"]


class PastDecision(Record, frozen=True, kw_only=True):
    """A decision about a party, in force or not any more: its leaf, what it said, and the id of its letter if any.

    `rules` are titles; `by` is who decided.
    """

    seq: int
    id: str
    scope: str
    outcome: Outcome
    rules: tuple[str, ...]
    decided_at: datetime
    effective_from: datetime
    by: str
    letter: str = ""


class LetterShown(Record, frozen=True, kw_only=True):
    """A letter as it was written; `text` is ``""`` where it waits for a review up to `waits_until`, or is lost."""

    id: str
    text: str = ""
    waits_until: date | None = None


class CaseMoney(Record, frozen=True, kw_only=True):
    """Prepaid money and orders as the tables of the last run have them, in micros of the network's currency."""

    prepaid_micros: int = 0
    campaigns: tuple[Campaign, ...] = ()


class PartyCase(Record, frozen=True, kw_only=True):
    """A party's case with all that belongs to it.

    `party` is None where the tables have it no more. `past` is the latest decision first, `more_past` says that there
    are earlier ones. `owners` are the links from the party up, those that findings rest on among them; `listed` the
    ids of owners that are listed. `claims` are confirmed statements of others that a person linked to it.
    `audited`: the last audit has tried other values of protected attributes in each decision in force, and `flips` are
    those that changed its ruling.
    """

    explained: Explained
    party: PartyShown | None
    past: tuple[PastDecision, ...]
    more_past: bool
    letters: tuple[LetterShown, ...]
    money: CaseMoney
    owners: tuple[OwnershipLink, ...]
    listed: tuple[str, ...]
    communities: tuple[Community, ...]
    complaints: tuple[Complaint, ...]
    claims: tuple[ClaimShown, ...]
    audited: bool = False
    flips: tuple[FlipFound, ...] = ()
