"""Changes of facts as a person says them, checked against tables and matches and made into records.

Nobody has signed them yet, and nothing is recorded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_fields
from datetime import date, datetime

from msgspec.structs import replace

from evenhand.intake import Tables, read_tables
from evenhand.ledger import LogReader
from evenhand.lists import Versions
from evenhand.model.confirmed_fact import ConfirmedFact, FactChange, fact_text, percent
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.finding import Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.judgement import Judgement
from evenhand.model.party import MILLIONTHS
from evenhand.screening.ownership.ownership_rows import in_force
from evenhand.store.network import Network
from evenhand.workflows.evaluation.confirmed_facts import (
    RecordedFact,
    fact_key,
    lay_over,
    said_by_tables,
)
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.history import History, fold
from evenhand.workflows.evaluation.run_state import KnownInputs, read_history, read_known_inputs
from evenhand.workflows.review.circumvented_parties import circumvented
from evenhand.workflows.review.judgements import new_judgement, no_match
from evenhand.workflows.review.review_queue import last_run, matches_of
from evenhand.workflows.run.network_run import Tools

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIELDS = {
    "judgement": ("list", "entity_id", "verdict"),
    "share": ("owner_id", "share_ppm"),
    "control": ("owner_id", "control"),
    "verification": ("level", "until"),
    "circumvention": ("party_id", "of"),
}
_OPTIONAL = frozenset({"until"})
_ALL = frozenset(name for names in _FIELDS.values() for name in names)
_PAPERS = "documents"

Statement = Judgement | ConfirmedFact


@dataclass(frozen=True)
class KnownFacts:
    """What changes are checked against: tables and findings as the last run had them, what people said before."""

    inputs: KnownInputs
    memory: FindingsMemory
    history: History
    day: date
    kept: Versions

    @property
    def tables(self) -> Tables:
        """Return the tables."""
        return self.inputs.tables

    def with_history(self, history: History) -> "KnownFacts":
        """Return the same beside another history."""
        return with_fields(self, history=history)


def known_facts(ledger: LogReader, network: Network, at: datetime, tools: Tools) -> KnownFacts:
    """Return what changes are checked against, read beside the ledger's writer or by it.

    Raises:
        NotFound: there was no run yet, or what it found is lost.
        TableUnreadable: a table cannot be read.
    """
    memory, _ = last_run(network, ledger)
    history = fold(ledger, read_history(network.state, ledger.checkpoint, ledger.root))
    inputs = read_known_inputs(network.state, ledger.checkpoint)
    if inputs is None:  # of an earlier version, which kept no tables
        inputs = inputs_of_tables(network, at, tools.suffixes)
    return KnownFacts(inputs, memory, history, at.astimezone(network.settings.zone).date(), Versions(network.lists))


def inputs_of_tables(network: Network, at: datetime, suffixes: Suffixes) -> KnownInputs:
    """Return the tables as they are today, for a run that did not keep them.

    Raises:
        TableUnreadable: a table cannot be read.
    """
    settings = network.settings
    return KnownInputs(
        at, read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, suffixes), {}
    )


def draft_changes(known: KnownFacts, party: Party, changes: Sequence[FactChange], at: datetime) -> list[Statement]:
    """Return the changes as records that nobody has signed yet: `by` and `why` are empty.

    Raises:
        BadInput, NotFound: as `check_changes`.
    """
    _check_party(known.tables, party)
    for change in changes:
        _check_fields(change)
    drafts = [_draft(known, party, change, at) for change in changes]
    about = [
        fact_key(each) if isinstance(each, ConfirmedFact) else (each.party_id, each.list, each.entity_id)
        for each in drafts
    ]
    if len(set(about)) < len(about):
        raise BadInput("two changes are about the same fact", got="; ".join(map(change_text, changes)),
                       expected="each fact once")  # fmt: skip
    _check_whole(known, party, [each for each in drafts if isinstance(each, ConfirmedFact)])
    return drafts


def change_text(change: FactChange) -> str:
    """Return a change in a few words."""
    given = {name: getattr(change, name) for name in _FIELDS[change.kind]}
    words = (f"{name} {value}" for name, value in given.items() if value not in (None, ""))
    return f"{change.kind} {', '.join(words)}"


def with_drafts(history: History, drafts: Sequence[Statement], size: int) -> History:
    """Return a history in which the drafts are the next leaves of a ledger of `size` entries."""
    judgements = {pair: list(several) for pair, several in history.judgements.items()}
    confirmed = {key: list(several) for key, several in history.confirmed.items()}
    extended = with_fields(history, judgements=judgements, confirmed=confirmed)
    for seq, draft in enumerate(drafts, size):
        if isinstance(draft, Judgement):
            extended.judge(seq, draft)
        else:
            extended.confirm(seq, draft)
    return extended


def contradicted(history: History, drafts: Sequence[Statement]) -> tuple[str, ...]:
    """Return a sentence for each draft that says something else than the last confirmed fact about the same."""
    facts = (each for each in drafts if isinstance(each, ConfirmedFact))
    pairs = ((each, history.confirmed[fact_key(each)][-1]) for each in facts if fact_key(each) in history.confirmed)
    return tuple(
        f"{fact_text(each)} contradicts {before.source} ({fact_text(before.fact)}); the later counts"
        for each, before in pairs
        if fact_text(each) != fact_text(before.fact)
    )


def _check_party(tables: Tables, party: Party) -> None:
    several = tables.advertisers if party.kind == "advertiser" else tables.payers
    if party.id not in {each.id for each in (*several, *tables.advertisers)}:
        raise NotFound(
            f"no {party.kind} of this id in the tables", got=party.id,
            expected="a party with a row; of who has left the tables nothing can be confirmed",
            todo="a decision about it ends by a complaint that is reversed without a change of facts",
        )  # fmt: skip


def _check_fields(change: FactChange) -> None:
    needed = _FIELDS[change.kind]
    missing = [name for name in needed if name not in _OPTIONAL and getattr(change, name) in (None, "")]
    odd = [name for name in sorted(_ALL - set(needed)) if getattr(change, name) not in (None, "")]
    if missing or odd:
        raise BadInput(
            f"a change of kind {change.kind} {'lacks' if missing else 'has no'}", got=", ".join(missing or odd),
            expected=", ".join(needed),
        )  # fmt: skip
    if change.kind == "judgement":
        if change.verdict == "lapsed":
            raise BadInput("no judgement of a person", got="lapsed", expected="same, not-same or unsure")
        return
    wrong = [each for each in change.documents if not _SHA256.fullmatch(each)]
    if wrong or not change.documents:
        raise BadInput(
            "not a SHA-256" if wrong else "no document", where=_PAPERS, got=", ".join(wrong) or None,
            expected="64 hexadecimal digits, small letters, for each document" if wrong else "",
            todo="sha256sum FILE prints them" if wrong else "give --document FILE: what shows it",
        )  # fmt: skip


def _draft(known: KnownFacts, party: Party, change: FactChange, at: datetime) -> Statement:
    if change.kind == "judgement":
        return _judgement(known, party, change, at)
    fact = ConfirmedFact(
        kind=change.kind, party_kind=party.kind, party_id=party.id, owner_id=change.owner_id,
        share_ppm=change.share_ppm, control=change.control, level=change.level, until=change.until,
        documents=change.documents, by="", at=at, why="",
    )  # fmt: skip
    if change.kind == "verification":
        _check_until(change.until, known.day)
    elif change.kind == "circumvention":
        versions = known.memory.versions
        of = circumvented(known.history, versions, known.kept, (party.id, change.of.strip()), at)
        fact = replace(fact, of=of)
    else:
        _check_owner(known.tables, party, change)
    return replace(fact, against=said_by_tables(known.tables, fact_key(fact)))


def _judgement(known: KnownFacts, party: Party, change: FactChange, at: datetime) -> Judgement:
    """Return the judgement of a match of the party, else of the one among its owners and payers that has the match."""
    wanted = change.list, change.entity_id
    found = [
        each.finding for _, each in matches_of(known.memory) if (each.finding.list, each.finding.entity_id) == wanted
    ]
    own = [each for each in found if each.party_id == party.id]
    above = set(_above(known.tables, party.id)) if not own else set()
    matches = own or [each for each in found if each.party_id in above]
    if not matches:
        raise no_match((party.kind, party.id), f"{change.list}#{change.entity_id}", _known_matches(known, party))
    if len({each.party_id for each in matches}) > 1:
        raise BadInput("several owners or payers of the party have this match", got=f"{change.list}#{change.entity_id}",
                       expected="a judgement of each", todo="evenhand judge")  # fmt: skip
    finding, verdict = matches[0], change.verdict or "unsure"
    seen = known.memory.seen[finding.party_kind, finding.party_id]
    return new_judgement(finding, seen, known.memory.scorer, verdict, by="", why="", at=at)


def _known_matches(known: KnownFacts, party: Party) -> str:
    near = {party.id, *_above(known.tables, party.id)}
    found: list[Finding] = [each.finding for key, each in matches_of(known.memory) if key[1] in near]
    return ", ".join(f"{each.list}#{each.entity_id}" for each in found[:5])


def _above(tables: Tables, party_id: str) -> Iterator[str]:
    """Yield who owns a party, directly or not, and who pays for it."""
    owners: dict[str, set[str]] = {}
    for row in tables.ownership:
        owners.setdefault(row.owned, set()).add(row.owner)
    for advertiser in tables.advertisers:
        owners.setdefault(advertiser.id, set()).add(advertiser.payer_id)
    for campaign in tables.campaigns:
        owners.setdefault(campaign.advertiser_id, set()).add(campaign.payer_id)
    seen, waiting = {party_id, ""}, [party_id]
    while waiting:
        further = owners.get(waiting.pop(), set()) - seen
        seen |= further
        waiting.extend(further)
    yield from seen - {party_id, ""}


def _check_until(until: date | None, today: date) -> None:
    if until is not None and until < today:
        raise BadInput("a verification that is over", where="until", got=until, expected=f"{today} or later")


def _check_owner(tables: Tables, party: Party, change: FactChange) -> None:
    if change.owner_id == party.id:
        raise BadInput("a party neither owns nor controls itself", where="owner_id", got=change.owner_id,
                       expected="another party")  # fmt: skip
    owners = {each.id for each in (*tables.advertisers, *tables.payers)} | {row.owner for row in tables.ownership}
    if change.owner_id not in owners:
        raise BadInput("no such owner", where="owner_id", got=change.owner_id,
                       expected="an advertiser, a payer, or an owner in the table of ownership",
                       todo="add the owner's row to the table of ownership and run again")  # fmt: skip
    if change.share_ppm is not None and not 0 <= change.share_ppm <= MILLIONTHS:
        raise BadInput(
            "not a share", where="share_ppm", got=change.share_ppm, expected=f"0 to {MILLIONTHS:,} millionths"
        )


def _check_whole(known: KnownFacts, party: Party, facts: Sequence[ConfirmedFact]) -> None:
    """Refuse shares that add up to more than the whole; where they did before, one may still be corrected downwards."""
    shares = [each for each in facts if each.kind == "share"]
    if not shares:
        return
    before = _sum_of_shares(known, party, {})
    after = _sum_of_shares(known, party, {fact_key(each): [RecordedFact(0, each)] for each in shares})
    if after > MILLIONTHS and after > before:
        raise BadInput(
            "the shares add up to more than the whole", where=party.id, got=percent(after), expected="100 % at most",
            todo="correct the other owners' shares too: in the table, or as further changes of the same answer",
        )  # fmt: skip


def _sum_of_shares(known: KnownFacts, party: Party, more: dict[tuple[str, str, str], list[RecordedFact]]) -> int:
    tables, _ = lay_over(known.tables, known.history.confirmed | more, known.day)
    rows = in_force([row for row in tables.ownership if row.owned == party.id], known.day)
    return sum(row.share or 0 for row in rows if row.kind == "ownership")
