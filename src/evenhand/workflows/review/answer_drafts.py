"""What an answer comes to: judgements and confirmed facts, tried by the rules and made into records."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from evenhand.ledger import Ledger, LogReader
from evenhand.model.confirmed_fact import ConfirmedFact, FactChange
from evenhand.model.decision import Party
from evenhand.model.dry_run import DryRun
from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.log import LogRecord
from evenhand.model.task import AskedMatch, Task, TaskEvent
from evenhand.store.network import Network
from evenhand.workflows.evaluation.confirmed_facts import fact_record
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.evaluation.judged_findings import Pair, judgement_record
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.dry_run import HoldAnswer, Trial, check_answer, dry_run, try_drafts
from evenhand.workflows.review.fact_drafts import KnownFacts, Statement, draft_changes
from evenhand.workflows.review.judgement_file import read_verdict
from evenhand.workflows.review.judgements import new_judgement
from evenhand.workflows.review.review_queue import matches_of, pair_of_finding
from evenhand.workflows.run.ledger_records import lists_sha256
from evenhand.workflows.run.network_run import Tools

Entry = tuple[str, str]


def match_verdicts(task: Task, answer: str, changes: Sequence[FactChange]) -> dict[Entry, str]:
    """Return the word for each entry that a task asks about: the answer, or what a change says of the entry alone.

    Raises:
        BadInput: the answer is unknown, or a change is about something else.
    """
    verdict = read_verdict(answer)
    stated: dict[Entry, str] = {(each.list, each.entity_id): verdict for each in task.matches}
    for change in changes:
        entry = change.list, change.entity_id
        if change.kind != "judgement" or change.verdict is None or entry not in stated:
            raise BadInput("this task does not ask about it:", where="--judge", got="#".join(entry),
                           expected=", ".join(sorted("#".join(each) for each in stated)))  # fmt: skip
        stated[entry] = change.verdict
    return stated


def match_drafts(
    memory: FindingsMemory, task: Task, verdicts: Mapping[Entry, str], by: str, why: str, at: datetime
) -> list[Statement]:
    """Return a judgement of each match that a task asks about."""
    seen = {key: memory.seen[key] for each in task.matches if (key := (each.party_kind, each.party_id)) in memory.seen}
    own = matches_of(replace(memory, seen=seen))
    found = {pair_of_finding(each.finding): each.finding for _, each in own}
    return [
        new_judgement(
            found[_pair(each)], memory.seen[each.party_kind, each.party_id], memory.scorer,
            read_verdict(verdicts[each.list, each.entity_id]), by=by, why=why, at=at,
        )
        for each in task.matches
    ]  # fmt: skip


def hold_drafts(known: KnownFacts, task: Task, event: TaskEvent) -> list[Statement]:
    """Return the changes of facts that an answer to a hold states, as records.

    Raises:
        BadInput, NotFound: one is incomplete, contradicts itself or others, or cannot be.
    """
    drafts = draft_changes(known, held_party(task), event.changes, event.at)
    return [replace(each, by=event.by, why=event.words) for each in drafts]


def finding_drafts(known: KnownFacts, task: Task, event: TaskEvent) -> list[Statement]:
    """Return who of a community was confirmed to be a refused party under another name, as records.

    Raises:
        BadInput: a change is about something else, or somebody whom the task does not ask about.
        NotFound: a party has no row.
    """
    concerned = {each.id: each for each in task.concerned}
    wrong = [each for each in event.changes if each.kind != "circumvention" or each.party_id not in concerned]
    if wrong:
        raise BadInput("this task does not ask about it:", where="--circumvention",
                       got=wrong[0].party_id or wrong[0].kind, expected=", ".join(concerned))  # fmt: skip
    changes = {each.party_id: each for each in event.changes}
    drafts = [
        draft
        for party_id, change in changes.items()
        for draft in draft_changes(known, concerned[party_id], [change], event.at)
    ]
    return [replace(each, by=event.by, why=event.words) for each in drafts]


def held_party(task: Task) -> Party:
    """Return the party of which facts hold: the advertiser itself, or who pays for it."""
    kind, _, party_id = task.about["party"].partition(":")
    return Party(kind="payer" if kind == "payer" else "advertiser", id=party_id)


def try_answer(
    network: Network, task: Task, answer: str, changes: Sequence[FactChange], at: datetime, tools: Tools,
    *, trial: Trial | None = None,
) -> DryRun:  # fmt: skip
    """Return what would follow from an answer; nothing is written, no lock is taken.

    `trial` is of all whom the answer can matter to, where it is at hand.

    Raises:
        BadInput, NotFound: a change cannot be recorded.
        StateRefused: the rules would not release, or not refuse, what the answer releases or refuses.
    """
    if task.kind == "match":
        verdicts = match_verdicts(task, answer, changes)
        return try_drafts(
            network, task.concerned[0], changes,
            lambda known: match_drafts(known.memory, task, verdicts, "", "", at), at, tools, trial=trial,
        )  # fmt: skip
    tried = dry_run(network, held_party(task), changes, at, tools, trial=trial)
    _check_scopes(network, task, answer, tried)
    return tried


def leaves_of(ledger: Ledger, statements: Sequence[Statement], memory: FindingsMemory) -> tuple[LogRecord, ...]:
    """Return the leaves of judgements and confirmed facts.

    Raises:
        BadInput: one of them was said at this second.
    """
    lists = lists_sha256(memory.versions)
    leaves = tuple(
        judgement_record(each, lists) if isinstance(each, Judgement) else fact_record(each, lists)
        for each in statements
    )
    if any(ledger.seq_of(each.key) is not None for each in leaves):
        at = statements[0].at
        raise BadInput("something was said of this at this very second", got=f"{at:%Y-%m-%dT%H:%M:%SZ}",
                       expected="a later instant")  # fmt: skip
    return leaves


def judgements_of(statements: Sequence[Statement]) -> tuple[Judgement, ...]:
    """Return the judgements among statements."""
    return tuple(each for each in statements if isinstance(each, Judgement))


def facts_of(statements: Sequence[Statement]) -> tuple[ConfirmedFact, ...]:
    """Return the confirmed facts among statements."""
    return tuple(each for each in statements if isinstance(each, ConfirmedFact))


def check_unchanged(given: TaskEvent, drafts: Sequence[Statement], task: Task) -> None:
    """Refuse to confirm facts that rest on something else now than when the first person signed them.

    Raises:
        StateRefused: a table or match has changed since.
    """
    before: list[Statement] = [*given.judgements, *given.facts]
    if set(map(_key, before)) != set(map(_key, drafts)):
        raise StateRefused(
            "what the answer rests on has changed since it was given", where=f"task {task.id}", state=task.state,
            event="confirm", allowed=("object",), todo="object to it; then it is answered anew",
        )  # fmt: skip


def _key(statement: Statement) -> tuple[object, ...]:
    if isinstance(statement, Judgement):
        rests_on = str((statement.used, statement.identity))
        return statement.party_id, statement.list, statement.entity_id, statement.verdict, rests_on
    return statement.kind, statement.party_id, statement.owner_id, statement.of, statement.against


def _check_scopes(network: Network, task: Task, answer: str, tried: DryRun) -> None:
    """Hold an answer against the ruling of every scope that is on hold."""
    known: dict[str, HoldAnswer] = {"release": "release", "refuse": "refuse", "keep": "keep"}
    for party, scope in _scopes(network, task):
        check_answer(replace(tried, party=party), known[answer], scope)


def _scopes(network: Network, task: Task) -> Iterator[tuple[Party, str]]:
    with read_ledger(network.ledger) as ledger:
        for name in task.decisions:
            payload = payload_of(ledger, name)
            if payload is not None:
                decision = decision_of(payload)
                yield decision.party, decision.scope


def payload_of(ledger: LogReader, decision_id: str) -> bytes | None:
    """Return the record of a decision, None where there is none or it was erased."""
    seq = ledger.seq_of(decision_id)
    return None if seq is None else ledger.payload(seq)


def _pair(match: AskedMatch) -> Pair:
    return match.party_kind, match.party_id, match.list, match.entity_id
