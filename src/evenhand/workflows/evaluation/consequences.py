"""What follows from a decision: campaigns to stop or pause, prepaid money, who is told by when."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from evenhand.model.campaign import Campaign, CampaignStatus
from evenhand.model.decision import Funds, Notification, Plan, PlannedCampaign, Stage
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Ruling
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.run_context import RunContext

_Action = Literal["stop", "pause", "limit", "label"]

_ACTIONS: dict[Outcome, _Action] = {
    Outcome.REFUSE: "stop",
    Outcome.HOLD: "pause",
    Outcome.LIMIT: "limit",
    Outcome.LABEL: "label",
}
_REFUNDS: dict[Outcome, Literal["refund", "hold", "freeze"]] = {Outcome.REFUSE: "freeze", Outcome.HOLD: "hold"}


def plan(
    run_context: RunContext,
    request: Request,
    outcome: Outcome,
    on: datetime,
    refund: Ruling | None,
    *,
    stages: Sequence[Stage] = (),
    lifts: bool,
) -> Plan:
    """Return the plan of a decision that takes effect `on`, after its `stages`; an allow that lifts nothing has none.

    `refund` is the ruling of paying the prepaid money back, None where none was asked: without one the money stays.
    """
    is_announced = outcome is not Outcome.ALLOW or lifts
    steps = (*((each.outcome, each.effective_from) for each in stages), (outcome, on))
    return Plan(
        account_kept=True,
        campaigns=tuple(_campaigns(run_context, request, steps)),
        funds=_funds(run_context, request, refund),
        tell=tuple(_tell(run_context, request)) if is_announced else (),
    )


def _campaigns(
    run_context: RunContext, request: Request, steps: Sequence[tuple[Outcome, datetime]]
) -> Iterable[PlannedCampaign]:
    """Yield what happens to each campaign, in order of time, as the outcome of each step asks."""
    if request.party.kind == "payer":
        return
    actions = [(action, on) for outcome, on in steps if (action := _ACTIONS.get(outcome)) is not None]
    for campaign in (
        [request.campaign] if request.campaign is not None else _open_campaigns(run_context, request.party.id)
    ):
        remaining = max(0, campaign.budget_micros - campaign.spent_micros)
        for action, on in actions:
            yield PlannedCampaign(id=campaign.id, action=action, on=on, remaining_micros=remaining)


def _open_campaigns(run_context: RunContext, advertiser_id: str) -> list[Campaign]:
    return [each for each in run_context.campaigns.get(advertiser_id, ()) if each.status is not CampaignStatus.ENDED]


def _funds(run_context: RunContext, request: Request, refund: Ruling | None) -> Funds:
    advertiser = run_context.advertisers.get(request.party.id)
    prepaid = advertiser.prepaid_micros if advertiser is not None and request.scope == "advertiser" else 0
    currency = run_context.settings.network.currency
    if refund is None:
        return Funds(prepaid_micros=prepaid, currency=currency, action="none")
    action = _REFUNDS.get(refund.outcome, "refund")
    return Funds(prepaid_micros=prepaid, currency=currency, action=action, rules=refund.reasons + refund.errors)


def _tell(run_context: RunContext, request: Request) -> Iterable[Notification]:
    """Yield whom to tell, with the decision: from then on a notice counts, and many take effect at once.

    Source: DSA Art. 17(2), at the latest from the date of the restriction; Regulation (EU) 2019/1150 Art. 4(2), at
    least 30 days before a service ends.
    """
    by = run_context.at
    if request.party.kind == "payer":
        yield Notification(who="payer", id=request.party.id, by=by)
        return
    advertiser = run_context.advertisers[request.party.id]
    yield Notification(who="advertiser", id=advertiser.id, by=by)
    if request.payer_id != advertiser.id:
        yield Notification(who="payer", id=request.payer_id, by=by)
    if advertiser.agency:
        yield Notification(who="agency", id=advertiser.agency, by=by)


def campaign_stops(run_context: RunContext, party_kind: str, party_id: str, scope: str) -> date | None:
    """Return the first day from today on which a restriction keeps a campaign from running; None if it keeps none."""
    ordered = run_context.campaigns_paid if party_kind == "payer" else run_context.campaigns
    touched = ordered.get(party_id, [])
    one = scope.removeprefix("campaign:") if scope.startswith("campaign:") else None
    days = (_runs_on(each, run_context.day) for each in touched if one in (None, each.id))
    return min((day for day in days if day is not None), default=None)


def _runs_on(campaign: Campaign, today: date) -> date | None:
    """Return the first day from today on which a campaign is to run; None of one that is over, paused or undated."""
    over = campaign.ends is not None and campaign.ends < today
    match campaign.status:
        case CampaignStatus.RUNNING if not over:
            return max(campaign.starts or today, today)
        case CampaignStatus.PLANNED if not over and campaign.starts is not None:
            return max(campaign.starts, today)
        case _:
            return None
