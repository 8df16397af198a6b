"""Where an answer to a task gets what it rests on: read anew for one command, or kept by a process that serves many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from evenhand.ledger import LogReader
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.task import Task
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.run_state import read_memory
from evenhand.workflows.evidence_records.evidence_fold import Evidence, read_evidence
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.dry_run import Trial
from evenhand.workflows.review.fact_drafts import KnownFacts, known_facts
from evenhand.workflows.review.kept_run import KeptRun
from evenhand.workflows.review.task_board import KeptBoard, TaskBoard, read_board
from evenhand.workflows.run.tools import Tools


class TaskSources(Protocol):
    """The tasks, what the last run found, and what changes of facts are checked against."""

    def board(self, ledger: LogReader, at: datetime) -> TaskBoard:
        """Return all tasks as they stand."""
        ...

    def evidence(self, ledger: LogReader) -> Evidence:
        """Return the saved documents."""
        ...

    def memory(self, ledger: LogReader) -> FindingsMemory:
        """Return what the last run found."""
        ...

    def facts(self, ledger: LogReader, task: Task, changes: Sequence[FactChange], at: datetime) -> KnownFacts:
        """Return what changes that an answer to a task states are checked against."""
        ...

    def trial(self, task: Task, changes: Sequence[FactChange], at: datetime) -> Trial | None:
        """Return a trial of all whom an answer can matter to; None: of the whole network, which is read for it."""
        ...


@dataclass(frozen=True)
class ReadSources:
    """All of it read whole when it is asked for."""

    network: Network
    tools: Tools

    def board(self, ledger: LogReader, at: datetime) -> TaskBoard:
        """Return what `read_board` reads."""
        return read_board(self.network, ledger, at, self.tools.suffixes)

    def evidence(self, ledger: LogReader) -> Evidence:
        """Return what `read_evidence` reads."""
        return read_evidence(ledger)

    def memory(self, ledger: LogReader) -> FindingsMemory:
        """Return what `read_memory` reads."""
        memory, _ = read_memory(self.network.state, ledger.checkpoint)
        assert memory is not None  # questions are made of it
        return memory

    def facts(self, ledger: LogReader, task: Task, changes: Sequence[FactChange], at: datetime) -> KnownFacts:  # noqa: ARG002  of everybody
        """Return what is known of everybody."""
        return known_facts(ledger, self.network, at, self.tools)

    def trial(self, task: Task, changes: Sequence[FactChange], at: datetime) -> Trial | None:  # noqa: ARG002  of everybody
        """Return None."""
        return None


@dataclass(frozen=True)
class KeptSources:
    """The same looked up in what a process keeps; `run` returns what the last run left, made anew after another."""

    tasks: KeptBoard
    run: Callable[[], KeptRun]

    def board(self, ledger: LogReader, at: datetime) -> TaskBoard:
        """Return what is kept, with what was recorded since."""
        return self.tasks.board(ledger, at)

    def evidence(self, ledger: LogReader) -> Evidence:
        """Return what is kept, with what was recorded since."""
        return self.tasks.evidence(ledger)

    def memory(self, ledger: LogReader) -> FindingsMemory:  # noqa: ARG002  it changes with a run alone
        """Return what the last run found."""
        return self.run().memory

    def facts(self, ledger: LogReader, task: Task, changes: Sequence[FactChange], at: datetime) -> KnownFacts:
        """Return what is known of who is tied to the parties of the task and of the changes.

        Whose other name an account is can be any refused party of the network: then all decisions are among it.
        """
        run = self.run()
        known = run.facts_around(ledger, _parties(task, changes), at)
        return known.with_history(run.history(ledger)) if task.kind == "finding" else known

    def trial(self, task: Task, changes: Sequence[FactChange], at: datetime) -> Trial | None:
        """Return a trial of who is tied to the parties of the task and of the changes."""
        run = self.run()
        with read_ledger(run.network.ledger) as ledger:
            known = self.facts(ledger, task, changes, at)
        return Trial(run.network, known, run.rulebook(), run.lists, at)


def _parties(task: Task, changes: Sequence[FactChange]) -> set[str]:
    own = {*(each.id for each in task.concerned), *(each.party_id for each in task.matches)}
    stated = {task.about.get("party", "").partition(":")[2], *(each.owner_id for each in changes)}
    return (own | stated | {each.party_id for each in changes}) - {""}
