"""A person's judgement on a match, written to the ledger; it counts from the next run on (`screening.md` §7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import UNSET

from evenhand.intake import read_tables
from evenhand.ledger import Ledger
from evenhand.lists import Versions
from evenhand.model.errors import BadInput, NotFound, SameSecond
from evenhand.model.finding import Finding
from evenhand.model.finding_sentences import finding_sentence
from evenhand.model.judgement import JudgedPair, Judgement, Verdict
from evenhand.model.listing import ListVersion
from evenhand.model.record import canonical
from evenhand.screening import SCORER, Index, screen
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import (
    CountedFinding,
    FindingsMemory,
    PartyKey,
    ScreenedParty,
    findings_by_party,
    with_identity,
)
from evenhand.workflows.evaluation.judged_findings import MATCHES, judgement_record, used_by
from evenhand.workflows.evaluation.run_context import parties_of
from evenhand.workflows.evaluation.run_state import read_memory
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.review.signed_judgements import Judge
from evenhand.workflows.review.similar_parties import expected_party
from evenhand.workflows.run.ledger_records import lists_sha256
from evenhand.workflows.run.network_run import Tools

MOST_CHARACTERS = 4_000


@dataclass(frozen=True)
class StatedJudgement:
    """What a person says as typed: the party (id or name), the entity (id or `list#id`), the word, who, and why."""

    party: str
    entity: str
    verdict: Verdict
    by: str
    why: str


def judge(
    network: Network, stated: StatedJudgement, at: datetime, tools: Tools, acting: Acting | None = None
) -> JudgedPair:
    """Record what a person said of a pair and return it; it counts from the next run on.

    It counts by its place in the ledger, whatever `at` says. Judged is the match as the last run saw it; where
    `state/` is lost, as tables and lists have it now. Where the network has staff, `acting` is who says it and signs.

    Raises:
        NotFound: no such party or entity, no match between them, or several.
        BadInput: who or why is missing or too long.
        SameSecond: the pair was judged otherwise at this second.
        NotPermitted: the network's staff rules refuse it, it is not signed, or it takes a second person.
        LedgerError: another process holds the ledger, or its history was changed.
    """
    by, why = checked_text("--by", stated.by), checked_text("--why", stated.why)
    at = at.astimezone(UTC)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        memory, _ = read_memory(network.state, ledger.checkpoint)
        if memory is None or memory.scorer != SCORER:
            memory = _screened(network, stated.party, at, tools)
        key, seen = _party(stated.party, memory)
        noticed = _match(stated.entity, key, seen, memory, network)
        finding = noticed.finding
        unsigned = new_judgement(finding, seen, memory.scorer, stated.verdict, by=by, why=why, at=at)
        who = Judge(network, acting or Acting(by), at)
        who.check(unsigned, noticed)
        judgement = who.sign(unsigned)
        record_staff(ledger, network, at)
        seq = _record(ledger, judgement, memory.versions)
        ledger.publish(at)
    about = finding_sentence(finding, finding.party_id)
    return JudgedPair(seq=seq, judgement=judgement, effect="next run", finding=about)


def new_judgement(
    finding: Finding, party: ScreenedParty, scorer: str, verdict: Verdict, *, by: str, why: str, at: datetime
) -> Judgement:
    """Return the judgement of a match of a party, with what the match rests on and what the party is known by."""
    return Judgement(
        party_kind=finding.party_kind,
        party_id=finding.party_id,
        list=finding.list,
        entity_id=finding.entity_id,
        verdict=verdict,
        by=by,
        at=at,
        why=why,
        used=used_by(finding, party.name),
        scorer=scorer,
        identity=party.identity or UNSET,
    )


def checked_text(option: str, text: str) -> str:
    """Return what was typed without the blanks around it; bytes that are no UTF-8 leave half characters.

    Raises:
        BadInput: there is no text, or too much.
    """
    text = text.strip()
    torn = any("\ud800" <= letter <= "\udfff" for letter in text)
    if torn or not 0 < len(text) <= MOST_CHARACTERS:
        raise BadInput(
            "no text", where=option, got=text.encode(errors="backslashreplace").decode(),
            expected=f"1 to {MOST_CHARACTERS:,} characters, so that others can check the judgement",
        )  # fmt: skip
    return text


def _screened(network: Network, party: str, at: datetime, tools: Tools) -> FindingsMemory:
    """Return what screening says of the party alone, as tables and lists are now."""
    settings, day = network.settings, at.astimezone(network.settings.zone).date()
    tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, tools.suffixes)
    parties = parties_of(tables)
    kept = Versions(network.lists)
    published = [version for source in settings.lists if (version := kept.current(source.key)) is not None]
    current = [kept.on(version, day) for version in published]
    named = {key: each for key, each in parties.items() if _is_called(party, key, each.name)}
    listed = [(version, kept.entities(version)) for version in current] if named else []
    found = findings_by_party(
        screen(((kind, each) for (kind, _), each in named.items()), Index(listed, tools.suffixes)), listed
    )
    seen = {
        key: with_identity(ScreenedParty("", tuple(found.get(key, ())), each.name), each, tools.suffixes)
        for key, each in named.items()
    }
    return FindingsMemory(SCORER, {version.key: version for version in current}, seen)


def _party(party: str, memory: FindingsMemory) -> tuple[PartyKey, ScreenedParty]:
    """Return the one party of this id (`kind:id` where an id has two kinds), else of this name."""
    by_id = [key for key in memory.seen if party in (key[1], ":".join(key))]
    found = by_id or [key for key, seen in memory.seen.items() if _is_called(party, key, seen.name)]
    if len(found) > 1:
        raise NotFound("several parties are called", got=party, expected=_several(map(":".join, found)))
    if not found:
        expected = expected_party(party, {key: (seen.name,) for key, seen in memory.seen.items()})
        raise NotFound("no advertiser, payer or owner of this id or name", got=party, expected=expected)
    return found[0], memory.seen[found[0]]


def _is_called(party: str, key: PartyKey, name: str) -> bool:
    return party in (key[1], ":".join(key)) or party.casefold() == name.casefold()


def _match(entity: str, key: PartyKey, seen: ScreenedParty, memory: FindingsMemory, network: Network) -> CountedFinding:
    matches = [each for each in seen.noticed if each.finding.kind in MATCHES]
    found = [each for each in matches if entity in (each.finding.entity_id, _whole_id(each.finding))]
    if len(found) == 1:
        return found[0]
    if found:
        several = _several(_whole_id(each.finding) for each in found)
        raise NotFound("several lists have this entity", got=entity, expected=several)
    if not _is_listed(entity, memory.versions.values(), network):
        raise NotFound("no listed entity of this id", got=entity, expected="the id of an entry of a list in force")
    raise no_match(key, entity, _several(_whole_id(each.finding) for each in matches))


def no_match(key: PartyKey, entity: str, known: str) -> NotFound:
    """Return the error about a pair that nothing matched, with the matches that are `known` of the party, if any."""
    return NotFound(
        f"no match between {key[0]} `{key[1]}` and", got=entity,
        expected=known or "a match of this party; screening found none",
        todo="" if known else "to block somebody who is on no list, add a row to a house list (the page lists of the"
        " documentation, The house list), and run again",
    )  # fmt: skip


def _is_listed(entity: str, versions: Iterable[ListVersion], network: Network) -> bool:
    kept = Versions(network.lists)
    return any(
        entity in (each.id, f"{version.key}#{each.id}") for version in versions for each in kept.entities(version)
    )


def _whole_id(finding: Finding) -> str:
    return f"{finding.list}#{finding.entity_id}"


def _several(names: Iterable[str]) -> str:
    """Return the first of several names."""
    shown = list(names)
    return ", ".join(shown[:5]) + (f" or {len(shown) - 5} more" if len(shown) > 5 else "")


def _record(ledger: Ledger, judgement: Judgement, versions: dict[str, ListVersion]) -> int:
    """Append the judgement and return its index; said once more in the same words, it is the same record."""
    (receipt,) = ledger.append([judgement_record(judgement, lists_sha256(versions))], judgement.at)
    if receipt.duplicate and ledger.payload(receipt.seq) != canonical(judgement):
        raise SameSecond(
            "this pair was judged at this very second",
            got=f"{judgement.at:%Y-%m-%dT%H:%M:%SZ}",
            expected="a later instant",
            todo="say it again in a second",
        )
    return receipt.seq
