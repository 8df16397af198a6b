"""What advertisers do where nobody acts together: real acts with the seconds redrawn, made fans, exchanged tokens."""

import csv
import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

import duckdb
import numpy as np

from evenhand.store.parquet_rows import literal

DATA: Final = Path(os.environ.get("EVENHAND_DATA", "../shared/data")) / "influence"
BIN_S: Final = 600
START: Final = 1_600_000_200  # a whole number of bins
Part = Literal["look", "kept"]
Random = np.random.Generator


class Act(NamedTuple):
    """One row of a table of events."""

    account: str
    object: str
    kind: str
    second: int


# Each part has its own acts: what is looked at while the tests are changed says nothing about the other.
_REAL: Final = {
    ("look", 0): ("german_urls_fb", "TRUE"),
    ("look", 1): ("russian", "timestamp_share < 1612123421"),
    ("kept", 0): ("german_urls", "account_id LIKE 'tw%'"),
    ("kept", 1): ("russian", "timestamp_share >= 1612123421"),
}


def real_acts(part: Part, number: int, draw: Random) -> list[Act]:
    """Return real shares of pages with the second drawn anew in bins of ten minutes; made ones without the data."""
    name, of = _REAL[part, number % 2]
    path = DATA / f"{name}.parquet"
    if not path.is_file():
        return made_acts(draw)
    query = f"SELECT account_id, object_id, timestamp_share FROM read_parquet({literal(path)}) WHERE {of}"
    rows = duckdb.execute(query).fetchall()
    offsets = draw.integers(0, BIN_S, len(rows)).tolist()
    return [
        Act(account, thing, "landing_url", second - second % BIN_S + offset)
        for (account, thing, second), offset in zip(rows, offsets, strict=True)
    ]


def made_acts(draw: Random, acts: int = 20_000, accounts: int = 4_000, pages: int = 5_000) -> list[Act]:
    """Return accounts that share pages: few do much, few pages are shared by many, most within hours."""
    who = (accounts * draw.random(acts) ** 2).astype(int)
    what = np.minimum(draw.zipf(1.6, acts) - 1, pages - 1)
    published = draw.integers(0, 30 * 86_400, pages)
    second = START + published[what] + draw.lognormal(9, 1.6, acts).astype(int)
    return [
        Act(f"m{account}", f"page{page}", "landing_url", at)
        for account, page, at in zip(who.tolist(), what.tolist(), second.tolist(), strict=True)
    ]


def fan_acts(draw: Random, median_s: float, communities: int = 6, fans: int = 60, posts: int = 40) -> list[Act]:
    """Return fans who see every post of whom they like and share many, half of them within `median_s`."""
    acts = []
    for community in range(communities):
        times = START + draw.integers(0, 30 * 86_400, posts)
        eager = 0.15 + 0.6 * draw.random(fans)
        for post, published in enumerate(times.tolist()):
            for fan in np.flatnonzero(draw.random(fans) < eager).tolist():
                after = int(draw.lognormal(np.log(median_s), 1.3))
                acts.append(Act(f"fan{community}_{fan}", f"post{community}_{post}", "landing_url", published + after))
    return acts


def news_acts(draw: Random, stories: int = 60, readers: int = 1_500) -> list[Act]:
    """Return breaking news: very many share a story, most within the first minutes, each reader a few stories."""
    acts = []
    for story, broke in enumerate((START + draw.integers(0, 20 * 86_400, stories)).tolist()):
        for reader in draw.choice(readers, int(draw.integers(30, 250)), replace=False).tolist():
            after = 20 + int(draw.exponential(240) if draw.random() < 0.7 else draw.lognormal(8, 1))
            acts.append(Act(f"reader{reader}", f"story{story}", "landing_url", broke + after))
    return acts


def affiliate_acts(draw: Random, affiliates: int = 80, offers: int = 60, punctual: float = 0.3) -> list[Act]:
    """Return sellers of one programme, who promote its offers when they like; some at full quarters of an hour."""
    acts = []
    opened = START + draw.integers(0, 20, offers) * 86_400
    is_punctual = draw.random(affiliates) < punctual
    for offer, start in enumerate(opened.tolist()):
        for affiliate in np.flatnonzero(draw.random(affiliates) < 0.5).tolist():
            second = start + int(draw.integers(0, 86_400))
            if is_punctual[affiliate]:
                second += 900 - second % 900 + int(draw.integers(0, 20))
            acts.append(Act(f"seller{affiliate}", f"offer{offer}", "landing_url", second))
    return acts


def campaign_acts(draw: Random, accounts: int = 3_000, acts: int = 30_000, kind: str = "campaign_create") -> list[Act]:
    """Return campaigns that are opened, as one constant object: more by day than by night."""
    day, hour = draw.integers(0, 60, acts), draw.normal(14, 4, acts)
    second = (START + day * 86_400 + hour * 3_600).astype(int)
    who = (accounts * draw.random(acts) ** 1.5).astype(int)
    return [Act(f"m{account}", kind, kind, at) for account, at in zip(who.tolist(), second.tolist(), strict=True)]


def with_layers(background: Callable[[Random], list[Act]], draw: Random, texts: bool = False) -> list[Act]:
    """Return acts on pages, and at the same moment on the page's host: a few hosts have many pages, most have few.

    With `texts` each page is advertised with one of two texts of its own: who shares a text shares page and host.
    """
    acts = background(draw)
    pages = sorted({act.object for act in acts})
    hosts = dict(zip(pages, (len(pages) / 3 * draw.random(len(pages)) ** 2).astype(int).tolist(), strict=True))
    acts += [Act(act.account, f"host{hosts[act.object]}", "host", act.second) for act in acts]
    if texts:
        which = draw.integers(0, 2, len(acts)).tolist()
        acts += [
            Act(act.account, f"text:{act.object}:{text}", "creative_text", act.second)
            for act, text in zip(acts, which, strict=True) if act.kind == "landing_url"
        ]  # fmt: skip
    return acts


def with_schedules(
    background: Callable[[Random], list[Act]], draw: Random, mark_s: int = 300, share: float = 0.5, of_acts: float = 1.0
) -> list[Act]:
    """Return acts of which those of some accounts wait for the next full five minutes, and up to three seconds more.

    Of each of these accounts the share `of_acts` waits.
    """
    acts = background(draw)
    accounts = sorted({act.account for act in acts})
    waits = dict(zip(accounts, (draw.random(len(accounts)) < share).tolist(), strict=True))
    late = draw.integers(0, 4, len(acts)).tolist()
    chosen = (draw.random(len(acts)) < of_acts).tolist()
    return [
        act._replace(second=act.second + -act.second % mark_s + after) if waits[act.account] and is_chosen else act
        for act, after, is_chosen in zip(acts, late, chosen, strict=True)
    ]


_TARGETING: Final = (
    "Gender", "AgeBracket", "CountryCode", "Regions (Included)", "Interests", "Segments", "Language", "OsType",
    "AdvancedDemographics", "Metros (Included)", "Postal Codes (Included)", "Radius Targeting (Included)",
)  # fmt: skip


def token_acts(part: Part, draw: Random) -> list[Act]:
    """Return what organisations have (payer, address, targeting, host), exchanged at random inside each kind."""
    held = _snap_tokens(part) or _made_tokens(draw)
    organisations = sorted({account for account, _, _ in held})
    for kind, share in (("tracker_id", 0.6), ("payment_token_hash", 0.6)):
        having = [name for name in organisations if draw.random() < share]
        held += [(name, kind, f"{kind}:{int(draw.integers(0, 3 * len(having)))}") for name in having]
    acts = []
    for kind in sorted({kind for _, kind, _ in held}):
        of = [(account, token) for account, each, token in held if each == kind]
        order = draw.permutation(len(of)).tolist()
        acts += [
            Act(account, of[other][1], kind, START + int(draw.integers(0, 86_400 * 300)))
            for (account, _), other in zip(of, order, strict=True)
        ]
    return sorted(set(acts))


def _snap_tokens(part: Part) -> list[tuple[str, str, str]]:
    held: set[tuple[str, str, str]] = set()
    for year in (2018, 2019):
        path = DATA / "snap" / f"PoliticalAds_{year}.csv.gz"
        if not path.is_file():
            return []
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            # Of the years apart too few organisations remain: the parts differ in the half of the ads.
            for number, row in enumerate(csv.DictReader(file)):
                if number % 5 != (0 if part == "look" else 1):
                    held |= set(_tokens_of(row))
    return sorted(held)


def _tokens_of(row: dict[str, str]) -> list[tuple[str, str, str]]:
    account = "org:" + row["OrganizationName"]
    targeting = "|".join(row.get(name) or "" for name in _TARGETING)
    tokens = [
        (account, "payer", "payer:" + row["PayingAdvertiserName"]),
        (account, "address", "addr:" + row["BillingAddress"]),
        (account, "targeting", "targeting:" + targeting),
    ]
    _, _, url = (row.get("CreativeProperties") or "").partition("web_view_url:")
    if host := urlsplit(url.split(",")[0].strip()).hostname:
        tokens.append((account, "host", "host:" + host))
    return tokens


def _made_tokens(draw: Random) -> list[tuple[str, str, str]]:
    held = set()
    for number in range(350):
        for kind, values in (("payer", 600), ("address", 300), ("targeting", 500), ("host", 500)):
            for _ in range(1 + int(draw.poisson(1))):
                held.add((f"org:{number}", kind, f"{kind}:{int(values * draw.random() ** 2)}"))
    return sorted(held)
