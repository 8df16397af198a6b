"""The whole case of one party, looked up in the ledger and what the last run left."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from msgspec.structs import replace

from evenhand.gate.registers.plain_form import decode_register
from evenhand.ledger import LogReader
from evenhand.model.errors import NotFound
from evenhand.model.finding import Finding
from evenhand.model.finding_sentences import acts_as_one, finding_sentence
from evenhand.model.judgement import JudgedPair
from evenhand.model.log import Checkpoint
from evenhand.model.party_case import CaseKind
from evenhand.model.run import Explained, Inclusion
from evenhand.policy import Rulebook
from evenhand.store.network import Network
from evenhand.workflows.delivery.party_names import decided_names
from evenhand.workflows.delivery.publication import REGISTER
from evenhand.workflows.delivery.run_report import decided_case, read_payloads
from evenhand.workflows.evaluation.earlier_decisions import in_force_earlier
from evenhand.workflows.evaluation.findings import PartyKey
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of, fold
from evenhand.workflows.evaluation.judged_findings import JudgedMatch, RecordedJudgement, apply_judgements, by_people
from evenhand.workflows.evaluation.run_state import read_history, read_memory
from evenhand.workflows.evaluation.unknown_payers import unknown_payers_of
from evenhand.workflows.influence.influence_run import read_kept
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.queries.known_parties import KnownParties
from evenhand.workflows.queries.stated_facts import stated_facts
from evenhand.workflows.review.similar_parties import expected_party

_MOST_NAMED = 5


def explain(network: Network, party: str, at: datetime) -> Explained:
    """Return every decision about a party that is in force at `at` or waits for its day, each with its proof.

    `party` is an id, `advertiser:ID` or `payer:ID`, or a name or alias as the tables had it at the last run. No lock is
    taken, nothing is written.

    Raises:
        NotFound: no decision is about such a party, or several parties have this name.
    """
    names = _names(network)
    rulebook = Rulebook.load(network.rulebook, network.settings.rulebook.historic)
    with read_ledger(network.ledger) as ledger:
        # A killed run may have left decisions after its last checkpoint; the next publication includes them.
        checkpoint = ledger.checkpoint
        if checkpoint is None:
            raise _no_run(network)
        history = fold(ledger, read_history(network.state, checkpoint, ledger.root), checkpoint.size)
        kind, party_id = _find(party, history, names)
        name = next(iter(names.get((kind, party_id), ())), "") or decided_names(network).get((kind, party_id), party_id)
        explained = explained_case(network, ledger, history, (kind, party_id), at, name=name, rulebook=rulebook)
        return beside_payers(explained, KnownParties(network.state))


def explained_case(
    network: Network, ledger: LogReader, history: History, party: tuple[CaseKind, str], at: datetime, *, name: str,
    rulebook: Rulebook,
) -> Explained:  # fmt: skip
    """Return every decision about a party of which a history knows all cases; others may be missing in it.

    Raises:
        NotFound: there was no run yet.
    """
    checkpoint, (kind, party_id) = ledger.checkpoint, party
    if checkpoint is None:
        raise _no_run(network)
    about = [known for known in history.cases.values() if (known[0].party_kind, known[0].party_id) == party]
    if any(known[-1].effective_from > at for known in about):
        in_force = in_force_earlier(ledger, kind, party_id, at, checkpoint.size)
    else:
        in_force = [each for known in about if (each := history.in_force(known[0].case, at))]
    waiting = [known[-1] for known in about if known[-1].effective_from > at]
    cases = [decided_case(ledger, each, read_payloads(ledger, each), rulebook, name) for each in (*in_force, *waiting)]
    return Explained(
        party_kind=kind,
        party_id=party_id,
        name=name,
        at=at,
        in_force=tuple(
            replace(case, not_applied=_not_applied(network, history, each, at))
            for each, case in zip(in_force, cases, strict=False)
        ),
        waiting=tuple(cases[len(in_force) :]),
        inclusions=tuple(_inclusion(ledger, each, checkpoint.size) for each in (*in_force, *waiting)),
        checkpoint=checkpoint,
        judgements=tuple(_judgements(network, history, checkpoint, (kind, party_id))),
        noticed=_noticed(network, party_id, at, _findings(ledger, (*in_force, *waiting))),
        confirmed=stated_facts(network, history, checkpoint, party_id, _cited(ledger, (*in_force, *waiting)), at),
    )


def beside_payers(explained: Explained, parties: KnownParties) -> Explained:
    """Return an explained case that says which payers of the advertiser and its campaigns are in no table."""
    advertiser = parties.advertiser(explained.party_id) if explained.party_kind == "advertiser" else None
    if advertiser is None:
        return explained
    lost = unknown_payers_of(advertiser, parties.campaigns(advertiser.id), parties.party)
    return replace(explained, noticed=(*explained.noticed, *lost))


def _not_applied(network: Network, history: History, standing: CaseDecision, at: datetime) -> str:
    relief = history.relief(standing, at)
    return "" if relief is None else relief.sentence(network.settings.zone)


def _judgements(network: Network, history: History, checkpoint: Checkpoint, party: PartyKey) -> Iterator[JudgedPair]:
    """Yield what people said of the party's matches and what came of it, in the order of the ledger.

    What came of it is read off what the last run saw: a judgement that is younger, or a lost `state/`, waits for
    the next run.
    """
    known = {pair: judgements for pair, judgements in history.judgements.items() if pair[:2] == party}
    memory, size = read_memory(network.state, checkpoint, party) if known else (None, 0)
    met = {each.recorded.seq: each for each in apply_judgements(memory, known)[1]} if memory is not None else {}
    by_match = (by_people(judgements) for judgements in known.values())
    pairs = [(each, each is judgements[-1]) for judgements in by_match for each in judgements]
    for each, counts in sorted(pairs, key=lambda pair: pair[0].seq):
        yield _judged_pair(each, counts, met.get(each.seq), size)


def _judged_pair(each: RecordedJudgement, counts: bool, met: JudgedMatch | None, size: int) -> JudgedPair:
    if not counts:
        return JudgedPair(seq=each.seq, judgement=each.judgement, effect="overtaken")
    if met is None:
        return JudgedPair(seq=each.seq, judgement=each.judgement, effect="no match" if each.seq < size else "next run")
    return JudgedPair(
        seq=each.seq,
        judgement=each.judgement,
        effect=met.effect if each.seq < size else "next run",
        changed=met.changed if each.seq < size else (),
        finding=finding_sentence(met.match, met.match.party_id),
    )


def _cited(ledger: LogReader, decisions: Iterable[CaseDecision]) -> frozenset[str]:
    """Return what the findings of decisions name as their sources."""
    return frozenset(source for finding in _findings(ledger, decisions) for source in finding.sources)


def _findings(ledger: LogReader, decisions: Iterable[CaseDecision]) -> Iterator[Finding]:
    payloads = (ledger.payload(each.seq) for each in decisions)
    yield from (finding for payload in payloads if payload is not None for finding in decision_of(payload).findings)


def _noticed(network: Network, party_id: str, at: datetime, decided: Iterable[Finding]) -> tuple[str, ...]:
    """Return what the last test of acts found of an advertiser by then, where no decision rests on such a finding."""
    kept = read_kept(network.state)
    if kept is None or any(each.kind == "coordination" for each in decided):
        return ()
    found = [each for each in kept.result.communities if party_id in each.advertisers and each.since <= at]
    return tuple(
        f"{acts_as_one(each)} (community {found[0].id}): noticed since; no decision rests on it, and by itself it"
        " restricts nobody"
        for each in kept.result.findings
        if each.party_id == party_id and found
    )  # fmt: skip


def _names(network: Network) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what each party is called in the register of the last run."""
    path = network.out / REGISTER
    if not path.exists():
        raise _no_run(network)
    _, rows = decode_register(path.read_bytes().split(b"\n"), path)
    return {(row.kind, row.id): row.names for row in rows}


def _no_run(network: Network) -> NotFound:
    return NotFound("no run yet", where=network.folder, todo="run `evenhand run` first")


def _find(party: str, history: History, names: Mapping[tuple[str, str], tuple[str, ...]]) -> tuple[CaseKind, str]:
    known = sorted({(each[0].party_kind, each[0].party_id) for each in history.cases.values()})
    called = party.casefold()
    found = [key for key in known if party in (key[1], ":".join(key))] or [
        key for key in known if called in map(str.casefold, names.get(key, ()))
    ]
    of_campaign = {f"campaign:{party}", party}
    found = found or sorted({
        (each[0].party_kind, each[0].party_id) for each in history.cases.values() if each[0].scope in of_campaign
    })  # fmt: skip
    if len(found) > 1:
        ids = [key[1] for key in found]
        several = ", ".join(":".join(key) if ids.count(key[1]) > 1 else key[1] for key in found[:_MOST_NAMED])
        raise NotFound("several parties are called", got=party, expected=several)
    if not found:
        expected = expected_party(party, {cast(PartyKey, key): names.get(key, ()) for key in known})
        raise NotFound(
            "no advertiser or payer of this id or name, and no decision about a campaign of it",
            got=party,
            expected=expected,
        )
    return cast(CaseKind, found[0][0]), found[0][1]


def _inclusion(ledger: LogReader, standing: CaseDecision, size: int) -> Inclusion:
    hashes = ledger.inclusion(standing.seq, size)
    return Inclusion(
        seq=standing.seq, leaf_hash=_base64(ledger.leaf_hash(standing.seq)), proof=tuple(map(_base64, hashes))
    )


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
