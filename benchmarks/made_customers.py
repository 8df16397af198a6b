"""A made network as a table of customers has it: what the plain one has in one form comes here in many.

German headings and numbers, semicolons, days of its own for each customer, several websites, other names, numbers of
registers, addresses and texts that many share, 38 countries, and orders for places of their own. Fast paths were built
beside the plain network; this one was made later, to see what they do elsewhere.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.made import SEED

_COUNTRIES = [
    "DE", "FR", "IT", "ES", "PL", "NL", "BE", "AT", "SE", "DK", "FI", "IE", "PT", "GR", "CZ", "HU", "RO", "BG", "HR",
    "SI", "SK", "LT", "LV", "EE", "LU", "MT", "CY", "US", "GB", "CH", "NO", "TR", "JP", "CN", "IN", "BR", "ZA", "UA",
]  # fmt: skip
_LANGUAGES = ["de", "fr", "it", "es", "pl", "nl", "en", "sv", "da", "fi", "pt", "el", "cs", "hu", "ro"]
_TOWNS = ("München", "Köln", "Straßburg", "Łódź")
_HEADING = (
    "Kundennr.", "Firma", "Rechtsform", "Land", "Sprachen", "Webseite", "Handelsname", "Handelsregisternummer",
    "USt-IdNr.", "accounts", "seats", "payer_id", "Kunde seit", "prepaid", "verification", "verified_on",
    "verified_until", "Ort", "Bemerkung", "address",
)  # fmt: skip
_ORDERS = (
    "id", "advertiser_id", "payer_id", "status", "starts", "ends", "territories", "political", "content",
    "landing_url", "budget", "spent", "targeting",
)  # fmt: skip
_UMLAUTS = str.maketrans({"a": "ä", "o": "ö", "e": "é"})


def rewrite_as_customers(network: Path) -> None:
    """Rewrite the tables of a plain made network; the same network gives the same tables, byte for byte."""
    chance, data = random.Random(SEED), network / "data"
    _write(data / "advertisers.csv", _HEADING, [_customer(row, chance) for row in _rows(data / "advertisers.csv")])
    orders = [each for row in _rows(data / "campaigns.csv") for each in _orders(row, chance)]
    _write(data / "campaigns.csv", _ORDERS, orders)
    texts = [
        (f"t-{order[0]}", order[0], f"Jetzt {chance.randrange(90)} % auf {chance.choice(('Schuhe', 'Öl & Gas'))}!",
         chance.choice(_LANGUAGES))
        for order in orders if chance.random() < 0.6
    ]  # fmt: skip
    _write(data / "creatives.csv", ("id", "campaign_id", "text", "language"), texts)
    owners = _rows(data / "ownership.csv")
    for row in owners:
        row["owner"], row["owned"] = _number(row["owner"]), _number(row["owned"])
    _write(data / "ownership.csv", tuple(owners[0]), [tuple(row.values()) for row in owners])
    settings = network / "evenhand.toml"
    creatives = 'votes = "data/votes.csv"\ncreatives = "data/creatives.csv"'
    settings.write_text(settings.read_text(encoding="utf-8").replace('votes = "data/votes.csv"', creatives))


def _customer(row: dict[str, str], chance: random.Random) -> tuple[str, ...]:
    own, country = row["id"], chance.choice(_COUNTRIES)
    name = row["name"].translate(_UMLAUTS) if chance.random() < 0.25 else row["name"]
    name = name.replace(" ", " & ", 1) if chance.random() < 0.15 else name
    sites = [row["domains"], *(f"{own}-{at}.{chance.choice(('de', 'com', 'fr'))}" for at in range(_few(chance)))]
    others = (f"{chance.choice(('Nova', 'Berg'))} {chance.choice(('Haus', 'Mode'))} {chance.randrange(9999)}"
              for _ in range(_few(chance)))  # fmt: skip
    return (
        _number(own), name, "" if row["schema"] == "Person" else chance.choice(("GmbH", "AG", "e.K.", "", "SARL")),
        country, "; ".join(chance.sample(_LANGUAGES, chance.choice((1, 1, 2)))), "; ".join(sites), "; ".join(others),
        f"HRB {chance.randrange(1000, 200_000)}" if country == "DE" else "",
        f"{country}{chance.randrange(10**8, 10**9)}" if chance.random() < 0.4 else "",
        f"youtube/{own}ch" if chance.random() < 0.2 else "", f"seat-{own}" if chance.random() < 0.3 else "",
        row["payer_id"], _day(chance, 2015), _money(chance.random() * 9_000, chance), row["verification"],
        _day(chance, 2020) if chance.random() < 0.5 else "", _day(chance, 2027) if chance.random() < 0.4 else "",
        chance.choice(_TOWNS), chance.choice(("", "k.A.", "siehe Akte; alt")),
        f"Hauptstraße {chance.randrange(200)}, {chance.choice(_TOWNS)}",
    )  # fmt: skip


def _orders(row: dict[str, str], chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Yield one to three orders for one."""
    political = row["political"] == "yes"
    for at in range(chance.choice((1, 1, 2, 3))):
        places = chance.sample(_COUNTRIES, chance.choice((1, 1, 2, 3, 8))) if chance.random() < 0.7 else []
        content = "political" if political else chance.choice(("commercial", "commercial", "news", "opinion"))
        yield (
            f"{row['id']}-{at}", _number(row["advertiser_id"]), _number(row["payer_id"]), row["status"],
            _day(chance, 2025), _day(chance, 2027) if chance.random() < 0.5 else "", "; ".join(places),
            "ja" if political else "nein", content, f"{row['landing_url']}lp/{chance.randrange(999)}?x=1&y=2",
            _money(float(row["budget"]), chance), _money(float(row["spent"]), chance),
            chance.choice(("", "sport;football", "18-24")),
        )  # fmt: skip


def _number(party: str) -> str:
    """Return the id of an advertiser as a number of a customer, any other as it is."""
    return f"KD_2024-{party[1:]}" if party[:1] == "a" and party[1:].isdigit() else party


def _few(chance: random.Random) -> int:
    return chance.choice((0, 0, 0, 1, 2))


def _day(chance: random.Random, first_year: int) -> str:
    """Return a day of that year or the next ten, before 2026 where the year is, as Germans write it."""
    last = 2026 if first_year < 2026 else first_year + 2
    return f"{chance.randrange(1, 29):02}.{chance.randrange(1, 13):02}.{chance.randrange(first_year, last)}"


def _money(amount: float, chance: random.Random) -> str:
    text = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    return f"{text} €" if chance.random() < 0.3 else text


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";", lineterminator="\n")
        table.writerow(heading)
        table.writerows(rows)
