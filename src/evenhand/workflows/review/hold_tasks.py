"""The holds in force that no match question explains, as questions for a person: release, refuse or keep?

Decisions about an advertiser, its payer and its campaigns that are held by the same facts are one question.
"""

from collections.abc import Iterable, Iterator, Sequence, Set

import msgspec

from evenhand.model.decision import Party
from evenhand.model.finding import Finding
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.ruling import Rule
from evenhand.model.task import Task, task_id
from evenhand.workflows.evaluation.history import CaseDecision
from evenhand.workflows.evaluation.judged_findings import MATCHES
from evenhand.workflows.evaluation.missing_input import own_unread
from evenhand.workflows.review.hold_options import HoldOptions, hold_options
from evenhand.workflows.review.match_tasks import HoldsOfMatches, OpenPair
from evenhand.workflows.review.run_result import RunResult, is_law


class _Cause(msgspec.Struct, frozen=True, order=True):
    """One fact that holds: of which party, what kind of finding, which entity or attribute."""

    party_id: str
    kind: str
    end: str


class _Hold(msgspec.Struct, frozen=True):
    """A hold in force with what explains it besides open matches: facts, rules, and how sure the facts are."""

    standing: CaseDecision
    causes: tuple[_Cause, ...]
    rules: tuple[str, ...]
    strength: float
    options: HoldOptions


def hold_tasks(result: RunResult, pairs: Iterable[OpenPair]) -> Iterator[Task]:
    """Yield a task for each question about holds in force; `pairs` are the open matches, which are asked by themselves.

    Most holds rest on open matches alone, which their grounds say: the record of such a one is not read.
    """
    open_pairs = {(each.match.party_id, each.match.entity_id) for each in pairs}
    groups: dict[tuple[_Cause, ...], list[_Hold]] = {}
    for standing in result.holds:
        hold = None if _rests_on_matches(result, standing, open_pairs) else _explained(result, standing)
        if hold is not None:
            groups.setdefault(hold.causes, []).append(hold)
    letters = HoldsOfMatches(result)
    for causes, holds in groups.items():
        yield _task(result, letters, causes, holds)


def _rests_on_matches(result: RunResult, standing: CaseDecision, open_pairs: Set[tuple[str, str]]) -> bool:
    """Return whether the grounds of a hold are nothing but open matches of the party itself."""
    grounds = [each for each in standing.grounds if _holds(result, each[0])]
    about_itself = all(kind in MATCHES and (standing.party_id, end) in open_pairs for _, kind, end in grounds)
    return bool(grounds) and about_itself and not standing.errors and not own_unread(standing.unread)


def mark_of_decisions(decisions: Sequence[str]) -> str:
    """Return 12 hex digits over the decisions that an answer is about."""
    return sha256_hex(canonical_exact(sorted(decisions)))[:12]


def _explained(result: RunResult, standing: CaseDecision) -> _Hold | None:
    """Return a hold with its causes, None where open matches alone explain it or its record was erased."""
    decision = result.decision(standing)
    if decision is None:
        return None
    matched = {(each.kind, each.entity_id) for each in decision.findings if _is_open_match(each)}
    grounds = [each for each in decision.grounds if _holds(result, each[0]) and each[1:] not in matched]
    about = {f"{each.kind} {_end(each)}": each.party_id for each in decision.findings}
    causes = {_Cause(about.get(f"{kind} {end}", standing.party_id), kind, end) for _, kind, end in grounds}
    causes |= {_Cause(standing.party_id, "rule_error", name) for name in decision.errors}
    unread = own_unread(decision.unread)
    if not causes and decision.grounds and not unread:
        return None
    causes |= {_Cause(standing.party_id, "unread", name) for name in unread}
    if not causes:
        causes = {_Cause(standing.party_id, "hold", name) for name in decision.reasons}
    found = [each for each in decision.findings if (each.kind, _end(each)) in {ground[1:] for ground in grounds}]
    rules = tuple(sorted({name for name, _, _ in grounds}))
    options = hold_options(decision, result.network.settings.intake.campaigns, _payer_heading(result))
    return _Hold(standing, tuple(sorted(causes)), rules or decision.reasons, _strength(found), options)


def _payer_heading(result: RunResult) -> str:
    """Return how the network's table of campaigns calls the column of who pays."""
    read = (column for table in result.tables.understood if table.table == "campaigns" for column in table.columns)
    return next((each.heading for each in read if each.column == "payer_id"), "payer_id")


def _is_open_match(finding: Finding) -> bool:
    """Return whether a finding rests on a match that a person has to judge, of the party or of an owner of it."""
    return bool(finding.entity_id) and not finding.certain and finding.kind not in ("recorded", "rule_error")


def _end(finding: Finding) -> str:
    return finding.entity_id or finding.party_id


def _holds(result: RunResult, rule_id: str) -> bool:
    """Return whether a rule holds, and does not only label or limit; one that is not known does."""
    rule = result.rules.get(rule_id)
    return rule is None or rule.annotations.get("verdict") == Outcome.HOLD


def _strength(findings: Sequence[Finding]) -> float:
    return round(max((each.score for each in findings), default=0.0), 6)


def _task(result: RunResult, letters: HoldsOfMatches, causes: tuple[_Cause, ...], holds: Sequence[_Hold]) -> Task:
    standing = [each.standing for each in holds]
    concerned = tuple(dict.fromkeys(_party(each) for each in standing))
    campaigns, not_spent = result.stakes(each.id for each in concerned)
    rules = tuple(dict.fromkeys(name for each in holds for name in each.rules))
    decisions = tuple(each.id for each in standing)
    return Task(
        id=task_id("hold", *([each.party_id, each.kind, each.end] for each in causes)),
        kind="hold",
        concerned=concerned,
        question=_question(result, holds, concerned, causes),
        title=f"{result.name(concerned[0].id) or concerned[0].id}: release or refuse?",
        opened=min(each.decided_at for each in standing),
        due=letters.due(standing),
        law=any(is_law(rule) for name in rules if (rule := result.rules.get(name)) is not None),
        campaigns=campaigns,
        not_spent_micros=not_spent,
        strength=max(each.strength for each in holds),
        about={
            "party": _about(result, causes, standing),
            "rules": " ".join(rules),
            "causes": "; ".join(f"{each.kind} {each.end}" for each in causes),
            **_options(holds),
        },
        decisions=decisions,
        mark=mark_of_decisions(decisions),
    )


def _about(result: RunResult, causes: Sequence[_Cause], standing: Sequence[CaseDecision]) -> str:
    """Return the party of which facts hold, as `kind:id`: who pays or owns may hold another."""
    ids = {each.party_id for each in causes}
    own = next((each for each in standing if each.party_id in ids), standing[0])
    party_id = own.party_id if own.party_id in ids else min(ids)
    advertisers = {each.id for each in result.tables.advertisers}
    return f"{'advertiser' if party_id in advertisers else 'payer'}:{party_id}"


def _party(standing: CaseDecision) -> Party:
    return Party(kind="payer" if standing.party_kind == "payer" else "advertiser", id=standing.party_id)


def _options(holds: Sequence[_Hold]) -> dict[str, str]:
    """Return what can change the holds, a line each; nothing of which there is nothing."""
    several = {
        "owners": [line for each in holds for line in each.options.owners],
        "changes": [line for each in holds for line in each.options.changes],
        "tables": [line for each in holds for line in each.options.tables],
    }
    return {name: "\n".join(dict.fromkeys(lines)) for name, lines in several.items() if lines}


def _question(result: RunResult, holds: Sequence[_Hold], concerned: Sequence[Party], causes: Sequence[_Cause]) -> str:
    party, rules = concerned[0], tuple(dict.fromkeys(name for each in holds for name in each.rules))
    name = result.name(party.id)
    who = f"{party.kind} {party.id}{f' ({name})' if name else ''}"
    return f"Release or refuse {who}? {_why(result, rules, causes, holds[0].options.cause)}"


def _why(result: RunResult, rules: Sequence[str], causes: Sequence[_Cause], cause: str) -> str:
    """Return in words what holds: the cause, a rule in error, the title of the first rule, else what is not read.

    What of a party could not be read when it was held for something else is not why it is held.
    """
    if cause:
        return cause
    unread = [each.end for each in causes if each.kind == "unread"]
    if unread and not any(name in result.rules for name in rules):
        return f"Its input could not be read: {', '.join(unread)}"
    if errors := [each.end for each in causes if each.kind == "rule_error"]:
        return f"A rule could not be applied: {', '.join(errors)}"
    known = sorted((result.rules[name] for name in rules if name in result.rules), key=_of_payers)
    return next((rule.annotations.get("title", rule.id) for rule in known), ", ".join(rules))


def _of_payers(rule: Rule) -> tuple[bool, str]:
    """Return by what rules are put in order: those about an advertiser before those about who pays for it."""
    return any(path.startswith("Payer.") for path in rule.reads), rule.id
