"""What lists state of owners, control and acting for others, as lines beside the ownership table."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import NamedTuple

from msgspec.structs import replace

from evenhand.model.errors import ListUnreadable
from evenhand.model.finding import Finding
from evenhand.model.listing import HOLDINGS, ListedEntity, ListRelation, ListVersion
from evenhand.model.party import Ownership, OwnershipKind, Payer
from evenhand.policy import Rulebook
from evenhand.screening import Holder
from evenhand.workflows.evaluation.findings import Lists, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.run_context import grouped

JOINED: dict[str, OwnershipKind] = {
    "ownership": "ownership", "control": "control", "ownership_or_control": "ownership_or_control",
    "acts_for": "acts_for",
}  # fmt: skip
_VERBS = {
    "ownership": "own", "control": "control", "ownership_or_control": "own or control", "acts_for": "act for",
}  # fmt: skip


@dataclass
class ListRelations:
    """Lines that lists state, the listed entities that hold them, and a sentence on each line that was not counted.

    `names` are those of companies between an entity and a party of the network, by the id that they have in lines.
    """

    lines: list[Ownership] = field(default_factory=list)
    holders: dict[str, Holder] = field(default_factory=dict)
    entities: dict[tuple[str, str], ListedEntity] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ListStatements:
    """One list version, the relations it holds and how to read its entities; `problem` if nobody can any more."""

    version: ListVersion
    relations: tuple[ListRelation, ...]
    entities: Callable[[], Iterable[ListedEntity]]
    problem: str = ""


class _Held(NamedTuple):
    """The other end of a relation: a party of the network, and whether it is that end for certain."""

    party: str
    certain: bool


def relations_in(lists: Lists) -> tuple[ListStatements, ...]:
    """Return what the list versions in force state, each with how to read its entities."""
    return tuple(_stated(lists, version) for version in lists.versions.values())


def _stated(lists: Lists, version: ListVersion) -> ListStatements:
    """Return what a version states; findings are kept apart from its bytes, so a run goes on without them."""
    try:
        return ListStatements(version, lists.relations(version), partial(lists.entities, version))
    except ListUnreadable as error:
        return ListStatements(version, (), tuple, f"what {version.key} says of owners is not counted: {error}")


def relations_of(
    stated: Iterable[ListStatements],
    seen: Mapping[PartyKey, ScreenedParty],
    parties: Iterable[Payer],
    table: Iterable[Ownership],
    rulebook: Rulebook,
) -> ListRelations:
    """Return the relations of lists that reach a party of the network from an entry whose holdings count.

    They do so at once, or over companies between that are no such entries: each of their holdings is a line too. A
    party is an end for certain if it matches that entry for certain; it may be one if it matches it otherwise or bears
    the name of a party that the list names and that is no entry. Only certain ends keep a stated share, or make control
    certain; beside another list or the network's own `table` no share is kept, because both may state the same one.
    Roles, families and other links are no holdings. Cost: O(relations + parties + rows of the table).
    """
    ties, people = ListRelations(), tuple(parties)
    for of_list in stated:
        ties.doubts += [of_list.problem] if of_list.problem else []
        relations = [relation for relation in of_list.relations if relation.kind in JOINED and _holder(relation)[0]]
        if relations:
            _join(ties, of_list, relations, _Ends(of_list, relations, seen, people), rulebook)
    _count_once(ties, table)
    return ties


class _Ends:
    """Who of the network stands at the other end of a list's relations."""

    def __init__(
        self,
        stated: ListStatements,
        relations: Iterable[ListRelation],
        seen: Mapping[PartyKey, ScreenedParty],
        people: Iterable[Payer],
    ) -> None:
        self._stated = stated
        self._matched: dict[str, dict[str, bool]] = {}
        for (_, party), each in seen.items():
            for finding in (noticed.finding for noticed in each.noticed if noticed.finding.list == stated.version.key):
                if finding.kind in ("listed", "state_media"):
                    self._matched.setdefault(finding.entity_id, {})[party] = finding.certain
        ends = (held_end(relation) for relation in relations)
        named = {folded_name(name) for entity, name in ends if name and entity not in self._matched}
        self._named: dict[str, set[str]] = {}
        for person in people if named else ():
            for name in {folded_name(name) for name in (person.name, *person.aliases)} & named:
                self._named.setdefault(name, set()).add(person.id)

    @cached_property
    def entries(self) -> Mapping[str, ListedEntity]:
        """Return the entries of the list by id; they are read where a relation may reach somebody."""
        return {entity.id: entity for entity in self._stated.entities()}

    def of(self, relation: ListRelation) -> Iterator[_Held]:
        """Yield the parties at the held end; one that is the holder too holds nothing of itself."""
        entity, name = held_end(relation)
        ends = self._matched.get(entity, {})
        if not ends and self._named and (bearers := self._named.get(folded_name(name))) and entity not in self.entries:
            ends = dict.fromkeys(bearers, False)
        holder = self._matched.get(_holder(relation)[0], {})
        return (_Held(party, ends[party]) for party in sorted(ends) if not holder.get(party, False))


def _join(
    ties: ListRelations, stated: ListStatements, relations: Iterable[ListRelation], ends: _Ends, rulebook: Rulebook
) -> None:
    reached = [(relation, held) for relation in relations for held in ends.of(relation)]
    if not reached:
        return
    version = stated.version

    @cache
    def counts(party: str) -> bool:
        return party in ends.entries and _reaches(ends.entries[party], version.key, rulebook)

    last = (relation.subject for relation, _ in reached if relation.kind in HOLDINGS and not counts(relation.subject))
    between, roots = _between(last, relations, counts)
    over = [(relation, _Held(_id_in(version, relation.object), certain=True)) for relation in between]
    for relation, held in (*over, *reached):
        party, name = _holder(relation)
        root = ends.entries.get(party if counts(party) else roots.get(party, "") if relation.kind in HOLDINGS else "")
        if root is None:
            continue
        name = root.caption if root.id == party else name
        if relation.doubtful:
            ties.doubts.append(_doubt(relation, version.key, name, held))
            continue
        line = _line(relation, version, held, owner=_id_in(version, party), name=name, root=root.id)
        ties.lines.append(line)
        ties.names[line.owner] = name
        if root.id == party:
            ties.holders[line.owner] = Holder(certain=True, findings=(_listed(line, version, root),))
            ties.entities[version.key, root.id] = root


def _between(
    companies: Iterable[str], relations: Iterable[ListRelation], counts: Callable[[str], bool]
) -> tuple[list[ListRelation], dict[str, str]]:
    """Return the holdings that lead from entries that count down to some companies, over others that do not.

    With them, by company, an entry that it leads up to. Cost: O(relations).
    """
    holdings = (each for each in relations if each.kind in HOLDINGS and each.object and not each.doubtful)
    above = grouped((each.object, each) for each in holdings)
    below: dict[str, list[ListRelation]] = defaultdict(list)
    upwards = dict.fromkeys(companies)
    waiting = list(upwards)
    for company in waiting:  # grows while it is walked
        for relation in above.get(company, ()):
            below[relation.subject].append(relation)
            if relation.subject not in upwards and not counts(relation.subject):
                upwards[relation.subject] = None
                waiting.append(relation.subject)
    found: list[ListRelation] = []
    roots: dict[str, str] = {}
    waiting = [holder for holder in below if counts(holder)]
    for holder in waiting:
        for relation in below[holder]:
            found.append(relation)
            if relation.object not in roots:
                roots[relation.object] = roots.get(holder, holder)
                waiting.append(relation.object)
    return found, roots


def _reaches(holder: ListedEntity, key: str, rulebook: Rulebook) -> bool:
    """Return whether an entry stands under a designation that reaches to what it owns."""
    return any(counts for _, counts in rulebook.designation_for(key, holder.values("program")))


def _count_once(ties: ListRelations, table: Iterable[Ownership]) -> None:
    """Make shares unknown where two sources may state the same: added up they could catch a company wrongly."""
    shares = [line for line in ties.lines if line.share is not None]
    if not shares:
        return
    sources: dict[str, set[str]] = {line.owned: set() for line in shares}
    for line in (*shares, *(row for row in table if row.owned in sources)):
        sources[line.owned].add(line.owner.partition("#")[0] if line.row.startswith("list:") else "")
    ties.lines = [
        replace(line, share=None) if line.share is not None and len(sources[line.owned]) > 1 else line
        for line in ties.lines
    ]


def _holder(relation: ListRelation) -> tuple[str, str]:
    """Return id and name of who holds, or is acted for."""
    if relation.kind == "acts_for":
        return relation.object, relation.object_name
    return relation.subject, relation.subject_name


def held_end(relation: ListRelation) -> tuple[str, str]:
    """Return id and name of who is held, or acts."""
    if relation.kind == "acts_for":
        return relation.subject, relation.subject_name
    return relation.object, relation.object_name


def _id_in(version: ListVersion, party: str) -> str:
    """Return how lines name a party of a list."""
    return f"list:{version.key}#{party}"


def _line(relation: ListRelation, version: ListVersion, held: _Held, *, owner: str, name: str, root: str) -> Ownership:
    """Return a relation as a line of ownership; where the held end is not certain, a share is not known either.

    Its source is the entry `root` that it leads up to, which is the owner or owns it.
    """
    kind = JOINED[relation.kind]
    if kind == "ownership" and not held.certain:
        kind = "ownership_or_control"
    return Ownership(
        owner=owner,
        owned=held.party,
        share=relation.share if kind == "ownership" else None,
        kind=kind,
        as_of=relation.since,
        until=relation.until,
        source=relation.text,
        confirmed_by=version.key if held.certain else "",
        owner_name=name,
        row=f"list:{version.key}@{version.sha256}#{root}",
    )


def _listed(line: Ownership, version: ListVersion, holder: ListedEntity) -> Finding:
    return Finding(
        party_kind="owner", party_id=line.owner, kind="listed", list=version.key, entity_id=holder.id, score=1.0,
        certain=True, sources=(line.row,),
    )  # fmt: skip


def _doubt(relation: ListRelation, key: str, holder: str, held: _Held) -> str:
    """Return the sentence on a relation that is shown and not counted; `holder` is what the holder is called."""
    one, other = (held.party, holder) if relation.kind == "acts_for" else (holder, held.party)
    verb = _VERBS[JOINED[relation.kind]]
    return f"{key} says that {one} should {verb} {other}, which such parties cannot: shown, not counted"


def folded_name(name: str) -> str:
    """Return a name as its words without case, marks and order, to see whether two are written alike."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join(sorted(words.split()))
