"""Payers that are named and that no table has: said in a run's report and on the case of whom they pay for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from evenhand.intake import Tables
from evenhand.model.campaign import Campaign, CampaignStatus
from evenhand.model.party import Advertiser, Payer

_MOST_NAMED: Final = 5
_TODO: Final = "add the payer to the table of payers, or correct the id"


def unknown_payer_sentences(tables: Tables) -> tuple[str, ...]:
    """Return what a run says of advertisers, and of campaigns that have not ended, with a payer that no table has."""
    known = {each.id for each in (*tables.advertisers, *tables.payers)}
    pays = {each.id: each.payer_id for each in tables.advertisers}
    advertisers = [f"{each.id} (`{each.payer_id}`)" for each in tables.advertisers if _is_lost(each.payer_id, known)]
    campaigns = [
        f"{each.id} (`{each.payer_id}`)"
        for each in _going_on(tables.campaigns)
        if _is_lost(each.payer_id, known) and pays.get(each.advertiser_id) != each.payer_id
    ]
    lines = (
        (advertisers, "advertiser", "ruled as paying for itself"),
        (
            campaigns,
            "campaign",
            "ruled as one whose payer is not disclosed, with what is known of its advertiser's own",
        ),
    )
    return tuple(_sentence(found, noun, ruled) for found, noun, ruled in lines if found)


def unknown_payers_of(
    advertiser: Advertiser, campaigns: Iterable[Campaign], party: Callable[[str], Payer | None]
) -> Iterator[str]:
    """Yield what the case of an advertiser says of payers that no table has; `party` looks one up by its id."""
    own = advertiser.payer_id
    if own and party(own) is None:
        yield f"its payer `{own}` is in no table: it is ruled as paying for itself; {_TODO}"
    found: dict[str, list[str]] = {}
    for each in _going_on(campaigns):
        if each.payer_id not in ("", own):
            found.setdefault(each.payer_id, []).append(each.id)
    for payer, ids in found.items():
        if party(payer) is None:
            yield (
                f"the payer `{payer}` of {'campaign' if len(ids) == 1 else 'campaigns'} {_first(ids)} is in no table:"
                f" {'it is' if len(ids) == 1 else 'they are'} ruled as if the payer was not disclosed; {_TODO}"
            )


def _going_on(campaigns: Iterable[Campaign]) -> Iterator[Campaign]:
    return (each for each in campaigns if each.status is not CampaignStatus.ENDED)


def _is_lost(payer: str, known: set[str]) -> bool:
    return bool(payer) and payer not in known


def _sentence(found: Sequence[str], noun: str, ruled: str) -> str:
    has = f"1 {noun} names" if len(found) == 1 else f"{len(found):,} {noun}s name"
    return f"{has} a payer that is in no table, {ruled}: {_first(found)}; {_TODO}"


def _first(found: Sequence[str]) -> str:
    more = len(found) - _MOST_NAMED
    return ", ".join(found[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
