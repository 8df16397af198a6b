"""Reports of an audit to render: one with every verdict, one about nothing."""

from evenhand.model.audit import (
    AuditPlan,
    AuditReport,
    Distributions,
    FlipFound,
    FlipResult,
    GroupPath,
    GroupTest,
    LawTreatment,
    LedgerState,
    MonthShare,
    OddDecision,
    PolicyChange,
    SelectionTest,
    SpendTest,
    UntestableDecision,
    Verdict,
    WaitingTimes,
)
from evenhand.model.audit_proof import LawFlip, NeutralityProof, ProofAndReplay

PLAN = AuditPlan(
    plan=1, advertiser="advertiser", seq="seq", outcome="outcome", adverse=("refuse",), favourable=("allow",),
    facts=("on_list", "verified"), rulebook="rulebook", groups=("country", "size"),
)  # fmt: skip


def group(verdict: Verdict, value: str | None = "X1", **changes: object) -> GroupTest:
    known: dict[str, object] = {
        "attribute": "country", "value": value, "n": 817, "adverse": 80, "rate": 80 / 817, "informative": 35,
        "odds_ratio": 14.994, "ci_low": 10.311, "ci_high": 21.655, "p": 3e-37, "p_mid": 2e-37, "q": 2.2e-35,
        "verdict": verdict, "explained_by": None, "method": "exact",
    }  # fmt: skip
    return GroupTest(**(known | changes))  # type: ignore[arg-type]


def odd(side: str, seq: int, comparators: int = 2) -> OddDecision:
    return OddDecision(
        advertiser=f"<i>a{seq}", seq=seq, side=side, outcome="refuse", comparator="b\u202e", comparator_seq=900,  # type: ignore[arg-type]
        comparator_outcome="allow", comparators=comparators, differs_in=("country",),
        stratum={"on_list": "false", "verified": None}, groups={"country": "X1", "size": "S"},
        comparator_groups={"country": None, "size": "S"},
    )  # fmt: skip


UNTESTED = group(
    "untestable", None, n=2, adverse=2, rate=1.0, informative=0, odds_ratio=None, ci_low=None, ci_high=None, p=1.0,
    p_mid=1.0, q=None,
)  # fmt: skip
SPEND = SpendTest(
    threshold=9000.0, n=1900, adverse=12, informative=46, odds_ratio=0.04, ci_low=0.021, ci_high=0.075, p=1e-31,
    p_mid=7e-32, q=6e-30, verdict="favoured", explained_by=None, method="exact",
)  # fmt: skip
FULL = AuditReport(
    first_line="The plan was registered before the data were read.", exploratory=False, rows=30_002, decisions=19_305,
    strata=229, erased=3, plan_sha256="ab" * 32, plan=PLAN,
    ledger=LedgerState(origin="log.example", size=9, root="AAAA"),
    inconsistent=(odd("favoured", 3), odd("adverse", 5, 1), odd("tie", 7)),
    untestable=(
        UntestableDecision(advertiser="a1", seq=1, nearest="a2", nearest_seq=2, differs_in=("on_list",)),
        UntestableDecision(advertiser="a3", seq=4, nearest=None, nearest_seq=None, differs_in=()),
    ),
    groups=(
        group("worse"), group("watch", "X2"), group("explained", "X3", explained_by=("country=X1",)),
        group("not_shown", "X4", odds_ratio=1.2, ci_low=0.0, ci_high="inf", q=1.0), UNTESTED,
    ),
    selection=(
        SelectionTest(attribute="country", value="X9", measure="examined", n=40, informative=9, p=1e-9, q=1e-8,
                      verdict="worse", method="exact"),
        SelectionTest(attribute="country", value="X8", measure="days_to_decision", n=40, informative=9, p=0.4, q=0.9,
                      verdict="not_shown", method="permutation"),
    ),
    spend=SPEND, time=(group("watch", "2026-04", attribute="month"),), tests=64,
    flips=FlipResult(tested=400, found=(
        FlipFound(advertiser="a9", seq=9, attribute="country", value="X1", changed_to=None, outcome="refuse",
                  changed_outcome="allow"),
    )),
    policy_changes=(PolicyChange(from_="cd" * 32, to="p2", at="2026-04-01T00:00:00Z", seq=88),),
    by_law=(LawTreatment(law="Regulation X", stratum={"on_list": "true"}, decisions=10, adverse=10),),
    limits=("The table has no column `spend`.",),
    distributions=Distributions(
        paths=(GroupPath(attribute="country", value="X1", population=900, examined=817, adverse=80),),
        waiting=(WaitingTimes(attribute="country", value=None, n=70, quantiles=(0.1, 0.5, 1.0, 2.5, 6.0)),),
        months=(
            MonthShare(month="2026-03", decisions=100, adverse=5, low=0.02, high=0.11, rulebooks=("p1",)),
            MonthShare(month="2026-04", decisions=100, adverse=9, low=0.05, high=0.16, rulebooks=("p2",)),
        ),
    ),
)  # fmt: skip
PROOF = ProofAndReplay(
    rulebook="cd" * 32, at="2026-11-02T12:00:00Z", replayed=118, different=(7,), rulebook_missing=2, strata=9, flips=40,
    proofs=(
        NeutralityProof(protected_class="nationality", attributes=("Advertiser.country",), result="proved",
                        by=("reading",)),
        NeutralityProof(protected_class="spend", attributes=("Advertiser.spend_micros",), result="unknown", by=(),
                        why="the solver gave up"),
    ),
    by_law=(
        LawFlip(law="Regulation X", rules=("third-country",), attribute="country", seq=4, decisions=3, value="X1",
                changed_to="X2", outcome="refuse", changed_outcome="allow"),
    ),
)  # fmt: skip
NOTHING = AuditReport(
    first_line="Exploratory: no plan was registered.", exploratory=True, rows=0, decisions=0, strata=0, erased=0,
    plan_sha256="00" * 32, plan=PLAN, ledger=None, inconsistent=(), untestable=(), groups=(), selection=(), spend=None,
    time=(), tests=0, flips=None, policy_changes=(), by_law=(), limits=(),
)  # fmt: skip
