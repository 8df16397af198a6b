"""A person's word on one pair: is this party the listed entity that it was matched with?"""

from datetime import datetime
from typing import Literal

from msgspec import UNSET, UnsetType

from evenhand.model.matches import MatchShown
from evenhand.model.party import PartyKind
from evenhand.model.record import Record
from evenhand.model.staff import Signed

Verdict = Literal["same", "not-same", "unsure", "lapsed"]


class Judgement(Record, frozen=True, kw_only=True):
    """What a person said of a party and an entry of a list: the payload of its leaf (`screening.md` §7).

    `used` maps each field that the match rested on to the SHA-256 of our values and of the listed ones; while they
    stay, the judgement holds. `scorer` is the version that made the match. `identity` has the SHA-256 of each number
    of the party by its kind (`registration`, `vat` …), and of its websites (`website`); it is left out where the party
    had none, and in records of earlier versions. `lapsed` is no person's word: a run writes it when the entry has left
    its list, and `by` is then the program. `signed` and `second` are None where the network has no staff, or the record
    needs no second person.
    """

    v: Literal[1] = 1
    party_kind: PartyKind
    party_id: str
    list: str
    entity_id: str
    verdict: Verdict
    by: str
    at: datetime
    why: str
    used: dict[str, tuple[str, str]]
    scorer: str
    identity: dict[str, tuple[str, ...]] | UnsetType = UNSET
    signed: Signed | None = None
    second: Signed | None = None


class JudgedPair(Record, frozen=True, kw_only=True):
    """A judgement with what came of it.

    `seq` is its leaf. `effect`: `cleared` (the match decides nothing), `confirmed` (it is certain; where `changed`
    names something, the id may be another company's by now), `unsure` (it stays open), `open again` (`changed` names
    what), `no match` (nothing to be cleared today), `overtaken` (by a later judgement of the pair), `next run` (no run
    has counted it yet). `finding` is the match in one sentence.
    """

    seq: int
    judgement: Judgement
    effect: Literal["cleared", "confirmed", "unsure", "open again", "no match", "overtaken", "next run"]
    changed: tuple[str, ...] = ()
    finding: str = ""


class OpenMatch(Record, frozen=True, kw_only=True):
    """A match that waits for a person, with what depends on the answer.

    `campaigns` counts the orders that the party runs or pays for and that have not ended, `not_spent_micros` is what is
    left of their budgets. `earlier` is the last judgement in words, where it does not decide, else ``""``. `mark`
    changes with what the match rests on and with each judgement of it, so that an old answer is noticed.
    """

    match: MatchShown
    campaigns: int
    not_spent_micros: int
    earlier: str
    mark: str


class BulkJudged(Record, frozen=True, kw_only=True):
    """What came of a file of judgements.

    `already` counts answers that stand in the ledger as they are, `open` rows without an answer. `problems` are
    rows that cannot be recorded, a line each; with them nothing is recorded unless the caller asked for the rest.
    """

    recorded: tuple[JudgedPair, ...]
    already: int
    open: int
    problems: tuple[str, ...]
