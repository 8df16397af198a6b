"""Names of a table, or one name, beside lists: every match ranked, in sentences. Nothing is decided or written down."""

from collections.abc import Iterator, Sequence

from evenhand.cases.findings import Progress
from evenhand.intake.names import Named
from evenhand.model.finding import Comparison, Finding, FindingKind
from evenhand.model.party import PartyKind, Payer
from evenhand.model.record import Record
from evenhand.model.sentences import BASE_RATE, comparison_sentence
from evenhand.screening import Index
from evenhand.screening.entries import Listed
from evenhand.screening.screen import screened


class Matched(Record, frozen=True, kw_only=True):
    """A listed entity that a name may be, `rank` from 1; `because` are the comparisons in sentences, heaviest first."""

    rank: int
    score: float
    certain: bool
    kind: FindingKind
    list: str
    entity_id: str
    caption: str
    because: tuple[str, ...]
    comparisons: tuple[Comparison, ...]


class Answer(Record, frozen=True, kw_only=True):
    """One name that was asked for and all that it may be, best first. `line` is its line in the file."""

    line: int
    id: str
    name: str
    matches: tuple[Matched, ...]


def look_up(named: Sequence[Named], index: Index, most: int, progress: Progress) -> Iterator[Answer]:
    """Yield an answer a row, in order, with at most so many matches each. Equal rows get equal answers."""
    found = screened(_counted(named, progress), index)
    for asked, (_, findings) in zip(named, found, strict=True):
        matches = tuple(_matched(rank, *each) for rank, each in enumerate(findings[:most], 1))
        yield Answer(line=asked.line, id=asked.id, name=asked.party.name, matches=matches)


def _matched(rank: int, finding: Finding, listed: Listed) -> Matched:
    return Matched(
        rank=rank,
        score=finding.score,
        certain=finding.certain,
        kind=finding.kind,
        list=finding.list,
        entity_id=finding.entity_id,
        caption=listed.profile.called,
        because=tuple(comparison_sentence(each) for each in finding.because if each.name != BASE_RATE),
        comparisons=finding.because,
    )


def _counted(named: Sequence[Named], progress: Progress) -> Iterator[tuple[PartyKind, Payer]]:
    for done, each in enumerate(named):
        if done % 256 == 0:
            progress("screening", done, len(named))
        yield "advertiser", each.party
    progress("screening", len(named), len(named))
