"""What rows of the gate's register say of campaigns: orders are bound by decisions about them, bids are not."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

from evenhand.model.outcome import Outcome
from evenhand.model.register import CampaignDecision, RegisterRow
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.evaluation.history import CaseDecision, History, last_in_force

_CAMPAIGN = "campaign:"


def with_campaigns(history: History, at: datetime, rows: Iterable[RegisterRow]) -> Iterator[RegisterRow]:
    """Yield the rows of a run at `at`, with decisions other than allow about campaigns, by campaign."""
    found: dict[str, list[CampaignDecision]] = {}
    for known in history.cases.values():
        if known[-1].scope.startswith(_CAMPAIGN):
            found.setdefault(known[-1].party_id, []).extend(_from_now_on(known, at))
    for row in rows:
        decided = found.get(row.id) if row.kind == "advertiser" else None
        if decided:
            decided.sort(key=lambda each: each.id)  # those of one are in order
            yield msgspec.structs.replace(row, campaigns=tuple(decided))
        else:
            yield row


def _from_now_on(known: Sequence[CaseDecision], at: datetime) -> Iterator[CampaignDecision]:
    """Yield what is in force of a case from an instant on, a stretch of time each, of which nothing is an allow.

    INVARIANT: at every later instant that is the decision in force then, as long as none is added. No relief keeps one
    about a campaign from being applied.
    """
    turns = {turn for each in known for turn in (each.effective_from, each.until)}
    instants = sorted(turn for turn in turns if turn is not None and turn > at)
    stretch: CampaignDecision | None = None
    for begins, until in pairwise([at, *instants, None]):
        assert begins is not None, "only the last has no end"
        standing = last_in_force(known, begins)
        if stretch is not None and standing is not None and _is_of(stretch, standing):
            stretch = msgspec.structs.replace(stretch, until=until)
            continue
        if stretch is not None:
            yield stretch
        stretch = None if standing is None else _stretch(standing, None if begins == at else begins, until)
    if stretch is not None:
        yield stretch


def _is_of(stretch: CampaignDecision, standing: CaseDecision) -> bool:
    """Return whether a stretch goes on: of one decision a stage may come before another outcome."""
    return (stretch.decision, stretch.outcome) == (standing.id, standing.outcome)


def _stretch(standing: CaseDecision, begins: datetime | None, until: datetime | None) -> CampaignDecision | None:
    if standing.outcome is Outcome.ALLOW:
        return None
    return CampaignDecision(
        id=standing.scope.removeprefix(_CAMPAIGN),
        outcome=standing.outcome,
        decision=standing.id,
        reason=reason_id(standing.id),
        instruct=standing.instruct,
        begins=begins,
        until=until,
    )
