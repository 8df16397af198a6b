"""A decision as tables and pages for people have it: words instead of codes, the match beside the outcome."""

from datetime import date

from evenhand.model.finding_sentences import HOW_SURE
from evenhand.model.matches import EntryShown, MatchShown
from evenhand.model.outcome import Outcome
from evenhand.model.party import PartyKind
from evenhand.model.record import Record
from evenhand.model.run import DecidedCase


class DecisionRow(Record, frozen=True, kw_only=True):
    """A decision in force, or one that takes effect later, in one row.

    Days are of the network's zone. `rules` are titles, strictest first. `matches` are the findings that name a listed
    entry, strongest first, each with the entry as the list in force has it; `findings` says the point of others.
    `by` is the day by which the next step is to be done, None where nothing sets one; `notified` the day the letter
    was written to `out/reasons`, None where there is none or it still waits.
    """

    decision: str
    seq: int
    party_kind: PartyKind
    party_id: str
    name: str
    scope: str
    outcome: Outcome
    since: date
    until: date | None
    in_force: bool
    rules: tuple[str, ...] = ()
    matches: tuple[MatchShown, ...] = ()
    findings: tuple[str, ...] = ()
    next_step: str
    by: date | None = None
    notified: date | None = None

    @property
    def sentence(self) -> str:
        """Return the point of the decision: of its strongest match, else of other findings, else its first rule."""
        if self.matches:
            return self.matches[0].sentence
        return " ".join(self.findings) or f"{self.rules[0] if self.rules else 'No adverse findings'}."


class ShownDecision(Record, frozen=True, kw_only=True):
    """A decision with its row; `case` is None of an allow that nothing more is known of."""

    row: DecisionRow
    case: DecidedCase | None


def own_entry(match: MatchShown) -> EntryShown | None:
    """Return the entry that a match names, None where the list in force lacks it."""
    return next((entry for entry in match.entries if entry.entity_id == match.finding.entity_id), None)


def strength(match: MatchShown) -> str:
    """Return in a word how much speaks for a match."""
    return HOW_SURE[match.finding.strength]
