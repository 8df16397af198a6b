"""Made-up parties, entities and lists for the screening tests."""

from typing import Any

from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Advertiser, Identifier, Payer
from evenhand.screening import Index
from tests.suffixes import SUFFIXES


def entity(entity_id: str, schema: str = "Organization", **properties: Any) -> ListedEntity:
    kept = {name: tuple([value] if isinstance(value, str) else value) for name, value in properties.items()}
    return ListedEntity(id=entity_id, schema=schema, caption=kept.get("name", ("",))[0], properties=kept)


def advertiser(name: str, **fields: Any) -> Advertiser:
    return Advertiser(id=fields.pop("id", "a1"), name=name, **fields)


def number(scheme: str, value: str, jurisdiction: str = "") -> Identifier:
    return Identifier(scheme=scheme, value=value, jurisdiction=jurisdiction)


def version(key: str, entries: int = 0) -> ListVersion:
    return ListVersion(
        key=key,
        publisher="made-up",
        sha256="ab" * 32,
        published_on=None,
        files={},
        reader="ftm",
        reader_version=1,
        entries=entries,
    )


def index_of(*entities: ListedEntity, key: str = "house-made-up") -> Index:
    return Index([(version(key, len(entities)), entities)], SUFFIXES)


def names_of(party: Payer) -> tuple[str, ...]:
    return (party.name, *party.aliases)
