"""Exports of posts as services write them: times in other forms, and what is the same in all rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from evenhand.intake.event_columns import read_event_table
from evenhand.intake.events import RowReader, places_of
from evenhand.intake.table_source import Source
from evenhand.intake.values.notations import DayOrder
from evenhand.model.errors import TableUnreadable
from evenhand.store.duckdb_engine import spilling_engine
from tests.networks import SUFFIXES
from tests.rings import write_table

AT = 1_788_221_260  # 2026-09-01 00:07:40 UTC
EXPORT = {"account_id": "Facebook Id", "object_id": "Link", "object_type": "= landing_url", "at": "Post Created"}


def read(
    folder: Path, times: Sequence[str], mapping: Mapping[str, str] = EXPORT, dates: DayOrder = ""
) -> tuple[list[int], list[str], tuple[str, ...]]:
    """Return the seconds of an export with these times, what was expected of rejected rows, and the notes."""
    header = ("Facebook Id", "Post Created", "Type", "Link")
    rows = [("1110", time, "Link", f"https://a.example/{number}") for number, time in enumerate(times)]
    write_table(folder / "posts.csv", header, rows)
    source = Source(folder, "posts.csv", "events", mapping, dates=dates)
    reader = RowReader(source)
    with spilling_engine(folder) as engine:
        read_event_table(reader, source, SUFFIXES, engine)
        found = engine.execute("SELECT ts, object_type FROM event_rows ORDER BY object_id").fetchall()
    plain = RowReader(source)
    assert sorted((event.ts, event.object_type) for event in plain.events(SUFFIXES)) == sorted(found)
    assert {kind for _, kind in found} <= {"landing_url"}
    return [second for second, _ in found], [each.expected for each in reader.refused], reader.notes


@pytest.mark.parametrize(
    "time",
    [
        "2026-08-31 20:07:40 EDT", "2026-09-01 00:07:40 UTC", "2026-09-01 02:07:40 CEST", "2026-09-01T00:07:40+0000",
        "01.09.2026 00:07:40 GMT", "31 August 2026 20:07:40 -0400", "Aug 31, 2026 8:07:40 PM EDT",
    ],
)  # fmt: skip
def test_a_time_as_a_service_writes_it_is_read(tmp_path: Path, time: str) -> None:
    assert read(tmp_path, [time]) == ([AT], [], ())


def test_day_and_month_are_told_apart_by_the_other_rows(tmp_path: Path) -> None:
    """The first row can be read in two ways, the second in one; nothing is guessed from the first alone."""
    both = read(tmp_path, ["9/1/2026 00:07:40", "8/31/2026 00:07:40"])
    one = read(tmp_path, ["9/1/2026 00:07:40"])
    said = read(tmp_path, ["1/9/2026 00:07:40"], dates="dmy")
    against = read(tmp_path, ["9/1/2026 00:07:40", "8/31/2026 00:07:40", "31/8/2026 00:07:40"])

    assert both[:2] == ([AT, AT - 86_400], [])
    assert (one[0], "set `dates` to dmy or mdy in [intake] of evenhand.toml" in one[1][0]) == ([], True)
    assert said[:2] == ([AT], [])
    assert (against[0], len(against[1])) == ([AT - 86_400, AT - 86_400], 1)


@pytest.mark.parametrize("time", ["2026-08-31 20:07:40 CST", "2026-08-31 20:07:40 XYZ"])
def test_a_zone_that_could_be_several_is_told(tmp_path: Path, time: str) -> None:
    found, expected, _ = read(tmp_path, [time])

    assert (found, "a time with an offset such as +02:00" in expected[0]) == ([], True)


@pytest.mark.parametrize("time", ["2026-08-31 25:07:40", "31.08.2026", "8/31/2026 13:07 PM", "2026-08-31 20:07 +99:00"])
def test_what_is_no_time_is_rejected(tmp_path: Path, time: str) -> None:
    found, expected, _ = read(tmp_path, [time])

    assert (found, len(expected)) == ([], 1)


def test_what_the_settings_say_of_all_rows_is_no_heading_that_was_found(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text("id,url\n1,https://a.example\n")

    with pytest.raises(TableUnreadable, match=r"`id, url`") as caught:
        RowReader(Source(tmp_path, "posts.csv", "events", {"object_type": "= landing_url", "object_id": "url"}))
    assert "= landing_url" not in str(caught.value)


def test_a_column_of_the_settings_is_none_of_the_file(tmp_path: Path) -> None:
    """What is kept of the table are the columns of the file."""
    read(tmp_path, ["2026-09-01T00:07:40Z"], {**EXPORT, "object_type": "=landing_url"})
    source = Source(tmp_path, "posts.csv", "events", EXPORT)

    assert places_of(source) == {"account_id": 0, "object_id": 3, "at": 1}


def test_an_object_in_a_key_that_is_not_used_rejects_no_row(tmp_path: Path) -> None:
    """Posts of a service have keys with objects in them; where one is used the message names it."""
    post = '"did": "a", "createdAt": "2026-09-01T00:07:40Z", "text": "Vote on Sunday", "facets": [{"index": 1}]'
    (tmp_path / "posts.ndjson").write_text(f'{{{post}, "embed": {{"uri": "x"}}}}\n', "utf-8")
    mapping = {"account_id": "did", "at": "createdAt", "object_type": "= creative_text"}
    used = RowReader(Source(tmp_path, "posts.ndjson", "events", {**mapping, "object_id": "embed"}))
    unused = RowReader(Source(tmp_path, "posts.ndjson", "events", {**mapping, "object_id": "text"}))

    assert [each.object_id for each in unused.events(SUFFIXES)] == ["creative_text:vote on sunday"]
    assert list(used.events(SUFFIXES)) == []
    assert [each.expected.partition("; ")[2] for each in used.refused] == ["`embed` holds an object"]


def test_values_inside_of_a_column_are_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text(
        '{"author_id": "1", "created_at": "2026-09-01T00:07:40Z", "entities": {"urls": [{"expanded_url": "u"}]}}\n'
    )
    mapping = {"account_id": "author_id", "object_id": "entities.urls", "object_type": "= landing_url"}

    with pytest.raises(TableUnreadable, match="write this one into a column of its own") as caught:
        RowReader(Source(tmp_path, "posts.jsonl", "events", mapping))
    assert "no heading `entities.urls`" in str(caught.value)
