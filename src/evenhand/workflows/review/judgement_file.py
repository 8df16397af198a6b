"""A file of judgements read and recorded: every row that has an answer, or none of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from evenhand.ledger import Ledger
from evenhand.model.errors import BadInput, EvenhandError, NotFound, TableUnreadable
from evenhand.model.finding import Finding
from evenhand.model.finding_sentences import finding_sentence
from evenhand.model.judgement import BulkJudged, JudgedPair, Judgement, Verdict
from evenhand.model.log import LogRecord
from evenhand.model.visible_text import safe_cell, unguarded_cell, visible
from evenhand.store.network import Network
from evenhand.store.tables import read_rows
from evenhand.workflows.delivery.publication import in_chunks
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, PartyKey
from evenhand.workflows.evaluation.judged_findings import Pair, by_people, judgement_record
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.review.judgements import checked_text, new_judgement, no_match
from evenhand.workflows.review.review_queue import Judgements, last_run, mark_of, matches_of, pair_of_finding
from evenhand.workflows.review.signed_judgements import Judge
from evenhand.workflows.run.ledger_records import lists_sha256
from evenhand.workflows.run.network_run import Tools

REQUIRED = ("party", "entity", "answer")
_OPTIONAL = ("list", "by", "why", "mark")
ANSWERS: Mapping[str, Verdict] = {
    "same": "same", "not-same": "not-same", "unsure": "unsure",
    "gleich": "same", "dieselbe": "same", "nicht-gleich": "not-same", "andere": "not-same", "unsicher": "unsure",
    "identique": "same", "différent": "not-same", "pas-identique": "not-same", "incertain": "unsure",
}  # fmt: skip
"""What may stand in the column `answer`, in English, German and French; blanks and `_` count as `-`."""


class AnswerRow(NamedTuple):
    """A row of the file as text, with its line."""

    line: int
    party: str
    entity: str
    list: str
    answer: str
    by: str
    why: str
    mark: str


class Defaults(NamedTuple):
    """Who and why, for rows that do not say so themselves."""

    by: str = ""
    why: str = ""


NOBODY = Defaults()


class _Answer(NamedTuple):
    """One answer that can be recorded, and the match it is about."""

    judgement: Judgement
    finding: Finding


def _signed(who: Judge, answer: _Answer) -> _Answer:
    return answer._replace(judgement=who.sign(answer.judgement))


def read_answers(path: Path) -> tuple[list[AnswerRow], list[tuple[int, str]]]:
    """Return the rows of a table of judgements, and the rows that are broken with their line.

    Columns are found by their headings, in any order; others are passed over. A guard before a formula is taken off.

    Raises:
        TableUnreadable: no table, or it has no column `party`, `entity` or `answer`, or one of them twice.
    """
    table = read_rows(path)
    headings = [name.strip().lower() for name in table.header]
    for name in (*REQUIRED, *_OPTIONAL):
        if headings.count(name) > 1 or (name in REQUIRED and name not in headings):
            what = f"has {'no' if name not in headings else 'more than one'} column `{name}`; found"
            expected = ", ".join((*REQUIRED, *_OPTIONAL))
            raise TableUnreadable(what, where=path.name, line=1, got=", ".join(table.header), expected=expected)
    places = {name: headings.index(name) for name in (*REQUIRED, *_OPTIONAL) if name in headings}
    rows: list[AnswerRow] = []
    broken: list[tuple[int, str]] = []
    for line, texts, problem in table.lines:
        if problem:
            broken.append((line, f"broken row; expected {problem}"))
        elif any(text.strip() for text in texts):
            cells = {name: texts[place].strip() for name, place in places.items()}
            rows.append(AnswerRow(line, **{name: cells.get(name, "") for name in AnswerRow._fields[1:]}))
    return rows, broken


def judge_file(
    network: Network, path: Path, at: datetime, tools: Tools, *,
    defaults: Defaults = NOBODY, partial: bool = False, acting: Acting | None = None,
) -> BulkJudged:  # fmt: skip
    """Record the answers of a file; they count from the next run on.

    All are recorded or, where one row cannot be, none: `partial` records the others all the same. An answer that is in
    the ledger already, by the same person for the same reason, is not recorded again. Where the network has staff,
    `acting` gave all answers, and each is signed by itself; `defaults.by` otherwise.

    Raises:
        TableUnreadable: the file is no such table.
        NotFound: there was no run yet, or what it found is lost.
        LedgerError: another process holds the ledger, or its history was changed.
    """
    rows, broken = read_answers(path)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        memory, judgements = last_run(network, ledger)
        who = Judge(network, acting or Acting(defaults.by), at.astimezone(UTC))
        checks = _Checks(memory, judgements, at.astimezone(UTC), defaults, who)
        checks.look_at(rows)
        problems = sorted(broken + checks.problems)
        answers = checks.answers if partial or not problems else []
        recorded = _record(ledger, network, [_signed(who, each) for each in answers], lists_sha256(memory.versions))
        if recorded:
            ledger.publish(at.astimezone(UTC))
    return BulkJudged(
        recorded=tuple(recorded),
        already=checks.already,
        open=sum(not row.answer for row in rows),
        problems=tuple(f"{path.name}:{line}: {what}" for line, what in problems),
    )


class _Checks:
    """The rows of a file looked at: what can be recorded, what stands there already, and what is wrong by line."""

    def __init__(
        self, memory: FindingsMemory, judgements: Judgements, at: datetime, defaults: Defaults, who: Judge
    ) -> None:
        self._memory, self._judgements, self._at, self._defaults, self._who = memory, judgements, at, defaults, who
        self.answers: list[_Answer] = []
        self.already = 0
        self.problems: list[tuple[int, str]] = []

    def look_at(self, rows: Iterable[AnswerRow]) -> None:
        """Look at every row that has an answer; rows about one pair must say the same."""
        matches = _Matches(self._memory)
        by_pair: dict[Pair, list[tuple[AnswerRow, Verdict, CountedFinding]]] = {}
        for row in rows:
            if row.answer:
                try:
                    verdict, noticed = read_verdict(row.answer), matches.find(row)
                    by_pair.setdefault(pair_of_finding(noticed.finding), []).append((row, verdict, noticed))
                except EvenhandError as error:
                    self.problems.append((row.line, str(error)))
        for answers in by_pair.values():
            if len({verdict for _, verdict, _ in answers}) > 1:
                lines = ", ".join(f"line {row.line} `{verdict}`" for row, verdict, _ in answers)
                what = f"contradicts another row on this pair: {lines}; expected one answer"
                self.problems += [(row.line, what) for row, _, _ in answers]
                continue
            row, verdict, noticed = answers[0]
            try:
                self._add(row, verdict, noticed)
            except EvenhandError as error:
                self.problems.append((row.line, str(error)))

    def _add(self, row: AnswerRow, verdict: Verdict, noticed: CountedFinding) -> None:
        memory, finding = self._memory, noticed.finding
        pair = pair_of_finding(finding)
        party = memory.seen[pair[0], pair[1]]
        by = checked_text("by", unguarded_cell(row.by) or self._defaults.by)
        why = checked_text("why", unguarded_cell(row.why) or self._defaults.why)
        made = new_judgement(finding, party, memory.scorer, verdict, by=by, why=why, at=self._at)
        known = by_people(self._judgements.get(pair, []))
        if known and _says(known[-1].judgement) == _says(made):
            self.already += 1
            return
        if row.mark and row.mark != mark_of(finding, party, known):
            raise BadInput("the match changed, or was judged, since the file was written",
                           todo="write the queue again and review it")  # fmt: skip
        if any(each.judgement.at == self._at for each in self._judgements.get(pair, [])):
            now = f"{self._at:%Y-%m-%dT%H:%M:%SZ}"
            raise BadInput("this pair was judged at this very second", got=now, expected="a later instant")
        self._who.check(made, noticed)
        self.answers.append(_Answer(made, finding))


def _says(judgement: Judgement) -> tuple[object, ...]:
    return judgement.verdict, judgement.by, judgement.why, judgement.used, judgement.identity


def read_verdict(text: str) -> Verdict:
    """Return what an answer means, in English, German or French (`ANSWERS`).

    Raises:
        BadInput: it is none of them.
    """
    verdict = ANSWERS.get("-".join(text.lower().replace("_", " ").replace("-", " ").split()))
    if verdict is None:
        raise BadInput("unknown answer", got=text, expected="same, not-same or unsure; also in German or French,"
                       " such as gleich, nicht-gleich, unsicher, identique, différent, incertain")  # fmt: skip
    return verdict


class _Matches:
    """The matches of the last run, found by what a file writes of party and entry."""

    def __init__(self, memory: FindingsMemory) -> None:
        self._by_party: dict[PartyKey, list[CountedFinding]] = {}
        for key, noticed in matches_of(memory):
            self._by_party.setdefault(key, []).append(noticed)
        self._ids: dict[str, list[PartyKey]] = {}
        self._names: dict[str, list[PartyKey]] = {}
        for key, seen in memory.seen.items():
            for text in {key[1], ":".join(key), *_written(key[1])}:
                self._ids.setdefault(text, []).append(key)
            self._names.setdefault(seen.name.casefold(), []).append(key)

    def find(self, row: AnswerRow) -> CountedFinding:
        """Return the match that a row is about.

        Raises:
            NotFound: no such party or match, or several.
        """
        key = self._party(row.party)
        known = self._by_party.get(key, [])
        found = [each for each in known if _is_entity(each.finding, row)]
        if len(found) == 1:
            return found[0]
        shown = (each.finding for each in (found or known)[:5])
        expected = ", ".join(f"{each.list}#{each.entity_id}" for each in shown)
        if found:
            raise NotFound("several lists have this entity", got=row.entity, expected=expected)
        raise no_match(key, row.entity, expected)

    def _party(self, text: str) -> PartyKey:
        found = self._ids.get(text) or self._names.get(text.casefold()) or []
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(map(":".join, found[:5]))
            raise NotFound("several parties are called", got=text, expected=several)
        raise NotFound("no advertiser, payer or owner of this id or name", got=text,
                       expected="an id of the tables as the last run had them")  # fmt: skip


def _written(id_: str) -> set[str]:
    """Return how an id stands in a table that was written for people."""
    return {safe_cell(id_).strip(), visible(id_).strip()}


def _is_entity(finding: Finding, row: AnswerRow) -> bool:
    if row.list and row.list not in {finding.list, *_written(finding.list)}:
        return False
    whole = (f"{finding.list}#{finding.entity_id}", f"{finding.list}:{finding.entity_id}")
    return row.entity in {finding.entity_id, *whole, *_written(finding.entity_id)}


def _record(ledger: Ledger, network: Network, answers: Sequence[_Answer], lists: str) -> list[JudgedPair]:
    places: list[int] = []
    if answers:
        record_staff(ledger, network, answers[0].judgement.at)

    def append(records: list[LogRecord]) -> None:
        places.extend(receipt.seq for receipt in ledger.append(records, answers[0].judgement.at))

    in_chunks(((judgement_record(each.judgement, lists),) for each in answers), append)
    return [
        JudgedPair(
            seq=seq,
            judgement=each.judgement,
            effect="next run",
            finding=finding_sentence(each.finding, each.finding.party_id),
        )
        for seq, each in zip(places, answers, strict=True)
    ]
