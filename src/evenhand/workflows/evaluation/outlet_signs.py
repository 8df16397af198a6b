"""Parties that bear the name of a listed outlet: whether they look like one themselves, and what to say of the rest."""

import re
from collections.abc import Iterable

from evenhand.model.campaign import Campaign
from evenhand.model.party import Advertiser, Payer
from evenhand.screening.names.words import KINDS
from evenhand.workflows.evaluation.run_context import NAME_ONLY_OTHER, POSSIBLE_MATCH, PartyFacts, RunContext

_NEWS = frozenset({"news", "opinion"})
_ENDS = ("news", "radio", "press", "media", "times", "post", "daily", "channel", "gazette", "journal")
_SHORT = frozenset({"tv", "fm"})
_MOST_NAMED = 5
_WORD = re.compile(r"[^\W_]+")


def looks_like_an_outlet(party: Payer, campaigns: Iterable[Campaign]) -> bool:
    """Return whether a party says of itself that it is in news, advertises news, or has a media word in name or host.

    >>> looks_like_an_outlet(Payer(id="p", name="Sputnik News", schema="Company"), ())
    True
    """
    if isinstance(party, Advertiser) and party.media is not None:
        return True
    if any(not _NEWS.isdisjoint(campaign.content) for campaign in campaigns):
        return True
    words = {word for name in (party.name, *party.aliases) for word in _WORD.findall(name.lower())}
    return any(KINDS.get(word) == "media" for word in words) or any(map(_is_media_host, party.domains))


def may_be_news(party: Payer, campaigns: Iterable[Campaign]) -> bool:
    """Return whether a party looks like an outlet, and its row does not say that it has other sections than news.

    >>> may_be_news(Payer(id="p", name="Sputnik Bakery", schema="Company"), ())
    False
    """
    media = party.media if isinstance(party, Advertiser) else None
    if media is None or not media.sections:
        return looks_like_an_outlet(party, campaigns)
    return not _NEWS.isdisjoint(media.sections) or any(not _NEWS.isdisjoint(each.content) for each in campaigns)


def namesake_sentences(run_context: RunContext) -> tuple[str, ...]:
    """Return a sentence on the parties of which nothing but an outlet's name is known, if the rulebook holds none."""
    if POSSIBLE_MATCH in run_context.rulebook.within(NAME_ONLY_OTHER):
        return ()
    found = sorted(party for party, view in run_context.views.items() if _is_allowed_namesake(view))
    if not found:
        return ()
    names = [f"{run_context.payers[party].name} ({party})" for party in found if party in run_context.payers]
    several = f"{len(found):,} parties bear" if len(found) > 1 else "One party bears"
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return (
        f"{several} the name of a listed outlet and nothing else speaks for it: {', '.join(names[:_MOST_NAMED])}{more}."
        " That alone holds nobody under this rulebook; `evenhand judge DIR --queue FILE` asks a person",
    )


def _is_allowed_namesake(view: PartyFacts) -> bool:
    """Return whether nothing but an outlet's name speaks against a party: no other match, and none that is certain."""
    return (
        NAME_ONLY_OTHER in view.parents
        and len(view.parents) == 1
        and not any(each.certain and each.kind != "recorded" for each in view.findings)
    )


def _is_media_host(host: str) -> bool:
    """Return whether a host has a media word, or a label that begins or ends with one: `rt-news.example`."""
    labels = host.lower().split(".")
    if any(label.endswith(tuple(_SHORT)) for label in labels):
        return True
    words = _WORD.findall(host.lower())
    return any(word in _SHORT or word.startswith(_ENDS) or word.endswith(_ENDS) for word in words)
