"""A network's folder, from a program: run, read, judged, asked."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from evenhand.api.arguments import instant_of, path_of, record_time, text_of
from evenhand.api.rulebook import Rulebook
from evenhand.api.table import Table
from evenhand.api.verification import verify_log
from evenhand.cli.commands.network import run_and_report
from evenhand.cli.commands.registers import register_of
from evenhand.cli.commands.tasks import task_kind
from evenhand.cli.common import suffix_rules, tools
from evenhand.gate import Gate
from evenhand.model.audit import AuditPlan, AuditReport
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput
from evenhand.model.judgement import JudgedPair
from evenhand.model.log import LogReport
from evenhand.model.matches import MatchShown
from evenhand.model.network import Settings
from evenhand.model.run import Explained, RunReport
from evenhand.model.task import Task
from evenhand.store.network import Network as Opened
from evenhand.store.network import read_network
from evenhand.workflows.audit.audit_plan import register_plan
from evenhand.workflows.audit.audit_run import decision_columns, run_audit
from evenhand.workflows.audit.precedents import with_precedents
from evenhand.workflows.delivery.publication import DECISIONS
from evenhand.workflows.evaluation.matches import with_matches
from evenhand.workflows.evidence.denials_seen import DenialAnswers
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.queries import explain
from evenhand.workflows.review.judgement_file import read_verdict
from evenhand.workflows.review.judgements import StatedJudgement, checked_text, judge
from evenhand.workflows.review.review_queue import open_matches
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.rulebooks.shadow import Shadow, shadow

QUEUE_COLUMNS = {
    "party_kind": "VARCHAR", "party_id": "VARCHAR", "party_name": "VARCHAR", "list": "VARCHAR", "entity_id": "VARCHAR",
    "caption": "VARCHAR", "score": "DOUBLE", "strength": "VARCHAR", "sentence": "VARCHAR",
}  # fmt: skip

TASK_COLUMNS = {
    "id": "VARCHAR", "kind": "VARCHAR", "state": "VARCHAR", "question": "VARCHAR", "due": "TIMESTAMPTZ",
    "law": "BOOLEAN", "campaigns": "BIGINT", "not_spent": "DOUBLE", "strength": "DOUBLE", "opened": "TIMESTAMPTZ",
    "assignee": "VARCHAR", "mark": "VARCHAR",
}  # fmt: skip

_NUMBERS = {"seq": "BIGINT", "flags_before": "BIGINT", "spend": "DOUBLE"}


class Network:
    """A network's folder, as `evenhand init` makes it. Instants are aware datetimes; None is now.

    Raises:
        NetworkUnreadable: there is none at `path`, or a setting of it does not hold.
    """

    def __init__(self, path: str | Path) -> None:
        self.folder = path_of(path, "path")
        self._opened()

    @property
    def settings(self) -> Settings:
        """Return what `evenhand.toml` says now."""
        return self._opened().settings

    def run(self, at: datetime | None = None) -> RunReport:
        """Read lists and tables, decide where something changed, record, publish; as `evenhand run`, page included.

        Raises:
            BadInput: settings, rulebook, tables or time do not hold, or a required list has no version.
            LedgerError: another process holds the ledger, or its history was changed.
        """
        return run_and_report(self._opened(), at if at is None else record_time(at), quiet=True)

    def decisions(self) -> Table:
        """Return the decisions in force at the last run, a row a case; columns: docs/reference/out.md.

        Raises:
            NotFound: there was no run.
        """
        return Table.read(self._opened().out / DECISIONS, "`Network.run` or `evenhand run` writes it")

    def explain(self, party: str, at: datetime | None = None) -> Explained:
        """Return the whole case of an advertiser or payer, by id or name: matches, rules, plan, receipt, precedents.

        Raises:
            NotFound: no decision is about such a party, or several parties have this name.
        """
        network = self._opened()
        explained = explain(network, text_of(party, "party"), instant_of(at))
        return with_precedents(with_matches(explained, network, suffix_rules()), network)

    def open_matches(self) -> Table:
        """Return the matches that wait for a person, the strongest first, a row a pair."""
        waiting = open_matches(self._opened(), suffix_rules())
        return Table.of([_queue_row(each.match) for each in waiting], QUEUE_COLUMNS)

    def judge(
        self, party: str, entity: str, verdict: str, *, by: str, why: str, at: datetime | None = None
    ) -> JudgedPair:
        """Record that a party is the listed entity (`same`), is not (`not-same`), or that it is not known (`unsure`).

        It counts from the next run on. `entity` is an id or `list#id`.

        Raises:
            NotFound: no such party or entity, no match between them, or several.
            BadInput: another word, or `by` or `why` is missing.
        """
        given = {"party": party, "entity": entity, "verdict": verdict, "by": by, "why": why}
        for name, value in given.items():
            text_of(value, name)
        said_by, reason = checked_text("by", by), checked_text("why", why)
        stated = StatedJudgement(party, entity, read_verdict(verdict), said_by, reason)
        with tools(quiet=True) as handed:
            return judge(self._opened(), stated, record_time(at), handed)

    def tasks(self, *, kind: str = "", mine: str = "", due: bool = False) -> Table:
        """Return what waits for a person, most urgent first, a row a task; snoozed ones too. As `evenhand tasks`.

        Raises:
            NotFound: there was no run yet, or what it found is lost.
        """
        found = list_tasks(
            self._opened(), instant_of(None), suffix_rules(), kind=task_kind(kind), mine=text_of(mine, "mine"), due=due
        )
        return Table.of([_task_row(each) for each in found], TASK_COLUMNS)

    def answer_task(
        self, task: str, answer: str, *, by: str, why: str, changes: Sequence[FactChange] = (),
        codes: Sequence[str] = (), until: datetime | None = None, mark: str = "", at: datetime | None = None,
        beside: Sequence[str] = (), unrelated: Sequence[str] = (),
    ) -> Task:  # fmt: skip
        """Record a person's answer to a task and return it as it stands then; as `evenhand task answer`.

        Of a claim `beside` names the denials of it, `unrelated` those that are of something else.

        Raises:
            NotFound: no such task, or several.
            BadInput: no answer of this kind, no words, or no fact changed.
            StateRefused: the task does not allow it now, or the rules do not bear it out.
            NotPermitted: the network has staff, whose rules ask for a signature: use the command line.
        """
        for name, value in {"task": task, "answer": answer, "by": by, "why": why, "mark": mark}.items():
            text_of(value, name)
        stated = StatedAnswer(task, answer, why, tuple(codes), tuple(changes), until, mark,
                              denials=DenialAnswers(tuple(beside), tuple(unrelated)))  # fmt: skip
        with tools(quiet=True) as handed:
            return answer_task(self._opened(), stated, Acting(by), record_time(at), handed)

    def what_if(self, rulebook: Rulebook, at: datetime | None = None) -> Shadow:
        """Return who would be decided otherwise under another rulebook; nothing of it is recorded or enforced."""
        if not isinstance(rulebook, Rulebook):
            raise BadInput("no rulebook", where="rulebook", got=repr(rulebook)[:80], expected="evenhand.Rulebook(path)")
        return shadow(self._opened(), rulebook.loaded, instant_of(at), lambda *_: None)

    def plan_audit(self, at: datetime | None = None) -> AuditPlan:
        """Register what an audit compares as a record, before any decision is read, and return it.

        Raises:
            BadInput: there is no decision to audit yet.
            LedgerError: another process holds the ledger, or its history was changed.
        """
        with tools(quiet=True) as handed:
            return register_plan(self._opened(), record_time(at), handed).plan

    def audit(self, at: datetime | None = None, *, exploratory: bool = False) -> AuditReport:
        """Audit the recorded decisions by the plan registered last, and record the report; as `evenhand audit run`.

        Raises:
            BadInput: no plan is registered and `exploratory` is false, or rules have changed since it was.
            InternalFault: proof and replay contradict each other.
            LedgerError: another process holds the ledger, or its history was changed.
        """
        with tools(quiet=True) as handed:
            return run_audit(self._opened(), record_time(at), handed, exploratory=exploratory).report

    def compared_decisions(self) -> Table:
        """Return the decisions as an audit compares them: a row each, a column a recorded fact and protected attribute.

        Raises:
            BadInput: there is no decision yet.
        """
        columns = decision_columns(self._opened())
        kinds = {name: _NUMBERS.get(name, "VARCHAR") for name in columns}
        rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
        return Table.of(rows, kinds)

    def gate(self) -> Gate:
        """Return the gate that answers by the register of the last run; `Gate.refresh` takes a newer one."""
        return Gate(*register_of(self.folder, None))

    def verify(self, vkey: str | None = None) -> LogReport:
        """Return what holds of the ledger, problem by problem; without a key its own is believed."""
        return verify_log(self.folder, vkey)

    def _opened(self) -> Opened:
        """Return the network as its settings have it now: a program may run for days."""
        return read_network(self.folder)


def _queue_row(match: MatchShown) -> dict[str, Any]:
    finding = match.finding
    return {
        "party_kind": finding.party_kind, "party_id": finding.party_id,
        "party_name": match.party.name if match.party else "", "list": finding.list, "entity_id": finding.entity_id,
        "caption": match.entries[0].caption if match.entries else "", "score": finding.score,
        "strength": finding.strength, "sentence": match.sentence,
    }  # fmt: skip


def _task_row(task: Task) -> dict[str, Any]:
    row = {name: getattr(task, name) for name in TASK_COLUMNS if name != "not_spent"}
    return row | {"not_spent": task.not_spent_micros / 1_000_000}
