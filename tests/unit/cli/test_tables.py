"""`evenhand tables check`: a file is looked at, and the status says whether it can be used."""

from pathlib import Path

import pytest

from evenhand.cli.app import run
from evenhand.model.upload import TableName
from evenhand.render.upload_words import rejected_words
from tests.networks import full_network


def test_a_file_is_looked_at_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words: how it is read, what would change, what would stop a run, which outcomes would be others."""
    made = full_network(tmp_path / "network")
    made.run()
    file = tmp_path / "payers.csv"
    file.write_text("Kennung,name\nplain,Plainer Payer\n", "utf-8")
    capsys.readouterr()

    assert run(["tables", "check", str(made.folder), "payers", str(file), "--column", "id=Kennung"]) == 0

    said = capsys.readouterr().out
    assert "`Kennung` read as id" in said
    assert "Against today's table: added 0, removed 2, changed 1, unchanged 0" in said
    assert "A run would stop: payers has lost a column" in said
    assert "Calvado Cement (advertiser): refuse became" in said
    assert (made.folder / "data" / "payers.csv").read_text("utf-8").startswith("id,")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["payers", "{file}"], 1, "Cannot be used: has no column `id`"),
        (["staff", "{file}"], 2, "no such table"),
        (["payers", "none.csv"], 2, "no such file"),
        (["payers", "{file}", "--column", "nonsense=Kennung"], 2, "unknown column"),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    made = full_network(tmp_path / "network")
    made.write()
    (tmp_path / "t.csv").write_text("Kennung,name\n", "utf-8")
    capsys.readouterr()

    filled = [each.format(file=tmp_path / "t.csv") for each in arguments]

    assert run(["tables", "check", str(made.folder), *filled]) == status
    assert said in "".join(capsys.readouterr())


def test_a_file_is_read_as_the_settings_read_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mapping and sheet of evenhand.toml count as on the page; an option goes before them, or all are left aside."""
    made = full_network(tmp_path / "network")
    made.settings["intake.columns.payers"] = {"id": "Kennung", "name": "Wer"}
    made.settings["intake.sheets"] = {"payers": "Zahler"}
    made.write()
    own = made.folder / "data" / "payers.csv"
    own.write_text("Kennung,Wer,Anders\nplain,Plain Payer,Other Payer\n", "utf-8")
    capsys.readouterr()
    check = ["tables", "check", str(made.folder), "payers", str(own)]

    assert run(check) == 0
    assert "`Wer` read as name" in capsys.readouterr().out
    assert run([*check, "--column", "name=Anders"]) == 0
    said = capsys.readouterr().out
    assert "`Anders` read as name" in said
    assert "`Kennung` read as id" in said
    assert run([*check, "--without-settings"]) == 1
    assert "has no column `id`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("table", "said"),
    [("payers", "held unscreened"), ("campaigns", "is not decided"), ("votes", "is left out"), ("bids", "is left out")],
)
def test_what_follows_for_a_rejected_row_is_said_by_its_table(table: TableName, said: str) -> None:
    """As docs/reference/tables.md has it: only a party is held."""
    assert said in rejected_words(table)
    assert ("held" in rejected_words(table)) == (table == "payers")


def test_an_option_is_named_for_cells_that_can_be_read_in_two_ways(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = full_network(tmp_path / "network")
    made.write()
    file = tmp_path / "advertisers.csv"
    file.write_text('id,name,prepaid\na,Alpha Works,"1,234"\n', "utf-8")
    capsys.readouterr()

    run(["tables", "check", str(made.folder), "advertisers", str(file)])

    said = capsys.readouterr().out
    assert "1 of prepaid can be read in two ways, such as `1,234`: say --decimals comma or point" in said
    assert "expected an amount that can be read in one way only\n" in said
    assert "The advertiser of a rejected row is held unscreened." in said
