"""Names in OFAC's advanced XML, put together from parts of known kinds.

Source: `lists.md` §1.2. Latin names of persons take the form of OFAC's CSV, `SURNAMES, Given Names`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from evenhand.lists.formats.entry import Properties
from evenhand.lists.formats.ofac_references import References
from evenhand.lists.formats.xml_elements import Element

ALIASES = {"Name": "name", "A.K.A.": "alias", "N.K.A.": "alias", "F.K.A.": "previousName"}
_SURNAMES = ("Last Name", "Maiden Name", "Matronymic")
_GIVEN = ("First Name", "Middle Name", "Patronymic", "Nickname")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def add_names(identity: Element, references: References, properties: Properties, left_out: Counter[str]) -> None:
    """Add the names of an identity: weak where their quality is low; other scripts than Latin are aliases."""
    kinds = {
        group.get("ID"): references.text("NamePartType", group.get("NamePartTypeID"))
        for group in identity.below("NamePartGroups", "MasterNamePartGroup", "NamePartGroup")
    }
    for alias in identity.all("Alias"):
        type_ = references.known("AliasType", alias.get("AliasTypeID"), alias.line)
        if type_ not in ALIASES:
            left_out[f"alias type {type_}, kept as alias"] += 1
        for name in _names(alias, kinds):
            properties.add(_property(type_, name, is_weak=alias.get("LowQuality") == "true"), name)


def _names(alias: Element, kinds: dict[str, str]) -> Iterator[str]:
    for documented in alias.all("DocumentedName"):
        parts = [
            (kinds.get(value.get("NamePartGroupID"), ""), value.published)
            for value in documented.below("DocumentedNamePart", "NamePartValue")
        ]
        yield _joined(parts)


def _joined(parts: list[tuple[str, str]]) -> str:
    whole = " ".join(text for _, text in parts)
    if not is_latin(whole):
        return "".join(whole.split()) if _UNSPACED.fullmatch("".join(whole.split())) else whole
    surname = " ".join(text for kind in _SURNAMES for part_kind, text in parts if part_kind == kind)
    given = " ".join(text for kind in _GIVEN for part_kind, text in parts if part_kind == kind)
    rest = " ".join(text for kind, text in parts if kind not in (*_SURNAMES, *_GIVEN))
    return " ".join(filter(None, [", ".join(filter(None, [surname, given])), rest]))


def _property(type_: str, name: str, *, is_weak: bool) -> str:
    if is_weak:
        return "weakAlias"
    property_ = ALIASES.get(type_, "alias")
    return "alias" if property_ == "name" and not is_latin(name) else property_


def is_latin(text: str) -> bool:
    """Return whether the first letter of a text is Latin; a text without letters is."""
    letter = next((character for character in text if character.isalpha()), "A")
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
