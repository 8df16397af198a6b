"""A log is read line by line, whatever stands in it: what cannot be judged is told and passed over."""

import gzip
import os
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from evenhand.gate.shadow_report.traffic_log import LONGEST_LINE, Fault, Line, open_log
from tests.each_case import each_case
from tests.unit.gate.logs import line, read, read_file, response

GOOD = line(response(), at="2026-08-01T12:00:00Z")


def test_a_line_comes_with_its_parts_as_they_are_written() -> None:
    """Number spelling, blanks and escapes are the response's own."""
    (only,) = read(b'{"id": 7 ,"x":[],"request": {"id":"1"} ,"response":{"p":1.10, "e":1E2}}\n')

    assert only == Line(1, b"7", None, b'{"id":"1"}', b'{"p":1.10, "e":1E2}')


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ('"2026-08-01T14:00:00+02:00"', datetime(2026, 8, 1, 12, tzinfo=UTC)),
        ("1785585600000", datetime(2026, 8, 1, 12, tzinfo=UTC)),
        ("1785585600000.5", datetime(2026, 8, 1, 12, 0, 0, 500, tzinfo=UTC)),
        ("null", None),
    ],
)
def test_the_instant_of_a_line_is_iso_text_or_milliseconds(written: str, at: datetime | None) -> None:
    """Both are usual in bid logs; without one the caller's instant counts."""
    (only,) = read(b'{"at":%b,"request":{},"response":{}}' % written.encode())

    assert isinstance(only, Line)
    assert only.at == at


@each_case(
    ("data", "says"),
    [
        (b"{", "truncated"),
        (b"\xff\xfe", "utf-8"),
        (b'{"request":{},"response":{},"note":"\xff"}', "utf-8"),
        (b"[]", "got `array`"),
        (b"7", "got `int`"),
        (b'{"request":{},"response":{"price":NaN}}', "malformed"),
        (b'{"request":{},"response":{}} {}', "trailing"),
        (b'{"response":{}}', "`request` is missing or not an object"),
        (b'{"request":[],"response":{}}', "`request` is missing or not an object"),
        (b'{"request":{},"response":null}', "`response` is missing or not an object"),
        (b'{"request":{},"response":"{}"}', "`response` is missing or not an object"),
        (b'{"at":"yesterday","request":{},"response":{}}', "`at` is neither an ISO time"),
        (b'{"at":"2026-08-01T12:00:00","request":{},"response":{}}', "`at` is neither an ISO time"),
        (b'{"at":"2026-08-01","request":{},"response":{}}', "`at` is neither an ISO time"),
        (b'{"at":"9999-12-31T23:59:59-23:59","request":{},"response":{}}', "`at` is neither an ISO time"),
        (b'{"at":1e300,"request":{},"response":{}}', "`at` is neither an ISO time"),
        (b'{"at":-1,"request":{},"response":{}}', "`at` is neither an ISO time"),
        (b'{"at":true,"request":{},"response":{}}', "`$.at`"),
        (b'{"request":' + b"[" * 100_000 + b"]" * 100_000 + b',"response":{}}', "recursion"),
        (b'{"request":{},"response":{"x":"' + b"x" * LONGEST_LINE + b'"}}', "longer than 1,048,576 bytes"),
    ],
)
def test_a_broken_line_is_told_and_the_next_is_read(data: bytes, says: str) -> None:
    """One bad line in thirty days must not cost the report."""
    fault, good = read(data + b"\n" + GOOD)

    assert isinstance(fault, Fault)
    assert (fault.number, isinstance(good, Line)) == (1, True)
    assert says in fault.what
    assert "\n" not in fault.what


def test_of_a_key_that_is_there_twice_the_last_counts() -> None:
    """As it does for the gate itself: nothing hides behind a second copy."""
    (only,) = read(b'{"request":{"id":"1"},"request":{"id":"2"},"response":{}}')

    assert isinstance(only, Line)
    assert only.request == b'{"id":"2"}'


def test_blank_lines_count_as_places_and_not_as_lines() -> None:
    """An editor finds the line by its number; a mark at the beginning and foreign line ends do no harm."""
    found = read(b"\xef\xbb\xbf" + GOOD + b"\r\n\n  \n" + GOOD)

    assert [each.number for each in found] == [1, 4]
    assert all(isinstance(each, Line) for each in found)


@pytest.mark.parametrize("packed", [False, True])
def test_lines_longer_than_a_piece_that_is_read_stay_whole(tmp_path: Path, packed: bool) -> None:
    """Pieces end anywhere; gzip is known by its bytes, not by a name."""
    lines = [line(response(), request={"id": "1", "x": "y" * size}) for size in (10, 262_000, 700_000, 262_144, 3)]

    found = read_file(tmp_path, b"\n".join(lines), packed=packed)

    assert [len(each.request) for each in found if isinstance(each, Line)] == [
        len(b'{"id": "1", "x": ""}') + size for size in (10, 262_000, 700_000, 262_144, 3)
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_can_come_through_a_pipe(tmp_path: Path, packed: bool) -> None:
    """Another program picks the lines out of a larger log."""
    pipe, data = tmp_path / "pipe", b"\n".join([GOOD] * 100)
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(gzip.compress(data) if packed else data,))
    writer.start()

    with open_log(pipe) as lines:
        found = list(lines)

    writer.join()
    assert [each.number for each in found if isinstance(each, Line)] == list(range(1, 101))


@pytest.mark.parametrize("cut", [-1, -9, -40])
def test_gzip_that_is_cut_short_loses_only_what_is_cut(tmp_path: Path, cut: int) -> None:
    """A log copied while it was written: what can be unpacked counts, the break is told."""
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(b"\n".join([GOOD] * 2_000))[:cut])

    with open_log(path) as lines:
        found = list(lines)

    assert isinstance(found[-1], Fault)
    assert "gzip data ends or breaks here" in found[-1].what
    assert len(found) > 100
    assert all(isinstance(each, Line) for each in found[:-1])


@pytest.mark.parametrize("data", [b"\x1f\x8b", b"\x1f\x8b\x08" + b"\xff" * 50, gzip.compress(GOOD)[:-8] + b"x" * 8])
def test_gzip_that_is_none_is_one_fault(tmp_path: Path, data: bytes) -> None:
    """Two bytes are no log."""
    path = tmp_path / "log"
    path.write_bytes(data)

    with open_log(path) as lines:
        *_, last = lines

    assert isinstance(last, Fault)


def test_what_a_bomb_unpacks_to_is_never_held(tmp_path: Path) -> None:
    """A hundred megabytes on one line of a file of a hundred kilobytes."""
    path, packer = tmp_path / "bomb.gz", zlib.compressobj(9, wbits=31)
    with path.open("wb") as file:
        for _ in range(100):
            file.write(packer.compress(b"[" * (1 << 20)))
        file.write(packer.compress(b"\n" + GOOD) + packer.flush())

    tracemalloc.start()
    with open_log(path) as lines:
        fault, good = lines
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(fault, Fault)
    assert isinstance(good, Line)
    assert peak < 8 << 20


def test_half_a_character_escaped_alone_spoils_no_line() -> None:
    """JSON allows it and the gate takes it: what it filters has to be in its report, byte for byte."""
    text = rb'{"x":"\ud83d","id":"\uDE00","request":{"\ud83d":1},"response": {"seatbid":[],"e":"\ud83d"} ,"\ud83d":0}'

    assert read(text) == [Line(1, rb'"\uDE00"', None, rb'{"\ud83d":1}', rb'{"seatbid":[],"e":"\ud83d"}')]
    assert isinstance(read(rb'{"request":{},"response":{"e":"\ud8"}}')[0], Fault)
    assert isinstance(read(rb'{"e":"\ud83d","response":{}}')[0], Fault)
