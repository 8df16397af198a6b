"""What `import evenhand` gives to programs."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

import evenhand
from evenhand.api.table import Table
from evenhand.model.facts import Facts
from tests.commands import DAY_2, build

COLUMNS = {"name": "VARCHAR", "score": "DOUBLE", "several": "VARCHAR[]"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("interface") / "network")


def test_importing_the_package_loads_nothing_of_it() -> None:
    """A program pays for what it uses."""
    code = "import evenhand, sys; print(*[each for each in sys.modules if each.startswith('evenhand')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["evenhand"]


def test_every_name_of_the_interface_is_there_and_no_other() -> None:
    """A shell completes them before anything is loaded."""
    assert set(evenhand.__all__) <= set(dir(evenhand))
    assert [name for name in evenhand.__all__ if not callable(getattr(evenhand, name))] == []
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = evenhand.nothing


def test_a_table_is_arrow_to_whoever_reads_arrow() -> None:
    """Names, types, missing values and order survive; nothing else needs to be installed."""
    rows = [{"name": "ä", "score": 0.5, "several": ["x", "y"]}, {"name": "b", "score": None, "several": []}]
    made = Table.of(rows, COLUMNS)

    read = duckdb.sql("SELECT * FROM made")

    assert list(made) == rows
    assert len(made) == 2
    assert (read.columns, read.fetchall()) == (made.columns, [tuple(each.values()) for each in rows])


def test_a_table_without_rows_has_its_columns() -> None:
    """A program that plots it must not fail on a quiet day."""
    assert (len(Table.of([], COLUMNS)), Table.of([], COLUMNS).columns) == (0, list(COLUMNS))
    assert repr(Table.of([], COLUMNS)) == "<evenhand.Table, 0 rows: name, score, several>"


def test_a_column_may_have_any_name() -> None:
    """Quotes and words of SQL are names as others are."""
    columns = {'a "b"': "VARCHAR", "select": "VARCHAR"}

    assert list(Table.of([{'a "b"': "x", "select": "y"}], columns)) == [{'a "b"': "x", "select": "y"}]


def test_decisions_are_those_of_the_last_run_even_when_another_follows(folder: Path) -> None:
    """A table is complete in memory: a run replaces the file."""
    network = evenhand.Network(folder)
    decisions = network.decisions()
    before = list(decisions)

    report = network.run(datetime.fromisoformat(DAY_2))

    assert report.at == datetime.fromisoformat(DAY_2)
    assert list(decisions) == before
    assert (folder / "out/report.html").stat().st_size > 10_000


def test_an_instant_without_offset_is_refused(folder: Path) -> None:
    """It would be another instant on another machine."""
    with pytest.raises(evenhand.EvenhandError, match="an instant without its offset"):
        evenhand.Network(folder).run(datetime(2026, 11, 2))


def test_a_time_far_ahead_is_refused(folder: Path) -> None:
    """No later run could be before it."""
    with pytest.raises(evenhand.EvenhandError, match=r"^at: time more than a day ahead") as refused:
        evenhand.Network(folder).run(datetime(2150, 1, 1, tzinfo=UTC))
    assert "--" not in str(refused.value)


def test_a_refused_judgement_names_the_parameter(folder: Path) -> None:
    """A program has no options of a command line."""
    with pytest.raises(evenhand.EvenhandError, match=r"^by: no text"):
        evenhand.Network(folder).judge("a2", "l1", "same", by=" ", why="seen")
    with pytest.raises(evenhand.EvenhandError, match=r"^vkey: not a verifier key `foo`"):
        evenhand.verify_log(folder, "foo")


def test_a_network_without_a_run_says_what_to_do(tmp_path: Path, folder: Path) -> None:
    """Nothing to read is no empty table."""
    for name in ("evenhand.toml", "data", "rulebook"):
        (tmp_path / name).symlink_to(folder / name)

    with pytest.raises(evenhand.EvenhandError, match=r"`Network\.run` or `evenhand run` writes it"):
        evenhand.Network(tmp_path).decisions()


def test_nothing_to_screen_against_is_an_error() -> None:
    """Nobody is told that nobody is listed."""
    with pytest.raises(evenhand.EvenhandError, match="no list to screen against"):
        evenhand.screen("Anybody")


def test_facts_are_ruled_as_records_and_as_json(folder: Path) -> None:
    """What `explain` shows can be changed and asked again."""
    network = evenhand.Network(folder)
    decision = network.explain(next(iter(network.decisions()))["party_id"]).in_force[0].decision
    rulebook = evenhand.Rulebook(folder / "rulebook")

    assert rulebook.sha256 == decision.inputs.rulebook.removeprefix("sha256:")
    ruling = rulebook.rule(decision.facts)
    assert (ruling.outcome, ruling.reasons) == (decision.outcome, decision.reasons)
    assert rulebook.rule(msgspec.convert(decision.facts, Facts)) == ruling


LISTED = (
    "id,schema,name,alias,country,website,account,registration_number,jurisdiction,birth_date,topic,since,until,note"
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "house.csv"
    path.write_text(f"{LISTED}\nm-1,Company,Zorblatt Media Group,Zorblatt TV,GB,,,,,,,2020-01-01,,\n")
    return path


@pytest.mark.parametrize(
    "names",
    ["Zorblatt TV", {"name": "Zorblatt TV"}, [{"name": "Zorblatt TV", "country": None, "birth_date": float("nan")}]],
)
def test_one_name_may_stand_alone_as_text_or_mapping(house: Path, names: Any) -> None:
    """A mapping is one name, never its keys; empty cells of a data frame are empty."""
    assert [each["caption"] for each in evenhand.screen(names, lists=str(house))] == ["Zorblatt Media Group"]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([None], r"names\[0\]: no name `None`"),
        (5, r"names\[0\]: no name `5`"),
        (["RT", ""], r"names\[1\] cannot be screened"),
        ({"name": "Blah", "domains": "zorblatt.example"}, "unknown column `'domains'`; expected id, name, alias"),
        ({"name": "Blah", "lei": "123"}, "lei: would not be compared `123`; expected 20 letters and digits"),
        ({"name": "Blah", "tax_number": "???"}, r"tax_number: would not be compared `\?\?\?`; expected five"),
        ({"name": "Blah", "registration_number": "12345"}, "would not be compared `12345`"),
        ({"name": "Blah", "country": 49}, r"names\[0\]\['country'\]: no text `49`"),
    ],
)
def test_a_name_that_would_not_be_compared_as_given_is_an_error(house: Path, names: Any, says: str) -> None:
    """Nobody is told that nobody is listed because a key was spelled otherwise."""
    with pytest.raises(evenhand.EvenhandError, match=says):
        evenhand.screen(names, lists=[house])


def test_every_wrong_argument_is_an_error_of_the_package(folder: Path, house: Path) -> None:
    """A program catches one class."""
    network: Any = evenhand.Network(folder)
    wrong: list[Callable[[], object]] = [
        lambda: evenhand.screen("RT", lists=None),
        lambda: evenhand.screen("RT", lists=[3]),
        lambda: evenhand.screen("RT", lists=[house], limit=0),
        lambda: evenhand.Network(None),
        lambda: evenhand.Rulebook(5),
        lambda: evenhand.verify_log(None),
        lambda: evenhand.verify_log(folder, 5),
        lambda: network.explain(11),
        lambda: network.explain("rt", at="2026-01-01"),
        lambda: network.run(at="now"),
        lambda: network.judge(5, "x", "same", by="a", why="b"),
        lambda: network.judge("a", "x", True, by="a", why="b"),
        lambda: network.what_if("rulebook"),
    ]

    for call in wrong:
        with pytest.raises(evenhand.EvenhandError):
            call()


def test_what_is_no_facts_is_an_error_of_the_package(folder: Path) -> None:
    """The field that does not fit is named."""
    with pytest.raises(evenhand.EvenhandError, match=r"no facts .*missing required field"):
        evenhand.Rulebook(folder / "rulebook").rule({"principal": {}})
