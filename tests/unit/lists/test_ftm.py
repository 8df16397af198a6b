"""FollowTheMoney lines: entities kept whole, sanctions joined, the rest counted."""

import gzip
from pathlib import Path

import msgspec
import pytest

from evenhand.lists import from_ftm, read_list
from evenhand.lists.formats import ftm
from evenhand.model.errors import ListUnreadable
from tests.unit.lists.made import made, refusal, written


@pytest.fixture
def data() -> bytes:
    return made("other-ftm").files["entities.jsonl"]


def test_parties_are_read_with_what_sanctions_say_of_them() -> None:
    """Publishers put program and dates on an entity of their own that points at the party."""
    read = made("other-ftm")
    company, person = read.entities

    assert company.values("name", "program", "startDate") == ("Made-Up Mining", "ALPHA", "2020-01-01")
    assert company.datasets == ("made_up",)
    assert (person.caption, person.values("name")) == ("Exampla Testson", ("Exampla Testson",))
    assert person.datasets == ("other-ftm",)
    assert read.left_out == {"schema Address": 1}


def line(schema: str, **properties: list[str]) -> bytes:
    return msgspec.json.encode({"id": f"{schema}-{len(properties)}", "schema": schema, "properties": properties})


def test_parts_of_a_persons_name_make_its_names_where_none_is_whole(tmp_path: Path) -> None:
    """Such an entry was found by nobody; a whole name is left as it is."""
    parts = {"lastName": ["Qvist"], "firstName": ["Anna", "Anja"], "fatherName": ["Olofsdotter"]}
    lines = (line("Person", **parts), line("Person", **parts, name=["A. Qvist"]), line("Person", lastName=["Qvist"]))

    made_of_parts, whole, family = read_list(
        written(tmp_path / "parts", {"entities.jsonl": b"\n".join(lines)}), "other-ftm"
    ).entities

    assert made_of_parts.values("name") == ("Anna Olofsdotter Qvist", "Anja Olofsdotter Qvist")
    assert made_of_parts.caption == "Anna Olofsdotter Qvist"
    assert (whole.values("name"), family.values("name")) == (("A. Qvist",), ("Qvist",))


def test_an_entry_without_a_name_is_named_aloud(tmp_path: Path) -> None:
    """Nobody finds it by a name."""
    lines = b"\n".join((line("Company", innCode=["7707083893"]), line("Company", name=["Alfa"], country=["is"])))

    read = read_list(written(tmp_path / "nameless", {"entities.jsonl": lines}), "other-ftm")

    assert read.notes == ("1 entry has no name, and can be found by numbers and websites only: Company-1",)


@pytest.mark.parametrize(
    ("written_as", "countries", "territories", "left_out"),
    [
        (["ua-cri", "RU"], ("ru",), ("ua-cri",), {}),
        (["ge-ab"], (), ("ge-ab",), {}),
        (["US-DE"], (), ("us-de",), {}),
        (["suhh", "kz"], ("kz",), (), {"country without a code": 1}),
        (["yucs", "csxx"], (), (), {"country without a code": 2}),
        (["Iceland", "xk"], ("is", "xk"), (), {}),
    ],
)
@pytest.mark.parametrize("property_", ["country", "nationality", "citizenship", "jurisdiction", "mainCountry"])
def test_a_code_that_is_no_countrys_is_kept_apart_or_counted(
    tmp_path: Path, property_: str, written_as: list[str], countries: tuple[str, ...], territories: tuple[str, ...],
    left_out: dict[str, int],
) -> None:  # fmt: skip
    """A dissolved state is no other country, and a territory is a part of the one that its code names."""
    data = line("Company", name=["Alfa"], **{property_: written_as})

    read = read_list(written(tmp_path / "codes", {"entities.jsonl": data}), "other-ftm")

    assert read.entities[0].values(property_) == countries
    assert read.entities[0].values("territory") == territories
    assert read.left_out == left_out


def test_gzipped_lines_are_the_same_list(tmp_path: Path, data: bytes) -> None:
    """Publishers offer both; the kept bytes are those that came."""
    packed = gzip.compress(data)

    read = read_list(written(tmp_path / "gz", {"entities.jsonl.gz": packed}), "other-ftm")

    assert read.entities == made("other-ftm").entities
    assert read.files == {"entities.jsonl.gz": packed}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b'"id":"f-2",', b"", "entities.jsonl:3: not a FollowTheMoney entity (Object missing required field `id`)"),
        (b'"id":"f-2"', b'"id":""', "entities.jsonl:3: not a FollowTheMoney entity"),
        (b'"id":"f-2"', b'"id":"f-1"', "entities.jsonl:3: duplicate id `f-1`"),
        (b'"made_up"],"target":true}', b'"made', "entities.jsonl:1: not a FollowTheMoney entity"),
        (b'["1 Sample Quay"]', b"[1]", "entities.jsonl:4: not a FollowTheMoney entity (Expected `str`, got `int`"),
        (b"Mining", b"Mini\xffng", "entities.jsonl:1: bytes are not text"),
        (b'"id":"f-2"', b'"id":"f-2","id":"f-9"', "entities.jsonl:3: duplicate key in one object `id`"),
        (b'"id":"f-2"', b'"id":"f-2","\\u0069d":"f-9"', "entities.jsonl:3: duplicate key in one object `id`"),
        (b'"id":"f-2"', b'"a":[{"b":1,"b":2}],"id":"f-2"', "entities.jsonl:3: duplicate key in one object `b`"),
        (b'"id":"f-2"', b'"a":%s,"id":"f-2"' % (b"[" * 99_999 + b"]" * 99_999), "entities.jsonl:3: not a Follow"),
        (b'"id":"f-2"', b'"a":%s1%s,"id":"f-2"' % (b'{"a":' * 99_999, b"}" * 99_999), "entities.jsonl:3: not a Follow"),
    ],
)
def test_lines_that_half_parse_are_refused_whole(
    tmp_path: Path, data: bytes, old: bytes, new: bytes, line: str
) -> None:
    """The error names the line and the field."""
    assert old in data
    assert refusal(tmp_path / "broken", "other-ftm", {"entities.jsonl": data.replace(old, new, 1)}).startswith(line)


def test_nothing_but_blank_lines_is_no_list(tmp_path: Path) -> None:
    """An empty download must not empty the list in force."""
    assert "no entry" in refusal(tmp_path / "empty", "other-ftm", {"entities.jsonl": b"\n\n"})


def test_a_cut_gzip_is_refused(tmp_path: Path, data: bytes) -> None:
    """It unpacks well up to the cut."""
    packed = gzip.compress(data)

    for broken in (packed[:-9], packed + b"more", b"no gzip", packed[:15] + b"\xff\xff" + packed[17:]):
        assert "gzip cannot be unpacked" in refusal(tmp_path / "cut", "other-ftm", {"entities.jsonl.gz": broken})


def test_a_gzip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes can unpack to more than the memory holds."""
    monkeypatch.setattr(ftm, "_MOST_BYTES", 1000)

    line = refusal(tmp_path / "bomb", "other-ftm", {"entities.jsonl.gz": gzip.compress(b"\n" * 1001)})

    assert "unpacks to too much" in line


def test_one_object_alone_is_read() -> None:
    """Other packages' tests and runners hold entities as plain objects."""
    entity = from_ftm({"id": "f-9", "schema": "Company", "properties": {"name": ["Made-Up"]}, "datasets": ["d"]})

    assert (entity.caption, entity.datasets, entity.values("name")) == ("Made-Up", ("d",), ("Made-Up",))
    assert from_ftm({"id": "f-9", "schema": "Company", "properties": {}}).caption == "f-9"
    assert from_ftm({"id": "f-9", "schema": "Company", "properties": {}}).datasets == ()


def test_an_object_that_is_no_entity_is_refused() -> None:
    """The error names the field."""
    with pytest.raises(ListUnreadable, match=r"missing required field `schema`"):
        from_ftm({"id": "f-9"})


def listed(tmp_path: Path, topics: list[str], *sanctions: dict[str, list[str]]) -> tuple[str, ...]:
    """Return when a company with these topics and sanctions is listed."""
    lines = [{"id": "c", "schema": "Company", "properties": {"name": ["Made-Up Mining"], "topics": topics}}]
    lines += [{"id": f"s-{number}", "schema": "Sanction", "properties": {"entity": ["c"], **each}}
              for number, each in enumerate(sanctions)]  # fmt: skip
    text = b"\n".join(map(msgspec.json.encode, lines))
    return read_list(written(tmp_path / "l", {"a.jsonl": text}), "other-ftm").entities[0].values("listingPeriod")


@pytest.mark.parametrize(
    ("sanctions", "expected"),
    [
        ((), ()),
        (({"startDate": ["2020-01-01"]},), ("2020-01-01..",)),
        (({"startDate": ["2020-01-01T00:00:00"], "endDate": ["2021-05"]},), ("2020-01-01..2021-05",)),
        (({"endDate": ["2020"]}, {"startDate": ["2024"]}), ("..2020", "2024..")),
        (({"endDate": ["2020"]}, {"program": ["ALPHA"]}), ("..2020", "..")),
        (({"endDate": ["31.12.2020"]},), ("..31.12.2020",)),
    ],
)
def test_each_sanction_is_a_listing_of_its_own(
    tmp_path: Path, sanctions: tuple[dict[str, list[str]], ...], expected: tuple[str, ...]
) -> None:
    """The end of one must not end another: a sanction without a date has no end."""
    assert listed(tmp_path, ["sanction"], *sanctions) == expected


@pytest.mark.parametrize("topic", ["role.pep", "crime.fraud", "wanted"])
def test_who_is_listed_for_something_else_too_does_not_end_with_a_sanction(tmp_path: Path, topic: str) -> None:
    """Such topics come without a `Sanction`: that one has ended says nothing of them."""
    assert listed(tmp_path, ["sanction", topic], {"endDate": ["2020"]}) == ()
