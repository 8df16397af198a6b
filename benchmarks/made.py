"""A made network of any size: invented advertisers, about one in a hundred like somebody listed."""

import csv
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.words import BRANDS, COUNTRIES, FAMILY, FORMS, GIVEN, OTHER_SCRIPTS, PLACES, SYLLABLES, TRADES
from evenhand.lists import read_list
from evenhand.model.listing import ListedEntity
from evenhand.model.party import Advertiser
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.operations import create_ledger

SEED = 2026
_PERSONS, _OTHER_SCRIPT, _LISTED = 0.08, 0.1, 0.01
_MADE_ENTITIES = 10_000

_HOUSE_LIST = (
    "id", "schema", "name", "alias", "country", "website", "account", "registration_number", "jurisdiction",
    "birth_date", "topic", "since", "until", "note",
)  # fmt: skip

# Folders of `EVENHAND_DATA`/screening/lists, by list key.
REAL_LISTS = {
    "ofac-sdn": "ofac_sdn_20210707",
    "ofac-cons": "ofac_cons_20251219",
    "un-sc": "un_sc_20260227",
    "state-media": "state_media_202402",
}

_SETTINGS = """\
[network]
name = "Made network"
origin = "made-network.example/log"
zone = "Etc/UTC"
currency = "EUR"
territories = "EEA"
{lists}
[intake]
advertisers = "data/advertisers.csv"
payers = "data/payers.csv"
ownership = "data/ownership.csv"
campaigns = "data/campaigns.csv"
votes = "data/votes.csv"
max_refused_share = "0.01"
[intake.absent]
payer = "undisclosed"
political = "no"
[rulebook]
path = "rulebook"
historic = false
[ownership]
rule = "aggregate_50"
[gate]
unknown = "allow"
missing = "hold"
malformed = "hold"
mismatch = "note"
stale = "last"
fresh_for_hours = 24
[gate.political_categories]
1 = []
[reasons]
language = "en"
policy_name = "Advertising policy"
policy_url = "https://made-network.example/policy"
complaint_url = "https://made-network.example/complaints"
complaint_months = 6
out_of_court = "Any certified body can be called on."
judicial = "The courts remain open to you."
[retention]
snapshots_days = 365
"""


@dataclass(frozen=True)
class Made:
    """How large a made network is."""

    advertisers: int

    @property
    def campaigns(self) -> int:
        """Return the number of campaigns: half as many as advertisers."""
        return self.advertisers // 2

    @property
    def payers(self) -> int:
        """Return the number of payers that do not advertise: three in a hundred."""
        return max(1, self.advertisers * 3 // 100)

    @property
    def ownership(self) -> int:
        """Return the number of ownership rows: two in a hundred."""
        return max(1, self.advertisers // 50)


def make_network(folder: Path, size: Made, real_lists: Path | None) -> int:
    """Write a whole network and return how many listed entities it screens against.

    `real_lists` is the folder of the published lists; without it the network gets a made list. The same size gives
    the same tables, byte for byte.
    """
    chance = random.Random(SEED)
    (folder / "data").mkdir(parents=True)
    shutil.copytree(shipped_rulebook("house"), folder / "rulebook")
    if real_lists is not None:
        lists = {key: real_lists / name for key, name in REAL_LISTS.items()}
    else:
        lists = {"house-sanctions": _made_list(folder / "made-list.csv", chance)}
    listed = [entity for key, path in lists.items() for entity in read_list(path, key).entities]
    _write_tables(folder / "data", size, listed, chance)
    create_ledger(folder / "ledger", "made-network.example/log")
    blocks = (f'[[list]]\nkey = "{key}"\npath = "{path}"\n' for key, path in lists.items())
    (folder / "evenhand.toml").write_text(_SETTINGS.format(lists="".join(blocks)), encoding="utf-8")
    return len(listed)


def plain_advertisers(count: int, listed: Sequence[ListedEntity]) -> Iterator[Advertiser]:
    """Yield so many advertisers of a made network, one in a hundred like one of the listed; the same every time."""
    rows = _advertisers(Made(count), listed, ("p0",), random.Random(SEED))
    for party_id, name, schema, country, _, host, *_ in rows:
        yield Advertiser(id=party_id, name=name, schema=schema, country=country.upper(), domains=(host,))


def _made_list(path: Path, chance: random.Random) -> Path:
    """Write a house list of invented companies and persons, one in eight with a host."""
    rows = []
    for number in range(_MADE_ENTITIES):
        person = chance.random() < 0.4
        name = f"{_coined(chance)}, {_coined(chance)}" if person else f"{_coined(chance)} {_coined(chance)} Trading"
        host = f"https://listed-{number}.example/" if number % 8 == 0 else ""
        row = {"id": f"made-{number}", "schema": "Person" if person else "Company", "name": name, "country": "qp"}
        rows.append(row | {"website": host, "topic": "invented-programme"})
    _write(path, _HOUSE_LIST, ([row.get(column, "") for column in _HOUSE_LIST] for row in rows))
    return path


def _coined(chance: random.Random) -> str:
    """Return a word of three syllables that nobody advertises under."""
    return "".join(chance.choice(SYLLABLES) for _ in range(3)).title()


def _write_tables(data: Path, size: Made, listed: Sequence[ListedEntity], chance: random.Random) -> None:
    payers = [f"p{number}" for number in range(size.payers)]
    _write(
        data / "advertisers.csv",
        (
            "id",
            "name",
            "schema",
            "country",
            "languages",
            "domains",
            "payer_id",
            "first_seen",
            "prepaid",
            "verification",
        ),
        _advertisers(size, listed, payers, chance),
    )
    _write(
        data / "payers.csv",
        ("id", "name", "schema", "country", "domains", "verification"),
        ((payer, f"{_company(chance)} Holding", "Company", "ie", f"{payer}.example", "register") for payer in payers),
    )
    _write(
        data / "ownership.csv",
        ("owner", "owned", "share", "kind", "owner_name", "owner_country"),
        _ownership(size, listed, chance),
    )
    _write(
        data / "campaigns.csv",
        ("id", "advertiser_id", "payer_id", "status", "starts", "territories", "political", "content", "landing_url",
         "budget", "spent"),
        _campaigns(size, chance),
    )  # fmt: skip
    vote = ("EU", "2027-01-17", "2027-01-17", "yes")
    _write(data / "votes.csv", ("territory", "first_day", "last_day", "union_wide_rules"), [vote])


def _advertisers(
    size: Made, listed: Sequence[ListedEntity], payers: Sequence[str], chance: random.Random
) -> Iterator[tuple[str, ...]]:
    levels = ("register", "document", "declared", "none")
    for number in range(size.advertisers):
        language = "en"
        host = f"a{number}.example"
        if chance.random() < _LISTED:
            name, schema, host = _like(chance.choice(listed), host, chance)
        elif chance.random() < _PERSONS:
            name, schema = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}", "Person"
        elif chance.random() < _OTHER_SCRIPT:
            language, name = _other_script(chance)
            schema = "Company"
        else:
            name, schema = _company(chance), "Company"
        payer = chance.choice(payers) if chance.random() < 0.05 else ""
        seen = f"20{chance.randrange(15, 26)}-{chance.randrange(1, 13):02}-{1 + number % 28:02}"
        prepaid = f"{chance.randrange(0, 5000)}.00"
        country = chance.choice(COUNTRIES[language])
        yield f"a{number}", name, schema, country, language, host, payer, seen, prepaid, chance.choice(levels)


def _like(entity: ListedEntity, host: str, chance: random.Random) -> tuple[str, str, str]:
    """Return a name, schema and host like a listed entity's: rewritten name, or its own host under another name."""
    websites = entity.values("website")
    schema = entity.schema if entity.schema in ("Person", "Organization", "Company") else "Organization"
    if websites and chance.random() < 0.5:
        return _company(chance), schema, websites[0]
    name = chance.choice((entity.caption, *entity.values("alias")))
    words = name.replace(",", " ").split()
    match chance.randrange(4):
        case 0:
            name = " ".join(words).title()
        case 1:
            name = " ".join(words[::-1]).lower()
        case 2:
            name = " ".join(words[:-1] or words)
        case _:
            name = f"{name} {chance.choice(TRADES)}"
    return name, schema, host


def _other_script(chance: random.Random) -> tuple[str, str]:
    language = chance.choice(sorted(OTHER_SCRIPTS))
    brands, trades = OTHER_SCRIPTS[language]
    brand, trade = chance.choice(brands), chance.choice(trades)
    return language, f"{brand}{trade}" if language == "zh" else f"{trade} {brand} {chance.choice(brands)}"


def _company(chance: random.Random) -> str:
    words = (chance.choice(BRANDS), chance.choice(PLACES), chance.choice(TRADES), chance.choice(FORMS))
    return " ".join(filter(None, words))


def _ownership(size: Made, listed: Sequence[ListedEntity], chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Yield owners of some advertisers: advertisers, payers, and third parties of whom a few bear a listed name."""
    for number in range(size.ownership):
        owned, share = f"a{chance.randrange(size.advertisers)}", f"{chance.randrange(1, 50)} %"
        kind = "control" if chance.random() < 0.05 else "ownership"
        match chance.randrange(3):
            case 0:
                yield f"a{chance.randrange(size.advertisers)}", owned, share, kind, "", ""
            case 1:
                yield f"p{chance.randrange(size.payers)}", owned, share, kind, "", ""
            case _:
                name = chance.choice(listed).caption if chance.random() < 0.1 else f"{_company(chance)} Trust"
                yield f"third{number}", owned, share, kind, name, "ie"


def _campaigns(size: Made, chance: random.Random) -> Iterator[tuple[str, ...]]:
    for number in range(size.campaigns):
        advertiser = f"a{chance.randrange(size.advertisers)}"
        draw = chance.random()
        payer = "" if draw < 0.02 else f"p{chance.randrange(size.payers)}" if draw < 0.1 else advertiser
        political = chance.random() < 0.03
        places = "" if chance.random() < 0.7 else "DE;IE"
        yield (
            f"c{number}", advertiser, payer, chance.choice(("running", "running", "paused", "ended")), "2026-09-01",
            places, "yes" if political else "no", "political" if political else "commercial",
            f"https://{advertiser}.example/", f"{chance.randrange(500, 9000)}.00", f"{chance.randrange(0, 500)}.00",
        )  # fmt: skip


def _write(path: Path, heading: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(heading)
        table.writerows(rows)
