"""FollowTheMoney entities, one JSON object a line, plain or gzipped.

Source: https://followthemoney.tech/explorer/ and `lists.md` §1.6.
"""

import gzip
import io
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from evenhand.lists.formats.countries import country_code, is_country_code, territory_code
from evenhand.lists.formats.csv_rows import decoded
from evenhand.lists.formats.entry import Entry, Files, Format, Properties, undated
from evenhand.lists.formats.ftm_relations import EDGES, Party, relations
from evenhand.lists.formats.listing_periods import PERIOD, period
from evenhand.model.errors import ListUnreadable
from evenhand.model.json_keys import repeated_key
from evenhand.model.listing import TERRITORY, ListedEntity, ListRelation

PARTIES = frozenset(
    ("Person", "LegalEntity", "Organization", "Company", "PublicBody", "Vessel", "Airplane", "Vehicle", "CryptoWallet")
)
_OF_SANCTIONS = ("program", "startDate", "endDate")
_OTHER_GROUNDS = (
    "crime", "wanted", "poi", "role.pep", "role.rca", "role.oligarch", "corp.disqual", "forced.labor", "mare.",
)  # fmt: skip
"""Topics for which an entity is listed without a `Sanction`, or the beginnings of their names."""
_MOST_BYTES = 1 << 30
_COUNTRIES = frozenset({"country", "nationality", "citizenship", "jurisdiction", "mainCountry"})
_WHOLE = ("name", "alias", "previousName")
_PARTS = ("firstName", "secondName", "middleName", "fatherName", "motherName", "lastName")
_MOST_NAMES = 32


class Line(msgspec.Struct):
    """The fields of an entity that we read; other fields are ignored.

    With `target` false the publisher does not list it: it is there as somebody's owner, asset or relative.
    """

    id: Annotated[str, msgspec.Meta(min_length=1)]
    schema: str
    properties: dict[str, list[str]]
    caption: str = ""
    datasets: list[str] = []
    target: bool | None = None


def from_ftm(entity: Mapping[str, Any]) -> ListedEntity:
    """Return the listed entity of one FollowTheMoney object; its properties are kept whole.

    Raises:
        ListUnreadable: id, schema or properties are missing or of another type.
    """
    try:
        return _entity(msgspec.convert(entity, Line), "", {}, Counter())
    except msgspec.ValidationError as error:
        raise ListUnreadable(f"not a FollowTheMoney entity ({error})", got=entity) from None


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry | ListRelation]:
    """Yield persons, organisations, craft and wallets in order, with the programs of the sanctions that point at them.

    Then the relations that edges between them state. A party that is no target is named in relations, and is no
    entry. Entities of other schemata (addresses, documents, …) are counted by schema and left out.
    """
    ((name, data),) = files.items()
    lines = list(_lines(name, data))
    sanctions = _sanctions(line for _, line in lines)
    for number, line in lines:
        if line.schema in PARTIES and line.target is not False:
            yield Entry(name, number, _entity(line, key, sanctions.get(line.id, {}), left_out))
    parties = {line.id: Party(_caption(line), line.schema) for _, line in lines if line.schema in PARTIES}
    for _, line in lines:
        if line.schema in EDGES:
            yield from relations(line.schema, line.properties, parties, left_out)
        elif line.schema not in PARTIES and line.schema != "Sanction":
            left_out[f"schema {line.schema}"] += 1
        left_out["party that is no target"] += line.schema in PARTIES and line.target is False


def _members(files: Files) -> Files:
    return {name: data for name, data in files.items() if name.endswith((".jsonl", ".jsonl.gz", ".ftm.json"))}


def _lines(name: str, data: bytes) -> Iterator[tuple[int, Line]]:
    decoder = msgspec.json.Decoder(Line)
    text = decoded(name, _unpacked(name, data) if name.endswith(".gz") else data)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                entity = decoder.decode(line)
            except (msgspec.DecodeError, RecursionError) as error:
                what = f"not a FollowTheMoney entity ({error})"
                raise ListUnreadable(what, where=name, line=number, got=line, expected="one object a line") from None
            if key := repeated_key(line):
                what = "duplicate key in one object"
                raise ListUnreadable(what, where=name, line=number, got=key, expected="each once")
            yield number, entity


def _unpacked(name: str, data: bytes) -> bytes:
    try:
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(data)).read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ListUnreadable(f"gzip cannot be unpacked ({error})", where=name, expected="a file that unpacks") from None
    if len(unpacked) > _MOST_BYTES:
        raise ListUnreadable("unpacks to too much", where=name, expected=f"at most {_MOST_BYTES} bytes")
    return unpacked


def _sanctions(lines: Iterable[Line]) -> dict[str, dict[str, list[str]]]:
    """Return the fields of the sanctions that point at each entity, by its id, and when each of them counts.

    A sanction without a date always counts: an entity has ended when all its sanctions have.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.schema == "Sanction":
            days = ([text[:10] for text in line.properties.get(name, ())] for name in ("startDate", "endDate"))
            counts = period(*days) or ".."
            for about in line.properties.get("entity", ()):
                found[about][PERIOD].append(counts)
                for name in _OF_SANCTIONS:
                    found[about][name] += line.properties.get(name, ())
    return found


def _entity(line: Line, key: str, more: Mapping[str, list[str]], left_out: Counter[str]) -> ListedEntity:
    properties = Properties(left_out)
    if any(topic.startswith(_OTHER_GROUNDS) for topic in line.properties.get("topics", ())):
        more = {name: texts for name, texts in more.items() if name != PERIOD}
    for values in (line.properties, more):
        for name, texts in values.items():
            for text in texts:
                _add(properties, name, text, left_out)
    properties.add("name", *_names_of_parts(line))
    entity = properties.entity(line.id, line.schema, _caption(line), key)
    return replace(entity, datasets=tuple(line.datasets)) if line.datasets or not key else entity


def _add(properties: Properties, name: str, text: str, left_out: Counter[str]) -> None:
    """Add a value; a country's code in lower case, and that of a part of one as a territory."""
    if name not in _COUNTRIES:
        properties.add(name, text)
    elif code := text.strip().lower() if is_country_code(text.strip().lower()) else country_code(text):
        properties.add(name, code)
    elif territory := territory_code(text):
        properties.add(TERRITORY, territory)
    else:
        left_out["country without a code"] += bool(text.strip())


def _names_of_parts(line: Line) -> Iterator[str]:
    """Yield what the parts of a person's name make, each value with each, where no name is given whole.

    Source: the order of `combine_names` of followthemoney 4.11. A family name alone is a name too.
    """
    if line.schema == "Person" and not any(line.properties.get(name) for name in _WHOLE):
        parts = [values for name in _PARTS if (values := line.properties.get(name))]
        yield from (" ".join(each) for each in islice(product(*parts), _MOST_NAMES) if each)


def _caption(line: Line) -> str:
    return line.caption or next(iter(line.properties.get("name", ())), "") or next(_names_of_parts(line), line.id)


FTM_LINES = Format("ftm-jsonl", 5, 1, "", _members, entries, undated)
