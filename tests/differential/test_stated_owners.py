"""Owners in a column of the clients, beside the same owners in the table of ownership."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from evenhand.intake import Tables, read_tables
from evenhand.model.network import Absent, IntakeSection
from evenhand.model.party import Ownership
from tests.differential.test_clean_rows import write_csv
from tests.suffixes import SUFFIXES

NAMES = ["Jane Doe", "Müller, Hans", "Doe & Roe Ltd", "Studio 54", "Doe (Ulm)", "ООО Ромашка", "a2", "Анна Ро"]
SHARES = ["", "60 %", "60%", "0,5 %", "33.3333 %", "100%", "150 %", "0 %", ">25 %", "25-50 %", "about 5 %"]
IN_TABLE = {">25 %": "more", "25-50 %": "between", "about 5 %": "about"}
"""Shares that no table can state exactly: there as here they are unknown ones."""
STYLES = {
    "behind": "{name} {share}",
    "brackets": "{name} ({share})",
    "colon": "{name}: {share}",
    "front": "{share} {name}",
}
OWNERS = st.tuples(st.sampled_from(NAMES), st.sampled_from(SHARES), st.sampled_from([*STYLES]))
CLIENTS = st.lists(st.lists(OWNERS, max_size=4), min_size=1, max_size=4)


def cell(owners: list[tuple[str, str, str]], mark: str) -> str:
    """Return owners as a cell has them."""
    texts = (STYLES[style].format(name=name, share=share) if share else name for name, share, style in owners)
    return mark.join(texts)


def read(folder: Path, **files: str) -> Tables:
    section = IntakeSection(
        advertisers="a.csv", max_refused_share="1", absent=Absent(payer="advertiser", political="no"), **files
    )
    return read_tables(folder, section, {}, "EUR", SUFFIXES)


def without_row(lines: tuple[Ownership, ...]) -> list[Ownership]:
    return [msgspec.structs.replace(each, row="") for each in lines]


@given(CLIENTS, st.sampled_from(["; ", ";", "\n", "\r\n"]))
def test_owners_in_a_column_are_those_of_the_table(clients: list[list[tuple[str, str, str]]], mark: str) -> None:
    """Same lines, same unknown shares; and a share that cannot be read is missing of the same party."""
    ids = [(f"a{number}", owners) for number, owners in enumerate(clients)]
    with TemporaryDirectory() as made:
        folder = Path(made)
        write_csv(
            folder / "a.csv", [("id", "name", "owners"), *((id_, id_, cell(several, mark)) for id_, several in ids)]
        )
        known = {id_ for id_, _ in ids}
        stated = read(folder)
        write_csv(folder / "a.csv", [("id", "name"), *((id_, id_) for id_, _ in ids)])
        rows = [
            (name if name in known else "", id_, IN_TABLE.get(share, share), "" if name in known else name)
            for id_, several in ids for name, share, _ in several
        ]  # fmt: skip
        write_csv(folder / "o.csv", [("owner", "owned", "share", "owner_name"), *rows])
        tabled = read(folder, ownership="o.csv")

    order = lambda each: (each.owned, each.owner, -1 if each.share is None else each.share)  # noqa: E731
    assert sorted(without_row(stated.ownership), key=order) == sorted(without_row(tabled.ownership), key=order)
    assert stated.ownerless.keys() == tabled.ownerless.keys() == set()
    assert {each.party for each in stated.unread} == {each.party for each in tabled.unread}


def test_the_same_holds_of_payers_and_of_what_lists_a_second_column() -> None:
    """Whose column it is does not matter, nor whether several columns have an owner each."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        write_csv(folder / "a.csv", [("id", "name"), ("a1", "Plum")])
        write_csv(folder / "p.csv", [("id", "name", "UBO 1", "UBO 2"), ("p1", "Pear", "Jane Doe 60%", "Doe Ltd")])
        stated = read(folder, payers="p.csv")

    assert [(each.owner, each.owned, each.share) for each in stated.ownership] == [
        ("(owner Jane Doe)", "p1", 600_000), ("(owner Doe Ltd)", "p1", None),
    ]  # fmt: skip
    assert stated.ownership[0].row == f"table:payers@{stated.hashes['payers']}#2"
