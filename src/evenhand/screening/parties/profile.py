"""What is compared of a party or a listed entity, read once into comparable form."""

import re
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from evenhand.model.accounts import account_of_app
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import NAME_PROPERTIES, TERRITORY, ListedEntity
from evenhand.model.party import Advertiser, Payer
from evenhand.screening.names.lookalike_signs import letters_for_signs
from evenhand.screening.names.name_variants import name_variants
from evenhand.screening.names.normal_form import Name, read_name
from evenhand.screening.names.slavic_spellings import in_english_spelling
from evenhand.screening.names.translations import in_english, translated
from evenhand.screening.parties.hosts import accounts, host_in_name, hosts
from evenhand.screening.parties.identifiers import Number, numbers_of_entity, numbers_of_party
from evenhand.screening.parties.listed_numbers import COMPARED_NUMBERS

WEAK = "weakAlias"
RESPELLED = "respelled"
"""The field of a reading of our own name in another spelling: it is no further name of ours."""
MEDIA = "controlTypology"
"""The field that tells a news outlet of a typology from a designated party."""
# `حزب الله` and `نصر الله` are words of one in lists: HIZBALLAH, NASRALLAH.
_OF_GOD = re.compile(r"(?<=\w)[ \u200c]+(الله)\b")
_NONE: frozenset[str] = frozenset()
_COUNTRY_FIELDS = ("country", "nationality", "citizenship", "jurisdiction", "mainCountry")
CLAIMED = "*"
"""The country of an entry in a territory, beside the one whose part its code names: others may claim it."""

COMPARED = frozenset(COMPARED_NUMBERS).union(
    NAME_PROPERTIES, _COUNTRY_FIELDS, (TERRITORY, "schema", "birthDate", "website", "account")
)
"""INVARIANT: every field of a listed entity that its profile is made of; an entry amended in others is as it was."""


class Profile(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The comparable side of a party or entity. `births` are `YYYY[-MM[-DD]]`; `numbers` maps to the property."""

    schema: str
    names: tuple[Name, ...]
    countries: frozenset[str]
    births: tuple[str, ...]
    hosts: frozenset[str]
    accounts: frozenset[str]
    numbers: dict[Number, str]

    @property
    def person(self) -> bool:
        """Whether it is a natural person."""
        return self.schema == "Person"

    @property
    def called(self) -> str:
        """The first name as it is written, ``""`` if there is none."""
        return self.names[0].text if self.names else ""


def profile_of_party(party: Payer, suffixes: Suffixes) -> Profile:
    """Return what screening compares of an advertiser, payer or owner."""
    written = (("name", party.name), *(("alias", alias) for alias in party.aliases))
    named = [host for _, text in written if "." in text and (host := host_in_name(text, suffixes))]
    respelled = tuple([(RESPELLED, each) for _, text in written for each in in_english_spelling(text)])
    return Profile(
        schema=party.schema,
        names=_names((*written, *respelled), person=party.schema == "Person"),
        countries=frozenset((party.country.lower(),)) if party.country else _NONE,
        births=(party.birth_date,) if party.birth_date else (),
        hosts=hosts(party.domains).union(named) if party.domains or named else _NONE,
        accounts=_accounts_of(party),
        numbers=dict.fromkeys(numbers_of_party(party), "identifiers") if party.identifiers else {},
    )


def _accounts_of(party: Payer) -> frozenset[str]:
    """Return the accounts of a party; of an advertiser its apps are among them, each as its page in a store is."""
    apps = map(account_of_app, party.bundles) if isinstance(party, Advertiser) and party.bundles else ()
    return accounts((*party.accounts, *apps)) if party.accounts or apps else _NONE


def profile_of_entity(entity: ListedEntity) -> Profile:
    """Return what screening compares of a listed entity."""
    written = tuple([(field, text) for field in NAME_PROPERTIES for text in entity.values(field)])
    websites, handles = entity.values("website"), entity.values("account")
    return Profile(
        schema=entity.schema,
        names=_names(written, person=entity.schema == "Person"),
        countries=frozenset(entity.values(*_COUNTRY_FIELDS)).union(_claimants(entity.values(TERRITORY))),
        births=entity.values("birthDate"),
        hosts=hosts(websites) if websites else _NONE,
        accounts=accounts((*handles, *websites)) if handles or websites else _NONE,
        numbers=dict(numbers_of_entity(entity)),
    )


def _claimants(territories: tuple[str, ...]) -> tuple[str, ...]:
    return (*(code[:2] for code in territories), CLAIMED) if territories else ()


def _names(written: tuple[tuple[str, str], ...], *, person: bool) -> tuple[Name, ...]:
    """Return every reading once; the first field that gives it stays."""
    found: dict[tuple[object, ...], Name] = {}
    for field, text in written:
        for reading in _readings(text, person=person):
            for name in (read_name(reading, field, person=person), *_folded(reading, field, person=person)):
                if name.tokens or name.numbers:
                    found.setdefault((name.tokens, name.numbers, name.form), name)
    return tuple(found.values())


def _folded(reading: str, field: str, *, person: bool) -> Iterator[Name]:
    """Yield the names that a reading is with letters for its digits and signs; they keep how they were written."""
    for letters in letters_for_signs(reading, person=person):
        yield replace(read_name(letters, field, person=person), text=reading, folded=True)


def _readings(text: str, *, person: bool) -> tuple[str, ...]:
    found = name_variants(text)
    if not text.isascii():
        found += tuple(joined for each in found if (joined := _OF_GOD.sub("\\1", each)) != each)
    if person:
        return found
    english = [english_text for each in found if (english_text := in_english(each))]
    if not text.isascii():
        english += [english_text for each in found if (english_text := translated(each))]
    return (*found, *english) if english else found
