"""`[intake]` changed in place: every other line and every comment stays, or nothing is changed."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import StateRefused
from evenhand.model.upload import Reading
from evenhand.store.settings_edit import with_table

TEXT = """# The network of the shop.
[network]
name = "Shop" # as on letters

[intake] # each a file
advertisers = "data/advertisers.csv"   # from the billing system
payers = 'data/payers.csv'
max_refused_share = "0.01"

# What no cell means.
[intake.absent]
payer = "advertiser"

[intake.columns.advertisers] # ours = "theirs"
# the number of the account
id = "account_no"
name = "Firma"

[fx] # one unit
USD = "0.90"
"""


def test_a_table_and_how_it_is_read_are_changed_in_their_lines() -> None:
    """What is said already keeps its place and comment; what is new comes below; what is gone leaves its line."""
    reading = Reading(columns={"id": 'Nr. "1"', "domains": ""}, sheet="Kunden #2", dates="dmy")

    made = with_table(TEXT, "advertisers", "data/new.xlsx", reading)

    assert made == (
        TEXT.replace('"data/advertisers.csv"   # from', '"data/new.xlsx"   # from')
        .replace('max_refused_share = "0.01"\n', 'max_refused_share = "0.01"\ndates = "dmy"\n')
        .replace('id = "account_no"\nname = "Firma"\n', 'id = "Nr. \\"1\\""\ndomains = ""\n'
                 '\n[intake.sheets]\nadvertisers = "Kunden #2"\n')
    )  # fmt: skip


def test_a_table_that_was_not_there_gets_its_lines() -> None:
    made = with_table(TEXT, "payers", "data/p.csv", Reading(columns={"name": "Zahler"}))
    again = with_table(made, "payers", "data/payers.csv", Reading())

    assert 'payers = "data/p.csv"\n' in made
    assert '[intake.columns.payers]\nname = "Zahler"\n' in made
    assert tomllib.loads(again)["intake"]["payers"] == "data/payers.csv"
    assert tomllib.loads(again)["intake"]["columns"] == {
        "advertisers": {"id": "account_no", "name": "Firma"}, "payers": {}
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '[intake]\nadvertisers = """\npath"""\n',
        '[intake]\nadvertisers = "a"\ncolumns = { advertisers = { id = "no" } }\n',
        'intake.advertisers = "a"\n',
        '[intake]\nadvertisers = "a"\n["intake"."sheets"]\nadvertisers = "S"\n',
    ],
)
def test_what_cannot_be_changed_safely_is_left_and_said(text: str) -> None:
    """A person writes these lines; nothing is guessed."""
    with pytest.raises(StateRefused) as refused:
        with_table(text, "advertisers", "data/new.csv", Reading(columns={"id": "Nr"}, sheet="T"))

    assert 'write into it: [intake] advertisers = "data/new.csv"' in str(refused.value)


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cs", "Cc"]), max_size=12)


@given(
    table=st.sampled_from(["advertisers", "payers", "votes"]), file=_TEXTS.filter(bool), sheet=_TEXTS,
    columns=st.dictionaries(st.sampled_from(["id", "name", "alias"]), _TEXTS),
    dates=st.sampled_from(["", "dmy", "mdy"]),
)  # fmt: skip
def test_whatever_is_written_reads_as_meant_and_nothing_else_moves(
    table: str, file: str, sheet: str, columns: dict[str, str], dates: str
) -> None:
    made = with_table(TEXT, table, file, Reading(columns=columns, sheet=sheet, dates=dates))  # type: ignore[arg-type]
    read, before = tomllib.loads(made), tomllib.loads(TEXT)

    assert read["intake"][table] == file
    assert read["intake"].get("sheets", {}).get(table, "") == sheet
    assert read["intake"]["columns"].get(table, {}) == columns
    assert read["intake"].get("dates", "") == dates
    assert {name: each for name, each in read.items() if name != "intake"} == {
        name: each for name, each in before.items() if name != "intake"
    }
    assert [line for line in TEXT.splitlines() if line.startswith("#")] == [
        line for line in made.splitlines() if line.startswith("#")
    ]
