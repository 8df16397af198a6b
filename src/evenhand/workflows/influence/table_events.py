"""What the network's own tables say that advertisers share: hosts, texts, pictures, targeting, payers, addresses.

Tables know days, not moments: these are things that accounts have, and no times are compared.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final

from evenhand.intake import Tables
from evenhand.intake.network_tables import source_of
from evenhand.intake.object_names import named_objects, object_name
from evenhand.intake.other_columns import read_other_columns
from evenhand.model.campaign import Campaign
from evenhand.model.hosts import Suffixes
from evenhand.model.record import sha256_hex
from evenhand.store.network import Network

Token = tuple[str, str, str, int, str]
"""Account, kind of object, object, second of the first day (0 where unknown), id of the ad or order."""

_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|@\w+")
_SHORTEST_TEXT: Final = 20  # characters; "Buy now" is anybody's
_OF_ADVERTISERS = ("address", "tracker_id", "payment_token_hash")


def table_events(network: Network, tables: Tables, suffixes: Suffixes) -> Iterator[Token]:
    """Yield what each advertiser has according to campaigns, creatives and other columns of the tables."""
    first_days = {each.id: _second(each.first_seen) for each in tables.advertisers}
    orders = {each.id: each for each in tables.campaigns}
    for campaign in tables.campaigns:
        yield from _of_campaign(campaign, first_days, suffixes)
    for creative in tables.creatives:
        order = orders.get(creative.campaign_id)
        if order is not None:
            at = _second(order.starts) or first_days.get(order.advertiser_id, 0)
            if creative.landing_host:
                yield order.advertiser_id, "host", object_name("host", creative.landing_host, suffixes), at, creative.id
            if text := text_id(creative.text):
                yield order.advertiser_id, "creative_text", text, at, creative.id
            if creative.media_sha256:
                yield order.advertiser_id, "creative_image", f"creative_image:{creative.media_sha256}", at, creative.id
    yield from _of_other_columns(network, tables, orders, first_days, suffixes)


def _of_campaign(campaign: Campaign, first_days: Mapping[str, int], suffixes: Suffixes) -> Iterator[Token]:
    account, at = campaign.advertiser_id, _second(campaign.starts) or first_days.get(campaign.advertiser_id, 0)
    if campaign.landing_host:
        yield account, "host", object_name("host", campaign.landing_host, suffixes), at, campaign.id
    if campaign.payer_id and campaign.payer_id != account:
        yield account, "payer", f"payer:{campaign.payer_id}", at, campaign.id


def _of_other_columns(
    network: Network, tables: Tables, orders: Mapping[str, Campaign], first_days: Mapping[str, int], suffixes: Suffixes
) -> Iterator[Token]:
    intake = network.settings.intake
    wanted = {"advertisers": _OF_ADVERTISERS, "campaigns": ("targeting",)}
    for table, columns in wanted.items():
        present = [column for column in columns if column in tables.filled.get(table, ())]
        if not present:
            continue
        for row_id, column, value in read_other_columns(source_of(network.folder, intake, table), present):
            order = orders.get(row_id) if table == "campaigns" else None
            account = order.advertiser_id if order is not None else row_id
            if account in first_days:
                at = (_second(order.starts) if order is not None else 0) or first_days[account]
                for name in named_objects(column, value, suffixes):
                    yield account, column, name, at, row_id


def text_id(text: str) -> str:
    """Return the id of a creative's text, equal for texts that differ in case, blanks and addresses alone.

    A text too short to be anybody's own has none.

    >>> text_id("Vote now!"), text_id("They hide it  from YOU https://a.example") == text_id("they hide it from you")
    ('', True)
    """
    words = " ".join(_ADDRESSES.sub(" ", text.lower()).split())
    return f"creative_text:{sha256_hex(words.encode())[:16]}" if len(words) >= _SHORTEST_TEXT else ""


@lru_cache(1 << 12)  # days repeat
def _second(day: date | None) -> int:
    return 0 if day is None else int(datetime.combine(day, time(), UTC).timestamp())
