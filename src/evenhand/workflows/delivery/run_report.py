"""The report of a run: what stands, what was refused, what was evaluated again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime
from typing import NamedTuple

from evenhand.ledger import LogReader
from evenhand.model.decision import Decision
from evenhand.model.finding_sentences import finding_sentence
from evenhand.model.log import Checkpoint
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Rule
from evenhand.model.run import DecidedCase, ListNews, RunReport
from evenhand.policy import Rulebook
from evenhand.workflows.delivery.notices import TOLD, lifting_id, statement_payload, told_of
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.evaluation.decision_stages import as_it_holds
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of
from evenhand.workflows.evaluation.media_control import media_sentences
from evenhand.workflows.evaluation.outlet_signs import namesake_sentences
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.shared_numbers import shared_number_sentences
from evenhand.workflows.evaluation.shared_websites import shared_website_sentences
from evenhand.workflows.evaluation.unknown_websites import unknown_website_sentences

MOST_CASES = 1_000


class Payloads(NamedTuple):
    """What the ledger has of a decision and of its statement; None where that was erased or there is none."""

    decision: bytes
    statement: bytes | None


def report_of(
    run_context: RunContext,
    history: History,
    news: tuple[ListNews, ...],
    checkpoint: Checkpoint,
    cases: tuple[DecidedCase, ...],
    *,
    written: int,
    statements: int,
    waiting: int = 0,
    again: tuple[str, ...],
    doubts: tuple[str, ...],
    warnings: tuple[str, ...],
    held_at_gate: tuple[str, ...] = (),
    lifted: tuple[str, ...] = (),
    persons_verified: bool = False,
    staff_until: datetime | None = None,
) -> RunReport:
    """Return the report; `written` counts this run's decisions, `doubts` are sentences on keys and owners."""
    parties = (*run_context.tables.advertisers, *run_context.tables.payers)
    return RunReport(
        network=run_context.settings.network.name,
        at=run_context.at,
        rulebook=run_context.rulebook.sha256,
        rulebook_name=run_context.rulebook.name,
        historic=run_context.rulebook.historic,
        advertisers=len(run_context.tables.advertisers),
        payers=len(run_context.tables.payers),
        campaigns=len(run_context.tables.campaigns),
        lists=news,
        refused=run_context.tables.refused,
        decisions=written,
        statements=statements,
        outcomes_in_force=_outcomes(history.all_in_force(run_context.at)),
        cases=cases,
        checkpoint=checkpoint,
        again=again,
        contested=doubts + shared_number_sentences(parties, history, run_context.at),
        warnings=warnings
        + media_sentences(run_context)
        + namesake_sentences(run_context)
        + shared_website_sentences(run_context)
        + unknown_website_sentences(run_context, history),
        held_at_gate=held_at_gate,
        lifted=lifted,
        letters_waiting=waiting,
        understood=run_context.tables.understood,
        persons_verified=persons_verified,
        staff_until=staff_until,
    )


def read_payloads(ledger: LogReader, standing: CaseDecision) -> Payloads:
    """Return the payloads of a decision and of its statement."""
    payload = ledger.payload(standing.seq)
    assert payload is not None, "a decision in force has its payload"
    return Payloads(payload, statement_payload(ledger, standing))


def decided_case(
    ledger: LogReader, standing: CaseDecision, payloads: Payloads, rulebook: Rulebook, name: str,
    written: Set[str] = frozenset(),
) -> DecidedCase:  # fmt: skip
    """Return a decision with what a person needs to read it."""
    decision, statement = as_it_holds(decision_of(payloads.decision), standing), payloads.statement
    ids = strictest_first(decision, rulebook.rules)
    return DecidedCase(
        seq=standing.seq,
        name=name,
        decision=decision,
        rules=tuple((rule_id, _annotation(rulebook, rule_id, "title") or rule_id) for rule_id in ids),
        because=tuple(finding_sentence(each, decision.party.id) for each in decision.findings),
        statement=_letter_id(ledger, standing),
        is_new=standing.id in written,
        waits_until=_waits_until(ledger, standing, statement),
        bases=_bases(statement, decision, rulebook),
    )


def strictest_first(decision: Decision, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """Return the rules of a decision: those as strict as its outcome first, an error as a hold, then by their ids."""
    severities = {each: _severity(rules, each) for each in decision.reasons}
    severities |= dict.fromkeys(decision.errors, Outcome.HOLD.severity)
    return tuple(sorted(severities, key=lambda each: (-severities[each], each)))


def _severity(rules: Mapping[str, Rule], rule_id: str) -> int:
    """Return how strict a rule is; one that `rules` have no more is the mildest."""
    verdict = rules[rule_id].annotations.get("verdict") if rule_id in rules else None
    return -1 if verdict is None else Outcome(verdict).severity


def _letter_id(ledger: LogReader, standing: CaseDecision) -> str:
    """Return the id of a decision's letter; an allow has one only where somebody was told of what it lifts."""
    if standing.outcome is not Outcome.ALLOW:
        return reason_id(standing.id)
    lifting = lifting_id(standing.id)
    return lifting if ledger.seq_of(lifting) is not None else ""


def _waits_until(ledger: LogReader, standing: CaseDecision, statement: bytes | None) -> date | None:
    waits = told_of(ledger, reason_id(standing.id), statement) if standing.outcome is Outcome.HOLD else None
    return None if waits == TOLD else waits


def _bases(statement: bytes | None, decision: Decision, rulebook: Rulebook) -> dict[str, str]:
    """Return the law of each rule that has one; of the deciding rule what the statement of reasons says it is.

    Where the statement names none, no law is shown: this case rests on none.
    """
    own = {name: basis for name in decision.reasons if (basis := _annotation(rulebook, name, "legal_basis"))}
    ground = statement_of(statement).ground if statement is not None else None
    if ground is None or not own:
        return own
    verdicts = {name: Outcome(_annotation(rulebook, name, "verdict")).severity for name in own}
    return own | {min(own, key=lambda name: (-verdicts[name], name)): ground.reference} if ground.type == "law" else {}


def _annotation(rulebook: Rulebook, rule_id: str, name: str) -> str:
    """Return an annotation of a rule, ``""`` where today's rulebook no longer has the rule."""
    rule = rulebook.rules.get(rule_id)
    return rule.annotations.get(name, "") if rule is not None else ""


def _outcomes(standing: Iterable[CaseDecision]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[Outcome]] = {}
    for (scope, outcome), count in Counter([(each.scope, each.outcome) for each in standing]).items():
        counts.setdefault(scope.partition(":")[0], Counter())[outcome] += count
    return {
        scope: {outcome.value: count[outcome] for outcome in Outcome if count[outcome]}
        for scope, count in sorted(counts.items())
    }
