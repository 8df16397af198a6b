"""The runner of co-sharing, on the reference tables, on made ones and on bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from evenhand.store.parquet_rows import literal
from tests.conformance import coordination
from tests.data import DATA, needs_data

INFLUENCE = DATA / "influence"
SHARES = [
    ("page", "a", "a1", 100), ("page", "b", "b1", 130), ("other", "a", "a2", 500), ("other", "b", "b2", 500),
    ("lone", "c", "c1", 500), ("lone", "c", "c2", 501),
]  # fmt: skip
TOOLS = [
    {
        "name": "fast",
        "tool": "coortweet",
        "time_window": 10,
        "min_participation": 1,
        "fast": 5,
        "tables": ["groups", "edges_right"],
    },
    {"name": "all", "tool": "coortweet", "time_window": 30, "edge_weight": 0.99},
    {"name": "two", "tool": "toolkit", "time_window": 30, "min_edge_weight": 2},
]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the module as a command line would."""

    def start(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["coordination", *map(str, arguments)])
        status = coordination.main()
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return start


def write(path: Path, rows: list[tuple[object, ...]], columns: str) -> Path:
    """Write a Parquet file; columns as in a table's definition."""
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE made ({columns})")
        if rows:
            engine.executemany(f"INSERT INTO made VALUES ({', '.join('?' * len(rows[0]))})", rows)
        engine.execute(f"COPY made TO {literal(path)} (FORMAT parquet)")
    return path


def shares(path: Path, rows: list[tuple[object, ...]], kind: str = "BIGINT") -> Path:
    """Write a file of shares."""
    return write(path, rows, f"object_id VARCHAR, account_id VARCHAR, content_id VARCHAR, timestamp_share {kind}")


def manifest(folder: Path, configs: object) -> Path:
    """Write a folder that has a manifest."""
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"events": "any.parquet", "configs": configs}))
    return folder


@needs_data
@pytest.mark.parametrize(
    ("name", "configs"), [("russian", 5), ("german_urls", 1), ("german_urls_fb", 1), ("toolkit_russian", 2)]
)
def test_every_row_edge_object_and_account_of_the_tools_is_found(name: str, configs: int, run: Run) -> None:
    """Ties included: CooRTweet 2.1.3 and coordination-network-toolkit 1.5.2 on what people shared."""
    status, out, _ = run(INFLUENCE / f"{name.removeprefix('toolkit_')}.parquet", "--reference", INFLUENCE / name)

    assert (status, json.loads(out.splitlines()[-1])) == (0, {"configs": configs, "agree": configs, "disagree": []})


@needs_data
def test_fast_pairs_are_those_of_flag_speed_share(run: Run, tmp_path: Path) -> None:
    config = {"name": "mp2_tw60_fast10", "tool": "coortweet", "time_window": 60, "fast": 10, "tables": ["groups"]}
    folder = manifest(tmp_path / "reference", [config])
    table = "mp2_tw60_fast10.groups.parquet"
    (folder / table).symlink_to(INFLUENCE / "russian" / table)

    status, out, _ = run(INFLUENCE / "russian.parquet", "--reference", folder)

    assert (status, json.loads(out.splitlines()[-1])["agree"]) == (0, 1)


def test_without_reference_tables_all_are_computed_and_agreement_is_unknown(run: Run, tmp_path: Path) -> None:
    file, out = shares(tmp_path / "made.parquet", SHARES), tmp_path / "out"

    status, printed, _ = run(file, "--reference", manifest(tmp_path / "reference", TOOLS), "--write", out)

    assert (status, printed) == (0, '{"configs": 3, "agree": null, "disagree": []}\n')
    assert sorted(path.name for path in out.iterdir()) == [
        "all.accounts.parquet", "all.edges.parquet", "all.edges_right.parquet", "all.groups.parquet",
        "all.objects_right.parquet", "fast.edges_right.parquet", "fast.groups.parquet", "two.directed.parquet",
    ]  # fmt: skip
    read = {path.stem: duckdb.read_parquet(str(path)).fetchall() for path in out.iterdir()}
    assert read["fast.groups"] == [("other", "a2", "b2", "a", "b", 0, 1)]
    assert read["all.edges"] == [("a", "b", 2, 15.0, 2, 2, 1.0, 0)]
    assert read["two.directed"] == [("a", "b", 2), ("b", "a", 2)]


def test_a_table_that_differs_is_named_with_its_first_difference(run: Run, tmp_path: Path) -> None:
    """A configuration agrees only if all its known tables do; one that is not known counts as neither."""
    file, folder = shares(tmp_path / "made.parquet", SHARES), manifest(tmp_path / "reference", TOOLS)
    columns = "object_id VARCHAR, num_accounts BIGINT"
    write(folder / "all.objects_right.parquet", [("page", 2), ("other", 3)], columns)
    write(folder / "two.directed.parquet", [("b", "a", 2), ("a", "b", 2)], "a VARCHAR, b VARCHAR, weight BIGINT")

    status, out, _ = run(file, "--reference", folder)

    *lines, last = out.splitlines()
    assert (status, json.loads(last)) == (1, {"configs": 3, "agree": 1, "disagree": ["all.objects_right"]})
    assert lines == ["all.objects_right: ('other', 2); the reference has ('other', 3)"]


@pytest.mark.parametrize(
    ("columns", "rows", "why"),
    [
        ("object_id VARCHAR", [("page",)], "columns object_id, num_accounts; the reference has object_id"),
        ("object_id VARCHAR, num_accounts BIGINT", [("page", 2)], "2 rows; the reference has 1"),
    ],
)
def test_a_reference_of_other_columns_or_rows_disagrees(
    columns: str, rows: list[tuple[object, ...]], why: str, run: Run, tmp_path: Path
) -> None:
    file, folder = shares(tmp_path / "made.parquet", SHARES), manifest(tmp_path / "reference", TOOLS)
    write(folder / "all.objects_right.parquet", rows, columns)

    status, out, _ = run(file, "--reference", folder)

    assert (status, out.splitlines()[0]) == (1, f"all.objects_right: {why}")
    assert json.loads(out.splitlines()[-1])["disagree"] == ["all.objects_right"]


def test_a_cell_that_is_left_out_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordination, "LIMITS", coordination.CellLimits(shares=2))
    crowd = [("crowd", f"a{number}", f"c{number}", 600) for number in range(3)]

    status, out, _ = run(
        shares(tmp_path / "made.parquet", crowd), "--reference", manifest(tmp_path / "reference", TOOLS[:1])
    )

    assert status == 0
    assert out.splitlines()[0] == "fast: left out 3 accounts of `crowd` within 10 s from 600: at most 3 pairs"


BAD_CONFIGS = [
    ([{"name": "x", "tool": "other", "time_window": 1}], "other"),
    ([{"name": "x", "tool": "toolkit"}], "time_window"),
    ([{"name": "x", "tool": "toolkit", "time_window": "60"}], "time_window"),
    ([{"name": "x", "tool": "toolkit", "time_window": -1}], "window_s"),
    ([{"name": "x", "tool": "coortweet", "time_window": 1, "edge_weight": 2}], "edge_weight"),
    ([{"name": "x", "tool": "coortweet", "time_window": 1, "tables": ["directed"]}], "directed"),
    ([{"name": "../x", "tool": "toolkit", "time_window": 1}], "../x"),
    ([TOOLS[0], TOOLS[0]], "fast"),
    ({}, "configs"),
]


@pytest.mark.parametrize(("configs", "named"), BAD_CONFIGS)
def test_a_manifest_that_cannot_be_meant_is_refused_in_one_line(
    configs: object, named: str, run: Run, tmp_path: Path
) -> None:
    file = shares(tmp_path / "made.parquet", SHARES)

    status, out, error = run(file, "--reference", manifest(tmp_path / "reference", configs))

    assert (status, out, error.count("\n")) == (2, "", 1)
    assert named in error


def test_a_file_that_is_not_of_shares_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    """Milliseconds get the hint; nothing is computed of what would be left after a silent repair."""
    folder, path = manifest(tmp_path / "reference", TOOLS), tmp_path / "made.parquet"
    no_parquet = tmp_path / "no.parquet"
    no_parquet.write_text("object_id,account_id\n")

    for file, named in (
        (tmp_path / "absent.parquet", "absent.parquet"),
        (no_parquet, "no.parquet"),
        (write(tmp_path / "columns.parquet", [("p",)], "object_id VARCHAR"), "account_id"),
        (shares(tmp_path / "kind.parquet", [], "TIMESTAMP"), "timestamp_share"),
    ):
        status, out, error = run(file, "--reference", folder)
        assert (status, out, error.count("\n"), named in error) == (2, "", 1, True)
    for rows, named in (
        ([("p", "a", "a1", 1_600_000_000_000)], "divide milliseconds by 1,000"),
        ([("p", None, "a1", 5)], "1 rows"),
    ):
        status, out, error = run(shares(path, rows), "--reference", folder)
        assert (status, out, error.count("\n"), named in error) == (2, "", 1, True)


def test_a_folder_without_a_manifest_is_refused(run: Run, tmp_path: Path) -> None:
    status, out, error = run(shares(tmp_path / "made.parquet", SHARES), "--reference", tmp_path)

    assert (status, out) == (2, "")
    assert "manifest.json" in error
