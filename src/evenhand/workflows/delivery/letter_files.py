"""The files of `out/reasons`: the letter and the payload of each statement that is out, and what still waits."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical
from evenhand.model.statement import Lifting, LogEntry, StatementOfReasons
from evenhand.model.visible_text import json_visible
from evenhand.reasons import Corpus, lint
from evenhand.reasons.letter import lifting_letter
from evenhand.reasons.lint import WARNINGS
from evenhand.store.file_batches import PutFile, file_batch
from evenhand.workflows.delivery.letter_makers import Made, letters_made
from evenhand.workflows.delivery.notices import lifting_id, sent_statement
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.delivery.unfit_letters import UnfitLetter, forget_unfit_letters, keep_unfit_letter
from evenhand.workflows.evaluation.history import CaseDecision, History

FORMS = ("json", "txt", "tdb.json")
WAITING = ".waiting.json"
"""How the name of a statement's record ends whose letter waits for a review."""
ENDINGS = (*(f".{form}" for form in FORMS), WAITING)
"""How the names of all files of one statement or lifting end, after its id."""


class _Files:
    """The folder of one run, and what is written there, by `put`, beside earlier statements; `make` makes letters."""

    def __init__(
        self, ledger: Ledger, folder: Path, log_url: str, put: PutFile, make: Callable[[StatementOfReasons], None]
    ) -> None:
        self._ledger, self._folder, self._log_url = ledger, folder, log_url or None
        self._put, self._make = put, make
        self._there = {path.name for path in folder.iterdir()}
        self._told = Corpus()
        self.waiting: set[str] = set()
        self.current: set[str] = set()
        self.unfit: list[str] = []
        self.alike: list[str] = []

    def statement(self, standing: CaseDecision) -> None:
        """Write the statement of a decision other than allow, unless it is there: its letter, or that it waits."""
        name = reason_id(standing.id)
        self.current.add(name)
        if {f"{name}.{form}" for form in FORMS} <= self._there:
            return
        # INVARIANT: a decision other than allow and its statement are appended in one transaction, in this order.
        payload = self._ledger.payload(standing.seq + 1)
        if payload is None:
            return
        recorded = statement_of(payload)
        sent = sent_statement(self._ledger, recorded, standing.seq + 1)
        if sent is None:
            self.waiting.add(f"{name}{WAITING}")
            self._record(f"{name}{WAITING}", recorded)
        else:
            statement, index = sent
            self._letter(replace(statement, entry=self._entry(standing, index)))

    def lifting(self, standing: CaseDecision) -> None:
        """Write the letter by which an allow lifts a restriction, unless it is there or nobody was told of one."""
        name = lifting_id(standing.id)
        if {f"{name}.json", f"{name}.txt"} <= self._there or (seq := self._ledger.seq_of(name)) is None:
            return
        payload = self._ledger.payload(seq)
        if payload is not None:
            lifting = replace(msgspec.json.decode(payload, type=Lifting), entry=self._entry(standing, seq))
            self._record(f"{name}.json", lifting)
            self._put(f"{name}.txt", lifting_letter(lifting).encode())

    def tidy(self) -> None:
        """Remove the records of letters that wait no more, and what is known of letters that nobody is to send."""
        for name in self._there:
            if name.endswith(WAITING) and name not in self.waiting:
                (self._folder / name).unlink(missing_ok=True)
        forget_unfit_letters(self._folder.parent, self.current)

    def _entry(self, standing: CaseDecision, index: int) -> LogEntry:
        """Return where the letter of a decision is in the log: its hash is in entry `index`."""
        return LogEntry(origin=self._ledger.origin, index=index, decision_index=standing.seq, log_url=self._log_url)

    def _letter(self, statement: StatementOfReasons) -> None:
        codes = lint(statement, "notice", self._told)
        errors = tuple(code for code in codes if code not in WARNINGS)
        if errors:  # before the letter: a run that is killed between the two writes it again
            keep_unfit_letter(self._folder.parent, UnfitLetter(statement.id, errors))
            self.unfit.append(f"letter `{statement.id}` is not fit to be sent: {', '.join(errors)}; see its task")
        self._told.add(statement.ground.explanation, statement.facts)
        self._make(statement)
        self.alike += [statement.id] if "boilerplate" in codes else []

    def _record(self, name: str, record: StatementOfReasons | Lifting) -> None:
        if name not in self._there:
            self._put(name, msgspec.json.format(json_visible(canonical(record))))


class Letters(NamedTuple):
    """What became of the letters: sentences about those not fit to be sent or alike, and the ids of those that wait."""

    doubts: tuple[str, ...]
    waiting: frozenset[str]


def write_letters(ledger: Ledger, history: History, at: datetime, folder: Path, log_url: str) -> Letters:
    """Write what belongs to every decision in force or waiting and is not there yet, as after a kill.

    A letter that waits for a review is not written: its record is, under a name that ends in `WAITING`.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with file_batch(folder) as put, letters_made(partial(_write_statement, put)) as make:
        files = _Files(ledger, folder, log_url, put, make)
        every = {each.seq: each for each in (*history.all_in_force(at), *history.waiting(at))}  # stages share a letter
        for standing in every.values():
            if standing.outcome is not Outcome.ALLOW:
                files.statement(standing)
            elif standing.lifts:
                files.lifting(standing)
    files.tidy()
    waiting = frozenset(name.removesuffix(WAITING) for name in files.waiting)
    return Letters((*files.unfit, *_alike(files.alike)), waiting)


def _write_statement(put: PutFile, statement: StatementOfReasons, made: Made) -> None:
    """Write the reasons record, the letter, and the EU payload or what keeps it from being exported."""
    put(f"{statement.id}.json", msgspec.json.format(json_visible(canonical(statement))))
    for form, data in zip(FORMS[1:], made, strict=True):
        put(f"{statement.id}.{form}", data)


def _alike(ids: list[str]) -> Iterator[str]:
    """Yield one sentence about the letters that explain what they say as at least three others do."""
    if ids:
        more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
        yield f"letter `{ids[0]}`{more}: same explanation as at least three others (boilerplate); it is sent as it is"
