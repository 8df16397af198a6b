"""A table of decisions is read whole, or refused with its line and what was expected there."""

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.api.table import Table
from evenhand.audit import audit_table, read_decisions
from evenhand.model.errors import BadInput, PlanInvalid, TableUnreadable
from tests.unit.audit.made_tables import DECISIONS, SMALL, columns, committed_plan, drawn_rows, row

TIMED = msgspec.structs.replace(
    SMALL,
    facts=("strikes",),
    groups=("country",),
    decided_at="decided_at",
    opened_at="opened_at",
    examined="examined",
    spend="spend",
)
HEADING = "advertiser,seq,outcome,strikes,rulebook,country,decided_at,opened_at,examined,spend"
GOOD = "a1,1,allow,0,p1,A,2026-01-02T00:00:00Z,2026-01-01T00:00:00Z,true,5"


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "made.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (GOOD.replace("allow", "granted"), "made.csv:3: outcome that the plan lacks in column `outcome` `granted`"),
        (GOOD.replace("a1", ""), "made.csv:3: no advertiser"),
        (GOOD.replace("1,allow", "1.5,allow"), "made.csv:3: no whole number in column `seq` `1.5`"),
        (GOOD.replace("1,allow", "-1,allow"), "made.csv:3: no whole number in column `seq` `-1`"),
        (GOOD.replace("1,allow", ",allow"), "made.csv:3: decision without a number in column `seq`"),
        (
            GOOD.replace("2026-01-02T", "2026-02-30T"),
            "made.csv:3: no time in column `decided_at` `2026-02-30T00:00:00Z`",
        ),
        (GOOD.replace("2026-01-02T00:00:00Z", "02.01.2026"), "made.csv:3: no time in column `decided_at` `02.01.2026`"),
        (GOOD.replace("2026-01-02T", "2025-12-31T"), "made.csv:3: decided before it was opened in column `decided_at`"),
        (GOOD.replace("true,5", "yes,5"), "made.csv:3: neither true nor false in column `examined` `yes`"),
        (GOOD.replace("true,5", "true,-5"), "made.csv:3: no number in column `spend` `-5`"),
        (GOOD.replace("true,5", "true,nan"), "made.csv:3: no number in column `spend` `nan`"),
        (GOOD.replace("true,5", "true,1e999"), "made.csv:3: no number in column `spend` `1e999`"),
        (GOOD, "made.csv:3: number in column `seq` that line 2 has too `1`; expected each number once"),
        (GOOD + ",more", "made.csv:3: row cannot be read; expected as many cells as the heading has names"),
        ("a2,2", "made.csv:3: row cannot be read; expected as many cells as the heading has names"),
        ('"a2', "made.csv:3: row cannot be read"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(line: str, message: str, tmp_path: Path) -> None:
    """An audit of the other rows would answer another question."""
    with pytest.raises(TableUnreadable) as refused:
        read_decisions(written(tmp_path, f"{HEADING}\n{GOOD}\n{line}\n"), TIMED)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "made.csv:1: no heading"),
        (HEADING.replace(",", ";").encode(), "made.csv:1: columns are separated by semicolons `advertiser;seq;"),
        (HEADING.replace(",", "\t").encode(), "made.csv:1: columns are separated by tabs `advertiser"),
        (
            b"PK\x03\x04rubbish",
            "made.csv: workbooks are not read here; expected a CSV or Parquet file; save the sheet as CSV",
        ),
        (b"\n\n", "made.csv:1: no heading"),
        (b"\xff\xfe\x00", "made.csv:1: heading cannot be read"),
        (b"a,b,A\n", "made.csv:1: two columns have one name `a`"),
        (b"a,,c\n", "made.csv:1: a column has no name"),
        (
            f"{HEADING}\n{GOOD}\n".encode() + b"\xff" + GOOD[1:].encode(),
            "made.csv:3: row cannot be read; expected UTF-8",
        ),
        (b"PAR1 and no more", "made.csv: table cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(text: bytes, message: str, tmp_path: Path) -> None:
    """Whatever the reader below says about it."""
    with pytest.raises(TableUnreadable) as refused:
        read_decisions(written(tmp_path, text), TIMED)

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_column_that_the_plan_needs_and_the_table_lacks_is_named_with_those_there_are(tmp_path: Path) -> None:
    """Most often it is spelt otherwise."""
    plan = msgspec.structs.replace(TIMED, facts=("strike",))

    with pytest.raises(PlanInvalid, match="names a column that the table lacks `strike`; expected one of advertiser,"):
        read_decisions(written(tmp_path, f"{HEADING}\n{GOOD}\n"), plan)


def test_the_line_of_a_bad_row_counts_empty_lines_and_lines_within_cells(tmp_path: Path) -> None:
    """It is the line that an editor shows."""
    first = GOOD.replace("a1", '"a\n\n1"')
    bad = GOOD.replace("1,allow", "2,never")

    with pytest.raises(TableUnreadable, match=r"made\.csv:6: outcome"):
        read_decisions(written(tmp_path, f"{HEADING}\n{first}\n\n{bad}\n"), TIMED)


def test_a_table_of_windows_is_read_like_any_other(tmp_path: Path) -> None:
    """With a mark of byte order, and other ends of lines."""
    with read_decisions(written(tmp_path, f"\ufeff{HEADING}\r\n{GOOD}\r\n"), TIMED) as table:
        assert table.query("SELECT advertiser, seq, spend, examined FROM decisions") == [("a1", 1, 5.0, True)]


def test_a_table_in_memory_is_read_as_its_csv_would_be() -> None:
    """Values of Python, None for unknown."""
    at = datetime(2026, 1, 2, 12, tzinfo=UTC)
    given_row = row(1, decided_at=at, opened_at=at, examined=True, spend=3, strikes=2)

    with read_decisions(columns([given_row]), TIMED) as table:
        found = table.query("SELECT f0, decided_at, examined, spend FROM decisions")

    assert found == [("2", at.replace(tzinfo=None), True, 3.0)]


def test_an_arrow_table_gives_the_report_of_its_csv() -> None:
    """Programs hand over what they have."""
    with duckdb.connect() as engine:
        arrow = Table(engine.sql(f"SELECT * FROM read_csv('{DECISIONS}', sample_size=-1)"))
        given = audit_table(arrow, committed_plan())

    assert msgspec.json.encode(given) == msgspec.json.encode(audit_table(DECISIONS, committed_plan()))


def test_columns_in_memory_of_different_lengths_are_refused() -> None:
    """They are no table."""
    with pytest.raises(TableUnreadable, match="columns of different lengths"):
        read_decisions({**columns([row(1)]), "country": ["A", "B"]}, SMALL)


@pytest.mark.parametrize("read_again", [0, 1 << 28])
def test_csv_and_parquet_give_one_report(read_again: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a file is so large that its rows are read again for each question; types are those of Parquet."""
    monkeypatch.setattr("evenhand.audit.decision_table._READ_AGAIN", read_again)
    path = tmp_path / "decisions.parquet"
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{DECISIONS}', sample_size=-1)) TO '{path}' (FORMAT parquet)")

    of_csv = audit_table(DECISIONS, committed_plan())
    if not read_again:
        of_csv = msgspec.structs.replace(of_csv, advertisers=None)
    assert msgspec.json.encode(audit_table(path, committed_plan())) == msgspec.json.encode(of_csv)


def test_numbers_far_apart_are_told_apart(tmp_path: Path) -> None:
    """A bit a number would not fit; grouping finds the two that are equal."""
    far = 10**17
    rows = [row(1), row(far), row(far + 1, advertiser="b"), row(far, advertiser="c")]

    with pytest.raises(TableUnreadable, match=f"table:4: number in column `seq` that line 2 has too `{far}`"):
        read_decisions(columns(rows), SMALL)


@settings(max_examples=12, deadline=None)
@given(st.binary(max_size=80) | st.text(alphabet='a1,"\n\r;-é', max_size=80).map(str.encode))
def test_no_file_ends_in_another_error(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    """A table comes from outside: what is none is refused in words."""
    path = written(tmp_path_factory.getbasetemp(), f"{HEADING}\n".encode() + text)

    with suppress(BadInput):
        read_decisions(path, TIMED).engine.close()


def test_any_cell_in_quotes_is_one_value(tmp_path: Path) -> None:
    """Names of columns and of groups may hold whatever people write."""
    odd = 'O\'Neil; "x", y\n%s \\ {0}'
    rows = [row(1, "refuse", odd), *(row(number) for number in range(2, 30))]
    renamed = [{f"my '{name}' \"col\"": cell for name, cell in each.items()} for each in rows]
    text = io.StringIO()
    csv.writer(text).writerows([list(renamed[0]), *(list(each.values()) for each in renamed)])
    plan = msgspec.structs.replace(
        SMALL,
        **{name: f"my '{name}' \"col\"" for name in ("advertiser", "seq", "outcome", "rulebook")},
        facts=("my 'strikes' \"col\"",),
        groups=("my 'country' \"col\"",),
    )

    shown = audit_table(written(tmp_path, text.getvalue()), plan)

    assert {test.value for test in shown.groups} == {odd, "A"}
    assert [each.groups for each in shown.inconsistent] == [{"my 'country' \"col\"": odd}]


def test_a_drawn_table_is_counted_as_it_is() -> None:
    """Rows, decisions, strata."""
    rows = drawn_rows(Random(3), 200)
    decided = [each for each in rows if each["outcome"]]

    with read_decisions(columns(rows), SMALL) as table:
        strata = table.query("SELECT count(*) FROM strata")[0][0]

    assert (table.rows, table.decisions) == (200, len(decided))
    assert strata == len(
        {(each["strikes"], each["verified"], each["rulebook"]) for each in decided if each["rulebook"]}
    )


def test_a_table_that_does_not_fit_says_what_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet is read in parts."""
    monkeypatch.setattr("evenhand.audit.decision_table._MEMORY", "8MB")
    rows = columns([row(1)])

    with pytest.raises(TableUnreadable, match=r"table: table needs more memory .* at most 8MB; convert it to Parquet"):
        read_decisions({name: cells * 100_000 for name, cells in rows.items()}, SMALL)
