"""The house list: its columns, and one clear line for a wrong one."""

from pathlib import Path

import pytest

from evenhand.lists import read_list
from tests.unit.lists.made import made, refusal, written


@pytest.fixture
def data() -> bytes:
    return made("house-own").files["house.csv"]


def test_ids_programs_and_typology_are_the_file_s_own() -> None:
    """A network's own list keeps the ids that its people know."""
    bakery, person = made("house-own").entities

    assert (bakery.id, bakery.schema, bakery.datasets) == ("h-1", "Company", ("house-own",))
    assert bakery.values("program") == ("own-program",)
    assert bakery.values("controlTypology") == ("SC",)
    assert bakery.values("alias") == ("Made-Up Bread", "MUB")
    assert bakery.values("startDate") == ("2024-01-01",)
    assert bakery.values("notes") == ("kept by the network; see file 7",)
    assert made("house-own").publisher == "house"
    assert person.values("birthDate") == ("1970-03",)


def test_countries_and_accounts_are_read_in_either_case(tmp_path: Path, data: bytes) -> None:
    """People write `IS`; entities hold `is`."""
    folder = written(tmp_path / "own", {"own.csv": data.replace(b"is;nz", b"IS; NZ").replace(b"x/made", b"X/Made")})

    bakery = read_list(folder, "house-own").entities[0]

    assert bakery.values("country", "account") == ("is", "nz", "x/madeupbakery")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b",topic,", b",", "house.csv:1: missing columns `topic`; expected id,schema,name"),
        (b",topic,", b",topic,colour,", "house.csv:1: unknown columns `colour`"),
        (b"h-1,", b",", "house.csv:2: id is empty"),
        (b"Exampla Testson", b" ", "house.csv:3: name is empty"),
        (b"h-2,", b"h-1,", "house.csv:3: duplicate id `h-1`"),
        (b"Person", b"Human", "house.csv:3: unknown schema `Human`"),
        (b"is;nz", b"Iceland", "house.csv:2: country `iceland`; expected ISO 3166 alpha-2"),
        (b",is,,", b",yy,,", "house.csv:2: jurisdiction `yy`"),
        (b"x/made", b"made", "house.csv:2: account `madeupbakery`; expected service/handle"),
        (b"123456", b"1.23E+05", "house.csv:2: registration_number `1.23E+05`; expected all digits"),
        (b"1970-03", b"March 1970", "house.csv:3: birth_date `March 1970`"),
        (b"2024-01-01", b"2024-02-30", "house.csv:2: since `2024-02-30`"),
        (b'file 7"', b"file 7", "house.csv:2: incomplete row"),
    ],
)
def test_a_house_list_that_half_parses_is_refused_whole(
    tmp_path: Path, data: bytes, old: bytes, new: bytes, line: str
) -> None:
    """One wrong cell is a slip that its author can mend at once; a guess could refuse the wrong party."""
    assert old in data
    assert refusal(tmp_path / "broken", "house-own", {"house.csv": data.replace(old, new, 1)}).startswith(line)


def test_a_house_list_may_use_the_codes_that_iso_leaves_to_its_users(tmp_path: Path, data: bytes) -> None:
    """Territories without a code of their own must be nameable, such as `xk`; so must the sample's invented ones."""
    folder = written(tmp_path / "own", {"house.csv": data.replace(b",is,,", b",qm,,", 1)})

    read = read_list(folder, "house-own")

    assert ("qm",) in [entity.properties.get("jurisdiction") for entity in read.entities]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [("", "", ()), ("2024-01-01", "", ("2024-01-01..",)), ("2024;2023-05", "2025;2026", ("2023-05..2026",))],
)
def test_when_an_entry_is_listed_is_read_from_both_columns(
    tmp_path: Path, data: bytes, since: str, until: str, expected: tuple[str, ...]
) -> None:
    """A run counts an entry from the first of these days to the last."""
    text = data.replace(b"2024-01-01,,", f"{since},{until},".encode())

    bakery = read_list(written(tmp_path / "own", {"own.csv": text}), "house-own").entities[0]

    assert bakery.values("listingPeriod") == expected
