"""A ledger goes on where its tables are moved to, and nothing stays where they were."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import BadInput, HistoryConflict, NotVerified
from evenhand.store.ledger_settings import read_ledger_settings
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations import ledger_move, open_ledger
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_move import FILE, move
from evenhand.workflows.operations.ledger_tables import open_tables_at
from evenhand.workflows.operations.ledgers import create_ledger
from tests.clusters import Cluster
from tests.commands import evenhand
from tests.unit.ledger.making import AT, record, records

SETTINGS = "ledger.toml"


@pytest.fixture
def address(cluster: Cluster) -> str:
    return cluster.new_schema()


@pytest.fixture(params=["random", "subject"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a ledger of 40 entries in its file: one erased, one with a sealed value's neighbour, three checkpoints."""
    folder = tmp_path / "l"
    create_ledger(folder, "ads.example/log")
    with (folder / SETTINGS).open("a", encoding="utf-8") as settings:
        settings.write(f'# kept\nsalts = "{request.param}"\n')
    with open_ledger(folder) as opened:
        for start in (0, 10, 20):
            opened.append(records(10, start), AT)
            opened.publish(AT)
        opened.append(records(9, 30), AT)
    erased = evenhand("ledger", "erase", folder, "4", "--basis", "GDPR 17(1)(b)", "--by", "privacy desk")
    assert erased.status == 0, erased.err
    return folder


def contents(folder: Path) -> tuple[Any, ...]:
    where = LedgerFolder(folder)
    with closing(open_tables_at(where, read_ledger_settings(folder).postgres, read_only=True)) as tables:
        return (
            list(tables.entries()), sorted(tables.idempotency_keys()), list(tables.checkpoints()), tables.name(),
        )  # fmt: skip


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "private").iterdir() if path.name != "lock")


def test_a_ledger_is_moved_there_and_back(ledger: Path, address: str) -> None:
    """All rows are the same, other settings stay, the log goes on, keys are still known, and no payload stays."""
    before, settings = contents(ledger), (ledger / SETTINGS).read_text(encoding="utf-8")

    said = evenhand("ledger", "move", ledger, "--to", address)
    assert said.status == 0, said.err
    assert (said.json["entries"], said.json["payloads"]) == (40, 39)
    assert contents(ledger) == before
    assert files(ledger) == ["signing.key"]
    assert (ledger / SETTINGS).stat().st_mode & 0o777 == 0o600
    with open_ledger(ledger) as opened:
        (again, new) = opened.append([record(7), record(99)], AT)
        assert (again.seq, again.duplicate, new.seq) == (7, True, 40)
        opened.publish(AT)
    there = contents(ledger)

    said = evenhand("ledger", "move", ledger, "--to", "file")
    assert said.status == 0, said.err
    assert contents(ledger) == there
    assert (ledger / SETTINGS).read_text(encoding="utf-8") == settings
    assert files(ledger) == ["ledger.sqlite", "ledger.sqlite-sums", "signing.key"]
    assert evenhand("ledger", "verify", ledger).status == 0
    create_ledger(ledger.parent / "next", "b.example/log", postgres=address)  # nothing stands there any more


def test_tables_of_another_log_are_not_touched(ledger: Path, address: str) -> None:
    """The address may be mistyped; the same for a second move to where the tables are."""
    create_ledger(ledger.parent / "other", "b.example/log", postgres=address)
    before = contents(ledger)

    with pytest.raises(BadInput, match="other tables stand there"):
        move(ledger, address)
    with pytest.raises(BadInput, match="there already"):
        move(ledger, FILE)

    assert contents(ledger) == before
    assert evenhand("ledger", "verify", ledger.parent / "other").status == 0


def test_tables_that_do_not_hold_stay_where_they_are(ledger: Path, address: str) -> None:
    """A copy of a changed payload would hide that the file was damaged: its sums stay behind."""
    with closing(SqliteTables(ledger / "private/ledger.sqlite")) as tables:
        tables._rows("UPDATE payload SET body = ? WHERE seq = 8", b'{"n":9}')

    with pytest.raises(NotVerified, match="damaged"):
        move(ledger, address)

    assert read_ledger_settings(ledger).postgres == ""
    assert len(contents(ledger)[0]) == 40


@pytest.mark.parametrize("step", ["_copy", "_sound", "_check_same", "write_whole", "_remove"])
def test_a_move_that_is_cut_short_is_ended_by_the_next(
    ledger: Path, address: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """At each step, in both directions: the ledger can be read and written where its settings say."""
    for to in (address, FILE):
        before = contents(ledger)
        with monkeypatch.context() as patch:
            patch.setattr(ledger_move, step, _cut(getattr(ledger_move, step), step))
            with pytest.raises(KeyboardInterrupt):
                move(ledger, to)
        assert contents(ledger) == before
        with open_ledger(ledger, wait_s=60) as opened:
            opened.append([record(len(before[0]) + 100)], AT)
        written = contents(ledger)

        report = move(ledger, to, wait_s=60)

        assert report.entries == len(written[0]) == len(before[0]) + 1
        assert contents(ledger) == written
        assert "move.json" not in files(ledger)
    assert files(ledger) == ["ledger.sqlite", "ledger.sqlite-sums", "signing.key"]
    create_ledger(ledger.parent / "next", "b.example/log", postgres=address)


def _cut(real: Callable[..., Any], step: str) -> Callable[..., Any]:
    """Return a step that never comes back; of writing only that of the settings."""

    def cut(*given: Any, **named: Any) -> Any:
        if step != "write_whole" or given[0].name == SETTINGS:
            raise KeyboardInterrupt
        return real(*given, **named)

    return cut


def test_what_a_move_left_is_not_removed_if_it_is_another_log(
    ledger: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody put another ledger's file there meanwhile: it is not ours to delete."""
    with monkeypatch.context() as patch:
        patch.setattr(ledger_move, "_remove", _cut(ledger_move._remove, "_remove"))
        with pytest.raises(KeyboardInterrupt):
            move(ledger, address)
    other = ledger.parent / "other"
    create_ledger(other, "b.example/log")
    (other / "private/ledger.sqlite").replace(ledger / "private/ledger.sqlite")

    with pytest.raises(HistoryConflict, match="another log stands where it left"):
        move(ledger, address, wait_s=60)

    assert (ledger / "private/ledger.sqlite").exists()


@pytest.mark.parametrize("lines", ['postgres = """\n{}"""\n', "[more]\n"])
def test_settings_that_cannot_be_changed_safely_are_left(ledger: Path, address: str, lines: str) -> None:
    """One line says what to do, and nothing was moved."""
    text = (ledger / SETTINGS).read_text(encoding="utf-8")
    (ledger / SETTINGS).write_text(text + lines.format(""), encoding="utf-8")

    said = evenhand("ledger", "move", ledger, "--to", address)

    assert said.status == 2
    assert len(said.err.splitlines()) == 1
    assert (ledger / "private/ledger.sqlite").exists()
