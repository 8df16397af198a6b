"""A finding for a page: its sentence, how sure it is, and our record beside each listed entry, field by field."""

from collections.abc import Iterator
from typing import NamedTuple

from evenhand.model.matches import EntryShown, MatchShown
from evenhand.render.match_fields import COMPARABLE, certainty, comparison_lines, entry_fields, party_fields
from evenhand.render.ownership_paths import finding_paths

MOST_ENTRIES = 8
"""Listed owners of one finding on a page; `evenhand explain --json` has all."""
_OF_ONE = frozenset({"listed", "state_media", "lookalike_domain"})
_OF_RECORD = frozenset({"recorded", "rule_error"})


class FieldPair(NamedTuple):
    """One field of both sides; `agrees` where a value of one is a value of the other."""

    label: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    agrees: bool


class ComparedEntry(NamedTuple):
    """A listed entry beside our record; `page` is its publisher's page, ``""`` where none is known.

    An owner's entry stands alone: it is not the party, so that nothing of both can agree.
    """

    heading: str
    page: str
    fields: tuple[FieldPair, ...]
    alone: bool


class FoldedMatch(NamedTuple):
    """A finding: the point, how sure it is, ownership paths, both sides, the word comparisons, entries that are gone.

    `plain` says that it is no more than its sentence, such as what is on record.
    """

    sentence: str
    certainty: str
    paths: tuple[str, ...]
    sides: tuple[ComparedEntry, ...]
    compared: tuple[str, ...]
    missing: tuple[str, ...]
    plain: bool


def folded_match(match: MatchShown, about: str, beside: str = "") -> FoldedMatch:
    """Return a finding for a page; the party is named where it is not the one that the decision is `about`."""
    finding = match.finding
    return FoldedMatch(
        sentence=match.sentence,
        certainty=certainty(finding, about, beside),
        paths=tuple(finding_paths(finding)),
        sides=tuple(_sides(match)),
        compared=comparison_lines(match.comparisons),
        missing=match.missing,
        plain=finding.kind in _OF_RECORD and not (match.entries or match.missing or finding.way),
    )


def _sides(match: MatchShown) -> Iterator[ComparedEntry]:
    alone = match.finding.kind not in _OF_ONE
    ours = party_fields(match.party) if match.party is not None and not alone else {}
    for entry in match.entries[:MOST_ENTRIES]:
        yield ComparedEntry(f"{entry.entity_id} of {entry.list}", _page(entry), tuple(_fields(ours, entry)), alone)


def _fields(ours: dict[str, tuple[str, ...]], entry: EntryShown) -> Iterator[FieldPair]:
    theirs = dict(entry_fields(entry))
    theirs.pop("Page", None)
    for label in dict.fromkeys((*COMPARABLE, *theirs)):
        own, other = ours.get(label, ()), theirs.get(label, ())
        if own or other:
            yield FieldPair(label, own, other, bool(_folded(own) & _folded(other)))


def _folded(values: tuple[str, ...]) -> set[str]:
    return {each.casefold() for each in values}


def _page(entry: EntryShown) -> str:
    return entry.page if entry.page.startswith(("https://", "http://")) else ""
