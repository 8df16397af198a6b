"""When what a decision restricts is to end by itself: where its rules read the clock, or have a last day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from evenhand.model.decision import Decision
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, Hours, nodes_of
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.policy.residuals import FactsInvalid, PartyResiduals, conditions
from evenhand.workflows.evaluation.facts import instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK = frozenset({"at"})
_AT = "context.at"
_UNTIL = "effective_until"


class RestrictionEnds:
    """The known ends of a run's decisions; rules are prepared once for all of them."""

    def __init__(self, rulebook: Rulebook, at: datetime) -> None:
        self._rulebook, self._at = rulebook, at
        self._active = rulebook.active(at.astimezone(UTC).date())
        self._residuals = PartyResiduals(self._active, _CLOCK, rulebook_sha256=rulebook.sha256)
        self._timed = {name for name, rule in rulebook.rules.items() if _AT in rule.reads}
        self._last_days = {name: rule.annotations[_UNTIL] for name, rule in rulebook.rules.items()
                           if _UNTIL in rule.annotations}  # fmt: skip

    def of(self, decision: Decision, time_bound: bool = True) -> Mapping[Outcome, datetime]:
        """Return from when on, by outcome, no rule asks for it any more; an outcome that stays open is absent.

        That is as the facts and the rulebook are today: from then on, the same facts are always ruled milder. A
        label beside a limit has its own end. Nothing is known of rules that hold at some hours of the day alone.
        `time_bound` says whether the clock can change what is ruled of these facts.
        Cost: nothing for a decision none of whose rules reads the clock or has an end.
        """
        if decision.outcome is Outcome.ALLOW:
            return {}
        by_clock = time_bound and not self._timed.isdisjoint(decision.reasons)
        if not by_clock and self._last_days.keys().isdisjoint(decision.reasons):
            return {}
        facts = msgspec.convert(decision.facts, Facts)
        turns = self._turns(facts, decision, by_clock)
        at_each = [msgspec.structs.replace(facts, context=facts.context | {"at": instant(each)}) for each in turns]
        rulings = rule_many(at_each, self._rulebook)
        found: dict[Outcome, datetime] = {}
        for outcome in {decision.outcome, Outcome.LABEL}:
            still = [self._asks_for(ruling, outcome) for ruling in rulings]
            last = max((place for place, asks in enumerate(still) if asks), default=-1)
            if last + 1 < len(turns) and turns[last + 1] > decision.effective_from:
                found[outcome] = turns[last + 1]
        return found

    def _turns(self, facts: Facts, decision: Decision, by_clock: bool) -> list[datetime]:
        """Return the instants ahead, in order, at which what the decision's rules say of the facts can change.

        Where one of them ends on a day, the days on which other rules begin are among them: one may take its place.
        """
        turns = self._turns_of_the_clock(facts, decision) if by_clock else set[datetime]()
        if turns is None:
            return []
        ending = {_midnight(self._last_days[name]) for name in decision.reasons if name in self._last_days}
        beginning = {_midnight(rule.annotations["effective_from"]) for rule in self._rulebook.rules.values()}
        return sorted(each for each in turns | ending | (beginning if ending else set()) if each > self._at)

    def _turns_of_the_clock(self, facts: Facts, decision: Decision) -> set[datetime] | None:
        """Return the instants of the conditions that the decision's rules leave open; None where they go by hours."""
        try:
            rest = self._residuals.of_resource(facts, facts.resource.type)
        except FactsInvalid:
            return None
        left_open = conditions(rest, round((self._at - _EPOCH) / timedelta(milliseconds=1))).items
        nodes = [node for each in left_open if each.rule in decision.reasons for node in nodes_of(each.program)]
        if any(isinstance(node, Hours) for node in nodes):
            return None
        instants = {_EPOCH + timedelta(milliseconds=node.at_ms) for node in nodes if isinstance(node, Before)}
        return {_whole_second(each) for each in instants if each > self._at}

    def _asks_for(self, ruling: Ruling, outcome: Outcome) -> bool:
        """Return whether a ruling is at least as strict, or, of a label, whether one of its rules asks for one."""
        if outcome is not Outcome.LABEL:
            return ruling.outcome.severity >= outcome.severity
        rules = (self._rulebook.rules[name].annotations for name in ruling.reasons)
        return any(each.get("verdict") == Outcome.LABEL for each in rules)


def _whole_second(at: datetime) -> datetime:
    """Return an instant as facts have it, not earlier than it is."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def _midnight(day: str) -> datetime:
    """Return the instant at which a day of a rulebook begins; its days are those of UTC."""
    return datetime.combine(date.fromisoformat(day), time(), UTC)
