"""Made facts for rulebooks of advertising: parties, campaigns and requests of every action, the same for a seed."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evenhand.store.shipped_rulebooks import shipped_rulebook

MORE = Path(__file__).parent / "rulebooks" / "more.cedar"

_DESIGNATIONS = ("asset-freeze", "caatsa-231", "house-review", "eu-269-2014", "ofac-sdn", "un-1267")
_KINDS = (
    "news",
    "opinion",
    "political",
    "issue",
    "entertainment",
    "sport",
    "travel",
    "commercial",
    "public_information",
)
_CONTROLS = ("editorial_content", "financial_ownership", "interference_with_staff", "political_pressure")
_COUNTRIES = ("AT", "DE", "FR", "BR", "IN", "KE", "US", "RU", "CN", "QA")
_HOSTS = ("shop.example", "xn--bcher-kva.example", "the-official-news.example", "", "news.example", "a_login.example")
_MISSING, _PLACEMENTS = 0.01, 50

Raw = dict[str, Any]


def rules_text() -> tuple[str, str]:
    """Return the policies, more than fifty, and their schema: the shipped rulebook and more of its kind."""
    house = shipped_rulebook("house")
    return (house / "house.cedar").read_text() + MORE.read_text(), (house / "schema.cedarschema").read_text()


def made_entities(parties: int, seed: int) -> list[Raw]:
    """Return entities of so many advertisers; one in a hundred that something may refer to is not there."""
    chance = random.Random(seed)
    entities = [_advertiser(f"adv-{number}", chance) for number in range(parties)]
    entities += [_payer(f"payer-{number}", chance) for number in range(parties // 4)]
    entities += [_campaign(f"c-{number}", chance) for number in range(parties)]
    entities += [_creative(f"v-{number}", chance) for number in range(parties)]
    entities += [_placement(f"p-{number}", chance) for number in range(_PLACEMENTS)]
    entities += [_account(f"acc-{number}", chance) for number in range(parties // 4)]
    kept = [each for each in entities if chance.random() > _MISSING]
    return [*(_designation(name) for name in _DESIGNATIONS), *kept]


def made_requests(parties: int, seed: int) -> Iterator[Raw]:
    """Yield requests about those entities without end: nine of ten to buy or serve, one to pay out."""
    chance = random.Random(seed)
    while True:
        yield _request(parties, chance)


def _request(parties: int, chance: random.Random) -> Raw:
    action = chance.choices(("buy", "serve", "pay_out"), (45, 45, 10))[0]
    number, payer, account = chance.randrange(parties), chance.randrange(parties // 4), chance.randrange(parties // 4)
    principal = _uid("Advertiser", f"adv-{number}")
    if action == "pay_out":
        if chance.random() < 0.5:
            principal = _uid("Payer", f"payer-{payer}")
        context: Raw = {"at": _instant(chance), "territories": _territories(chance), "amount_micros": _money(chance)}
        resource = _uid("Account", f"acc-{account}")
    else:
        context = _dealing(payer, chance)
        resource = _uid("Campaign", f"c-{chance.randrange(parties)}")
    if action == "serve":
        context |= {
            "placement": _ref("Placement", f"p-{chance.randrange(_PLACEMENTS)}"),
            "label_present": chance.random() < 0.9,
        }
        resource = _uid("Creative", f"v-{chance.randrange(parties)}")
    return {"principal": principal, "action": _uid("Action", action), "resource": resource, "context": context}


def _dealing(payer: int, chance: random.Random) -> Raw:
    context: Raw = {
        "at": _instant(chance),
        "payer": _ref("Payer", f"payer-{payer}"),
        "payer_disclosed": chance.random() < 0.95,
        "territories": _territories(chance),
        "political": chance.random() < 0.2,
    }
    if chance.random() < 0.3:
        opens, closes = sorted((chance.randrange(1, 13), chance.randrange(1, 13)))
        context["vote"] = {
            "union_wide_rules": chance.random() < 0.7,
            "window_opens": _datetime(f"2026-{opens:02}-01"),
            "closes": _datetime(f"2026-{closes:02}-28"),
        }
    return context


def _advertiser(name: str, chance: random.Random) -> Raw:
    attrs: Raw = {
        "country": chance.choice(_COUNTRIES),
        "owner_countries": _some(_COUNTRIES, chance),
        "union_established": chance.random() < 0.7,
        "third_country_controlled": chance.random() < 0.1,
        "languages": _some(("de", "fr", "ru", "en"), chance),
        "scripts": _some(("Latn", "Cyrl"), chance),
        "spend_micros": _money(chance),
        "verification": chance.choices((0, 1, 2, 3), (5, 15, 30, 50))[0],
        "first_seen": _datetime(f"{chance.choice((2016, 2019, 2025, 2026))}-{chance.randrange(1, 13):02}-01"),
        "designated_share_bp": chance.choices((0, 1_000, 3_000, 6_000), (90, 4, 3, 3))[0],
        "designated_control": chance.random() < 0.02,
        "association": {
            "cluster_size": chance.choices((0, 3, 6, 50), (90, 4, 4, 2))[0],
            "similarity": {"__extn": {"fn": "decimal", "arg": f"0.{chance.randrange(10_000):04}"}},
            "listed_links": chance.choices((0, 1, 4), (90, 7, 3))[0],
        },
        "evidence": {
            "named_sources": chance.choices((0, 1, 3), (90, 7, 3))[0],
            "official_documents": chance.choices((0, 1, 2), (92, 5, 3))[0],
            "anonymous_sources": chance.randrange(4),
            "denied": chance.random() < 0.1,
        },
        "circumvention_confirmed": chance.random() < 0.02,
    }
    if chance.random() < 0.2:
        attrs["media"] = {
            "sections": _members("ContentKind", _KINDS, chance),
            "control": _members("ControlType", _CONTROLS, chance),
            "taxpayer_funded": chance.random() < 0.4,
            "editorially_independent": chance.random() < 0.5,
        }
    return _entity(_uid("Advertiser", name), attrs, _listed(chance))


def _payer(name: str, chance: random.Random) -> Raw:
    attrs = {
        "country": chance.choice(_COUNTRIES),
        "verification": chance.randrange(4),
        "designated_share_bp": chance.choices((0, 3_000, 6_000), (92, 4, 4))[0],
    }
    return _entity(_uid("Payer", name), attrs, _listed(chance))


def _campaign(name: str, chance: random.Random) -> Raw:
    attrs = _shown(chance) | {"budget_micros": _money(chance)}
    tags = {"review": chance.choice(("open", "closed"))} if chance.random() < 0.2 else {}
    return _entity(_uid("Campaign", name), attrs, []) | {"tags": tags}


def _creative(name: str, chance: random.Random) -> Raw:
    return _entity(_uid("Creative", name), _shown(chance), [_uid("Campaign", name.replace("v", "c"))])


def _placement(name: str, chance: random.Random) -> Raw:
    attrs = {"territory": chance.choice(("EU", *_COUNTRIES)), "slot": chance.choice(("feed", "page"))}
    return _entity(_uid("Placement", name), attrs, [])


def _account(name: str, chance: random.Random) -> Raw:
    return _entity(_uid("Account", name), {"holder_matches": chance.random() < 0.95}, [])


def _designation(name: str) -> Raw:
    parents = [] if name in _DESIGNATIONS[:3] else [_uid("Designation", "asset-freeze")]
    return _entity(_uid("Designation", name), {"publisher": "made", "house": name == "house-review"}, parents)


def _shown(chance: random.Random) -> Raw:
    return {"content": _members("ContentKind", _KINDS, chance), "landing_host": chance.choice(_HOSTS)}


def _listed(chance: random.Random) -> list[Raw]:
    return [_uid("Designation", chance.choice(_DESIGNATIONS))] if chance.random() < 0.05 else []


def _entity(uid: Raw, attrs: Raw, parents: list[Raw]) -> Raw:
    return {"uid": uid, "attrs": attrs, "parents": parents}


def _members(kind: str, names: tuple[str, ...], chance: random.Random) -> list[Raw]:
    return [_ref(kind, name) for name in _some(names, chance)]


def _some(names: tuple[str, ...], chance: random.Random) -> list[str]:
    return chance.sample(names, chance.randrange(0, 4) % len(names))


def _territories(chance: random.Random) -> list[str]:
    return ["EU", chance.choice(_COUNTRIES)] if chance.random() < 0.7 else _some(_COUNTRIES, chance)


def _money(chance: random.Random) -> int:
    return chance.choice((0, 1_000_000, 80_000_000_000, 200_000_000_000))


def _instant(chance: random.Random) -> Raw:
    return _datetime(f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T{chance.randrange(24):02}:00:00Z")


def _datetime(text: str) -> Raw:
    return {"__extn": {"fn": "datetime", "arg": text}}


def _ref(kind: str, name: str) -> Raw:
    return {"__entity": _uid(kind, name)}


def _uid(kind: str, name: str) -> Raw:
    return {"type": kind, "id": name}
