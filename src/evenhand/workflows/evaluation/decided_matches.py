"""Matches that decisions rest on, and that are gone because the party's own row is another: they count all the same.

Without them who is refused by its website would be free with another one. What is needed is in the ledger, so that a
run that has lost `state/` comes to the same. Source: `screening.md`, choice 88.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import msgspec

from evenhand.intake import Tables
from evenhand.ledger import LogReader
from evenhand.model.finding import ROW_CHANGED, Comparison, Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser, Identifier, Keys, Payer
from evenhand.screening import compare
from evenhand.screening.names.weights import THRESHOLD
from evenhand.workflows.evaluation.findings import (
    FindingsMemory,
    Lists,
    PartyKey,
    ScreenedParty,
    findings_by_party,
    with_identity,
)
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of
from evenhand.workflows.evaluation.judged_findings import Pair, by_people
from evenhand.workflows.evaluation.judged_pairs import wanted_entries

_KINDS = frozenset({"listed", "state_media"})
_DECISION = "decision"
_MOST_SHOWN = 5


class _Decided(NamedTuple):
    """A match that a decision rests on, the index of its leaf, and what the party had when it was made."""

    seq: int
    finding: Finding
    keys: Keys


def with_decided_matches(
    memory: FindingsMemory,
    history: History,
    ledger: LogReader,
    lists: Lists,
    tables: Tables,
    parties: Mapping[PartyKey, Payer],
    *,
    suffixes: Suffixes,
) -> FindingsMemory:
    """Return what screening saw, with each match that the party would still have if its row were as it was decided.

    Looked at are the newest decisions other than allow of parties with a row in the `tables`. A match that is gone is
    made again where the party, with the names, websites, accounts and numbers that it had, is compared with the entry
    of today and found: then neither list nor scorer ended it. It has score 0 and is not certain, so that a person is
    asked; it ends when somebody judges that they are not the same. Cost: a look-up a case; a leaf and a comparison for
    each match that is gone.
    """
    changed = {key: bare for key, party in memory.seen.items() if (bare := _without_made(party)) is not party}
    seen = {**memory.seen, **changed} if changed else memory.seen
    gone = _gone(seen, history, ledger, tables)
    listed = wanted_entries({(key, entity_id) for _, _, key, entity_id in gone}, lists)
    entries = {(version.key, entity.id): entity for version, several in listed for entity in several}
    made = _made(gone, entries, lists, parties, suffixes)
    for of, several in findings_by_party(made, listed).items():
        party = seen[of]
        whole = msgspec.structs.replace(party, noticed=(*party.noticed, *several))
        changed[of] = with_identity(whole, parties[of], suffixes)
    return FindingsMemory(memory.scorer, memory.versions, {**memory.seen, **changed}) if changed else memory


def row_change_sentences(memory: FindingsMemory, history: History) -> Iterator[str]:
    """Yield a sentence for each match that counts because of an earlier decision and waits for a person."""
    for (kind, party_id), party in memory.seen.items():
        for finding in (each.finding for each in party.noticed if _is_made(each.finding)):
            pair: Pair = kind, party_id, finding.list, finding.entity_id
            if _last_verdict(history, pair) != "same":
                yield (
                    f"`{party_id}` is no longer found as `{finding.entity_id}` of `{finding.list}`, because its own row"
                    f" has changed ({finding.because[0].theirs}); the match counts until a person judges it"
                )


def _without_made(party: ScreenedParty) -> ScreenedParty:
    """Return what was seen of a party without the matches that an earlier run made; itself if there is none."""
    if not party.noticed:
        return party
    stays = tuple([each for each in party.noticed if not _is_made(each.finding)])
    if len(stays) == len(party.noticed):
        return party
    return msgspec.structs.replace(party, noticed=stays, identity=party.identity if stays else None)


def _is_made(finding: Finding) -> bool:
    return bool(finding.because) and finding.because[0].name == ROW_CHANGED


def _gone(
    seen: Mapping[PartyKey, ScreenedParty], history: History, ledger: LogReader, tables: Tables
) -> dict[Pair, _Decided]:
    """Return by pair the matches that newest decisions rest on, that screening does not find and nobody has settled."""
    there = {each.id for each in (*tables.advertisers, *tables.payers)} - tables.unscreened.keys()
    found: dict[Pair, _Decided] = {}
    for last in (known[-1] for known in history.cases.values()):
        if last.outcome is Outcome.ALLOW or last.keys is None or last.party_id not in there:
            continue
        party = seen.get((last.party_kind, last.party_id))  # type: ignore[arg-type]  # a kind, as a decision has it
        listed = {entity_id for _, kind, entity_id in last.grounds if kind in _KINDS}
        if party is None or not listed:
            continue
        noticed = {(each.finding.list, each.finding.entity_id) for each in party.noticed if each.finding.kind in _KINDS}
        if listed <= {entity_id for _, entity_id in noticed}:  # as most: no leaf is read
            continue
        for each in _rests_on(last, ledger):
            pair: Pair = each.finding.party_kind, last.party_id, each.finding.list, each.finding.entity_id
            first = found.get(pair)
            if pair[2:] not in noticed and not _is_settled(history, pair) and (first is None or each.seq < first.seq):
                found[pair] = each
    return found


def _rests_on(last: CaseDecision, ledger: LogReader) -> Iterator[_Decided]:
    """Yield the matches of its own party that a decision rests on; of one that a run made, what it was made of."""
    for seq, finding, keys in _matches_at(last.seq, ledger):
        if not _is_made(finding):
            yield _Decided(seq, finding, keys)
            continue
        origin = int(finding.because[0].ours.removeprefix(f"{_DECISION}:"))
        same = (finding.list, finding.entity_id)
        yield from (each for each in _matches_at(origin, ledger) if (each[1].list, each[1].entity_id) == same)


def _matches_at(seq: int, ledger: LogReader) -> Iterator[_Decided]:
    """Yield the matches of its own party in the decision at an index; none where its payload was erased."""
    payload = ledger.payload(seq)
    if payload is None:
        return
    decision = decision_of(payload)
    if decision.keys is None:  # as of versions that kept none
        return
    for finding in decision.findings:
        own = (finding.party_kind, finding.party_id) == (decision.party.kind, decision.party.id)
        if own and finding.kind in _KINDS and not finding.is_media_tie:
            yield _Decided(seq, finding, decision.keys)


def _last_verdict(history: History, pair: Pair) -> str:
    people = by_people(history.judgements.get(pair, ()))
    return people[-1].judgement.verdict if people else ""


def _is_settled(history: History, pair: Pair) -> bool:
    """Return whether the judgement of a pair counts by itself: another, or the same as it was found by comparing.

    Who was judged the same *after* its row had changed stays under the match that was judged.
    """
    match _last_verdict(history, pair):
        case "not-same":
            return True
        case "same":
            return _DECISION not in by_people(history.judgements[pair])[-1].judgement.used
        case _:
            return False


def _made(
    gone: Mapping[Pair, _Decided],
    entries: Mapping[tuple[str, str], ListedEntity],
    lists: Lists,
    parties: Mapping[PartyKey, Payer],
    suffixes: Suffixes,
) -> Iterator[Finding]:
    for pair, decided in sorted(gone.items()):
        kind, party_id, key, entity_id = pair
        entity, party = entries.get((key, entity_id)), parties[kind, party_id]
        if entity is None:
            continue
        match = compare(_as_decided(party, decided), entity, suffixes)
        if match.score < THRESHOLD and not match.name_only:
            continue
        line = Comparison(
            name=ROW_CHANGED, ours=f"{_DECISION}:{decided.seq}", theirs=_difference(party, decided.keys),
            similarity=float(decided.finding.certain), weight=0.0, effect="for", source_field=_DECISION,
        )  # fmt: skip
        yield Finding(
            party_kind=kind, party_id=party_id, list=key, entity_id=entity_id, score=0.0, certain=False,
            name_only=decided.finding.strength == "name_only", because=(line,),
            kind="state_media" if entity.values("controlTypology") else "listed",
            sources=(f"list:{key}@{lists.versions[key].sha256}#{entity_id}",),
        )  # fmt: skip


def _as_decided(party: Payer, decided: _Decided) -> Payer:
    """Return a party with the names, websites, accounts, apps and numbers that it had, and what else spoke for a match.

    What a row says besides, a birth date for example, may tell a possible match apart, and so ends it; no word of the
    party's own ends one that was certain.
    """
    finding, keys = decided.finding, decided.keys
    spoke = {each.name: each.ours for each in finding.because if each.effect == "for"}
    had = tuple(map(_identifier, keys.identifiers))
    name, *aliases = keys.names or (party.name,)
    if isinstance(party, Advertiser):
        party = msgspec.structs.replace(party, bundles=keys.bundles)
    return msgspec.structs.replace(
        party,
        name=name,
        aliases=tuple(aliases),
        domains=keys.domains,
        accounts=keys.accounts,
        identifiers=had if finding.certain else (*had, *party.identifiers),
        country=spoke["country"].upper() if "country" in spoke else party.country,
        birth_date=spoke.get("birth") or ("" if finding.certain else party.birth_date),
    )


def _identifier(text: str) -> Identifier:
    """Return a number of its text (`Identifier.text`)."""
    register, _, value = text.partition(":")
    scheme, _, jurisdiction = register.partition("/")
    return Identifier(scheme=scheme, jurisdiction=jurisdiction, value=value)


def _difference(party: Payer, had: Keys) -> str:
    """Return which of the names, websites, accounts, apps and numbers of a party are gone; of many the first."""
    lost = [
        *_lost(had.names, (party.name, *party.aliases)),
        *_lost(had.domains, party.domains),
        *_lost(had.accounts, party.accounts),
        *_lost(had.bundles, party.bundles if isinstance(party, Advertiser) else ()),
        *_lost(had.identifiers, [each.text for each in party.identifiers]),
    ]
    more = ", …" if len(lost) > _MOST_SHOWN else ""
    return f"no longer {', '.join(lost[:_MOST_SHOWN])}{more}" if lost else "other values"


def _lost(before: Collection[str], now: Collection[str]) -> list[str]:
    return [each for each in before if each not in now]
