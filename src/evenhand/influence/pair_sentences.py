"""What a pair rests on, in a sentence that a person can check by hand: counts and what is expected, no adjectives."""

from collections.abc import Mapping
from typing import Final

from evenhand.model.coordination import CoordinatedPair

TOKENS: Final = "tokens"
_THINGS: Final = {
    "landing_url": "advertised {count} of the same pages",
    "host": "advertised {count} of the same hosts",
    "hashtag": "used {count} of the same hashtags",
    "creative_text": "ran {count} of the same texts",
    "creative_image": "ran {count} of the same pictures",
    "campaign_create": "made campaigns {count} times",
    "account_create": "opened accounts {count} times",
    "first_spend": "began to spend {count} times",
    "bid_burst": "began to bid {count} times",
}
_WORDS: Final = {
    "landing_url": "pages advertised", "host": "hosts advertised", "hashtag": "hashtags", "creative_text": "texts",
    "creative_image": "pictures", "campaign_create": "when campaigns were made",
    "account_create": "when accounts were opened", "first_spend": "when spending began",
    "bid_burst": "when bidding began", TOKENS: "rare things that several have",
}  # fmt: skip


def layer_words(layer: str) -> str:
    """Return what a layer compares, in words."""
    return _WORDS.get(layer, layer)


def pair_sentence(pair: CoordinatedPair, names: Mapping[str, str] | None = None) -> str:
    """Return what was counted of a pair. `names` gives what an account is called.

    >>> pair = CoordinatedPair(a="A", b="B", layer="landing_url", n=10, k=8, expected=1.915, p=1e-5, q=.001)
    >>> pair_sentence(pair).split("; ")[1]
    '8 of these within one minute'
    """
    called = names or {}
    a, b = called.get(pair.a, pair.a), called.get(pair.b, pair.b)
    if pair.layer == TOKENS:
        return (
            f"{a} and {b} have {pair.k} things in common that few others have; {pair.expected:.2g} expected by chance."
        )
    what = _THINGS.get(pair.layer, "acted on {count} of the same things").format(count=f"{pair.n:,}")
    return (
        f"{a} and {b} {what} in the same ten minutes; {pair.k:,} of these within one minute; "
        f"{pair.expected:.1f} expected by chance."
    )


def pair_strength(pair: CoordinatedPair, tested: int) -> str:
    """Return how far chance explains it; `tested` is the number of pairs among which this one stands.

    >>> pair_strength(CoordinatedPair(a="A", b="B", layer="host", n=9, k=9, expected=1.7, p=1e-6, q=.02), 5200)
    'One of 5,200 pairs that were tested; at most 2 % of the pairs that are at least as strong are by chance.'
    """
    if pair.p_short_bins is None:
        return _share_of_chance(pair, tested)
    return (
        f"{_share_of_chance(pair, tested)} The chance of the pair by itself is {pair.p:.2g}; "
        f"{pair.p_short_bins:.2g} if only the same five minutes are compared."
    )


def _share_of_chance(pair: CoordinatedPair, tested: int) -> str:
    share = pair.q * 100
    at_most = f"{share:.2g} %" if share >= 0.1 else "0.1 %"
    if pair.by_group:
        return (
            "By itself the pair could be chance; together with the others of its group it is not: at most "
            f"{at_most} of the groups, and of the members, that are at least as strong are by chance."
        )
    return (
        f"One of {tested:,} pairs that were tested; at most {at_most} of the pairs that are at least as strong "
        "are by chance."
    )
