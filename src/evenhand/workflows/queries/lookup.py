"""Names of a table, or one name, beside lists: every match ranked, in sentences. Nothing is decided or written down."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from evenhand.intake.names import Named, one_name
from evenhand.model.errors import BadInput
from evenhand.model.finding import Comparison, Finding, FindingKind, Strength
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.matches import EntryShown, PartyShown
from evenhand.model.party import PartyKind, Payer
from evenhand.model.record import Record
from evenhand.screening import Index
from evenhand.screening.explanation import sentence
from evenhand.screening.index.listed_entries import Listed
from evenhand.screening.parties.identifiers import uncompared
from evenhand.screening.party_screening import screened
from evenhand.workflows.evaluation.findings import ListedIn, Progress
from evenhand.workflows.evaluation.listed_entries import entry_shown
from evenhand.workflows.evaluation.matches import comparisons, party_shown


class NameMatch(Record, frozen=True, kw_only=True):
    """A listed entity that a name may be, `rank` from 1; `because` are the comparisons in words, heaviest first.

    `sentence` says the point, `entry` is the entry as listed; of an index without its lists only what is compared.
    """

    rank: int
    score: float
    certain: bool
    strength: Strength
    kind: FindingKind
    list: str
    entity_id: str
    caption: str
    sentence: str
    entry: EntryShown
    because: tuple[str, ...]
    comparisons: tuple[Comparison, ...]


class ScreenedName(Record, frozen=True, kw_only=True):
    """One name that was asked for and all that it may be, best first. `line` is its line in the file.

    `party` is what was read of it.
    """

    line: int
    id: str
    name: str
    party: PartyShown
    matches: tuple[NameMatch, ...]


def compared_name(values: Mapping[str, str], suffixes: Suffixes) -> Named:
    """Return the party that some values tell, as `one_name` does, if each of its numbers is compared with something.

    Raises:
        BadInput: a value is unusable, or a number is compared with nothing, so that no match would say nothing of it.
    """
    found = one_name(values, suffixes)
    of_nothing = [number.value for number in uncompared(found.party)]
    read = [number.value for number in found.party.identifiers]
    for column, expected in _EXPECTED.items():
        text = values.get(column, "").strip()
        if text and (not any(each in text for each in read) or any(each in text for each in of_nothing)):
            raise BadInput("would not be compared", where=column, got=text, expected=expected)
    return found


_NUMBER = (
    "five letters and digits or more, one of them a digit, with right check digits; without a country six with a "
    "letter, or eight digits"
)
_EXPECTED = {
    "registration_number": _NUMBER, "tax_number": _NUMBER, "lei": "20 letters and digits with right check digits",
}  # fmt: skip
"""What number of each column is compared."""


def look_up(
    named: Sequence[Named], index: Index, most: int, progress: Progress, listed: ListedIn = ()
) -> Iterator[ScreenedName]:
    """Yield an answer a row, in order, with at most so many matches each. Equal rows get equal answers.

    `listed` are the lists of the index where they are at hand.
    """
    entities = {(version.key, each.id): (version, each) for version, several in listed for each in several}
    found = screened(_counted(named, progress), index)
    for row, (party, findings) in zip(named, found, strict=True):
        ours = replace(party_shown("advertiser", party), id=row.id)
        matches = tuple(
            _matched(rank, finding, ours, _entry(entities.get((finding.list, finding.entity_id)), entry, index))
            for rank, (finding, entry) in enumerate(findings[:most], 1)
        )
        yield ScreenedName(line=row.line, id=row.id, name=row.party.name, party=ours, matches=matches)


def _matched(rank: int, finding: Finding, ours: PartyShown, entry: EntryShown) -> NameMatch:
    return NameMatch(
        rank=rank,
        score=finding.score,
        certain=finding.certain,
        strength=finding.strength,
        kind=finding.kind,
        list=finding.list,
        entity_id=finding.entity_id,
        caption=entry.caption,
        sentence=sentence(finding, ours, entry),
        entry=entry,
        because=comparisons(finding),
        comparisons=finding.because,
    )


def _entry(found: tuple[ListVersion, ListedEntity] | None, listed: Listed, index: Index) -> EntryShown:
    return entry_shown(*found) if found is not None else _compared(index.version(listed), listed)


def _compared(version: ListVersion, listed: Listed) -> EntryShown:
    """Return what an index keeps of an entry: what is compared, as far as it is kept as written."""
    profile = listed.profile
    names = dict.fromkeys(each.text for each in profile.names)
    first = {"name": tuple(names)[:1], "alias": tuple(names)[1:], "birthDate": profile.births}
    properties = {**first, "country": tuple(sorted(profile.countries)), "website": tuple(sorted(profile.hosts))}
    properties["account"] = tuple(sorted(profile.accounts))
    entity = ListedEntity(id=listed.id, schema=profile.schema, caption=profile.called, properties=properties)
    return entry_shown(version, entity)


def _counted(named: Sequence[Named], progress: Progress) -> Iterator[tuple[PartyKind, Payer]]:
    for done, each in enumerate(named):
        if done % 256 == 0:
            progress("screening", done, len(named))
        yield "advertiser", each.party
    progress("screening", len(named), len(named))
