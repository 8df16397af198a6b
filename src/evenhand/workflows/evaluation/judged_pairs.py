"""Matches that people judged to be the same party, and that screening no longer finds: they count all the same.

Without them a client would be free with another name. Nothing of it is kept but the ledger's records.
"""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from evenhand.intake import Tables
from evenhand.model.finding import Comparison, Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Payer
from evenhand.workflows.evaluation.findings import (
    CountedFinding,
    FindingsMemory,
    Lists,
    PartyKey,
    ScreenedParty,
    findings_by_party,
    with_identity,
)
from evenhand.workflows.evaluation.judged_findings import Pair, RecordedJudgement, by_people, is_about

JUDGED_SAME = "judgement.same"
_NO_LIKENESS = 0.0


def with_judged_pairs(
    memory: FindingsMemory,
    judgements: Mapping[Pair, list[RecordedJudgement]],
    lists: Lists,
    tables: Tables,
    parties: Mapping[PartyKey, Payer],
    suffixes: Suffixes,
) -> FindingsMemory:
    """Return what screening saw, with a match for each pair that it does not find and people last called the same.

    The match rests on the judgement alone, has score 0 and is not certain: applied to it, the judgement says what
    changed since (`judged_findings.py`). There is none once the entry has left its list, the party has no row in the
    `tables` (of `parties` some stand for rows that are gone), or somebody judged that they are not the same.
    """
    changed: dict[PartyKey, ScreenedParty] = {}
    missed: list[Pair] = []
    for pair, known in judgements.items():
        kind, party_id, key, entity_id = pair
        party = changed.get((kind, party_id)) or memory.seen.get((kind, party_id))
        if party is None:
            continue
        found = [each for each in party.noticed if is_about(each.finding, key, entity_id)]
        made = [each for each in found if _is_made(each)]
        if made:  # by an earlier run; made again while it is wanted
            stays = tuple(each for each in party.noticed if each not in made)
            changed[kind, party_id] = msgspec.structs.replace(party, noticed=stays)
        people = by_people(known)
        if len(found) == len(made) and people and people[-1].judgement.verdict == "same":
            missed.append(pair)
    for made_of, several in _matches(_with_row(missed, tables), lists).items():
        party = changed.get(made_of, memory.seen[made_of])
        whole = msgspec.structs.replace(party, noticed=(*party.noticed, *several))
        changed[made_of] = with_identity(whole, parties[made_of], suffixes)
    return FindingsMemory(memory.scorer, memory.versions, {**memory.seen, **changed}) if changed else memory


def _with_row(pairs: Collection[Pair], tables: Tables) -> list[Pair]:
    """Return the pairs whose party has a row; an owner has one wherever it is named."""
    there = {each.id for each in (*tables.advertisers, *tables.payers)} if pairs else frozenset[str]()
    return [each for each in pairs if each[0] not in ("advertiser", "payer") or each[1] in there]


def _is_made(noticed: CountedFinding) -> bool:
    return any(each.name == JUDGED_SAME for each in noticed.finding.because)


def wanted_entries(wanted: Collection[tuple[str, str]], lists: Lists) -> list[tuple[ListVersion, list[ListedEntity]]]:
    """Return the entries of today that are `wanted` by list and id, each list that has some of them read whole."""
    keys = {key for key, _ in wanted}
    return [
        (version, [each for each in lists.entities(version) if (key, each.id) in wanted])
        for key, version in lists.versions.items()
        if key in keys
    ]


def _matches(missed: Iterable[Pair], lists: Lists) -> dict[PartyKey, list[CountedFinding]]:
    """Return by party a match for each pair of which the entry is in its list."""
    listed = wanted_entries({(key, entity_id) for _, _, key, entity_id in missed}, lists)
    entries = {(version.key, entity.id): entity for version, several in listed for entity in several}
    return findings_by_party(_findings(missed, entries, lists), listed)


def _findings(
    missed: Iterable[Pair], entries: Mapping[tuple[str, str], ListedEntity], lists: Lists
) -> Iterable[Finding]:
    for kind, party_id, key, entity_id in sorted(missed):
        entity = entries.get((key, entity_id))
        if entity is not None:
            word = Comparison(
                name=JUDGED_SAME, ours="", theirs=entity_id, similarity=1.0, weight=0.0,
                effect="for", source_field="judgement",
            )  # fmt: skip
            yield Finding(
                party_kind=kind, party_id=party_id, list=key, entity_id=entity_id, score=_NO_LIKENESS, certain=False,
                kind="state_media" if entity.values("controlTypology") else "listed", because=(word,),
                sources=(f"list:{key}@{lists.versions[key].sha256}#{entity_id}",),
            )  # fmt: skip
