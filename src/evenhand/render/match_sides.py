"""A finding for a page: its sentence, how sure it is, and our record beside each listed entry, field by field."""

from collections.abc import Iterator
from typing import NamedTuple

from evenhand.model.matches import MatchShown
from evenhand.render.match_fields import Row, certainty, compared_fields, comparison_lines, page_of
from evenhand.render.ownership_paths import finding_paths

MOST_ENTRIES = 8
"""Listed owners of one finding on a page; the sheet `matches` and `evenhand explain --json` have all."""
OF_ONE = frozenset({"listed", "state_media", "lookalike_domain"})
"""Kinds of findings about the party itself; others are about an owner."""
_OF_RECORD = frozenset({"recorded", "rule_error"})


class ComparedEntry(NamedTuple):
    """A listed entry beside our record; `page` is its publisher's page, ``""`` where none is known.

    An owner's entry stands alone: it is not the party, so that nothing of both can agree.
    """

    heading: str
    page: str
    fields: tuple[Row, ...]
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
        certainty="; ".join(filter(None, (certainty(finding, about, beside), match.unused))),
        paths=tuple(finding_paths(finding)),
        sides=tuple(_sides(match)),
        compared=comparison_lines(match.comparisons),
        missing=match.missing,
        plain=finding.kind in _OF_RECORD and not (match.entries or match.missing or finding.way),
    )


def _sides(match: MatchShown) -> Iterator[ComparedEntry]:
    alone = match.finding.kind not in OF_ONE
    ours = None if alone else match.party
    for entry in match.entries[:MOST_ENTRIES]:
        fields = tuple(compared_fields(ours, entry, match.finding))
        yield ComparedEntry(f"{entry.entity_id} of {entry.list}", page_of(entry), fields, alone)
