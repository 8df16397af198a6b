"""From when a ruling holds: at once, or after the notice that its rules promise, a part of them earlier than others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from evenhand.model.campaign import Campaign, CampaignStatus
from evenhand.model.decision import Stage
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Rule, Ruling
from evenhand.workflows.evaluation.history import CaseDecision
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.run_context import RunContext


class Timing(NamedTuple):
    """From when a ruling's outcome holds, and what holds before, in order of time."""

    starts: datetime
    stages: tuple[Stage, ...]


def timing_of(
    run_context: RunContext,
    request: Request,
    ruling: Ruling,
    current: CaseDecision | None,
    newest: CaseDecision | None,
) -> Timing:
    """Return when a ruling takes effect: at once, or after the notice its rules promise a running client.

    Notice is given for an outcome stricter than the one in force (`current`, None: allow), without an error, to a party
    with a campaign that ran: the least `@notice_days` of the rules that carry the outcome, in the network's days. A law
    gives none, a rule that is in force keeps being so, and one whose notice runs (`newest`) does not begin anew.

    INVARIANT: no rule waits because a stricter one asks for more notice, and what no rule asks for any more does not
    stay in force while another's notice runs, unless that cannot be told since input is missing.
    """
    rules, in_force = _rules(run_context, ruling), Outcome.ALLOW if current is None else current.outcome
    at_once = (
        ruling.outcome.severity <= in_force.severity
        or bool(ruling.errors)
        or not any(_ran(campaign, run_context) for campaign in _campaigns(run_context, request))
    )
    begins = {rule.id: _begins(run_context, rule, current, newest) for rule in rules}
    carriers = [begins[rule.id] for rule in rules if _verdict(rule) is ruling.outcome]
    if at_once or not carriers:
        return Timing(run_context.at, ())
    return Timing(min(carriers), tuple(_stages(run_context, rules, begins, min(carriers), current)))


def _begins(run_context: RunContext, rule: Rule, current: CaseDecision | None, newest: CaseDecision | None) -> datetime:
    is_law = rule.annotations.get("ground") == "illegal"
    if is_law or (current is not None and rule.id in current.reasons):
        return run_context.at
    after_notice = _after(run_context, int(rule.annotations.get("notice_days", 0)))
    is_announced = newest is not None and newest.effective_from > run_context.at and rule.id in newest.reasons
    return min(after_notice, newest.effective_from) if newest is not None and is_announced else after_notice


def _stages(
    run_context: RunContext,
    rules: Sequence[Rule],
    begins: Mapping[str, datetime],
    starts: datetime,
    current: CaseDecision | None,
) -> Iterator[Stage]:
    """Yield what holds before `starts`: first what is another now than in force, then what is stricter than before."""
    last = Outcome.ALLOW if current is None else current.outcome
    for instant in sorted({run_context.at, *begins.values()}):
        if instant >= starts:
            return
        due = [rule for rule in rules if begins[rule.id] <= instant]
        names = tuple(sorted(rule.id for rule in due))
        outcome = max(map(_verdict, due), key=lambda each: each.severity, default=Outcome.ALLOW)
        if outcome.severity > last.severity or (instant == run_context.at and _ends(run_context, current, names)):
            last = outcome
            yield Stage(outcome=outcome, reasons=names, instruct=instructions(due), effective_from=instant)


def _ends(run_context: RunContext, current: CaseDecision | None, names: tuple[str, ...]) -> bool:
    """Return whether a restriction in force has no ground any more as it is, which missing input must not feign."""
    if current is None or current.outcome is Outcome.ALLOW or names == current.reasons:
        return False
    return not run_context.missing.new_since(current)


def instructions(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the kinds of limit and label that the satisfied rules ask for, sorted."""
    kinds = (rule.annotations.get(rule.annotations.get("verdict", "")) for rule in rules)
    return tuple(sorted({kind for kind in kinds if kind}))


def _rules(run_context: RunContext, ruling: Ruling) -> list[Rule]:
    return [run_context.rulebook.rules[name] for name in ruling.reasons]


def _verdict(rule: Rule) -> Outcome:
    """Return what a rule leads to; one that permits says none."""
    return Outcome(rule.annotations.get("verdict", Outcome.ALLOW))


def _after(run_context: RunContext, days: int) -> datetime:
    """Return the instant so many of the network's days after the run's."""
    return (run_context.at.astimezone(run_context.settings.zone) + timedelta(days=days)).astimezone(UTC)


def _campaigns(run_context: RunContext, request: Request) -> Sequence[Campaign]:
    if request.campaign is not None:
        return (request.campaign,)
    return run_context.campaigns.get(request.party.id, ()) if request.party.kind == "advertiser" else ()


def _ran(campaign: Campaign, run_context: RunContext) -> bool:
    begun = campaign.starts is None or campaign.starts <= run_context.day
    return campaign.spent_micros > 0 or (campaign.status is not CampaignStatus.PLANNED and begun)
