"""The findings of the last audit: decisions that differ, tests of groups, rules; and what may follow from one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from evenhand.model.audit import AuditReport, GroupPath, GroupTest, OddDecision, Side, SpendTest, WaitingTimes
from evenhand.model.errors import BadInput, NotFound
from evenhand.render import audit_plots, audit_sentences, audit_words
from evenhand.render.audit_order import gravest_first
from evenhand.render.audit_page import month_picture, ratio_scale
from evenhand.render.audit_plots import LogScale
from evenhand.render.audit_tests import (
    KINDS,
    TONES,
    AskedTest,
    attribute_groups,
    every_test,
    odd_of_group,
    sentence_of,
)
from evenhand.render.match_fields import Row
from evenhand.web.console.area import get, post
from evenhand.web.console.areas.audit_readings import report_asked
from evenhand.web.console.filters import with_all
from evenhand.web.console.problems import problem_of
from evenhand.web.console.visit import Visit
from evenhand.web.program import PROGRAM
from evenhand.workflows.complaints.audit_review import ask_review
from evenhand.workflows.queries.kept_audits import FindingCase, case_at

_PAGE: Final = 50
_MOST_ODD: Final = 20
_Counts = TypeVar("_Counts", GroupPath, WaitingTimes)
_SIDES: Final[dict[Side, str]] = {
    "adverse": "against the advertiser",
    "favoured": "in its favour",
    "tie": "as many each way",
}


def decisions_page(visit: Visit) -> Response:
    """Show the decisions that differ from those with the same facts, or those that cannot be tested."""
    report, skip = report_asked(visit), visit.number("skip")
    untestable = visit.query("what") == "untestable"
    side = visit.query("side") if visit.query("side") in _SIDES and not untestable else ""
    chosen = [each for each in gravest_first(report.inconsistent) if side in ("", each.side)]
    several = report.untestable if untestable else chosen
    shown = several[skip : skip + _PAGE]
    _log(visit, "decisions", *(each.advertiser for each in shown))
    counts = Counter(each.side for each in report.inconsistent)
    return visit.render(
        "audit_decisions.html", report=report, untestable=untestable, shown=shown, total=len(several), skip=skip,
        page=_PAGE, side=side, sides=with_all((key, words, counts[key]) for key, words in _SIDES.items()),
        **_shared(report),
    )  # fmt: skip


def decision_page(visit: Visit) -> Response:
    """Show one decision that differs beside its comparator, and what can be done about it."""
    return _decision(visit)


def review_decision(visit: Visit) -> Response:
    """File a complaint about a decision that differs, which starts a review; what is wrong is said above the form."""
    odd = _odd(visit, report_asked(visit))
    try:
        filed = ask_review(
            visit.network, odd.seq, visit.form.text("words"), visit.acting(), visit.now, visit.console.tools(),
            program=PROGRAM,
        )  # fmt: skip
    except BadInput as error:
        return _decision(visit, problem_of(error), 400)
    note = "the complaint is filed" if filed.is_new else "this complaint is recorded already"
    return visit.go(f"/complaints/{filed.complaint.id}", note)


def groups_page(visit: Visit) -> Response:
    """Show every test of the report with its counts, effect and interval, and who the groups are."""
    report, skip = report_asked(visit), visit.number("skip")
    kind, verdict, attribute = visit.query("kind"), visit.query("verdict"), visit.query("by")
    tests = every_test(report)
    chosen = [
        each for each in tests
        if kind in ("", each.kind) and verdict in ("", each.test.verdict) and attribute in ("", each.test.attribute)
    ]  # fmt: skip
    kinds, verdicts = Counter(each.kind for each in tests), Counter(each.test.verdict for each in tests)
    attributes = Counter(each.test.attribute for each in tests)
    shown = chosen[skip : skip + _PAGE]
    return visit.render(
        "audit_groups.html", report=report, shown=shown, total=len(chosen), skip=skip, page=_PAGE, kind=kind,
        verdict=verdict, by=attribute, path=lambda each: tested_path(visit, each),
        kinds=with_all((key, words, kinds[key]) for key, words in KINDS.items()),
        verdicts=with_all((key, words, verdicts[key]) for key, words in audit_words.VERDICTS.items()),
        attributes=with_all((key, _attribute(key), number) for key, number in attributes.items()),
        groups=list(attribute_groups(report)), scale=_scale(shown), **_shared(report),
    )  # fmt: skip


def tested_page(visit: Visit) -> Response:
    """Show one test: what was compared, the effect, the smallest that could have been seen, the decisions behind it."""
    report = report_asked(visit)
    kind, attribute, value = visit.query("kind"), visit.query("by"), visit.query("value") or None
    tests = every_test(report)
    tested = next(
        (each for each in tests if (each.kind, each.test.attribute, each.test.value) == (kind, attribute, value)), None
    )
    if tested is None:
        raise NotFound("the last audit has no such test", got=f"{kind} {attribute} {value or 'unknown'}",
                       todo="see the page of all tests")  # fmt: skip
    odds = gravest_first(odd_of_group(report, attribute, value))
    _log(visit, "group", f"{attribute} {value or 'unknown'}", *(each.advertiser for each in odds[:_MOST_ODD]))
    others = [each for each in tests if each.kind != kind and (each.test.attribute, each.test.value) ==
              (attribute, value)]  # fmt: skip
    return visit.render(
        "audit_test.html", report=report, tested=tested, test=tested.test, odds=odds[:_MOST_ODD], odd_count=len(odds),
        others=others, path=lambda each: tested_path(visit, each), scale=_scale([tested]),
        sentence=sentence_of(tested, report, audit_words.outcome_words(report.plan.adverse)),
        step=_one(report.distributions.paths, attribute, value),
        waiting=_one(report.distributions.waiting, attribute, value), **_shared(report),
    )  # fmt: skip


def rules_page(visit: Visit) -> Response:
    """Show what is proved of the rules, what replay has shown, facts that groups give away, and drift."""
    report = report_asked(visit)
    flips = report.flips.found if report.flips else ()
    _log(visit, "rules", *(each.advertiser for each in flips[:_PAGE]))
    return visit.render("audit_rules.html", report=report, flips=flips[:_PAGE], flip_count=len(flips),
                        months=month_picture(report), **_shared(report))  # fmt: skip


def tested_path(visit: Visit, tested: AskedTest) -> str:
    """Return the address of a test."""
    test = tested.test
    query = {"of": visit.query("of"), "kind": tested.kind, "by": test.attribute, "value": test.value or ""}
    return f"/audit/test?{urlencode({name: value for name, value in query.items() if value})}"


def _decision(visit: Visit, problem: str = "", status: int = 200) -> Response:
    report = report_asked(visit)
    odd = _odd(visit, report)
    case, other = _case(visit, odd.seq), _case(visit, odd.comparator_seq)
    _log(visit, "decision", odd.advertiser, odd.comparator)
    words = audit_words.outcome_words(report.plan.adverse)
    return visit.render(
        "audit_decision.html", status, odd=odd, case=case, other=other, problem=problem,
        rows=_rows(odd), same=_same(odd), sentence=audit_sentences.about_odd(odd, words), **_shared(report),
    )  # fmt: skip


def _odd(visit: Visit, report: AuditReport) -> OddDecision:
    """Return the odd decision that the path names."""
    text = visit.path("seq")
    for each in report.inconsistent:
        if str(each.seq) == text:
            return each
    raise NotFound("the last audit names no such decision", got=text, todo="see the page of decisions that differ")


def _rows(odd: OddDecision) -> list[Row]:
    """Return what differs between both decisions: the outcomes, and groups."""
    value = audit_words.value_word
    groups = [(name, value(odd.groups.get(name)), value(odd.comparator_groups.get(name))) for name in odd.groups]
    return [
        ("Outcome", (odd.outcome,), (odd.comparator_outcome,), False),
        *((_label(name), (ours,), (theirs,), False) for name, ours, theirs in groups if ours != theirs),
    ]


def _same(odd: OddDecision) -> list[tuple[str, str | None]]:
    """Return the groups that are the same of both decisions."""
    return [(_label(name), each) for name, each in odd.groups.items() if each == odd.comparator_groups.get(name)]


def _label(group: str) -> str:
    return f"Group: {_attribute(group)}"


def _attribute(name: str) -> str:
    return audit_words.fact_word(name).replace("_", " ")


def _case(visit: Visit, seq: int) -> FindingCase | None:
    """Return whom a leaf is about, None where its content is gone."""
    try:
        with visit.console.reading() as ledger:
            return case_at(ledger, seq)
    except NotFound:
        return None


def _shared(report: AuditReport) -> dict[str, Any]:
    """Return what every page of a report has."""
    return {
        "word": audit_words, "say": audit_sentences, "tones": TONES, "kinds_of": KINDS,
        "outcome_words": audit_words.outcome_words(report.plan.adverse), "plots": audit_plots,
    }  # fmt: skip


def _scale(several: Sequence[AskedTest]) -> LogScale:
    return ratio_scale(each.test for each in several if isinstance(each.test, (GroupTest, SpendTest)))


def _one(several: Iterable[_Counts], attribute: str, value: str | None) -> _Counts | None:
    """Return the counts of one group, None where the report has none of it."""
    return next((each for each in several if (each.attribute, each.value) == (attribute, value)), None)


def _log(visit: Visit, what: str, *about: str) -> None:
    visit.log_read(f"audit: {what}", ", ".join(dict.fromkeys(about)))


ROUTES: Final = (
    get("/audit/decisions", decisions_page), get("/audit/decisions/{seq}", decision_page),
    post("/audit/decisions/{seq}/review", review_decision), get("/audit/groups", groups_page),
    get("/audit/test", tested_page), get("/audit/rules", rules_page),
)  # fmt: skip
