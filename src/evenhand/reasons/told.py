"""The facts of a decision as one text: findings, what they lead to, campaigns and sums."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from evenhand.model.case import Case
from evenhand.model.decision import Decision, PlannedCampaign
from evenhand.model.finding import Finding
from evenhand.model.outcome import Outcome
from evenhand.reasons.findings import finding_text
from evenhand.reasons.wording import Wording, day, money, order

_MOST_FINDINGS = 3
_MOST_CAMPAIGNS = 3

_ACTIONS = {"stop": "stopped", "pause": "paused", "limit": "limited", "label": "labelled"}
_INSTRUCTIONS = {Outcome.LIMIT: "The limit", Outcome.LABEL: "The label"}
_FUNDS = {
    "refund": "The prepaid balance of {amount} is paid back.",
    "hold": "The prepaid balance of {amount} is held until this is settled.",
    "freeze": "The prepaid balance of {amount} is frozen.",
}


def facts(decision: Decision, case: Case, *, public: bool) -> str:
    """Return the facts for the notice, or for the public: the same without natural persons.

    At most three findings and three campaigns are told one by one, the others counted: a notice is one page, and
    the EU database takes 5,000 characters. The findings that the grounds name come first.
    """
    wording = Wording(case=case, public=public)
    parts = [*_scope(decision, case), *_findings(decision, wording), *_instructions(decision), *_plan(decision, case)]
    return " ".join(parts)


def campaign_of(decision: Decision, case: Case) -> str:
    """Return how the campaign is known that a decision is about; ``""`` if it is about the whole account."""
    kind, _, campaign_id = decision.scope.partition(":")
    return order(case.campaigns.get(campaign_id), decision.plan.funds.currency) if kind == "campaign" else ""


def _scope(decision: Decision, case: Case) -> Iterator[str]:
    if campaign := campaign_of(decision, case):
        yield f"This is about {campaign}."


def _findings(decision: Decision, wording: Wording) -> Iterator[str]:
    named = {(kind, end) for _, kind, end in decision.grounds}

    def not_named(finding: Finding) -> bool:
        return (finding.kind, finding.entity_id or finding.party_id) not in named and finding.kind != "recorded"

    ordered = sorted(decision.findings, key=not_named)
    for finding in ordered[:_MOST_FINDINGS]:
        yield finding_text(finding, wording)
    if len(ordered) > _MOST_FINDINGS:
        yield f"{len(ordered) - _MOST_FINDINGS} more findings are on record."


def _instructions(decision: Decision) -> Iterator[str]:
    if decision.instruct:
        what = _INSTRUCTIONS.get(decision.outcome, "What would apply besides")
        yield f"{what}: {', '.join(kind.replace('_', ' ') for kind in decision.instruct)}."


def _plan(decision: Decision, case: Case) -> Iterator[str]:
    planned = decision.plan.campaigns
    whole_account = not decision.scope.startswith("campaign:")
    if planned and whole_account:
        told = [_campaign(each, decision, case) for each in planned[:_MOST_CAMPAIGNS]]
        more = len(planned) - len(told)
        yield f"Campaigns: {'; '.join(told)}{f'; and {more} more' if more else ''}."
    if unspent := sum(each.remaining_micros for each in planned):
        yield f"Not spent of the budget: {money(unspent, decision.plan.funds.currency)}."
    funds = decision.plan.funds
    if funds.prepaid_micros and funds.action in _FUNDS:
        yield _FUNDS[funds.action].format(amount=money(funds.prepaid_micros, funds.currency))


def _campaign(planned: PlannedCampaign, decision: Decision, case: Case) -> str:
    known = order(case.campaigns.get(planned.id), decision.plan.funds.currency)
    on = planned.on.astimezone(ZoneInfo(case.zone)).date()
    return f"{known} is {_ACTIONS[planned.action]} on {day(on)}"
