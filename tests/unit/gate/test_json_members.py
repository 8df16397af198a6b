"""Members of an object changed in its bytes."""

import pytest

from evenhand.gate.blocking.json_members import Members


@pytest.mark.parametrize(
    ("text", "written", "after"),
    [
        (b'{"badv":["a"]}', b'["a"]', b'{"badv":["a","z"]}'),
        (b'{"badv" : [ "a" ] , "x":1.10}', b'[ "a" ]', b'{"badv" : [ "a" ,"z"] , "x":1.10}'),
        (b'{"badv":[ ]}', b"[ ]", b'{"badv":[ "z"]}'),
        (b'{"badv":null,"x":1}', b"null", b'{"badv":["z"],"x":1}'),
        (b'{"x":1E2} ', None, b'{"x":1E2,"badv":["z"]} '),
        (b" { }\n", None, b' { "badv":["z"]}\n'),
    ],
)
def test_a_list_grows_within_its_brackets(text: bytes, written: bytes | None, after: bytes) -> None:
    """Blanks and spellings of numbers are the sender's; nothing is parsed and written anew."""
    members = Members(text, text)

    members.extend("badv", written, b'"z"')

    assert members.text() == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (b'{"badv":["b"],"badv":["a"]}', b'{"badv":["b"],"badv":["a","z"]}'),
        (b'{"ext":{"badv":["a"]},"badv":["a"]}', b'{"ext":{"badv":["a"]},"badv":["a","z"]}'),
        (b'{"b\\u0061dv":["a"],"ext":{"badv":["a"]}}', b'{"b\\u0061dv":["a","z"],"ext":{"badv":["a"]}}'),
        (b'{"x":"\\"badv\\":[\\"a\\"]","y":"\\\\\\"badv","badv":["a"]}', None),
        (b'{"y":["badv"],"badv":["a"]}', b'{"y":["badv"],"badv":["a","z"]}'),
    ],
)
def test_only_the_member_that_a_reader_finds_is_changed(text: bytes, after: bytes | None) -> None:
    """The same name stands in strings, in other objects, twice, or in escapes: a buyer's reader takes the last."""
    members = Members(text, text)

    members.extend("badv", b'["a"]', b'"z"')

    assert members.text() == (after or text.replace(b'"badv":["a"]}', b'"badv":["a","z"]}'))


def test_several_changes_stand_side_by_side() -> None:
    """One is put in, one replaced, two are new."""
    text = b'{"wseat":["s","k"],"bapp":[]}'
    members = Members(text, text)

    members.extend("badv", None, b'"d"')
    members.extend("bapp", b"[]", b'"b"')
    members.extend("bseat", None, b'"t"')
    members.replace("wseat", b'["s","k"]', b'["k"]')

    assert members.text() == b'{"wseat":["k"],"bapp":["b"],"badv":["d"],"bseat":["t"]}'


def test_without_a_change_the_very_object_comes_back() -> None:
    """Nothing is copied where nothing is to be done."""
    text = b'{"id":"1"}'

    assert Members(text, text).text() is text
