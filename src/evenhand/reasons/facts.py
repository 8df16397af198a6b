"""The facts of a decision as one text: findings, what they lead to, campaigns and sums."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from evenhand.model.decision import Decision, PlannedCampaign
from evenhand.model.finding import Finding
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Rule
from evenhand.reasons.findings import finding_text
from evenhand.reasons.language import Words
from evenhand.reasons.wording import Wording

_MOST_FINDINGS = 3
_MOST_CAMPAIGNS = 3
_LONGEST = 5000  # characters of `decision_facts` (`reasons.md` §4)


def facts(decision: Decision, wording: Wording) -> str:
    """Return the facts for the notice or, if the wording is public, the same without natural persons and sums.

    At most three findings and three campaigns are described one by one, the others counted: a notice is one page. Where
    names are so long that the EU database would not take the text, fewer findings are. The findings that the grounds
    name come first.
    """
    most = _MOST_FINDINGS
    while len(text := _text(decision, wording, most)) > _LONGEST and most > 1:
        most -= 1
    return text


def campaign_of(decision: Decision, wording: Wording) -> str:
    """Return how the campaign is known that a decision is about; ``""`` if it is about the whole account."""
    kind, _, campaign_id = decision.scope.partition(":")
    campaign = wording.case.campaigns.get(campaign_id)
    return wording.campaign(campaign, decision.plan.funds.currency) if kind == "campaign" else ""


def _text(decision: Decision, wording: Wording, most: int) -> str:
    parts = [
        *_scope(decision, wording),
        *_findings(decision, wording, most),
        *_instructions(decision, wording),
        *_plan(decision, wording),
    ]
    return " ".join(parts)


def _scope(decision: Decision, wording: Wording) -> Iterator[str]:
    if campaign := campaign_of(decision, wording):
        yield wording.words.consequences["about"].format(campaign=campaign)


def _findings(decision: Decision, wording: Wording, most: int) -> Iterator[str]:
    named = {(kind, end) for _, kind, end in decision.grounds}

    def not_named(finding: Finding) -> bool:
        return (finding.kind, finding.entity_id or finding.party_id) not in named and finding.kind != "recorded"

    ordered = sorted(decision.findings, key=not_named)
    for finding in ordered[:most]:
        yield finding_text(finding, wording)
    if len(ordered) > most:
        yield wording.words.consequences["more_findings"].format(number=len(ordered) - most)


def is_label(rule: Rule) -> bool:
    """Return whether a rule asks for a label."""
    return rule.annotations.get("verdict") == Outcome.LABEL


def _instructions(decision: Decision, wording: Wording) -> Iterator[str]:
    """Yield what the limit is, and until when where that is known, then the label; else what would apply besides."""
    words, case = wording.words, wording.case
    labels = {rule.annotations.get("label") for rule in case.rules if is_label(rule)}
    if decision.outcome is not Outcome.LIMIT:
        form = "label_is" if decision.outcome is Outcome.LABEL else "besides"
        yield from _named(form, [_kind(each, words) for each in decision.instruct], words)
        return
    ends = case.ends.get(Outcome.LIMIT)
    day = None if ends is None else words.day(ends.astimezone(ZoneInfo(case.zone)).date())
    limits = [_kind(each, words) for each in decision.instruct if each not in labels]
    if limits and day is not None:
        limits.append(words.duration["until"].format(ends=day))
    yield from _named("limit_is", limits, words)
    yield from _named("label_is", [_kind(each, words) for each in decision.instruct if each in labels], words)


def _kind(kind: str, words: Words) -> str:
    """Return a limit or label; one that has no words of ours stands in the rule's own."""
    return words.values.get(kind) or words.given(kind.replace("_", " "))


def _named(form: str, kinds: Sequence[str], words: Words) -> Iterator[str]:
    if kinds:
        yield words.consequences[form].format(kinds=words.writing["comma"].join(kinds))


def _plan(decision: Decision, wording: Wording) -> Iterator[str]:
    words, funds, planned = wording.words, decision.plan.funds, decision.plan.campaigns
    whole_account = not decision.scope.startswith("campaign:")
    left = {each.id: each.remaining_micros for each in planned}  # one may be paused first and stopped later
    if planned and whole_account:
        named = set(list(left)[:_MOST_CAMPAIGNS])
        described = [_campaign(each, decision, wording) for each in planned if each.id in named]
        more = len(left) - len(named)
        described += [words.consequences["more_campaigns"].format(number=more)] if more else []
        yield words.consequences["campaigns"].format(campaigns=words.writing["semicolon"].join(described))
    if wording.public:  # what an advertiser has and spends is between it and the network
        return
    if unspent := sum(left.values()):
        yield words.consequences["unspent"].format(sum=words.money(unspent, funds.currency))
    if funds.prepaid_micros and funds.action != "none":
        yield words.consequences[funds.action].format(sum=words.money(funds.prepaid_micros, funds.currency))


def _campaign(planned: PlannedCampaign, decision: Decision, wording: Wording) -> str:
    known = wording.campaign(wording.case.campaigns.get(planned.id), decision.plan.funds.currency)
    words, day = wording.words, planned.on.astimezone(ZoneInfo(wording.case.zone)).date()
    on = words.instant(planned.on) if planned.on > decision.decided_at else words.day(day)
    return words.consequences[planned.action].format(campaign=known, day=on)
