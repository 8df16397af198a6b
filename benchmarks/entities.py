"""Made listed entities and made names to screen: any number, the same every time, with skewed frequencies of words."""

import random
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec.structs import replace

from benchmarks.made import plain_advertisers
from benchmarks.words import BRANDS, FAMILY, FORMS, GIVEN, PLACES, TRADES
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Advertiser

_COUNTRIES = tuple(a + b for a in "abcdefghijklm" for b in "nopqrstuvwxyz")
_PLAIN = frozenset((*BRANDS, *PLACES, *TRADES, *FORMS, *GIVEN, *FAMILY))
_PERSONS = 0.55
_GIVEN, _FAMILY, _BRANDS = 4_000, 120_000, 150_000
_OTHERWISE = str.maketrans("aeiou", "eaoie")
_ONSETS = (
    *"bcdfghjklmnprstvwyz",
    "br",
    "ch",
    "dr",
    "fr",
    "gl",
    "gr",
    "kh",
    "kr",
    "pl",
    "pr",
    "sh",
    "sl",
    "st",
    "tr",
    "zh",
    "",
)
_VOWELS = (*"aaaeeiioou", "ai", "au", "ei", "ia", "ou")
_CODAS = ("", "", "", "", "", "", *"lmnrst", "d", "k", "nd", "rg", "sk", "x")


def made_version(entries: int) -> ListVersion:
    """Return the version of a made list."""
    return ListVersion(
        key="made-up", publisher="made", sha256=f"{entries:064}", published_on=None, files={}, reader="made",
        reader_version=1, entries=entries,
    )  # fmt: skip


def made_entities(count: int, seed: int = 1) -> list[ListedEntity]:
    """Return so many persons and organisations, most with other names beside the first.

    Four persons in a hundred bear the most frequent given name, as in real lists (3.8 of UN, SDN and consolidated do);
    three in a thousand the most frequent family name; most words stand in a few names of a million. Names are coined
    of sounds; nobody real is meant.
    """
    return list(one_by_one(count, seed))


def one_by_one(count: int, seed: int = 1) -> Iterator[ListedEntity]:
    """Yield the same entities, so that nobody need hold a million of them."""
    chance = random.Random(seed)
    return (_entity(number, chance) for number in range(count))


def made_queries(entities: Sequence[ListedEntity], count: int, seed: int = 2) -> Iterator[tuple[Advertiser, str]]:
    """Yield so many advertisers: three in ten a listed entity, written otherwise, with its id; else ``""``."""
    chance = random.Random(seed)
    for number in range(count):
        listed = chance.random() < 0.3
        entity = chance.choice(entities) if listed else _entity(number, chance)
        name = _rewritten(chance.choice(entity.values("name", "alias")), chance) if listed else entity.caption
        yield (
            Advertiser(
                id=str(number),
                name=name,
                schema=entity.schema,
                country=entity.values("country")[0].upper(),
                birth_date=entity.values("birthDate")[0] if entity.values("birthDate") else "",
            ),
            entity.id if listed else "",
        )


def made_advertisers(count: int, listed: Sequence[ListedEntity]) -> Iterator[Advertiser]:
    """Yield advertisers, one in a hundred like one of the listed: half named in plain words, half with coined ones.

    Among 561 of them are 1.4 different words a name; among the 561 ordinary advertisers of the hard set 1.66.
    """
    chance = random.Random(3)
    for number, plain in enumerate(plain_advertisers(count, listed)):
        if number % 2 or not _PLAIN.issuperset(plain.name.split()) or plain.domains[0] != f"{plain.id}.example":
            yield plain
            continue
        coined = _entity(number, chance)
        words = coined.caption.replace(",", "").split()
        name = " ".join([*words[1:], words[0].title()]) if coined.schema == "Person" else coined.caption
        yield replace(plain, name=name, schema=coined.schema)


def _entity(number: int, chance: random.Random) -> ListedEntity:
    person = chance.random() < _PERSONS
    words = _person(chance) if person else _organisation(chance)
    names = [_in_list_order(words) if person else " ".join(words)]
    while chance.random() < 0.55 and len(names) < 6:
        names.append(_other(words, person, chance))
    properties = {
        "name": tuple(names[:1]),
        "alias": tuple(dict.fromkeys(names[1:])),
        "country": (_skewed(_COUNTRIES, chance),),
    }
    if person and chance.random() < 0.6:
        born = f"{chance.randrange(1930, 2000)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        properties["birthDate"] = (born,)
    if not person and chance.random() < 0.2:
        properties["registrationNumber"] = (str(chance.randrange(10**7, 10**10)),)
    if not person and chance.random() < 0.1:
        properties["website"] = (f"https://{words[0].lower()}-{number}.example/",)
    schema = "Person" if person else "Organization"
    return ListedEntity(id=f"made-{number}", schema=schema, caption=names[0], properties=properties)


def _person(chance: random.Random) -> list[str]:
    given = [_word(_rank(_GIVEN, 2.2, chance), "g") for _ in range(chance.choice((1, 1, 2, 2, 3)))]
    return [*given, _word(_rank(_FAMILY, 2, chance), "f")]


def _organisation(chance: random.Random) -> list[str]:
    brand = [_word(_rank(_BRANDS, 2, chance), "b") for _ in range(chance.choice((1, 1, 1, 2)))]
    said = [chance.choice(TRADES)] if chance.random() < 0.8 else []
    where = [chance.choice(PLACES)] if chance.random() < 0.3 else []
    return [*brand, *where, *said, *filter(None, [chance.choice(FORMS)])]


def _in_list_order(words: Sequence[str]) -> str:
    return f"{words[-1].upper()}, {' '.join(words[:-1])}"


def _other(words: Sequence[str], person: bool, chance: random.Random) -> str:
    """Return another name of the same: other letters, fewer words, another order, or a second brand."""
    match chance.randrange(4):
        case 0:
            at = chance.randrange(len(words))
            return " ".join(word.translate(_OTHERWISE) if place == at else word for place, word in enumerate(words))
        case 1 if len(words) > 2:
            return " ".join(words[1:] if person else words[:-1])
        case 2 if person:
            return " ".join(words)
        case _:
            return " ".join([*words, _word(_rank(_FAMILY if person else _BRANDS, 2, chance), "b")])


def _rewritten(name: str, chance: random.Random) -> str:
    words = name.replace(",", "").split()
    at = chance.randrange(len(name))
    match chance.randrange(4):
        case 0:
            return " ".join(words).title()
        case 1:
            return " ".join(words[::-1]).lower()
        case 2:
            return f"{name[:at]}{name[at + 1 :]}"
        case _:
            return f"{name} {chance.choice(FORMS)}".strip()


def _rank(size: int, skew: float, chance: random.Random) -> int:
    """Return a place in a table of words; the first is `size` ** (1 - 1 / skew) times as frequent as the mean."""
    return int(size * chance.random() ** skew)


def _skewed(values: Sequence[str], chance: random.Random) -> str:
    return values[_rank(len(values), 2, chance)]


@lru_cache(maxsize=1 << 19)
def _word(rank: int, kind: str) -> str:
    """Return the word of a place in a table, always the same; frequent words are short."""
    chance = random.Random(f"{kind}{rank}")
    most = 2 if rank < 1_000 else 3
    syllables = [
        chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS) for _ in range(chance.randint(2, most))
    ]
    return "".join(syllables).title()
