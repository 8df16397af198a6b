"""How others in the position of one decided party were treated: what a complaint of unequal treatment is given."""

from datetime import datetime
from typing import Literal

from evenhand.model.audit import FlipResult
from evenhand.model.audit_proof import LawFlip
from evenhand.model.decision import Party
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record

CannotTest = Literal["rule_names_party", "no_like_case", "same_groups", "rulebook_not_kept"]


class FactDifference(Record, frozen=True, kw_only=True):
    """A fact, by path, in which two decisions differ: what it is in the case and in the other; None is unknown."""

    fact: str
    case: str | None
    other: str | None


class LaterDecision(Record, frozen=True, kw_only=True):
    """What was decided of a party after the decision that is compared: another outcome, and when it was decided."""

    party: Party
    outcome: Outcome
    decided_at: datetime


class Comparator(Record, frozen=True, kw_only=True):
    """Parties decided alike whose facts differ from those of a case in the same way.

    `named`: the complainant named it, and it stands alone; `leaves` are the decisions of `parties`, in their order, the
    examples of `count`. `outcome` by `rules` is how they were treated, `under_same_rules` whether by the rules of the
    case. `differs` are relevant facts, `groups` the protected attributes in which one of them differs. `like`: nothing
    that rules may look at differs, which names are not. `milder` than the case. Of `changed` of the `count` the last
    decision has another outcome: how they were treated is not how they are treated now. `later` are those of `parties`.
    """

    number: int
    named: bool = False
    parties: tuple[Party, ...]
    leaves: tuple[int, ...]
    count: int
    outcome: Outcome
    rules: tuple[str, ...]
    under_same_rules: bool
    differs: tuple[FactDifference, ...] = ()
    groups: tuple[str, ...] = ()
    like: bool
    milder: bool
    changed: int = 0
    later: tuple[LaterDecision, ...] = ()


class ComparatorFinding(Record, frozen=True, kw_only=True):
    """Who was like one decided party, how treated, by which rule, what differs; `flips` say what its groups do.

    `case_leaf` is the decision; `searched` decisions about others, made up to `at`, were compared. Of `not_found`
    names nothing is decided. `cannot_be_tested` says why others show nothing, None where they can: `naming_rules`
    name the party. `by_law` are flips that a law prescribes. `more` counts the sets of near cases that were left out.
    """

    v: Literal[1] = 1
    decision: str
    case_leaf: int
    party: Party
    outcome: Outcome
    rules: tuple[str, ...]
    at: datetime
    searched: int = 0
    comparators: tuple[Comparator, ...] = ()
    not_found: tuple[str, ...] = ()
    cannot_be_tested: CannotTest | None = None
    naming_rules: tuple[str, ...] = ()
    flips: FlipResult = FlipResult(tested=0)
    by_law: tuple[LawFlip, ...] = ()
    more: int = 0

    @property
    def milder_like_cases(self) -> tuple[Comparator, ...]:
        """Return the comparators that are like the case and were treated milder under the same rules."""
        return tuple(each for each in self.comparators if each.like and each.milder)
