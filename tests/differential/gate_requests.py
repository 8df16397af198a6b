"""Made-up advertisers and serve requests under the house's schema, and rules in the words that the gate knows."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.countries import territories_of
from evenhand.model.facts import Facts
from evenhand.workflows.evaluation.facts import instant, reference

Raw = dict[str, Any]

RUN = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNIONS: Mapping[str, tuple[str, ...]] = {"EEA": ("DE", "FR", "IE", "NO"), "EU": ("DE", "FR", "IE")}
COUNTRIES = ("DE", "FR", "IE", "NO", "US", "CH")
SLOTS = ("news.example", "com.made.up", "feed")
VERDICTS = ("refuse", "hold", "limit", "label")

# Each says something of the request, or of the party, or errs for some parties.
ATOMS = tuple(
    """
context.political
!context.political
context.political == principal.designated_control
principal has possible_share_bp && principal.possible_share_bp >= 2500
context.territories.contains("EU")
context.territories.containsAny(["DE", "US"])
context has vote
context.territories.containsAll(["EU", "IE"])
["NO", "EU"].containsAny(context.territories)
context.at < datetime("2026-03-20")
context.at <= datetime("2026-03-09T12:00:00Z")
context.at > datetime("2026-03-30")
context.at >= datetime("2020-01-01")
context.at == datetime("2026-03-12T12:00:00Z")
datetime("2026-04-01") > context.at
context.at.durationSince(principal.first_seen) < duration("14d")
context.at.durationSince(principal.first_seen).toDays() >= 20
datetime("2026-04-11").durationSince(context.at) <= duration("30d")
datetime("2026-04-01").durationSince(context.at).toHours() < 48
context.at.durationSince(datetime("2026-03-22")).toDays() == 0
context.at.durationSince(datetime("2026-03-22")).toDays() < -3
context.at.offset(duration("36h")) > datetime("2026-03-25")
context.at.toTime() < duration("6h")
principal.first_seen.offset(context.at.durationSince(datetime("2026-01-01"))) < datetime("2026-05-01")
context.at.toTime().toHours() >= 18
context.at.toTime().toHours() == 12
context.at.offset(duration("2h")).toTime() >= duration("12h")
context.at.toDate() == datetime("2026-03-22")
context.at.toDate() > datetime("2026-03-28T01:00:00Z")
context.placement.territory == "DE"
context.placement.slot != "feed"
["DE", "CH"].contains(context.placement.territory)
["feed"].contains(context.placement.slot)
context has vote && context.at < context.vote.closes
context.payer_disclosed
context has vote && context.vote.union_wide_rules && context.at >= context.vote.window_opens
principal.verification < 2
principal.designated_control
context.payer.designated_share_bp >= 2500
principal in Designation::"possible-match"
principal.spend_micros + 9223372036854775807 > 0
principal.spend_micros * 9223372036854775807 >= 0
principal.country == "DE"
principal.evidence.named_sources > 1
principal has media
context.payer is Payer
""".strip().splitlines()
)


@dataclass(frozen=True)
class Served:
    """A serve request as facts for Cedar, and as the gate sees it."""

    facts: Facts
    circumstances: Circumstances


def condition(chance: random.Random, depth: int) -> str:
    """Return a condition of atoms in nested operations."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(ATOMS)
    first, second, third = (condition(chance, depth - 1) for _ in range(3))
    return chance.choice((
        f"({first}) && ({second})", f"({first}) && ({second})", f"({first}) || ({second})", f"!({first})",
        f"if {first} then {second} else {third}", f"({first}) == ({second})",
    ))  # fmt: skip


def advertiser_facts(chance: random.Random) -> Facts:
    """Return the facts of a made-up advertiser's standing request, not political and without a vote."""
    share, payers_share = (chance.choice((0, 0, 0, 2_400, 2_500, 4_999, 5_000)) for _ in range(2))
    payer = {"uid": uid("Payer", "p"), "parents": above(chance), "attrs": {
        "country": "DE", "verification": chance.randint(0, 3), "designated_share_bp": payers_share}}  # fmt: skip
    principal: Raw = {"uid": uid("Advertiser", "a"), "parents": above(chance), "attrs": {
        "country": chance.choice(COUNTRIES), "owner_countries": [], "union_established": chance.random() < 0.5,
        "third_country_controlled": chance.random() < 0.3, "languages": ["de"], "scripts": ["Latn"],
        "spend_micros": chance.choice((0, 1, 7)), "verification": chance.randint(0, 3),
        "first_seen": instant(RUN - timedelta(days=chance.choice((0, 2, 10, 13, 14, 400)))),
        "designated_share_bp": share, "designated_control": chance.random() < 0.2,
        "association": {"cluster_size": chance.choice((0, 5)), "listed_links": 0,
                        "similarity": {"__extn": {"fn": "decimal", "arg": chance.choice(("0.0", "0.95"))}}},
        "evidence": {"named_sources": chance.choice((0, 0, 2)), "official_documents": 0, "anonymous_sources": 0,
                     "denied": False},
        "circumvention_confirmed": chance.random() < 0.1}}  # fmt: skip
    if chance.random() < 0.3:
        principal["attrs"]["media"] = {
            "sections": [reference("ContentKind", chance.choice(("news", "sport")))],
            "control": [reference("ControlType", "editorial_content")],
            "taxpayer_funded": chance.random() < 0.5, "editorially_independent": True,
        }  # fmt: skip
    for name in ("union_established", "third_country_controlled"):  # nobody may know
        if chance.random() < 0.2:
            del principal["attrs"][name]
    if chance.random() < 0.2:
        principal["attrs"]["possible_share_bp"] = chance.choice((2_499, 2_499, 2_500))
    campaign = {"uid": uid("Campaign", "-"), "parents": [],
                "attrs": {"content": [], "landing_host": "", "budget_micros": 0}}  # fmt: skip
    context = {"at": instant(RUN), "payer": reference("Payer", "p"), "payer_disclosed": True, "political": False,
               "territories": ["DE", "EEA", "EU", "IE"]}  # fmt: skip
    plain = {"principal": principal["uid"], "action": uid("Action", "buy"), "resource": campaign["uid"],
             "context": context, "entities": [principal, payer, campaign, *DESIGNATIONS]}  # fmt: skip
    return msgspec.convert(plain, Facts)


def vote(chance: random.Random) -> Raw | None:
    """Return a vote that is not closed when the register is made, or None."""
    if chance.random() < 0.4:
        return None
    closes = RUN + timedelta(days=chance.choice((1, 10, 25)), hours=12)
    return {"union_wide_rules": chance.random() < 0.8, "window_opens": instant(closes - timedelta(days=20)),
            "closes": instant(closes)}  # fmt: skip


def served(known: Facts, chance: random.Random) -> Served:
    """Return a request to serve an advertisement of the party whose facts are known, not before the run."""
    country, slot = chance.choice(COUNTRIES), chance.choice(SLOTS)
    territories = territories_of(country, UNIONS) or frozenset[str]()
    political, at = chance.random() < 0.6, instant_after_run(chance)
    content = [reference("ContentKind", "news")] if chance.random() < 0.5 else []
    asked = Circumstances(political=political, at=at, country=country, territories=territories, placement=slot)
    return Served(whole(known, asked, content, label=chance.random() < 0.5), asked)


def whole(known: Facts, asked: Circumstances, content: Sequence[Raw] = (), *, label: bool = False) -> Facts:
    """Return the facts of a whole serve request: what is known beforehand, and its circumstances."""
    creative = {"uid": uid("Creative", "-"), "parents": [], "attrs": {"content": content, "landing_host": "a.example"}}
    place = {"territory": asked.country, "slot": asked.placement}
    placement = {"uid": uid("Placement", "-"), "attrs": place, "parents": []}
    context = known.context | {
        "at": instant(asked.at), "territories": sorted(asked.territories or ()), "political": asked.political,
        "placement": reference("Placement", "-"), "label_present": label,
    }  # fmt: skip
    entities = [*msgspec.to_builtins(known.entities), creative, placement]
    return msgspec.convert({**msgspec.to_builtins(known), "context": context, "entities": entities}, Facts)


def instant_after_run(chance: random.Random) -> datetime:
    """Return an instant of the 40 days from the run on: any second, the run's time of day, or midnight."""
    later = RUN + timedelta(days=chance.randint(0, 40))
    any_second = RUN + timedelta(seconds=chance.randint(0, 40 * 86_400))
    return chance.choice((RUN, later, any_second, RUN.replace(day=chance.randint(3, 31), hour=0)))


def above(chance: random.Random) -> list[Raw]:
    """Return the designations that a party is under; mostly none."""
    return [uid("Designation", chance.choice(("possible-match", "asset-freeze")))] if chance.random() < 0.2 else []


def uid(kind: str, name: str) -> Raw:
    """Return an entity's name in Cedar JSON."""
    return {"type": kind, "id": name}


DESIGNATIONS = [
    {"uid": uid("Designation", name), "attrs": {"publisher": "made-up", "house": True}, "parents": []}
    for name in ("possible-match", "asset-freeze")
]
