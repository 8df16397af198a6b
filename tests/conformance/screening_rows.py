"""Test rows as parties and listed entities: FollowTheMoney-like properties, each a text or a list of texts."""

from typing import Any

from evenhand.model.listing import ListedEntity
from evenhand.model.party import Advertiser, Identifier

Properties = dict[str, str | list[str] | None]

_SCHEMES = {
    "registrationNumber": "registration", "taxNumber": "tax", "vatCode": "vat", "leiCode": "lei", "dunsCode": "duns",
    "swiftBic": "swift", "imoNumber": "imo", "innCode": "ru-inn", "ogrnCode": "ogrn",
}  # fmt: skip
_NAME_PARTS = ("firstName", "secondName", "middleName", "fatherName", "lastName")


def texts(properties: dict[str, Any], name: str) -> tuple[str, ...]:
    value = properties.get(name) or ()
    return (value,) if isinstance(value, str) else tuple(value)


def _names(properties: dict[str, Any]) -> tuple[str, ...]:
    joined = " ".join(part for name in _NAME_PARTS for part in texts(properties, name)[:1])
    return texts(properties, "name") or ((joined,) if joined else ())


def party_from(party_id: str, schema: str, value: str | dict[str, Any]) -> Advertiser:
    properties = {"name": value} if isinstance(value, str) else value
    names, countries = _names(properties), texts(properties, "country") or texts(properties, "nationality")
    place = (texts(properties, "jurisdiction") or countries or ("",))[0]
    return Advertiser(
        id=party_id,
        name=names[0] if names else "",
        aliases=(*names[1:], *texts(properties, "alias")),
        schema=schema,
        country=(countries or ("",))[0].upper(),
        domains=texts(properties, "website"),
        accounts=texts(properties, "account"),
        identifiers=tuple(
            Identifier(scheme=scheme, value=number, jurisdiction=place)
            for name, scheme in _SCHEMES.items()
            for number in texts(properties, name)
        ),
        birth_date=(texts(properties, "birthDate") or ("",))[0],
    )


def entity_from(entity_id: str, schema: str, value: str | dict[str, Any]) -> ListedEntity:
    properties = {"name": value} if isinstance(value, str) else value
    names = _names(properties)
    kept = {name: texts(properties, name) for name in properties if name not in {"schema", *_NAME_PARTS}}
    return ListedEntity(id=entity_id, schema=schema, caption=(names or ("",))[0], properties=kept | {"name": names})
