"""What decided about one party alone: rules that name it, a person's word against a match, a notice given again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from evenhand.model.audit_coverage import FreedMatch, NamingRules, RenewedNotice
from evenhand.model.judgement import Judgement
from evenhand.policy import Rulebook
from evenhand.workflows.audit.match_table import RecordedFinding, instant_text
from evenhand.workflows.audit.recorded_decisions import ADVERSE, RecordedDecision
from evenhand.workflows.evaluation.judged_findings import MATCHES, Pair, pair_of

_NAMING = frozenset({"names-party", "singles-out"})


class _Notice(NamedTuple):
    """A decision that takes effect later than it was made."""

    seq: int
    begins: datetime


@dataclass
class PartyExceptions:
    """Notes decisions and judgements in the order of the log."""

    _decisions: Counter[str] = field(default_factory=Counter)
    _rules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _certain: set[Pair] = field(default_factory=set)
    _notices: dict[tuple[str, tuple[str, ...]], list[_Notice]] = field(default_factory=dict)
    _freed: dict[Pair, FreedMatch] = field(default_factory=dict)

    def note_ruling(self, rulebook: Rulebook, codes: Sequence[str]) -> None:
        """Note a decision; `codes` are those in spite of which its rulebook was loaded, as the decision records them.

        A rulebook that was released has none, whatever a newer linter says of it.
        """
        if _NAMING.isdisjoint(codes):
            return
        name = rulebook.sha256
        self._decisions[name] += 1
        if name not in self._rules:
            named = {each.rule for each in rulebook.source.lint if each.code in _NAMING.intersection(codes)}
            self._rules[name] = tuple(sorted(named))

    def note_matches(self, findings: Iterable[RecordedFinding]) -> None:
        """Note the certain matches of a decision."""
        self._certain.update(
            (each.party_kind, each.party_id, each.list, each.entity_id)
            for each in findings
            if each.certain and each.kind in MATCHES
        )

    def note_notice(self, seq: int, decision: RecordedDecision) -> None:
        """Note a restriction of an advertiser that begins later than it was decided."""
        if decision.outcome in ADVERSE and decision.effective_from > decision.decided_at:
            key = decision.party.id, tuple(sorted(decision.reasons))
            self._notices.setdefault(key, []).append(_Notice(seq, decision.effective_from))

    def note_judgement(self, seq: int, judgement: Judgement) -> None:
        """Note what a person said of a pair; the last word counts."""
        pair = pair_of(judgement)
        self._freed.pop(pair, None)
        if judgement.verdict == "not-same" and pair in self._certain:
            self._freed[pair] = FreedMatch(
                party=":".join(pair[:2]), list=pair[2], entity_id=pair[3], by=judgement.by, seq=seq
            )

    def naming_rules(self) -> tuple[NamingRules, ...]:
        """Return the rulebooks whose rules name parties."""
        return tuple(
            NamingRules(rulebook=name[:12], rules=self._rules[name], decisions=count)
            for name, count in sorted(self._decisions.items())
        )

    def renewed_notices(self) -> tuple[RenewedNotice, ...]:
        """Return the notices that were given again so that the restriction began later, in the order of the last."""
        again = {key: several for key, several in self._notices.items() if several[-1].begins > several[0].begins}
        return tuple(
            RenewedNotice(
                advertiser=advertiser, rules=rules, times=len(several), first=instant_text(several[0].begins),
                begins=instant_text(several[-1].begins), seq=several[-1].seq,
            )
            for (advertiser, rules), several in sorted(again.items(), key=lambda each: each[1][-1].seq)
        )  # fmt: skip

    def freed_matches(self) -> tuple[FreedMatch, ...]:
        """Return the certain matches that a person freed, in the order of the judgements."""
        return tuple(sorted(self._freed.values(), key=lambda each: each.seq))
