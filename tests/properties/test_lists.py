"""What must hold of every list: whole or refused, and differences that add up."""

import re
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.lists import diff, from_ftm, read_list
from evenhand.lists.formats.dates import english_date, partial_date
from evenhand.model.accounts import account_of
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListedEntity
from tests.unit.lists.made import MADE, made, refusal, written

texts = st.text(max_size=8)
values = st.lists(st.sampled_from(["a", "b", " a", "a  b", ""]), max_size=3).map(tuple)
entities = st.builds(
    ListedEntity,
    id=st.sampled_from("abcdef"),
    schema=st.sampled_from(["Person", "Company"]),
    caption=st.sampled_from("xy"),
    properties=st.dictionaries(st.sampled_from(["name", "alias"]), values),
)
_VALUE = {
    "xml": re.compile(r'(?<==")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)'),
    "csv": re.compile(r"(?<=[,\n])[^,\"\r\n]*(?=[,\r\n])"),
    "jsonl": re.compile(r'(?<=")[^"\\]*(?=")'),
    "json": re.compile(r'(?<=")[^"\\]*(?=")'),
}
nonsense = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "9" * 5000,
            "NaN",
            "-0-",
            "00",
            "0000",
            "1e999999999999",
            "²",
            "٣",
            "\u202e",
            "\ud800",
            "x" * 200_000,
            "(1) (2)",
            ")(",
        ]
    ),
)
versions = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["Made-Up", "Other Made-Up"]), min_size=1)
lists = st.lists(entities, unique_by=lambda entity: entity.id)


@pytest.mark.parametrize("key", MADE)
@given(data=st.data())
def test_a_damaged_list_is_refused_or_read_but_never_crashes(key: str, data: st.DataObject) -> None:
    """Whatever a broken download holds, the answer is entries or one clear line."""
    files = dict(made(key).files)
    name = data.draw(st.sampled_from(sorted(files)))
    start = data.draw(st.integers(0, len(files[name])))
    length = data.draw(st.integers(0, 30))
    files[name] = files[name][:start] + data.draw(st.binary(max_size=12)) + files[name][start + length :]

    with tempfile.TemporaryDirectory() as folder:
        try:
            read = read_list(written(Path(folder), files), key)
        except ListUnreadable as error:
            line = str(error)
        else:
            line = ""
            assert read.entities
    assert "\n" not in line


@pytest.mark.parametrize("key", MADE)
@given(data=st.data())
def test_a_cut_list_is_refused_or_loses_only_whole_entries(key: str, data: st.DataObject) -> None:
    """A download that stops early must not amend an entry; that entries are missing is for plausibility to see."""
    whole = made(key)
    files = dict(whole.files)
    name = data.draw(st.sampled_from(sorted(files)))
    files[name] = files[name][: data.draw(st.integers(0, len(files[name])))]

    with tempfile.TemporaryDirectory() as folder:
        try:
            read = read_list(written(Path(folder), files), key)
        except ListUnreadable:
            return
    assert {entity.id for entity in read.entities} <= {entity.id for entity in whole.entities}


@given(binary=st.binary(max_size=200), name=st.sampled_from(["x.csv", "sdn.csv", "x.xml", "x.jsonl", "x.jsonl.gz"]))
def test_no_bytes_crash_a_reader(binary: bytes, name: str) -> None:
    """A list is whatever the address happened to answer."""
    with tempfile.TemporaryDirectory() as folder, pytest.raises(ListUnreadable):
        read_list(written(Path(folder), {name: binary}), "made-up")


@pytest.mark.parametrize("key", MADE)
@given(data=st.data())
def test_any_value_in_any_place_is_read_or_refused_with_one_line(key: str, data: st.DataObject) -> None:
    """A file can be whole and its values nonsense: years of 5,000 digits, numbers that are none, texts without end."""
    files = dict(made(key).files)
    name = data.draw(st.sampled_from(sorted(files)))
    text = files[name].decode()
    place = data.draw(st.sampled_from(list(_VALUE[name.rpartition(".")[2]].finditer(text))))
    value = data.draw(nonsense)
    value = escape(value, {'"': "&quot;"}) if name.endswith(".xml") else value.replace('"', "").replace("\\", "")
    files[name] = (text[: place.start()] + value + text[place.end() :]).encode(errors="surrogatepass")

    with tempfile.TemporaryDirectory() as folder:
        try:
            line = "" if read_list(written(Path(folder), files), key).entities else "nothing"
        except ListUnreadable as error:
            line = str(error)
    assert "\n" not in line
    assert line != "nothing"


@pytest.mark.parametrize("key", MADE)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32-le", "cp1252"])
def test_another_encoding_is_refused_or_reads_the_same_ids(tmp_path: Path, key: str, encoding: str) -> None:
    """Text in another encoding must not become other names silently."""
    files = {name: data.decode().encode(encoding, errors="ignore") for name, data in made(key).files.items()}
    is_ascii = all(data.isascii() for data in made(key).files.values())

    if is_ascii and encoding == "cp1252":
        assert read_list(written(tmp_path / "list", files), key).entities == made(key).entities
    elif encoding != "cp1252":
        assert refusal(tmp_path / "list", key, files)


@given(lists)
def test_a_list_does_not_differ_from_itself(each: list[ListedEntity]) -> None:
    """Law: diff(x, x) is empty, in any order."""
    assert list(diff(each, list(reversed(each)))) == []


@given(lists, lists)
def test_the_way_back_undoes_the_way_there(old: list[ListedEntity], new: list[ListedEntity]) -> None:
    """Law: what is added one way is removed the other; amendments change sides."""
    there, back = list(diff(old, new)), list(diff(new, old))
    turned = {"added": "removed", "removed": "added", "amended": "amended"}

    assert [(turned[change.op], change.id) for change in there] == [(change.op, change.id) for change in back]
    assert [(field.before, field.after) for change in there for field in change.fields] == [
        (field.after, field.before) for change in back for field in change.fields
    ]


@given(st.dictionaries(st.sampled_from(["name", "alias", "notes"]), st.lists(texts, max_size=3)))
def test_an_entity_read_again_is_the_same(properties: dict[str, list[str]]) -> None:
    """Law: reading is idempotent: blanks are collapsed once, nothing is empty, nothing said twice."""
    entity = from_ftm({"id": "a", "schema": "Company", "properties": properties})
    again = from_ftm(
        {"id": "a", "schema": "Company", "properties": {name: list(each) for name, each in entity.properties.items()}}
    )

    assert again.properties == entity.properties
    assert all(len(set(each)) == len(each) and all(each) for each in entity.properties.values())


@given(st.one_of(texts, st.builds("https://{}/{}".format, st.sampled_from(["x.com", "t.me", "ok.ru"]), texts)))
def test_an_address_is_an_account_in_lower_case_or_none(url: str) -> None:
    """Law: an account has a service and a handle without blanks."""
    account = account_of(url)

    if account:
        service, _, handle = account.partition("/")
        assert service
        assert handle
        assert not any(character.isspace() for character in account)


@given(st.text(alphabet="0123456789- JanFebMarch", max_size=14))
def test_a_date_is_iso_or_nothing(text: str) -> None:
    """Law: what is read as a date reads as itself."""
    for found in (english_date(text), partial_date(text)):
        assert found == partial_date(found)
