"""Listed websites that many parties share: a marketplace's host says little of the one whose page is listed there."""

from collections.abc import Iterator

from evenhand.model.finding import Finding
from evenhand.model.short_lists import MOST_NAMED, short_list
from evenhand.workflows.evaluation.run_context import RunContext

_HOSTS = frozenset({"domain.registrable", "domain.host", "domain.site", "domain.shared"})
_WEAK = frozenset({"country", "schema"})
"""Comparisons that say nothing of who a party is."""


def shared_website_sentences(run_context: RunContext) -> tuple[str, ...]:
    """Return a sentence on each listed website for which alone more parties match than a sentence names."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for party, view in run_context.views.items():
        for key in {_website(finding) for finding in view.findings if _is_website_alone(finding)}:
            found.setdefault(key, []).append(party)
    return tuple(sorted(_sentences(found)))


def _sentences(found: dict[tuple[str, str, str], list[str]]) -> Iterator[str]:
    for (key, entity_id, host), parties in found.items():
        if len(parties) > MOST_NAMED:
            yield (
                f"{len(parties):,} parties match {entity_id} of {key} by its website `{host}` alone:"
                f" {short_list(sorted(parties))}. If many have a page there, as on a marketplace, it identifies nobody:"
                " judge these matches not-same (`evenhand judge`), or take the website out of the list"
            )


def _is_website_alone(finding: Finding) -> bool:
    """Return whether nothing but a website speaks for a match that no person has judged."""
    named = {each.name for each in finding.because if each.effect == "for"} - _WEAK
    return bool(named) and named <= _HOSTS and not finding.is_judged


def _website(finding: Finding) -> tuple[str, str, str]:
    return finding.list, finding.entity_id, next(each.theirs for each in finding.because if each.name in _HOSTS)
