"""Cells of objects that hold a list or nothing at all, as exports of posts write them."""

from itertools import chain
from pathlib import Path

import pytest

from evenhand.intake.event_columns import read_event_table
from evenhand.intake.events import RowReader
from evenhand.intake.table_source import Source
from evenhand.model.coordination import STATIC
from evenhand.store.duckdb_engine import spilling_engine
from tests.networks import SUFFIXES
from tests.rings import write_table

NOTHING = (
    "[]", "['']", '[""]', "{}", "[ ]", "[None]", "[null]", "None", "null", "0", "False", "<NA>", "[deleted]", "deleted",
    "[removed]", "#", '""', "''", "(none)", "about:blank", "/", "[{}]", "http://", "http://null",
    "https://undefined/",
)  # fmt: skip
NO_PAGES = ("http://localhost/a", "story 7", "#Vote", "https://a b/c", "[story 7]")
LISTS = {
    ("landing_url", "[https://a.example/1]"): ["landing_url:a.example/1"],
    ("landing_url", '["https://a.example/1"]'): ["landing_url:a.example/1"],
    ("landing_url", "[https://a.example/2, https://b.example/?x=1,2]"): [
        "landing_url:a.example/2", "landing_url:b.example?x=1,2",
    ],
    ("landing_url", "['https://a.example/it\\'s', None]"): ["landing_url:a.example/it's"],
    ("landing_url", "http://192.0.2.7/a"): ["landing_url:192.0.2.7/a"],
    ("landing_url", "market://details?id=org.example"): ["landing_url:market://details?id=org.example"],
    ("landing_url", "пример.рф/а"): ["landing_url:пример.рф/а"],
    ("hashtag", "[Vote, Now]"): ["hashtag:now", "hashtag:vote"],
    ("hashtag", "#0"): ["hashtag:#0"],
    ("tracker_id", '["GTM-1", "GTM-1"]'): ["tracker_id:gtm-1"],
    ("creative_text", "[Breaking] More, soon"): ["creative_text:[breaking] more, soon"],
    ("creative_text", "['Buy now']"): ["creative_text:buy now"],
    ("targeting", '["a", "b"]'): ['targeting:["a", "b"]'],
    ("address", "[Ring 1, Berlin]"): ["address:[ring 1, berlin]"],
}  # fmt: skip


def read(folder: Path, rows: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Return the objects of rows of kind and object, and what was expected of the rejected; read both ways."""
    header = ("account_id", "object_type", "object_id", "ts")
    write_table(folder / "e.csv", header, [("a", *row, "1772000300") for row in rows])
    source = Source(folder, "e.csv", "events", {})
    reader, plain = RowReader(source), RowReader(source)
    with spilling_engine(folder) as engine:
        read_event_table(reader, source, SUFFIXES, engine)
        found = sorted(name for (name,) in engine.execute("SELECT object_id FROM event_rows").fetchall())
    assert sorted(each.object_id for each in plain.events(SUFFIXES)) == found
    assert (plain.refused, plain.rows) == (reader.refused, reader.rows)
    return found, [each.expected for each in reader.refused]


@pytest.mark.parametrize("kind", STATIC)
def test_a_mark_of_nothing_is_no_object_of_any_kind(tmp_path: Path, kind: str) -> None:
    """Everybody whose posts have no link had one page in common."""
    found, expected = read(tmp_path, [(kind, mark) for mark in NOTHING])

    assert (found, len(expected)) == ([], len(NOTHING))


def test_a_page_is_an_address(tmp_path: Path) -> None:
    found, expected = read(tmp_path, [("landing_url", text) for text in NO_PAGES])

    assert (found, set(expected)) == ([], {"the address of a page, such as https://example.org/a"})


def test_a_list_is_read_as_its_members(tmp_path: Path) -> None:
    """One act on each; what may be a text's own brackets stays."""
    assert read(tmp_path, list(LISTS)) == (sorted(chain(*LISTS.values())), [])
