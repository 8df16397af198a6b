"""Laws of differences, of file names taken from addresses, and of what is unpacked."""

import gzip
import re
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from evenhand.lists.downloads import HttpClient, HttpResponse, fetch, public_url
from evenhand.lists.entry_changes import diff_fields
from evenhand.model.errors import ListUnreadable
from evenhand.model.network import FetchSection, file_name

FIELDS = st.dictionaries(
    st.sampled_from("abc"), st.lists(st.sampled_from(["", " ", "x", " x", "y", "y  z"])).map(tuple)
)
LISTS = st.dictionaries(st.sampled_from(["e1", "e2", "e3"]), FIELDS)
BACK = {"added": "removed", "removed": "added", "amended": "amended"}


@given(LISTS)
def test_nothing_differs_from_itself(entries: dict[str, dict[str, tuple[str, ...]]]) -> None:
    """Reflexive, also when every value is given twice, turned round and spaced out."""
    again = {
        id_: {name: tuple(f" {value}  " for value in reversed(values * 2)) for name, values in fields.items()}
        for id_, fields in entries.items()
    }

    assert list(diff_fields(entries, again)) == []


@given(LISTS, LISTS)
def test_a_difference_read_backwards_is_the_difference_of_the_exchanged_lists(
    old: dict[str, dict[str, tuple[str, ...]]], new: dict[str, dict[str, tuple[str, ...]]]
) -> None:
    """What was added is removed, and before is after."""
    there, back = list(diff_fields(old, new)), list(diff_fields(new, old))

    assert [(change.id, BACK[change.op]) for change in there] == [(change.id, change.op) for change in back]
    assert [[(field.field, field.before, field.after) for field in change.fields] for change in there] == [
        [(field.field, field.after, field.before) for field in change.fields] for change in back
    ]


@given(LISTS, LISTS)
def test_every_entry_is_counted_once(
    old: dict[str, dict[str, tuple[str, ...]]], new: dict[str, dict[str, tuple[str, ...]]]
) -> None:
    """Added, removed, amended, or the same in every field; a field is named only where it differs."""
    changes = {change.id: change for change in diff_fields(old, new)}

    assert {id_ for id_, change in changes.items() if change.op == "added"} == new.keys() - old.keys()
    assert {id_ for id_, change in changes.items() if change.op == "removed"} == old.keys() - new.keys()
    for change in changes.values():
        assert (change.op == "amended") == bool(change.fields)
        assert all(field.before != field.after for field in change.fields)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_file_s_name_is_never_a_path(path: str, query: str) -> None:
    """Whatever an address ends in, it names one file in the folder of its version."""
    with suppress(ValueError):  # an address that is none, as `//[`
        name = file_name(f"https://lists.example/{path}?{query}")

        assert re.fullmatch(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?", name), name


@given(st.binary(max_size=200), st.booleans())
def test_what_is_fetched_is_what_was_published_or_nothing(body: bytes, cut: bool) -> None:
    """Packed and unpacked, bytes are the same; cut anywhere, they are refused."""
    packed = gzip.compress(body)
    sent = packed[: len(packed) // 2 + 1] if cut else packed
    web = HttpClient(lambda *_: HttpResponse(200, {}, sent), lambda _: None, lambda: 0.0, FetchSection())

    try:
        found = fetch("https://lists.example/a", {}, web).body
    except ListUnreadable:
        assert cut or body.startswith(b"\x1f\x8b")
    else:
        assert not cut
        assert found == (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)


@given(st.text(st.characters(codec="ascii", exclude_characters="?#/[]@:"), max_size=20))
def test_a_secret_in_the_query_is_never_shown(token: str) -> None:
    """Errors stand in logs."""
    assert public_url(f"https://lists.example/a?token={token}") == "https://lists.example/a"
