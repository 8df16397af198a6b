"""An audit of equal treatment: the plan that is written first, and the report; field names are those of their JSON."""

from typing import Literal

import msgspec

from evenhand.model.audit_coverage import AttributeCoverage, FreedMatch, NamingRules, OneGroup, RenewedNotice
from evenhand.model.audit_proof import ProofAndReplay
from evenhand.model.record import Record

Side = Literal["adverse", "favoured", "tie"]
Verdict = Literal["worse", "favoured", "watch", "explained", "not_shown", "untestable"]
Measure = Literal["examined", "flags_before", "days_to_decision"]
Ratio = float | Literal["inf"] | None
"""An odds ratio or its limit: `"inf"` is infinite, None undefined."""


class LedgerState(Record, frozen=True, kw_only=True):
    """The log that a table of decisions was made from: its name, its number of leaves, its root hash in base64."""

    origin: str
    size: int
    root: str


class AuditPlan(Record, frozen=True, kw_only=True):
    """What an audit compares, by which tests and levels; written before the data are read.

    Fields that name something of the table are column names. `matches` is the plan of a network's second table: what
    people made of possible matches. A column that may be absent switches its test off, and
    the report says so. `drift` asks for tests over time: after the first of each month, after each list version.
    """

    plan: Literal[1]
    advertiser: str
    seq: str
    outcome: str
    adverse: tuple[str, ...]
    favourable: tuple[str, ...]
    facts: tuple[str, ...]
    rulebook: str
    groups: tuple[str, ...]
    decided_at: str | None = None
    opened_at: str | None = None
    examined: str | None = None
    selection_facts: tuple[str, ...] = ()
    flags_before: str | None = None
    spend: str | None = None
    q: str = "0.01"
    q_watch: str = "0.05"
    lists: str | None = None
    law: str | None = None
    erased: str | None = None
    drift: tuple[Literal["month", "lists"], ...] = ()
    ledger: LedgerState | None = None
    rulebooks: tuple[str, ...] = ()
    list_versions: tuple[str, ...] = ()
    matches: "AuditPlan | None" = None


class OddDecision(Record, frozen=True, kw_only=True):
    """A decision that differs from most decisions with the same facts and rulebook.

    `side` "adverse": refused where most were allowed; "favoured": the other way; "tie": as many each way.
    `comparator` is the advertiser of the lowest `seq` that was treated otherwise, one of `comparators`. `groups` and
    `comparator_groups` are the group attributes of both, `differs_in` those that differ.
    """

    advertiser: str
    seq: int
    side: Side
    outcome: str
    comparator: str
    comparator_seq: int
    comparator_outcome: str
    comparators: int
    differs_in: tuple[str, ...]
    stratum: dict[str, str | None]
    groups: dict[str, str | None] = {}
    comparator_groups: dict[str, str | None] = {}


class UntestableDecision(Record, frozen=True, kw_only=True):
    """An adverse decision without a comparator of another group by any attribute; `nearest` differs in the facts named.

    `nearest` is None where no decision of another group is in the table at all.
    """

    advertiser: str
    seq: int
    nearest: str | None
    nearest_seq: int | None
    differs_in: tuple[str, ...]


class GroupTest(Record, frozen=True, kw_only=True):
    """Whether one group is refused more often than others with the same facts under the same rulebook.

    `n` and `adverse` count all decisions of the group, `informative` the strata that can show a difference. `note` says
    beside "not_shown" which effects are excluded, and which would have been found, beside "untestable" why.
    """

    attribute: str
    value: str | None
    n: int
    adverse: int
    rate: float | None
    informative: int
    odds_ratio: Ratio
    ci_low: Ratio
    ci_high: Ratio
    p: float
    p_mid: float
    q: float | None
    verdict: Verdict
    explained_by: tuple[str, ...] | None
    method: str
    note: str = ""


class SelectionTest(Record, frozen=True, kw_only=True):
    """Whether one group was examined more often, warned less often, or waited longer."""

    attribute: str
    value: str | None
    measure: Measure
    n: int
    informative: int
    p: float
    q: float | None
    verdict: Verdict
    method: str


class SpendTest(Record, frozen=True, kw_only=True):
    """Whether the tenth that spends most is refused less often; `threshold` is the least spend of that tenth."""

    attribute: Literal["spend"] = "spend"
    value: Literal["top tenth"] = "top tenth"
    threshold: float
    n: int
    adverse: int
    informative: int
    odds_ratio: Ratio
    ci_low: Ratio
    ci_high: Ratio
    p: float
    p_mid: float
    q: float | None
    verdict: Verdict
    explained_by: tuple[str, ...] | None
    method: str


class FlipFound(Record, frozen=True, kw_only=True):
    """A decision whose ruling changes when one protected attribute alone is set to another value."""

    advertiser: str
    seq: int
    attribute: str
    value: str | None
    changed_to: str | None
    outcome: str
    changed_outcome: str


class FlipResult(Record, frozen=True, kw_only=True):
    """What replaying every ruling with each protected attribute changed has shown; `tested` counts replays."""

    tested: int
    found: tuple[FlipFound, ...] = ()


class PolicyChange(Record, frozen=True, kw_only=True):
    """The first decision under another rulebook: `at` when it was made, `seq` where it is in the log."""

    from_: str = msgspec.field(name="from")
    to: str
    at: str | None
    seq: int


class LawTreatment(Record, frozen=True, kw_only=True):
    """Decisions with the same facts to which a law applies that names a protected attribute."""

    law: str
    stratum: dict[str, str | None]
    decisions: int
    adverse: int


class FactDependence(Record, frozen=True, kw_only=True):
    """How much of a fact follows from a group alone: 0 nothing, 1 all of it, in shares of what is not known of it."""

    fact: str
    attribute: str
    share: float


class NearDecision(Record, frozen=True, kw_only=True):
    """A decision with the same facts but for at most one; `differs_in` names that one, None where all are equal."""

    advertiser: str
    seq: int
    outcome: str
    differs_in: str | None


class GroupPath(Record, frozen=True, kw_only=True):
    """How many of a group are in the table, were examined, and were decided against."""

    attribute: str
    value: str | None
    population: int
    examined: int
    adverse: int


class WaitingTimes(Record, frozen=True, kw_only=True):
    """Days from opening to decision in one group: quantiles .1, .25, .5, .75 and .9 of `n` decisions."""

    attribute: str
    value: str | None
    n: int
    quantiles: tuple[float, float, float, float, float]


class MonthShare(Record, frozen=True, kw_only=True):
    """The decisions of a calendar month (`2026-04`), and how many went against the advertiser.

    `low` and `high` are the 95 % limits of the share (Wilson).
    """

    month: str
    decisions: int
    adverse: int
    low: float
    high: float
    rulebooks: tuple[str, ...]


class Distributions(Record, frozen=True, kw_only=True):
    """What pictures show beside the tests: counts and quantiles, without any verdict."""

    paths: tuple[GroupPath, ...] = ()
    waiting: tuple[WaitingTimes, ...] = ()
    months: tuple[MonthShare, ...] = ()


class AuditReport(Record, frozen=True, kw_only=True):
    """What an audit found, in the order of the plan; `first_line` says what kind of audit it is.

    `tests` is the size of the family over which q values hold; `erased` counts decisions whose facts were erased.
    `advertisers` counts those in the table whose facts were not erased, None where they were not counted. Of a network,
    `unchanged` counts advertisers without a decision under the newest rulebook, because it changed nothing for them;
    `one_group` are its rules of dates and lists that met one group alone; `naming_rules` those that name parties, and
    `freed_matches` certain matches that a person judged to be others, `renewed_notices` who was given notice again;
    `matches` is the report on what people made of possible matches, and `proof` what stands beside both.
    """

    schema: Literal["evenhand-audit/1"] = "evenhand-audit/1"
    first_line: str
    exploratory: bool
    rows: int
    decisions: int
    strata: int
    erased: int
    plan_sha256: str
    plan: AuditPlan
    ledger: LedgerState | None
    inconsistent: tuple[OddDecision, ...]
    untestable: tuple[UntestableDecision, ...]
    groups: tuple[GroupTest, ...]
    selection: tuple[SelectionTest, ...]
    spend: SpendTest | None
    time: tuple[GroupTest, ...]
    tests: int
    flips: FlipResult | None
    policy_changes: tuple[PolicyChange, ...]
    by_law: tuple[LawTreatment, ...]
    limits: tuple[str, ...]
    dependent_facts: tuple[FactDependence, ...] = ()
    distributions: Distributions = Distributions()
    advertisers: int | None = None
    unchanged: int = 0
    coverage: tuple[AttributeCoverage, ...] = ()
    one_group: tuple[OneGroup, ...] = ()
    naming_rules: tuple[NamingRules, ...] = ()
    freed_matches: tuple[FreedMatch, ...] = ()
    renewed_notices: tuple[RenewedNotice, ...] = ()
    matches: "AuditReport | None" = None
    proof: ProofAndReplay | None = None

    @property
    def found(self) -> bool:
        """Tell whether anything was found: an odd decision, a flip, a verdict `worse` or `favoured`, another ruling.

        Rules that name a party are found whatever came of them: whom they spare is compared with nobody.
        """
        verdicts = {test.verdict for test in (*self.groups, *self.time)} | {test.verdict for test in self.selection}
        if self.spend is not None:
            verdicts.add(self.spend.verdict)
        flips = self.flips is not None and bool(self.flips.found)
        flips = flips or bool(self.naming_rules) or (self.proof is not None and bool(self.proof.different))
        in_matches = self.matches is not None and self.matches.found
        return bool(self.inconsistent) or flips or in_matches or not verdicts.isdisjoint({"worse", "favoured"})
