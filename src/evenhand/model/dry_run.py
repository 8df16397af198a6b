"""What would follow from changes of facts, before they are recorded."""

from datetime import datetime

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record


class ScopeRuling(Record, frozen=True, kw_only=True):
    """What the rules say of one party and scope now, and what they would say; `sentence` says it in words.

    `missing` is not empty where the ruling would be no stricter and the decision in force stays all the same, because
    input that it may rest on cannot be read: `after` is then what stays.
    """

    party: Party
    name: str
    scope: str
    before: Outcome
    after: Outcome
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    sentence: str
    missing: tuple[str, ...] = ()


class DryRun(Record, frozen=True, kw_only=True):
    """The rulings that changes of facts would alter, and all of the party itself, altered or not.

    `rulings` begin with the party's own; others depend on it: it owns them or pays for them. `contradicts` names
    earlier confirmed facts that would no longer count.
    """

    party: Party
    changes: tuple[FactChange, ...]
    at: datetime
    rulings: tuple[ScopeRuling, ...]
    contradicts: tuple[str, ...] = ()
