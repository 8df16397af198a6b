"""The decisions of one party for a page: the strictest first, each with its point and its findings."""

from collections.abc import Sequence
from typing import NamedTuple

from evenhand.model.matches import MatchShown, finding_key
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, Explained, Inclusion
from evenhand.render import wording
from evenhand.render.match_fields import rests_beside
from evenhand.render.match_sides import FoldedMatch, folded_match
from evenhand.render.ownership_paths import path_lines

_OF_RECORD = frozenset({"recorded", "rule_error"})


class CaseView(NamedTuple):
    """A decision: its case, whether it waits for its day, the point, its findings, paths, and its place in the log."""

    case: DecidedCase
    waits: bool
    point: str
    matches: tuple[FoldedMatch, ...]
    paths: tuple[str, ...]
    inclusion: Inclusion
    sources: tuple[str, ...]


def case_views(explained: Explained) -> tuple[CaseView, ...]:
    """Return what is in force and then what waits, the strictest first, and of equals what is about the party."""
    shown = {finding_key(each.finding): each for each in explained.matches}
    cases = (*explained.in_force, *explained.waiting)
    views = [
        _view(case, inclusion, place >= len(explained.in_force), shown)
        for place, (case, inclusion) in enumerate(zip(cases, explained.inclusions, strict=True))
    ]
    return tuple(sorted(views, key=_order))


def case_point(case: DecidedCase, matches: Sequence[MatchShown]) -> str:
    """Return what a decision rests on: its strongest match, else another finding, else its first rule."""
    points = [each.sentence for each in matches if each.finding.kind not in _OF_RECORD]
    if not points and case.decision.outcome is Outcome.ALLOW:
        return "No adverse findings."
    text = next(iter((*points, *(title for _, title in case.rules))), "No adverse findings")
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _order(view: CaseView) -> tuple[bool, int, bool, int]:
    decision = view.case.decision
    return view.waits, -decision.outcome.severity, decision.scope.startswith("campaign:"), view.case.seq


def _view(case: DecidedCase, inclusion: Inclusion, waits: bool, shown: dict[tuple[str, ...], MatchShown]) -> CaseView:
    keys = dict.fromkeys(map(finding_key, case.decision.findings))
    matches = sorted((shown[key] for key in keys if key in shown), key=_strongest)
    own, beside = case.decision.party.id, rests_beside(case.decision)
    folded = tuple(folded_match(each, own, beside) for each in matches)
    others = {path for each in folded for path in each.paths}
    sources = (source for finding in case.decision.findings for source in finding.sources)
    return CaseView(
        case=case, waits=waits, point=case_point(case, matches), matches=folded,
        paths=tuple(each for each in path_lines(case) if each not in others), inclusion=inclusion,
        sources=tuple(dict.fromkeys(map(wording.source, sources))),
    )  # fmt: skip


def _strongest(match: MatchShown) -> tuple[bool, bool, float]:
    finding = match.finding
    return finding.kind in _OF_RECORD, not finding.certain, -finding.score
