"""What each attribute of the house schema is in plain words, and its values with their unit."""

import re
from typing import Any


def spoken(name: str) -> str:
    """Return a name of the schema as words.

    >>> spoken("designated_share_bp"), spoken("ControlType"), spoken("Shop::Payer")
    ('designated share bp', 'control type', 'payer')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.rpartition("::")[2]).replace("_", " ").strip().lower()


_LISTED = "share held by listed parties"
_REGIMES = {
    "eu": "EU", "un": "UN", "uk": "UK (largest single holder)", "us": "US", "us_cuba_iran": "US Cuba and Iran",
    "house": "the network's own",
}  # fmt: skip
_SHARES = {
    f"{kind}.regime_share_bp.{key}": f"{spoken(kind)}'s {_LISTED}, lists: {name}"
    for kind in ("Advertiser", "Payer")
    for key, name in _REGIMES.items()
}
_LEVEL = "level of verification (0 none, 1 declared, 2 document, 3 register)"

WORDS = _SHARES | {
    "Designation.publisher": "publisher of the list",
    "Designation.house": "whether the list is the network's own",
    "Payer.country": "payer's country",
    "Payer.verification": f"payer's {_LEVEL}",
    "Payer.designated_share_bp": f"payer's {_LISTED}, all lists together",
    "Payer.regime_share_bp": f"payer's {_LISTED}, by regime",
    "Advertiser.country": "advertiser's country",
    "Advertiser.owner_countries": "countries of the advertiser's owners",
    "Advertiser.union_established": "whether the advertiser is established in the Union",
    "Advertiser.third_country_controlled": "whether a third country controls the advertiser",
    "Advertiser.languages": "languages of the advertiser's creatives",
    "Advertiser.scripts": "scripts of the advertiser's names",
    "Advertiser.spend_micros": "advertiser's spend so far",
    "Advertiser.verification": f"advertiser's {_LEVEL}",
    "Advertiser.first_seen": "first day that the network knew the advertiser",
    "Advertiser.designated_share_bp": f"advertiser's {_LISTED}, all lists together",
    "Advertiser.possible_share_bp": "advertiser's share that listed parties may hold, beyond what is known",
    "Advertiser.regime_share_bp": f"advertiser's {_LISTED}, by regime",
    "Advertiser.designated_control": "whether a listed party controls the advertiser by other means (confirmed)",
    "Advertiser.media": "what is known of the advertiser as a news outlet",
    "Advertiser.media.sections": "sections of the news outlet",
    "Advertiser.media.control": "ways in which a state controls the news outlet",
    "Advertiser.media.taxpayer_funded": "whether taxpayers fund the news outlet",
    "Advertiser.media.editorially_independent": "whether the news outlet is editorially independent",
    "Advertiser.association": "whom the advertiser resembles or meets",
    "Advertiser.association.cluster_size": "number of advertisers that act alike",
    "Advertiser.association.similarity": "similarity to those advertisers, from 0 to 1",
    "Advertiser.association.listed_links": "links from the advertiser to listed parties",
    "Advertiser.evidence": "evidence about the advertiser",
    "Advertiser.evidence.named_sources": "independent named sources",
    "Advertiser.evidence.official_documents": "official documents",
    "Advertiser.evidence.anonymous_sources": "unnamed sources",
    "Advertiser.evidence.denied": "whether the advertiser denies it",
    "Advertiser.circumvention_confirmed": "whether circumvention of a decision is confirmed",
    "Campaign.content": "kinds of content of the campaign",
    "Campaign.landing_host": "website that the campaign leads to",
    "Campaign.budget_micros": "campaign's budget",
    "Creative.content": "kinds of content of the creative",
    "Creative.landing_host": "website that the creative leads to",
    "Placement.territory": "country where the placement is shown",
    "Placement.slot": "placement's slot",
    "Account.holder_matches": "whether the account's holder is the party",
    "context.at": "instant of the request",
    "context.payer": "payer of the request",
    "context.payer_disclosed": "whether the payer is disclosed",
    "context.territories": "countries where the campaign runs",
    "context.bound_by": "places whose law binds the network",
    "context.political": "whether the advertising is political",
    "context.vote": "vote that is near",
    "context.vote.union_wide_rules": "whether the rules of the whole Union hold for the vote",
    "context.vote.window_opens": "start of the period before the vote",
    "context.vote.closes": "end of the vote",
    "context.origin_ip": "internet address that the order came from",
    "context.placement": "placement of the request",
    "context.label_present": "whether the advertising is labelled",
    "context.amount_micros": "amount to be paid out",
}
_SPECIAL = {"@id": "id", "@parents": "lists", "@tags": "tags"}


def attribute_words(path: str) -> str:
    """Return an attribute in plain words; one of another schema by its own name.

    >>> attribute_words("Payer.designated_share_bp"), attribute_words("Shop.opening_hours")
    ("payer's share held by listed parties, all lists together", "shop's opening hours")
    """
    if path in WORDS:
        return WORDS[path]
    owner, _, rest = path.partition(".")
    name = ", ".join(_SPECIAL.get(part) or spoken(part) for part in rest.split("."))
    of = owner.partition("::")[2].strip('"') if '::"' in owner else spoken(owner)
    return name if owner == "context" else f"{of}'s {name}"


def value_words(path: str, value: Any) -> str:
    """Return a value as people write it: shares in percent, money in units of the currency.

    >>> value_words("Payer.designated_share_bp", 4096), value_words("Campaign.budget_micros", 1_500_000)
    ('40.96 %', '1.50')
    """
    names = path.split(".")
    if isinstance(value, int) and not isinstance(value, bool):
        if any(name.endswith("_bp") for name in names):
            return f"{value / 100:g} %"
        if names[-1].endswith("_micros"):
            return f"{value / 1_000_000:,.2f}"
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(value_words(path, each) for each in value) or "none"
        case _:
            return f"`{value}`"
