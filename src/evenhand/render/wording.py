"""How the terminal and the report page word a decision: instants, money, consequences, receipts."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from evenhand.model.confirmed_fact import ConfirmedFact, StatedFact, fact_text
from evenhand.model.decision import Decision, Funds, PlannedCampaign
from evenhand.model.judgement import JudgedPair, Judgement
from evenhand.model.log import Checkpoint
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, ListNews, Refused, RunReport
from evenhand.model.visible_text import visible

_KINDS = {
    "Airplane": "aircraft", "LegalEntity": "person or organisation", "Organization": "organisation",
    "Thing": "of unknown kind",
}  # fmt: skip
_WORDS_WITHIN = re.compile("(?<=[a-z])(?=[A-Z])")
_HASH = re.compile(r"@([0-9a-f]{64})#")
_ACTIONS = {"stop": "stops", "pause": "is paused", "limit": "is limited", "label": "is labelled"}


def instant(at: datetime) -> str:
    """Return a UTC instant to the minute, the month in letters.

    >>> from datetime import timezone
    >>> instant(datetime(2017, 10, 26, 12, tzinfo=timezone.utc))
    '26 October 2017, 12:00 UTC'
    """
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def kind_word(schema: str) -> str:
    """Return in plain words what a party or entry is (a schema of FollowTheMoney).

    >>> kind_word("Organization"), kind_word("LegalEntity"), kind_word("PublicBody")
    ('organisation', 'person or organisation', 'public body')
    """
    return _KINDS.get(schema) or _WORDS_WITHIN.sub(" ", schema).lower()


def rulebook_words(name: str) -> str:
    """Return a rulebook by the name of its folder; one in a folder that is only called so is the network's.

    >>> rulebook_words("house"), rulebook_words("rulebook")
    ('rulebook house', "the network's rulebook")
    """
    return "the network's rulebook" if name in ("rulebook", "rules") else f"rulebook {name}"


def money(micros: int, currency: str) -> str:
    """Return an amount with two places, cut downwards: we never promise a cent too much.

    >>> money(4_200_500_000, "EUR")
    '4,200.50 EUR'
    """
    return f"{micros // 1_000_000:,}.{micros // 10_000 % 100:02} {currency}"


def outcome_word(outcome: Outcome) -> str:
    """Return the outcome as it stands before a party's name."""
    match outcome:
        case Outcome.ALLOW:
            return "Allowed"
        case Outcome.LABEL:
            return "Labelled"
        case Outcome.LIMIT:
            return "Limited"
        case Outcome.HOLD:
            return "On hold"
        case Outcome.REFUSE:
            return "Refused"
        case _:
            assert_never(outcome)


def about(decision: Decision) -> str:
    """Return what a decision is about: `advertiser rt`, `payer p-1`, `campaign c-1 of advertiser rt`."""
    party = f"{decision.party.kind} {visible(decision.party.id)}"
    kind, _, campaign = decision.scope.partition(":")
    return f"campaign {visible(campaign)} of {party}" if kind == "campaign" else party


def from_when(decision: Decision) -> str:
    """Return since or from when a decision is in force, with the notice that it leaves."""
    if decision.effective_from == decision.decided_at:
        text = f"immediately, {instant(decision.decided_at)}"
    else:
        days = (decision.effective_from.date() - decision.decided_at.date()).days
        text = f"from {instant(decision.effective_from)}, {days} days after it was decided"
    return text if decision.until is None else f"{text}, until {instant(decision.until)}"


def rule_lines(case: DecidedCase) -> tuple[tuple[str, str, str], ...]:
    """Return (title, id, ground) of each rule; the ground is the law it rests on or the network's own terms."""
    return tuple((title, rule, _ground(case.bases.get(rule, ""))) for rule, title in case.rules)


def _ground(basis: str) -> str:
    return f"law: {basis.replace(' | ', ', ')}" if basis else "the network's terms"


def consequences(case: DecidedCase) -> tuple[str, ...]:
    """Return what follows from a decision, one sentence a thing, without full stops.

    Nobody is notified by a letter that there is not, or not yet.
    """
    plan = case.decision.plan
    account = ("the account is kept",) if plan.account_kept else ()
    campaigns = tuple(_campaign(each, plan.funds.currency) for each in plan.campaigns)
    notify = tuple(f"notify the {each.who} {visible(each.id)} by {instant(each.by)}" for each in plan.tell)
    notify = notify if case.statement and case.waits_until is None else ()
    return campaigns + _funds(plan.funds) + account + notify


def _campaign(planned: PlannedCampaign, currency: str) -> str:
    left = f", {money(planned.remaining_micros, currency)} not spent" if planned.remaining_micros else ""
    return f"campaign {visible(planned.id)} {_ACTIONS[planned.action]} on {instant(planned.on)}{left}"


def _funds(funds: Funds) -> tuple[str, ...]:
    if not funds.prepaid_micros:
        return ()
    amount = money(funds.prepaid_micros, funds.currency)
    match funds.action:
        case "refund":
            return (f"prepaid {amount} is refunded",)
        case "hold":
            return (f"prepaid {amount} is on hold for manual review",)
        case "freeze":
            return (f"prepaid {amount} is frozen",)
        case "none":
            return ()
        case _:
            assert_never(funds.action)


def notice(case: DecidedCase) -> str:
    """Return the id of a case's letter, and until when it waits for a review; ``""`` where there is none."""
    if case.waits_until is None:
        return case.statement
    until = case.waits_until
    return f"{case.statement} waits for review until {until.day} {until:%B %Y}"


def receipt(case: DecidedCase, head: Checkpoint) -> str:
    """Return where the decision is in the log: leaf index, and the tree size of the checkpoint that covers it."""
    return f"leaf {case.seq} of {visible(head.origin)}, checkpoint of tree size {head.size}"


_WORDS = {"same": "the same as", "not-same": "not the same as", "unsure": "perhaps the same as"}


def judgement_lines(pair: JudgedPair) -> tuple[str, ...]:
    """Return what a person said of a match, what came of it, and the match, a line each."""
    judgement = pair.judgement
    word = f"{judgement.party_kind} `{judgement.party_id}` is {_WORDS[judgement.verdict]}"
    word += f" `{judgement.entity_id}` of {judgement.list}"
    leaf = f"leaf {pair.seq}{_signers(judgement)}"
    return (
        f"{word}, said {judgement.by} on {instant(judgement.at)}: {judgement.why} ({leaf})",
        f"  {_came_of_it(pair)}",
        *((f"  {pair.finding}",) if pair.finding else ()),
    )


def _signers(record: Judgement | ConfirmedFact) -> str:
    """Return who signed a record, and in which role; nothing where nobody did."""
    signed = [each for each in (record.signed, record.second) if each is not None]
    return f", signed by {' and '.join(f'{each.person} ({each.role})' for each in signed)}" if signed else ""


def _came_of_it(pair: JudgedPair) -> str:
    match pair.effect:
        case "cleared":
            return "cleared: the match decides nothing until a value that it rests on changes"
        case "confirmed":
            return f"confirmed: the match is certain until a value that it rests on changes{_in_doubt(pair)}"
        case "unsure":
            return "still open: it waits for somebody who can tell"
        case "open again":
            return f"open again, because of what changed: {', '.join(pair.changed)}"
        case "no match":
            return "nothing to decide today: screening finds no match between them"
        case "overtaken":
            return "overtaken by a later judgement"
        case "next run":
            return "counts from the next run on"
        case _:
            assert_never(pair.effect)


def _in_doubt(pair: JudgedPair) -> str:
    """Return what was replaced since a match was confirmed, and what to do."""
    if not pair.changed:
        return ""
    return f"; replaced since: {', '.join(pair.changed)}: if the id is another company's now, judge the match again"


def fact_lines(stated: StatedFact) -> tuple[str, ...]:
    """Return what a person confirmed, and what came of it, a line each."""
    fact, leaf = stated.fact, f"leaf {stated.seq}{_signers(stated.fact)}"
    return (
        f"{fact_text(fact)}, confirmed by {fact.by} on {instant(fact.at)}: {fact.why} ({leaf})",
        f"  {_came_of_fact(stated)}",
    )


def _came_of_fact(stated: StatedFact) -> str:
    match stated.effect:
        case "counts":
            return f"counts until the tables change; they say {stated.tables}"
        case "open again":
            return (
                f"open again: the tables now say {stated.tables}; the stricter counts until a person confirms it anew"
            )
        case "overtaken":
            return "overtaken by a later confirmed fact"
        case "no party":
            return "changes nothing: the party has no row in the tables"
        case "next run":
            return "counts from the next run on"
        case _:
            assert_never(stated.effect)


def list_news(news: ListNews) -> str:
    """Return what became of a list in this run."""
    if news.version is None:
        return "no version to use"
    state = {"new": "new version", "unchanged": "unchanged", "kept": "earlier version kept"}[news.status]
    if not news.reader_changes:
        return state
    entries = "1 entry" if news.reader_changes == 1 else f"{news.reader_changes:,} entries"
    return f"{state}, {entries} parsed differently by a newer parser version"


def source(text: str) -> str:
    """Return a source with its hash cut short; `--json` has it whole.

    >>> source(f"list:house-media@{'8acdef7f1dca' + 52 * '0'}#hm-rt")
    'list:house-media@8acdef7f1dca…#hm-rt'
    """
    return _HASH.sub(lambda found: f"@{short_hash(found[1])}…#", text)


def count(number: int, noun: str, several: str = "") -> str:
    """Return a number of things.

    >>> count(1, "decision"), count(1200, "notice")
    ('1 decision', '1,200 notices')
    """
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


def rejected(several: Iterable[Refused]) -> str:
    """Return how many rows and values were rejected, and how many notes there are on what is no part of a table.

    >>> rejected([])
    'Rejected input: 0 rows, 0 values'
    """
    counts = _counts(several)
    notes = f"; {count(counts['note'], 'note')}" if counts["note"] else ""
    return f"Rejected input: {count(counts['row'], 'row')}, {count(counts['value'], 'value')}{notes}"


def left_rows(report: RunReport) -> str:
    """Return that more advertisers have a decision in force than the tables have rows; ``""`` where none has."""
    decided = sum(report.outcomes_in_force.get("advertiser", {}).values())
    if decided <= report.advertisers:
        return ""
    rows = count(report.advertisers, "advertiser")
    return f"The tables have {rows}, and {decided:,} have a decision in force: rows that left the tables still count."


def count_rejected(several: Iterable[Refused]) -> int:
    """Return how many rows and values were rejected, without the notes."""
    counts = _counts(several)
    return counts["row"] + counts["value"]


def _counts(several: Iterable[Refused]) -> Counter[str]:
    """Return how many rows, values and notes there are; a row with several faults is one."""
    rows = tuple(several)
    counts = Counter[str](each.what for each in rows)
    counts["row"] = len({(each.file, each.line) for each in rows if each.what == "row"})
    return counts


def rows_first(several: Iterable[Refused]) -> list[Refused]:
    """Return rejected rows before rejected values, notes last, each in the order of the tables."""
    return sorted(several, key=lambda each: ("row", "value", "note").index(each.what))


def short_hash(digest: str) -> str:
    """Return the first twelve hex digits of a hash, with or without its `sha256:`."""
    return digest.removeprefix("sha256:")[:12]
