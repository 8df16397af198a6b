"""People's part as a table: one row a possible match, with what a person made of it.

Relevant are the strength, kind and score of the match and the list; whether it was judged, how, and after how long is
what is compared. Columns, each a list of the same length, text or None unless said otherwise: `advertiser` (party id),
`seq` (int: leaf of the judgement that decided), `outcome` (`same`, `not-same`, None: no person has decided),
`strength`, `match`, `score`, `list`, `rulebook`, `examined`, `opened_at`, `decided_at`, `decided_by`, and one a
protected attribute of the party.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from evenhand.model.judgement import Judgement
from evenhand.model.party import PartyKind
from evenhand.workflows.audit.recorded_facts import Values
from evenhand.workflows.evaluation.judged_findings import MATCHES, Pair, pair_of

Cell = str | int | float | None

MATCH_FACTS = ("strength", "match", "score", "list")
_SCREENING = "screening"
_DECIDED = ("same", "not-same")


class RecordedFinding(msgspec.Struct, frozen=True):
    """What an audit reads of a finding: which pair it is about, and how much speaks for it."""

    party_kind: PartyKind
    party_id: str
    kind: str
    score: float
    certain: bool
    list: str = ""
    entity_id: str = ""
    name_only: bool = False


@dataclass
class _Match:
    """One possible match from the decision that noticed it first, and what people said of it."""

    finding: RecordedFinding
    seq: int
    opened_at: datetime
    groups: Values
    first: Judgement | None = None
    last: Judgement | None = None


@dataclass
class MatchRows:
    """The possible matches of a ledger by pair; `erased` and `unseen` judgements have no match that could be read."""

    matches: dict[Pair, _Match] = field(default_factory=dict)
    erased: int = 0
    unseen: int = 0

    def notice(
        self, seq: int, findings: Iterable[RecordedFinding], at: datetime, groups: Callable[[str], Values]
    ) -> None:
        """Add the matches of a decision that only a person can decide; one that is known keeps its first row.

        `groups` gives the protected attributes of a party of this id.
        """
        for each in findings:
            pair = each.party_kind, each.party_id, each.list, each.entity_id
            if each.kind in MATCHES and not each.certain and pair not in self.matches:
                self.matches[pair] = _Match(each, seq, at, groups(each.party_id))

    def judge(self, seq: int, judgement: Judgement) -> None:
        """Add what a person said of a pair: the last word counts, the first one ends the waiting."""
        match = self.matches.get(pair_of(judgement))
        if match is None:
            self.unseen += 1
            return
        match.last, match.seq = judgement, seq
        if match.first is None and judgement.verdict in _DECIDED:
            match.first = judgement

    def columns(self, groups: Iterable[str]) -> dict[str, list[Cell]]:
        """Return the table, in the order in which the matches were noticed; `groups` name its protected attributes."""
        rows = [_row(pair[1], match) for pair, match in self.matches.items()]
        head = (
            "advertiser",
            "seq",
            "outcome",
            *MATCH_FACTS,
            "rulebook",
            "examined",
            "opened_at",
            "decided_at",
            "decided_by",
        )
        return {name: [row.get(name) for row in rows] for name in dict.fromkeys((*head, *groups))}


def _row(party: str, match: _Match) -> dict[str, Cell]:
    finding, last = match.finding, match.last
    verdict = last.verdict if last is not None and last.verdict in _DECIDED else None
    row: dict[str, Cell] = {**match.groups}
    return row | {
        "advertiser": party,
        "seq": None if verdict is None else match.seq,
        "outcome": verdict,
        "strength": "name only" if finding.name_only else "possible",
        "match": finding.kind,
        "score": f"{int(finding.score * 20) / 20:.2f}",
        "list": finding.list,
        "rulebook": _SCREENING,
        "examined": "false" if last is None else "true",
        "opened_at": instant_text(match.opened_at),
        "decided_at": None if match.first is None or verdict is None else instant_text(match.first.at),
        "decided_by": None if last is None else last.by,
    }


def instant_text(at: datetime) -> str:
    """Return an instant as a table has it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
