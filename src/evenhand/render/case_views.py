"""The decisions of one party for a page: the strictest first, each with its point and its findings."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from evenhand.model.decision import Decision
from evenhand.model.matches import MatchShown, finding_key
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, Explained, Inclusion
from evenhand.render import wording
from evenhand.render.match_fields import rests_beside
from evenhand.render.match_sides import FoldedMatch, folded_match
from evenhand.render.ownership_paths import path_lines

Verdict = Callable[[Decision, str], Outcome | None]
"""The outcome that a rule, by its id, asks for in the rulebook of a decision; None where it is not known."""

_OF_RECORD = frozenset({"recorded", "rule_error"})


class CaseView(NamedTuple):
    """A decision: its case, whether it waits for its day, the point, its findings, paths, and its place in the log.

    `has_unused`: one of its matches is certain, and no rule uses it.
    """

    case: DecidedCase
    waits: bool
    point: str
    matches: tuple[FoldedMatch, ...]
    paths: tuple[str, ...]
    inclusion: Inclusion
    sources: tuple[str, ...]
    has_unused: bool = False


def case_views(explained: Explained, verdict: Verdict = lambda _, __: None) -> tuple[CaseView, ...]:
    """Return what is in force and then what waits, the strictest first, and of equals what is about the party.

    By `verdict` a point names the rule that the outcome rests on; without it the first.
    """
    shown = {finding_key(each.finding): each for each in explained.matches}
    cases = (*explained.in_force, *explained.waiting)
    views = [
        _view(case, inclusion, place >= len(explained.in_force), shown, verdict)
        for place, (case, inclusion) in enumerate(zip(cases, explained.inclusions, strict=True))
    ]
    return tuple(sorted(views, key=_order))


def head_views(views: Sequence[CaseView]) -> tuple[CaseView, ...]:
    """Return what the head of a page is about: in force, the party's own, then each campaign's that is stricter."""
    standing = [view for view in views if not view.waits]
    own = [view for view in standing if ":" not in view.case.decision.scope]
    mildest = min((view.case.decision.outcome.severity for view in own), default=-1)
    others = (view for view in standing if view not in own)
    return (*own, *(view for view in others if view.case.decision.outcome.severity > mildest))


def case_point(case: DecidedCase, matches: Sequence[MatchShown], verdict: Verdict) -> str:
    """Return what a decision rests on: its strongest match, else another finding, else the rule that decides."""
    points = [each.sentence for each in matches if each.finding.kind not in _OF_RECORD]
    if not points and case.decision.outcome is Outcome.ALLOW:
        return "No adverse findings."
    text = next(iter(points), "") or _deciding_title(case, verdict) or "No adverse findings"
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _deciding_title(case: DecidedCase, verdict: Verdict) -> str:
    """Return the title of the rule that is as strict as the outcome, else of one in error, else of the first."""
    decision, titles = case.decision, dict(case.rules)
    verdicts = {each: verdict(decision, each) for each in decision.reasons}
    enough = [each for each, outcome in verdicts.items() if outcome is decision.outcome]
    return next((titles[each] for each in (*enough, *decision.errors, *titles) if each in titles), "")


def _order(view: CaseView) -> tuple[bool, int, bool, int]:
    decision = view.case.decision
    return view.waits, -decision.outcome.severity, decision.scope.startswith("campaign:"), view.case.seq


def _view(
    case: DecidedCase, inclusion: Inclusion, waits: bool, shown: dict[tuple[str, ...], MatchShown], verdict: Verdict
) -> CaseView:
    keys = dict.fromkeys(map(finding_key, case.decision.findings))
    matches = sorted((shown[key] for key in keys if key in shown), key=_strongest)
    own, beside = case.decision.party.id, rests_beside(case.decision)
    folded = tuple(folded_match(each, own, beside) for each in matches)
    others = {path for each in folded for path in each.paths}
    sources = (source for finding in case.decision.findings for source in finding.sources)
    return CaseView(
        case=case, waits=waits, point=case_point(case, matches, verdict), matches=folded,
        paths=tuple(each for each in path_lines(case) if each not in others), inclusion=inclusion,
        sources=tuple(dict.fromkeys(map(wording.source, sources))), has_unused=any(each.unused for each in matches),
    )  # fmt: skip


def _strongest(match: MatchShown) -> tuple[bool, bool, float]:
    finding = match.finding
    return finding.kind in _OF_RECORD, not finding.certain, -finding.score
