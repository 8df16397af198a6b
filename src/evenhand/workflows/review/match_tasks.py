"""The open matches as questions for a person: the same question once, no matter how many are concerned.

Two open matches are one question

- of one party: with entries of several lists that bear the same name, word order aside, and do not differ in the
  date of birth that was compared. A list names nobody twice: with two such entries on one list, all stay apart.
- with one entry: of two parties that agree in all that the match rests on, where one pays for the other.

Equal names alone make two parties never one: a person who clears one of two namesakes has not looked at the other.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations

import msgspec

from evenhand.model.decision import Party
from evenhand.model.finding import Finding
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.task import AskedMatch, Task, task_id
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.evaluation.findings import CountedFinding
from evenhand.workflows.evaluation.history import CaseDecision
from evenhand.workflows.evaluation.judged_findings import by_people, used_by
from evenhand.workflows.review.review_queue import matches_of, open_findings, pair_of_finding
from evenhand.workflows.review.run_result import RunResult

_WORDS = re.compile(r"\w+")


class _Wait(msgspec.Struct):
    """The one field of a statement's payload that says until when its letter waits."""

    waits_until: date | None = None


class OpenPair(msgspec.Struct, frozen=True):
    """An open match of the last run, with what it is put together by; `rests_on` is a hash of what it rests on."""

    noticed: CountedFinding
    match: AskedMatch
    rests_on: str

    @property
    def finding(self) -> Finding:
        """Return the match as screening made it."""
        return self.noticed.finding

    @property
    def entry(self) -> tuple[str, str]:
        """Return the list and id of the entry."""
        return self.match.list, self.match.entity_id

    @property
    def name_key(self) -> tuple[object, ...]:
        """Return what entries of several lists have in common where they name one person."""
        births = {each.theirs for each in self.finding.because if each.name.startswith("birth")}
        words = sorted(_WORDS.findall(self.noticed.entity.caption.casefold()))
        return self.finding.kind == "lookalike_domain", tuple(words), tuple(sorted(births))


def match_tasks(result: RunResult, pairs: Sequence[OpenPair]) -> Iterator[Task]:
    """Yield a task for each question about open matches, which are `pairs`."""
    holds = HoldsOfMatches(result)
    groups = group_matches(pairs, paid_for(result))
    often = Counter(map(_told_by, groups))
    for group in groups:
        yield _task(result, holds, group, is_apart=often[_told_by(group)] > 1)


def open_pairs(result: RunResult) -> list[OpenPair]:
    """Return every match of the last run that nobody has decided."""
    judgements = result.history.judgements
    noticed = {pair_of_finding(each.finding): each for _, each in matches_of(result.memory)}
    pairs = []
    for finding, _ in open_findings(result.memory, judgements):
        pair = pair_of_finding(finding)
        known = by_people(judgements.get(pair, ()))
        party = result.memory.seen[finding.party_kind, finding.party_id]
        rests_on = sha256_hex(canonical_exact(used_by(finding, party.name)))
        used = sha256_hex(canonical_exact((rests_on, party.identity)))[:16]
        asked_match = AskedMatch(
            party_kind=pair[0], party_id=pair[1], list=pair[2], entity_id=pair[3], used=used,
            judged=known[-1].seq if known else -1,
        )  # fmt: skip
        pairs.append(OpenPair(noticed[pair], asked_match, rests_on))
    return pairs


def paid_for(result: RunResult) -> set[frozenset[str]]:
    """Return the pairs of party ids of which one pays for the other."""
    ordered = ((each.advertiser_id, each.payer_id) for each in result.tables.campaigns)
    stated = ((each.id, each.payer_id or "") for each in result.tables.advertisers)
    return {frozenset(pair) for pair in (*ordered, *stated) if all(pair) and pair[0] != pair[1]}


def group_matches(pairs: Sequence[OpenPair], paid: set[frozenset[str]]) -> list[list[OpenPair]]:
    """Return the matches by question, in the order of the first of each; `paid` are pairs of party ids."""
    sets = _Sets(len(pairs))
    for places in _by(pairs, lambda each: (each.match.party_id, each.name_key)):
        lists = [pairs[place].match.list for place in places]
        if len(set(lists)) == len(lists):
            sets.join(places)
    for places in _by(pairs, lambda each: (each.entry, each.rests_on)):
        for one, other in combinations(places, 2):
            if frozenset((pairs[one].match.party_id, pairs[other].match.party_id)) in paid:
                sets.join([one, other])
    groups: dict[int, list[OpenPair]] = {}
    for place, pair in enumerate(pairs):
        groups.setdefault(sets.root(place), []).append(pair)
    return list(groups.values())


class _Sets:
    """Places put together step by step (union-find); `root` names the set that a place is in."""

    def __init__(self, size: int) -> None:
        self._roots = list(range(size))

    def root(self, place: int) -> int:
        while self._roots[place] != place:
            self._roots[place] = place = self._roots[self._roots[place]]
        return place

    def join(self, places: Sequence[int]) -> None:
        for place in places[1:]:
            self._roots[self.root(place)] = self.root(places[0])


def mark_of_matches(matches: Iterable[AskedMatch]) -> str:
    """Return 12 hex digits over what matches rest on and the last judgement of each."""
    rests_on = sorted((each.party_id, each.list, each.entity_id, each.used, each.judged) for each in matches)
    return sha256_hex(canonical_exact(rests_on))[:12]


class HoldsOfMatches:
    """The holds in force by what they rest on, and until when the letter of each waits."""

    def __init__(self, result: RunResult) -> None:
        self._result = result
        self._by_end: dict[str, list[CaseDecision]] = {}
        for each in result.holds:
            for end in {end for _, _, end in each.grounds}:
                self._by_end.setdefault(end, []).append(each)

    def of(self, matches: Iterable[AskedMatch]) -> list[CaseDecision]:
        """Return the holds that rest on one of these matches, of the party itself or over what it owns."""
        found = {}
        for match in matches:
            for standing in self._by_end.get(match.entity_id, ()):
                if standing.party_id == match.party_id or self._hangs_on(standing, match):
                    found[standing.seq] = standing
        return [found[seq] for seq in sorted(found)]

    def due(self, holds: Iterable[CaseDecision]) -> datetime | None:
        """Return the end of the first day up to which a letter of these holds waits, None where none does."""
        days = [day for each in holds if (day := self._waits_until(each.seq + 1, each.id)) is not None]
        return end_of_day(min(days), self._result) if days else None

    def _hangs_on(self, standing: CaseDecision, match: AskedMatch) -> bool:
        """Return whether a hold of another party, an owned or a paid one, rests on this match."""
        decision = self._result.decision(standing)
        return decision is not None and any(
            (each.list, each.entity_id) == (match.list, match.entity_id)
            and match.party_id in (each.party_id, *each.path)
            for each in decision.findings
        )

    def _waits_until(self, seq: int, decision_id: str) -> date | None:
        # INVARIANT: a decision other than allow and its statement are appended in one transaction, in this order.
        ledger = self._result.ledger
        payload = ledger.payload(seq)
        if payload is None or ledger.seq_of(f"notice:{reason_id(decision_id)}") is not None:
            return None
        return msgspec.json.decode(payload, type=_Wait).waits_until


def end_of_day(day: date, result: RunResult) -> datetime:
    """Return the last second of a day in the network's zone."""
    zone = result.network.settings.zone
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(result.at.tzinfo) - timedelta(seconds=1)


def _task(result: RunResult, holds: HoldsOfMatches, pairs: Sequence[OpenPair], *, is_apart: bool) -> Task:
    matches = tuple(sorted((each.match for each in pairs), key=lambda each: (each.party_id, each.list, each.entity_id)))
    held = holds.of(matches)
    own = [Party(kind=each.party_kind, id=each.party_id) for each in matches]
    concerned = dict.fromkeys([*own, *(_party(each) for each in held)])
    campaigns, not_spent = result.stakes(each.id for each in concerned)
    first = min(pairs, key=lambda each: (each.match.party_id, each.entry))
    return Task(
        id=task_id("match", *_told_by(pairs), *(first.entry if is_apart else ())),
        kind="match",
        concerned=tuple(concerned),
        question=_question(result, first, matches),
        title=_title(result, first),
        opened=min((each.decided_at for each in held or _cases(result, own)), default=result.last_decided),
        due=holds.due(held),
        law=any(result.is_listed_by_law(each.match.list, each.noticed.entity) for each in pairs),
        campaigns=campaigns,
        not_spent_micros=not_spent,
        strength=round(max(each.finding.score for each in pairs), 6),
        matches=matches,
        decisions=tuple(each.id for each in held),
        mark=mark_of_matches(matches),
    )


def _told_by(pairs: Sequence[OpenPair]) -> tuple[object, ...]:
    """Return what a question is known by: it stays the same when a person appears on one more list."""
    return min((each.match.party_id, each.name_key) for each in pairs)


def _question(result: RunResult, first: OpenPair, matches: Sequence[AskedMatch]) -> str:
    match, entity = first.match, first.noticed.entity
    lists = len({each.list for each in matches})
    where = match.list if lists == 1 else f"{match.list} and {lists - 1} more"
    name, entry = result.name(match.party_id), entity.caption or match.entity_id
    who = f"{match.party_kind} {match.party_id}{f' ({name})' if name else ''}"
    if first.finding.is_media_tie:
        return f"Does {entry} ({where}) count for {who}, which it owns, controls or pays for?"
    return f"Is {who} the listed {entry} ({where})?"


def _title(result: RunResult, first: OpenPair) -> str:
    """Return who may be whom."""
    match = first.match
    listed = first.noticed.entity.caption or match.entity_id
    what = f"does the listed {listed} count for it" if first.finding.is_media_tie else f"is it the listed {listed}"
    return f"{result.name(match.party_id) or match.party_id}: {what}?"


def _cases(result: RunResult, parties: Iterable[Party]) -> list[CaseDecision]:
    """Return the newest decision about each party that is in no hold over the match."""
    found = (result.newest_of(each.id) for each in parties)
    return [each for each in found if each is not None]


def _party(standing: CaseDecision) -> Party:
    return Party(kind="payer" if standing.party_kind == "payer" else "advertiser", id=standing.party_id)


def _by(pairs: Sequence[OpenPair], key: Callable[[OpenPair], object]) -> list[list[int]]:
    groups: dict[object, list[int]] = {}
    for place, pair in enumerate(pairs):
        groups.setdefault(key(pair), []).append(place)
    return [each for each in groups.values() if len(each) > 1]
