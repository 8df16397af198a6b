"""A table that has lost rows or a column since the last run stops it, unless somebody says that this is meant."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, TableShrunk
from evenhand.workflows.run import Tools
from evenhand.workflows.run.table_sizes import LAST_RUN
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network

STRICT = replace(TOOLS, accept_tables=frozenset())


def accepting(*names: str) -> Tools:
    return replace(TOOLS, accept_tables=frozenset(names))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network with forty advertisers, five of them payers too, that has run once."""
    made = empty_network(tmp_path_factory.mktemp("forty") / "network")
    for number in range(2, 41):
        made.add("advertisers", id=f"a-{number}", name=f"Made Up {number}")
    for number in range(5):
        made.add("payers", id=f"p-{number}", name=f"Made Up Payer {number}", domains=f"p{number}.example")
    made.run(DAY_1, STRICT)
    return made


@pytest.mark.parametrize(
    ("table", "rows", "stops"),
    [("advertisers", 36, False), ("advertisers", 35, True), ("advertisers", 41, False), ("payers", 3, False),
     ("payers", 2, True), ("payers", 0, True)],
)  # fmt: skip
@pytest.mark.parametrize("state_is_lost", [False, True])
def test_a_table_stops_the_run_that_lost_more_than_a_tenth_and_more_than_two_rows(
    forty: MadeNetwork, tmp_path: Path, table: str, rows: int, stops: bool, state_is_lost: bool
) -> None:
    """One row of five may go; that none is left is never believed. Nothing hangs on `state/`."""
    made = forty.copy(tmp_path / "network")
    if state_is_lost:
        shutil.rmtree(made.folder / "state")
        (made.folder / "snapshots" / LAST_RUN).unlink()  # as earlier versions left it
    made.tables[table] = [*made.tables[table], {"id": "new", "name": "Made Up New"}][:rows]
    size = made.size()

    if stops:
        with pytest.raises(TableShrunk, match=rf"{table}\.csv: {table} has {rows} rows; .* --accept-table {table}"):
            made.run(DAY_2, STRICT)
        assert made.size() == size
        with pytest.raises(TableShrunk):
            made.run(DAY_2, accepting("votes"))
    made.run(DAY_2, accepting(table) if stops else STRICT)
    made.run(DAY_2, STRICT)


def test_a_table_that_is_not_named_any_more_has_lost_all_its_rows(forty: MadeNetwork, tmp_path: Path) -> None:
    """A setting taken out is a table gone."""
    made = forty.copy(tmp_path / "network")
    made.settings["intake"]["payers"] = ""

    with pytest.raises(TableShrunk, match=r"evenhand.toml: payers has 0 rows; the last run read 5"):
        made.run(DAY_2, STRICT)


def test_a_column_that_is_gone_stops_the_run_and_another_order_does_not(forty: MadeNetwork, tmp_path: Path) -> None:
    """A heading misspelt is a column of empty cells, and every website with it."""
    made = forty.copy(tmp_path / "network")
    made.write()
    path = made.folder / "data" / "payers.csv"
    lines = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("\n".join(",".join(reversed(line)) for line in lines))
    made.write = lambda: None  # type: ignore[method-assign]
    made.run(DAY_2, STRICT)

    path.write_text(path.read_text().replace("domains", "domainz"))
    with pytest.raises(TableShrunk, match="payers has lost a column; expected `domains` as in the last run") as caught:
        made.run(DAY_2, STRICT)

    assert caught.value.table == "payers"


def test_a_column_whose_values_are_all_gone_stops_the_run_as_if_it_were_lost(
    forty: MadeNetwork, tmp_path: Path
) -> None:
    """Of a column with one or two values they may go."""
    made = forty.copy(tmp_path / "network")
    for row in made.tables["advertisers"][:3]:
        row["verification"] = "document"
    made.tables["payers"][0]["verification"] = "document"
    made.run(DAY_1, STRICT)
    for row in (*made.tables["advertisers"], *made.tables["payers"]):
        row["verification"] = " "

    with pytest.raises(TableShrunk, match="advertisers has a column without any value; expected values in `verificat"):
        made.run(DAY_2, STRICT)
    made.run(DAY_2, accepting("advertisers"))
    made.run(DAY_2, STRICT)


def test_a_column_of_numbers_that_was_called_identifiers_before_is_not_gone(forty: MadeNetwork, tmp_path: Path) -> None:
    """A heading `registration number` is a column of its own now; an update of the program must not stop a run."""
    made = forty.copy(tmp_path / "network")
    made.write()
    table = made.folder / "data" / "payers.csv"
    heading, *lines = table.read_text().splitlines()
    table.write_text("\n".join((f"{heading},registration number", *(f"{line},R{len(line)}000" for line in lines))))
    made.write = lambda: None  # type: ignore[method-assign]
    made.run(DAY_2, STRICT)
    path = made.folder / "snapshots" / LAST_RUN
    path.write_text(path.read_text().replace("registration_number", "identifiers"))

    assert made.run(DAY_2, STRICT).decisions == 0


def test_the_share_is_the_networks_choice_and_names_are_checked(forty: MadeNetwork, tmp_path: Path) -> None:
    """A name that is no table's would accept nothing."""
    made = forty.copy(tmp_path / "network")
    made.settings["intake"]["max_shrink"] = "0.5"
    del made.tables["advertisers"][20:]
    made.run(DAY_2, STRICT)

    with pytest.raises(BadInput, match="no such table `clients`; expected advertisers, payers"):
        made.run(DAY_2, accepting("clients"))
    made.settings["intake"]["max_shrink"] = "a little"
    with pytest.raises(BadInput, match="max_shrink"):
        made.run(DAY_2, STRICT)


def test_a_damaged_record_of_sizes_is_no_reason_to_stop(forty: MadeNetwork, tmp_path: Path) -> None:
    """Then the tables that the newest decision names are compared, as far as they are there."""
    made = forty.copy(tmp_path / "network")
    (made.folder / "snapshots" / LAST_RUN).write_bytes(b"{")
    for path in (made.folder / "snapshots").glob("*.parquet"):
        path.unlink()
    del made.tables["advertisers"][5:]

    made.run(DAY_2, STRICT)

    assert len(made.register()[1]) == 10
