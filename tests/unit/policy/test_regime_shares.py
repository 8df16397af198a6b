"""Laws by list and program, and shares by regime, as a rulebook's folder states them."""

from pathlib import Path

import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import Rulebook
from evenhand.policy.rulebook.list_mapping import Laws, read_laws
from tests.unit.policy.made_up import HOUSE, PERMIT, folder_with

HEADING = "list,program,binds,legal_basis,note\n"
BOOK = Rulebook.load(HOUSE)


def laws(*rows: str) -> Laws:
    return read_laws(HEADING + "".join(f"{row}\n" for row in rows), "laws.csv")


def test_the_exact_program_wins_and_only_laws_that_bind_are_named() -> None:
    """A UN entry has a resolution and, where the Union binds, a regulation."""
    known = laws("a-b,*,EU,One | 1 | EU,", "a-b,X,UN,Two | 2 | UN,", "a-b,X,EU,Three | 3 | EU,")

    assert known.of("a-b", ["X"], ("EU", "UN")) == ("Two | 2 | UN", "Three | 3 | EU")
    assert known.of("a-b", ["X"], ("UN",)) == ("Two | 2 | UN",)
    assert known.of("a-b", ["Y"], ("EU",)) == known.of("a-b", [], ("EU",)) == ("One | 1 | EU",)
    assert known.of("a-b", ["X", "Y"], ("US",)) == known.of("c-d", ["X"], ("EU",)) == ()


def test_a_program_that_no_row_names_is_told_where_laws_are_by_program_and_bind() -> None:
    """Of a list without a law, or of a law that does not bind, there is nothing to miss."""
    known = laws("a-b,X,EU,One | 1 | EU,", "e-f,*,EU,Two | 2 | EU,")

    assert known.without_row("a-b", ["Z", "X", "Y"], ("EU",)) == ("Y", "Z")
    assert known.without_row("a-b", ["Y"], ("US",)) == known.without_row("e-f", ["Y"], ("EU",)) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("list,program\n", "unexpected heading"),
        (f"{HEADING}a-b,X,eu,One | 1 | EU,\n", "invalid place"),
        (f"{HEADING}a-b,X,EU,One | 1,\n", "invalid legal basis"),
        (f"{HEADING}a-b,X,EU,One | 1 | EU,\na-b,X,EU,One | 1 | EU,again\n", "duplicate row"),
        (f"{HEADING}a-b,,EU,One | 1 | EU,\n", "bad row"),
    ],
)
def test_a_file_of_laws_that_does_not_hold_is_refused(text: str, says: str) -> None:
    """A law that is cited wrongly does harm."""
    with pytest.raises(RulebookInvalid, match=says):
        read_laws(text, "laws.csv")


def test_every_law_of_the_house_is_marked_until_somebody_has_compared_it() -> None:
    """Only rows of the sample network's invented lists are not."""
    rows = (HOUSE / "laws.csv").read_text("utf-8").splitlines()[1:]

    assert [row for row in rows if "to be verified against the text" not in row and not row.startswith("sample-")] == []


def test_each_regulation_of_the_union_is_named_by_its_own_program() -> None:
    """Not all of them are 269/2014."""
    named = {
        program: BOOK.laws.of("eu-fsf", [program], ("EU",))[0].partition(" | ")[0]
        for program in ("UKR", "TAQA", "BLR", "SYR", "TERR", "PRK")
    }

    assert named == {
        "UKR": "Regulation (EU) No 269/2014", "TAQA": "Regulation (EC) No 881/2002",
        "BLR": "Regulation (EC) No 765/2006", "SYR": "Regulation (EU) No 36/2012",
        "TERR": "Regulation (EC) No 2580/2001", "PRK": "Regulation (EU) 2017/1509",
    }  # fmt: skip
    assert "No 267/2012" in BOOK.laws.of("eu-fsf", ["IRN"], ("EU",))[0]
    assert BOOK.laws.of("eu-annex-xv", [], ("EU",)) == ("Regulation (EU) No 833/2014 | 2f and Annex XV | EU",)
    assert BOOK.laws.of("ofac-sdn", ["SDGT"], ("EU", "UN")) == ()


def test_a_schema_says_whose_shares_it_wants_and_by_which_arithmetic() -> None:
    """Of advertisers and payers alike."""
    wanted = {each.path: each.regime for each in BOOK.shares}

    assert len(wanted) == 12
    assert wanted["Advertiser.regime_share_bp.uk"] == ("uk-asset-freeze", "over_50_single")
    assert wanted["Payer.regime_share_bp.us"] == ("us-asset-freeze", "aggregate_50")
    assert wanted["Payer.regime_share_bp.house"] == ("house-asset-freeze", None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('@share_of("un-asset-freeze")', '@share_of("un-freeze")', "@share_of of Payer.regime_share_bp.un is unknown"),
        ('@arithmetic("over_50_single")', '@arithmetic("most")', "@arithmetic of Payer.regime_share_bp.uk is unknown"),
        ("spend_micros: Long", '@share_of("un-sc")\n  spend: String,\n  spend_micros: Long', "cannot hold a share"),
    ],
)
def test_a_share_that_nobody_can_compute_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    """A share that stayed nothing would let everyone pass."""
    texts = {name: (HOUSE / name).read_text("utf-8") for name in ("designations.json", "schema.cedarschema")}
    folder = folder_with(tmp_path, PERMIT, designations_json=texts["designations.json"])
    (folder / "schema.cedarschema").write_text(texts["schema.cedarschema"].replace(old, new, 1), "utf-8")

    with pytest.raises(RulebookInvalid) as raised:
        Rulebook.load(folder)

    assert says in str(raised.value)
    assert raised.value.line
