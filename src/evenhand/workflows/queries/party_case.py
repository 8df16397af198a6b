"""The whole case of one party, looked up: nothing is read of others but what the case names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from evenhand.ledger import LogReader
from evenhand.lists import Versions
from evenhand.model.complaint import Complaint
from evenhand.model.coordination import Community
from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound
from evenhand.model.evidence import ClaimShown
from evenhand.model.matches import PartyShown
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser, PartyKind
from evenhand.model.party_case import CaseKind, CaseMoney, PartyCase, PastDecision
from evenhand.model.run import Explained
from evenhand.policy import Rulebook
from evenhand.store.duckdb_engine import run_lookup
from evenhand.store.network import Network
from evenhand.store.parquet_rows import literal
from evenhand.workflows.audit.precedents import beside_precedents
from evenhand.workflows.audit.recorded_decisions import FactReaders
from evenhand.workflows.complaint_records.complaint_store import ComplaintFold
from evenhand.workflows.delivery.notices import lifting_id
from evenhand.workflows.delivery.publication import DECISIONS
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.evaluation.history import History, decision_of, fold
from evenhand.workflows.evaluation.listed_entries import ListedEntries
from evenhand.workflows.evaluation.matches import beside_entries, party_shown
from evenhand.workflows.evaluation.run_state import read_party_history
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument
from evenhand.workflows.evidence_records.evidence_fold import fold_evidence
from evenhand.workflows.influence.influence_run import KeptResult, read_kept
from evenhand.workflows.queries.audited_flips import AuditedFlips
from evenhand.workflows.queries.explanation import beside_payers, explained_case
from evenhand.workflows.queries.known_parties import KnownParties
from evenhand.workflows.queries.letters_shown import letter_shown
from evenhand.workflows.queries.ownership_links import listed_owners, owner_links
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

MOST_PAST = 60
MOST_PRECEDENTS = 60
"""Decisions that are looked through on either side for precedents: `evenhand explain` looks through 20,000."""


@dataclass
class CaseSources:
    """What many lookups share: read once, right until a run or a release of rules; `entries` stay right for good."""

    network: Network
    entries: ListedEntries
    parties: KnownParties
    rulebook: Rulebook
    coordination: KeptResult | None
    readers: FactReaders
    flips: AuditedFlips
    complaints: ComplaintFold = field(default_factory=ComplaintFold)

    @classmethod
    def of(
        cls, network: Network, entries: ListedEntries | None = None, parties: KnownParties | None = None
    ) -> "CaseSources":
        """Return the sources as they are now; `entries` may be those of earlier ones, `parties` those that are kept."""
        return cls(
            network,
            ListedEntries(Versions(network.lists)) if entries is None else entries,
            KnownParties(network.state) if parties is None else parties,
            Rulebook.load(network.rulebook, network.settings.rulebook.historic),
            read_kept(network.state),
            FactReaders(Rulebooks(network)),
            AuditedFlips(network.out),
        )

    def shown(self, party_id: str) -> PartyShown | None:
        """Return a party as the tables of the last run have it."""
        found = self.parties.party(party_id)
        kind: PartyKind = "advertiser" if isinstance(found, Advertiser) else "payer"
        return None if found is None else party_shown(kind, found)

    def verdict(self, decision: Decision, rule_id: str) -> Outcome | None:
        """Return what a rule asks for in the rulebook that decided, or in today's; None where neither has it."""
        rules = (self.readers.rulebook(decision.inputs.rulebook) or self.rulebook).rules
        found = rules[rule_id].annotations.get("verdict") if rule_id in rules else None
        return None if found is None else Outcome(found)


def party_case(sources: CaseSources, ledger: LogReader, kind: CaseKind, party_id: str, at: datetime) -> PartyCase:
    """Return the case of an advertiser or payer as it stands.

    The decisions in force are those of `explain`, for an instant not before the last run.

    Raises:
        NotFound: no decision is about such a party.
    """
    network, history = sources.network, party_history(sources, ledger, kind, party_id)
    found = sources.parties.party(party_id)
    explained = _explained(sources, ledger, history, kind, party_id, at)
    explained = beside_entries(explained, sources.shown, sources.entries, sources.rulebook)
    explained = beside_payers(explained, sources.parties)
    past = list(islice(_past(sources, ledger, explained), MOST_PAST + 1))
    advertiser = found if isinstance(found, Advertiser) else None
    letters = dict.fromkeys(case.statement for case in (*explained.in_force, *explained.waiting) if case.statement)
    standing = tuple(each.seq for each in explained.in_force)
    owners = owner_links(sources.parties, explained)
    return PartyCase(
        explained=explained,
        party=sources.shown(party_id),
        past=tuple(past[:MOST_PAST]),
        more_past=len(past) > MOST_PAST,
        letters=tuple(letter_shown(network, each) for each in letters),
        money=CaseMoney(
            prepaid_micros=advertiser.prepaid_micros if advertiser is not None else 0,
            campaigns=sources.parties.campaigns(party_id),
        ),
        owners=owners,
        listed=listed_owners(network.state, explained, owners),
        communities=_communities(sources.coordination, party_id),
        complaints=_complaints(sources, ledger, party_id),
        claims=tuple(_claims(network, history, kind, party_id)),
        audited=sources.flips.covers(standing),
        flips=sources.flips.of(standing),
    )


def case_with_precedents(
    sources: CaseSources, ledger: LogReader, kind: CaseKind, party_id: str, at: datetime
) -> Explained:
    """Return the decisions of a party with the precedents among those nearest to them, and what would alter them.

    Cost: several times that of `party_case`, for each decision that is compared is checked against its leaf.

    Raises:
        NotFound: no decision is about such a party.
    """
    explained = explained_party(sources, ledger, kind, party_id, at)
    return beside_precedents(explained, ledger, sources.readers, MOST_PRECEDENTS)


def explained_party(sources: CaseSources, ledger: LogReader, kind: CaseKind, party_id: str, at: datetime) -> Explained:
    """Return the decisions of a party as `explain` has them.

    Raises:
        NotFound: no decision is about such a party.
    """
    return _explained(sources, ledger, party_history(sources, ledger, kind, party_id), kind, party_id, at)


def party_history(sources: CaseSources, ledger: LogReader, kind: CaseKind, party_id: str) -> History:
    """Return a history with all that is about a party; where `state/` has none, everything is folded.

    Raises:
        NotFound: there was no run yet.
    """
    if ledger.checkpoint is None:
        raise NotFound("no run yet", where=sources.network.folder, todo="run `evenhand run` first")
    known = read_party_history(sources.network.state, ledger.checkpoint, ledger.root, (kind, party_id))
    return fold(ledger, known, ledger.checkpoint.size)


def coordinated_decisions(sources: CaseSources, ledger: LogReader, advertiser: str, at: datetime) -> tuple[str, ...]:
    """Return the ids of the decisions in force about an advertiser that rest on acting as one with others."""
    history = party_history(sources, ledger, "advertiser", advertiser)
    known = [each for each in history.cases if history.cases[each][0].party_id == advertiser]
    standing = [each for case in known if (each := history.in_force(case, at)) is not None]
    payloads = ((each.id, ledger.payload(each.seq)) for each in standing)
    return tuple(
        name
        for name, payload in payloads
        if payload is not None and any(each.kind == "coordination" for each in decision_of(payload).findings)
    )


def find_decision(ledger: LogReader, decision_id: str) -> tuple[int, Decision]:
    """Return a decision by its id, and its leaf.

    Raises:
        NotFound: there is none of this id, or it was erased.
    """
    seq = ledger.seq_of(decision_id) if decision_id.startswith("d-") else None
    payload = None if seq is None else ledger.payload(seq)
    if seq is None or payload is None:
        raise NotFound("no decision of this id, or it was erased", got=decision_id, expected="d- and its digits")
    return seq, decision_of(payload)


def _explained(
    sources: CaseSources, ledger: LogReader, history: History, kind: CaseKind, party_id: str, at: datetime
) -> Explained:
    network, found = sources.network, sources.parties.party(party_id)
    name = found.name if found is not None else _decided_name(network, kind, party_id)
    explained = explained_case(network, ledger, history, (kind, party_id), at, name=name, rulebook=sources.rulebook)
    if not (explained.in_force or explained.waiting or _is_about(history, kind, party_id)):
        raise NotFound("no decision is about such a party", got=f"{kind} {party_id}", todo="search the parties")
    return explained


def _is_about(history: History, kind: str, party_id: str) -> bool:
    return any((each[0].party_kind, each[0].party_id) == (kind, party_id) for each in history.cases.values())


def _decided_name(network: Network, kind: str, party_id: str) -> str:
    """Return what a party that the tables have no more was called at its last decision, else its id."""
    path = network.out / DECISIONS
    query = f"SELECT name FROM read_parquet({literal(path)}) WHERE party_id = ? AND party_kind = ? LIMIT 1"
    try:
        rows = run_lookup(query, (party_id, kind)) if path.exists() else []
    except OSError:
        rows = []
    return str(rows[0][0]) if rows else party_id


def _past(sources: CaseSources, ledger: LogReader, explained: Explained) -> Iterator[PastDecision]:
    """Yield the decisions of all cases of a party, the latest first: each names the one that it supersedes."""
    open_ends = [(case.seq, case.decision) for case in (*explained.waiting, *explained.in_force)]
    seen: set[int] = set()
    while open_ends:
        open_ends.sort(key=lambda end: end[0])
        seq, decision = open_ends.pop()
        if seq in seen:
            continue
        seen.add(seq)
        yield _past_decision(sources, ledger, seq, decision)
        before = None if decision.supersedes is None else ledger.seq_of(decision.supersedes)
        payload = None if before is None else ledger.payload(before)
        if before is not None and payload is not None:
            open_ends.append((before, decision_of(payload)))


def _past_decision(sources: CaseSources, ledger: LogReader, seq: int, decision: Decision) -> PastDecision:
    rulebook = sources.readers.rulebook(decision.inputs.rulebook) or sources.rulebook
    rules = rulebook.rules
    titles = tuple(
        rules[each].annotations.get("title", each) if each in rules else each for each in decision.reasons
    )  # fmt: skip
    letter = reason_id(decision.id) if decision.outcome is not Outcome.ALLOW else lifting_id(decision.id)
    return PastDecision(
        seq=seq, id=decision.id, scope=decision.scope, outcome=decision.outcome, rules=titles,
        decided_at=decision.decided_at, effective_from=decision.effective_from, by=decision.decided_by.id,
        letter=letter if ledger.seq_of(letter) is not None else "",
    )  # fmt: skip


def _communities(kept: KeptResult | None, party_id: str) -> tuple[Community, ...]:
    return tuple(each for each in kept.result.communities if party_id in each.members) if kept is not None else ()


def _complaints(sources: CaseSources, ledger: LogReader, party_id: str) -> tuple[Complaint, ...]:
    known = sources.complaints.read_on(ledger)
    return tuple(each for each in known.by_id.values() if each.party_id == party_id)


def _claims(network: Network, history: History, kind: CaseKind, party_id: str) -> Iterator[ClaimShown]:
    evidence = fold_evidence(history.evidence)
    opened: dict[str, OpenedDocument] = {}
    for party, links in evidence.linked().items():
        for records, link in links if (party.kind, party.id) == (kind, party_id) else ():
            if records.id not in opened:
                opened[records.id] = OpenedDocument(network, records, evidence)
            yield opened[records.id].shown(link.claim)
