"""What a text may mean in a network: parties, tasks, decisions, complaints, entries, rules and communities."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Literal

from evenhand.ledger import LogReader
from evenhand.model.decision import Decision
from evenhand.model.record import Record
from evenhand.workflows.evaluation.findings import PartyKey
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.influence.influence_run import read_kept
from evenhand.workflows.review.kept_run import KeptRun
from evenhand.workflows.review.review_queue import matches_of
from evenhand.workflows.review.task_board import LEAST_OF_ID, TaskBoard

FoundKind = Literal["party", "task", "decision", "complaint", "entry", "rule", "community"]
LEAST_CHARACTERS = 2
_COMPLAINT, _DECISION = "c-", "d-"
_END = "\0"


class Found(Record, frozen=True, kw_only=True):
    """Something that a text may mean: its `id`, what it is called, and a word more; `within` is a party's kind or list.

    `task` is the id of the task that asks about a community.
    """

    kind: FoundKind
    id: str
    name: str
    more: str = ""
    within: str = ""
    task: str = ""


class _Texts:
    """Many pairs of an id and a name in one text, which is searched at once; what is found is rated pair by pair."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._starts = [0]
        parts = []
        for one, other in pairs:
            parts.append(part := f"{_END}{one}{_END}{other}")
            self._starts.append(self._starts[-1] + len(part))
        self._text = "".join(parts)

    def rated(self, text: str, most: int) -> list[tuple[int, int]]:
        """Return how sure each pair is that has a text (`_rate`), and its place; the surest `most`, in the order.

        Those that begin with it are among the surest: the others, which are in order already, are looked for as far as
        there is room.
        """
        surest = sorted(self._having(f"{_END}{text}", text))
        if len(surest) >= most:
            return surest[:most]
        known = {place for _, place in surest}
        others = (each for each in self._having(text, text) if each[1] not in known)
        return [*surest, *islice(others, most - len(surest))]

    def _having(self, wanted: str, text: str) -> Iterator[tuple[int, int]]:
        """Yield the rate and place of the pairs in which `wanted` stands, in order."""
        at = self._text.find(wanted)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            start, end = self._starts[place], self._starts[place + 1]
            one, _, other = self._text[start + 1 : end].partition(_END)
            rate = _rate(text, one, other)
            if rate is not None:  # else it spans two of them
                yield rate, place
            at = self._text.find(wanted, end if rate is not None else at + 1)


class Finder:
    """Names and ids of one run, looked through as a whole. Cost: 100,000 parties take a few milliseconds a text."""

    def __init__(self, run: KeptRun) -> None:
        self._run = run

    def find(self, text: str, board: TaskBoard, complaints: Iterable[str], ledger: LogReader, most: int) -> list[Found]:
        """Return at most so many of what a text may mean, the surest first; nothing for a text of one character.

        `complaints` are the ids of all of them.
        """
        wanted = text.strip()
        if len(wanted) < LEAST_CHARACTERS:
            return []
        found = dict[Found, None]()
        for each in chain(_complaints(wanted, complaints), self._found(wanted, board, ledger, most)):
            found[each] = None
            if len(found) == most:  # what comes later is less sure, and need not be looked for
                break
        return list(found)

    def _found(self, text: str, board: TaskBoard, ledger: LogReader, most: int) -> Iterator[Found]:
        yield from _recorded(text, board, ledger)
        yield from self._parties_of(text.casefold(), most)
        yield from _tasks(text, board)
        yield from self._entries_of(text, most)
        yield from self._rules(text)
        yield from self._communities(text, board)

    def _parties_of(self, text: str, most: int) -> Iterator[Found]:
        """Yield the party of this id, then those whose id or name begins so, then those that have it."""
        for _, place in self._names.rated(text, most):
            kind, party = self._keys[place]
            name = self._run.names[kind, party]
            yield Found(kind="party", id=party, name=name, more=f"{kind} {party}", within=kind)

    @cached_property
    def _keys(self) -> list[PartyKey]:
        return list(self._run.names)

    @cached_property
    def _names(self) -> _Texts:
        """Return every party's id and name as they are compared."""
        return _Texts((party.casefold(), name.casefold()) for (_, party), name in self._run.names.items())

    def _entries_of(self, text: str, most: int) -> Iterator[Found]:
        """Yield matched entries of this id or name, and the one of any list named `LIST#ID` or `LIST:ID`."""
        key, sign, entity = text.partition("#" if "#" in text else ":")
        version = self._run.memory.versions.get(key) if sign else None
        exact = None if version is None else self._run.entries.entry(key, version.sha256, entity)
        if exact is not None:
            yield Found(kind="entry", id=entity, name=exact.caption, more=key, within=key)
        found = [each for ids, names, each in self._entries if _rate(text.casefold(), ids, names) is not None]
        yield from found[:most]

    @cached_property
    def _entries(self) -> list[tuple[str, str, Found]]:
        found = (each for _, each in matches_of(self._run.memory))
        names = {(each.finding.list, each.finding.entity_id): each.entity.caption for each in found}
        return [
            (entity.casefold(), name.casefold(), Found(kind="entry", id=entity, name=name, more=key, within=key))
            for (key, entity), name in names.items()
        ]

    def _rules(self, text: str) -> Iterator[Found]:
        lowered = text.casefold()
        for rule in self._run.rulebook().rules.values():
            title = rule.annotations.get("title", "")
            if lowered in rule.id.casefold() or lowered in title.casefold():
                yield Found(kind="rule", id=rule.id, name=title or rule.id, more=rule.id)

    def _communities(self, text: str, board: TaskBoard) -> Iterator[Found]:
        kept = read_kept(self._run.network.state) if len(text) >= LEAST_OF_ID else None
        task_of = {each.about.get("community", ""): each.id for each in board.tasks.values() if each.kind == "finding"}
        for each in kept.result.communities if kept is not None else ():
            if each.id.startswith(text.lower()) or text in each.members:
                accounts = f"{len(each.members):,} accounts"
                yield Found(kind="community", id=each.id, name=f"Community {each.id}", more=accounts,
                            task=task_of.get(each.id, ""))  # fmt: skip


def _recorded(text: str, board: TaskBoard, ledger: LogReader) -> Iterator[Found]:
    """Yield the decision or task of exactly this id."""
    if text.startswith(_DECISION) and (seq := ledger.seq_of(text)) is not None:
        payload = ledger.payload(seq)
        if payload is not None:
            yield _decision(decision_of(payload))
    yield from (_task(each.id, each.question) for each in [board.tasks.get(text.lower())] if each is not None)


def _complaints(text: str, complaints: Iterable[str]) -> Iterator[Found]:
    """Yield the complaints whose id begins so: pages and letters of people give the first part of it."""
    lowered = text.lower()
    if lowered.startswith(_COMPLAINT) and lowered != _COMPLAINT:
        for each in filter(lambda known: known.startswith(lowered), complaints):
            yield Found(kind="complaint", id=each, name=f"Complaint {each}")


def _decision(decision: Decision) -> Found:
    about = f"{decision.party.kind} {decision.party.id}, {decision.scope}"
    return Found(
        kind="decision", id=decision.id, name=f"Decision about {about}", more=decision.outcome.value,
        within=f"{decision.party.kind}:{decision.party.id}",
    )  # fmt: skip


def _tasks(text: str, board: TaskBoard) -> Iterator[Found]:
    lowered = text.casefold()
    for each in board.unanswered:
        if each.id.startswith(lowered) or lowered in each.question.casefold():
            yield _task(each.id, each.question)


def _task(task_id: str, question: str) -> Found:
    return Found(kind="task", id=task_id, name=question, more=task_id)


def _rate(text: str, party: str, name: str) -> int | None:
    """Return how sure it is that an id or name is meant: 0 is the id itself; None where it is not."""
    if party == text:
        return 0
    if name == text:
        return 1
    if party.startswith(text) or name.startswith(text):
        return 2
    return 3 if text in name or text in party else None
