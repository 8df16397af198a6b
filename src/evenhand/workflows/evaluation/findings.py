"""The findings about every party, screened again only where something changed (`pipeline.md` §11).

Findings depend on tables, lists and scorer alone; what people judged of them is in `judged_findings.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from evenhand.lists import diff
from evenhand.model.errors import ListUnreadable
from evenhand.model.finding import Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity, ListRelation, ListVersion
from evenhand.model.party import Advertiser, PartyKind, Payer
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.screening import SCORER, Index
from evenhand.screening.index.cache import kept_index
from evenhand.screening.index.listed_entries import READ
from evenhand.screening.index.prefilter import Prefilter
from evenhand.store.spark_engine import SparkEngine
from evenhand.workflows.evaluation.party_identity import Identity, identity_of
from evenhand.workflows.evaluation.party_prefilter import party_prefilter
from evenhand.workflows.evaluation.shared_screening import findings_of
from evenhand.workflows.evaluation.spark_screening import Workers, workers_for

PartyKey = tuple[PartyKind, str]
Progress = Callable[[str, int, int], None]
Of = TypeVar("Of", bound=msgspec.Struct)
ListedIn = Sequence[tuple[ListVersion, Sequence[ListedEntity]]]

# What of a listed entity the later steps read; the rest stays in the list.
_KEPT = ("program", "controlTypology", "website")

_WORTH_ASKING = 0.5  # of all that a prefilter knows: to ask it about all costs a fifth of screening them


class CountedFinding(msgspec.Struct, frozen=True, gc=False):
    """A finding with the listed end it speaks of, cut down to what facts and letters read."""

    finding: Finding
    entity: ListedEntity


class ScreenedParty(msgspec.Struct, frozen=True, gc=False):
    """What screening found of a party, strongest first; `content` is the hash of its screened fields.

    `identity` has the hashes of its own numbers and websites, None where nothing was found or it has none.
    """

    content: str
    noticed: tuple[CountedFinding, ...] = ()
    name: str = ""
    identity: Identity | None = None


class FindingsMemory(msgspec.Struct, frozen=True):
    """What the last run knew: its scorer, the list versions it screened against, and what it saw."""

    scorer: str
    versions: dict[str, ListVersion]
    seen: Mapping[PartyKey, ScreenedParty]


@dataclass(frozen=True)
class Lists:
    """The list versions in force, how to read what any kept version holds, where to keep index and prefilter."""

    versions: Mapping[str, ListVersion]
    entities: Callable[[ListVersion], tuple[ListedEntity, ...]]
    relations: Callable[[ListVersion], tuple[ListRelation, ...]]
    index: Path | None = None
    prefilter: Path | None = None


@dataclass(frozen=True)
class _Delta:
    """What differs between the lists of two runs: entries to screen against, and (list, entity id) that went.

    `retold` are entries amended in what no comparison reads, notes for example: what was found of them stands.
    Of the lists in `anew` nothing is kept: all their entries are screened again.
    """

    fresh: list[tuple[ListVersion, tuple[ListedEntity, ...]]] = field(default_factory=list)
    gone: set[tuple[str, str]] = field(default_factory=set)
    retold: dict[tuple[str, str], ListedEntity] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        return sum(len(entities) for _, entities in self.fresh)


def screen_parties(
    parties: Mapping[PartyKey, Payer],
    lists: Lists,
    memory: FindingsMemory | None,
    suffixes: Suffixes,
    progress: Progress,
    *,
    spark: SparkEngine | None = None,
    index_is_kept: Callable[[], None] = lambda: None,
) -> tuple[FindingsMemory, tuple[str, ...]]:
    """Return what is known of every party after this run, and sentences on what was screened again and why.

    The result equals a screen of everything against everything: a party whose screened fields are unchanged is
    only compared with entries that were added, or amended in what is compared, and loses the findings of those that
    went. A list that another reader read is compared whole: what the old reader made of the kept bytes is not known.
    With `spark` its workers screen the many that are new or changed, if they have this program. `index_is_kept` waits
    until somebody else has kept the index of these lists.
    """
    contents = {key: _content(party) for key, party in parties.items()}
    known = memory.seen if memory is not None and memory.scorer == SCORER else {}
    kept = {key: last for key, content in contents.items() if (last := known.get(key)) and last.content == content}
    fresh = [key for key in parties if key not in kept]
    delta = _delta(memory.versions if memory is not None else {}, lists) if kept else _Delta()
    seen = {key: ScreenedParty(contents[key], name=parties[key].name) for key in fresh}
    seen |= _without(kept, delta, lists.versions, parties)
    prefilter = party_prefilter(lists.prefilter, contents, parties, suffixes) if lists.prefilter else None
    again = []
    if kept and delta.size:
        again.append(f"Screened: {_parties(len(kept))} against {_entries_of(delta.size, 'added or amended ')}")
        index = Index(delta.fresh, suffixes)
        near = _near(kept, contents, prefilter, index)
        _screen_into(seen, {key: parties[key] for key in near}, delta.fresh, index, progress)
    if fresh:
        why = "new or changed" if kept else _why_all(memory)
        index_is_kept()
        whole = [(version, lists.entities(version)) for version in lists.versions.values()]
        entries = sum(len(entities) for _, entities in whole)
        again.append(f"Screened: {_parties(len(fresh))} against {_all_entries(entries)} ({why})")
        index = kept_index(lists.index, whole, suffixes)[0] if lists.index and whole else Index(whole, suffixes)
        many = prefilter is not None and len(fresh) >= _WORTH_ASKING * len(prefilter.known)
        near = _near(fresh, contents, prefilter if many else None, index)
        near_parties = {key: parties[key] for key in near}
        workers, here = workers_for(len(near_parties), spark, lists.index if whole else None, suffixes)
        again += here
        _screen_into(seen, near_parties, whole, index, progress, workers)
    known_by = {key: with_identity(seen[key], party, suffixes) for key, party in parties.items()}
    return FindingsMemory(SCORER, dict(lists.versions), known_by), tuple(again)


def with_identity(seen: ScreenedParty, party: Payer, suffixes: Suffixes) -> ScreenedParty:
    """Return what was seen of a party with what it is known by, which matters where somebody can judge a match."""
    return _replaced(seen, identity=identity_of(party, suffixes)) if seen.noticed else seen


def is_seen_again(memory: FindingsMemory, last: FindingsMemory | None) -> bool:
    """Return whether a run saw the same as the last one, of the same parties in the same order."""
    return last is not None and list(last.seen) == list(memory.seen) and last.seen == memory.seen


def _why_all(memory: FindingsMemory | None) -> str:
    """Return why nothing that an earlier run found can be used."""
    if memory is None:
        return "first run, or `state` of the last one is missing"
    return "names are compared in a new way" if memory.scorer != SCORER else "all are new or changed"


def _near(
    keys: Iterable[PartyKey], contents: Mapping[PartyKey, str], prefilter: Prefilter | None, index: Index
) -> Iterable[PartyKey]:
    """Return those of the parties that something in an index may be meant by; all of them without a prefilter."""
    if prefilter is None:
        return keys
    held_back = prefilter.known - prefilter.passing(index)
    return [key for key in keys if contents[key] not in held_back]


def findings_by_party(findings: Iterable[Finding], listed: ListedIn) -> dict[PartyKey, list[CountedFinding]]:
    """Return findings with the listed ends they speak of, by the party they are about."""
    entities = {(version.key, entity.id): entity for version, several in listed for entity in several}
    found: dict[PartyKey, list[CountedFinding]] = {}
    for finding in findings:
        entity = entities[finding.list, finding.entity_id]
        found.setdefault((finding.party_kind, finding.party_id), []).append(CountedFinding(finding, _cut(entity)))
    return found


def _content(party: Payer) -> str:
    """Return the hash of what screening reads of a party."""
    read = (
        party.schema, party.name, party.aliases, party.country, party.domains, party.accounts, party.identifiers,
        party.birth_date, party.bundles if isinstance(party, Advertiser) else (),
    )  # fmt: skip
    return sha256_hex(canonical_exact(read))


def _parties(count: int) -> str:
    return f"{count:,} {'party' if count == 1 else 'parties'}"


def _all_entries(count: int) -> str:
    return _entries_of(count) if count == 1 else f"all {_entries_of(count)}"


def _entries_of(count: int, which: str = "") -> str:
    return f"{count:,} {which}{'entry' if count == 1 else 'entries'}"


def _delta(old: Mapping[str, ListVersion], lists: Lists) -> _Delta:
    delta = _Delta()
    for key, version in lists.versions.items():
        before = old.get(key)
        if before is not None and _reading(before) == _reading(version):
            continue
        entities = {entity.id: entity for entity in lists.entities(version)}
        known = _known(before, version, lists)
        if known is None:
            delta.anew.add(key)
        fresh: list[ListedEntity] = []
        for change in diff(known or (), entities.values()):
            if change.op == "amended" and READ.isdisjoint(each.field for each in change.fields):
                delta.retold[key, change.id] = entities[change.id]
                continue
            if change.op != "added":
                delta.gone.add((key, change.id))
            if change.op != "removed":
                fresh.append(entities[change.id])
        delta.fresh.append((version, tuple(fresh)))
    return delta


def _reading(version: ListVersion) -> tuple[str, date | None, str, int]:
    """Return what decides which entities a version holds: its bytes, since when the same count, and who reads them."""
    return version.sha256, version.days and version.days[0], version.reader, version.reader_version


def _known(before: ListVersion | None, version: ListVersion, lists: Lists) -> tuple[ListedEntity, ...] | None:
    """Return the entities that the last run compared with; None: nobody can tell any more.

    Kept bytes are read by today's reader. Were another one's findings kept, entries that it read otherwise would
    pass for unchanged; and a folder of kept versions may have been tidied up.
    """
    if before is None or _reading(before)[2:] != _reading(version)[2:]:
        return None
    try:
        return lists.entities(before)
    except ListUnreadable:
        return None


def _without(
    kept: Mapping[PartyKey, ScreenedParty], delta: _Delta, versions: Mapping[str, ListVersion],
    parties: Mapping[PartyKey, Payer],
) -> dict[PartyKey, ScreenedParty]:  # fmt: skip
    """Return what was seen without the findings of entries that went; the rest name today's version.

    The name is that of today's record: the same, and no second text once the last memory is let go of.
    """

    def stays(noticed: CountedFinding) -> bool:
        key = noticed.finding.list
        return key in versions and key not in delta.anew and (key, noticed.finding.entity_id) not in delta.gone

    def today(noticed: CountedFinding) -> CountedFinding:
        finding = noticed.finding
        sources = (f"list:{finding.list}@{versions[finding.list].sha256}#{finding.entity_id}",)
        retold = delta.retold.get((finding.list, finding.entity_id))
        entity = noticed.entity if retold is None else _cut(retold)
        return noticed if finding.sources == sources else CountedFinding(_replaced(finding, sources=sources), entity)

    return {
        key: ScreenedParty(
            seen.content, tuple([today(each) for each in seen.noticed if stays(each)]) if seen.noticed else (),
            parties[key].name,
        )
        for key, seen in kept.items()
    }  # fmt: skip


def _replaced(record: Of, **changes: Any) -> Of:
    return msgspec.structs.replace(record, **changes)


def _screen_into(
    seen: dict[PartyKey, ScreenedParty],
    parties: Mapping[PartyKey, Payer],
    listed: ListedIn,
    index: Index,
    progress: Progress,
    workers: Workers | None = None,
) -> None:
    """Add to `seen` what these entries say of the parties, and bring each party's findings into one order."""
    found = findings_by_party(
        findings_of([(kind, party) for (kind, _), party in parties.items()], index, progress, workers), listed
    )
    for key, noticed in found.items():
        both = sorted([*seen[key].noticed, *noticed], key=_order)
        seen[key] = _replaced(seen[key], noticed=tuple(both))


def _order(noticed: CountedFinding) -> tuple[float, str, str, str]:
    finding = noticed.finding
    return (-finding.score, finding.list, finding.entity_id, finding.kind)


def _cut(entity: ListedEntity) -> ListedEntity:
    properties = {name: entity.properties[name] for name in _KEPT if name in entity.properties}
    return ListedEntity(id=entity.id, schema=entity.schema, caption=entity.caption, properties=properties)
