"""`evenhand screen`: a table of names, or one, against lists, without any network."""

import csv
from pathlib import Path

import pytest

from tests.commands import Answer, evenhand, replace

HEADING = (
    "id,schema,name,alias,country,website,account,registration_number,jurisdiction,birth_date,topic,since,until,note\n"
)
LIST = (
    HEADING
    + "l1,Company,Quandar Holding,,qp,quandar.example,,,,,made-up-program,,,\n"
    + "l2,Person,Vessari Torum,,qp,,,,,1970-03-12,made-up-program,,,\n"
)
NAMES = (
    "id,name,country,type,date of birth,website\n"
    "a1,Plum Bakery,,,,\n"
    "a2,Quandar Holding,QP,company,,quandar.example\n"
    "a3,Torum Vessari,QP,person,1970,\n"
    "a4,NaN,,,,\n"
    "a5,Quandar Holding,Ruritania,,,\n"
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "made-up.csv"
    path.write_text(LIST)
    return path


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text(NAMES)
    return path


def found(answer: Answer) -> dict[str, list[tuple[str, bool]]]:
    return {
        each["id"]: [(match["entity_id"], match["certain"]) for match in each["matches"]]
        for each in answer.json["answers"]
    }


def test_every_match_is_shown_ranked_with_its_reasons(names: Path, house: Path) -> None:
    """In words that an analyst can repeat; what was left out is told, on standard error."""
    answer = evenhand("screen", names, "--lists", house)

    assert answer.status == 0
    assert (
        "line 3: Quandar Holding (a2)\n"
        "  1. Same website and name; the country is the same.\n"
        "     certain match, score 1.00\n"
        "     Ours:   Quandar Holding; company; QP; quandar.example\n"
        "     Listed: Quandar Holding; company; QP; quandar.example; programme\n"
        "             made-up-program; l1 of list-made-up without a date\n"
        '       the website "quandar.example" belongs to the listed domain\n'
        '       "quandar.example"\n'
    ) in answer.out
    assert '       the date of birth "1970" fits the listed "1970-03-12"\n' in answer.out
    assert max(map(len, answer.out.splitlines()[:-1])) <= 80
    assert "Plum Bakery" not in answer.out
    assert answer.out.splitlines()[-1].startswith(
        "3 of 4 names with a match: 3 in all, 1 certain; 1 row left out; lists: list-made-up without a date (2 entries"
    )
    assert answer.err == (
        "evenhand: names.csv:5: row left out: name `NaN`; expected a name, not a mark of nothing\n"
        "evenhand: names.csv:6: value left out: country `Ruritania`; expected a country's name or code, such as"
        " Germany, DE or DEU\n"
    )


def test_one_object_holds_answers_lists_scorer_and_what_was_left_out(names: Path, house: Path) -> None:
    """Everything by which the answer can be checked."""
    answer = evenhand("screen", names, "--lists", house, "--json")

    assert answer.err == ""
    assert {key: answer.json[key] for key in ("names", "names_with_match", "index")} == {
        "names": 4,
        "names_with_match": 3,
        "index": "",
    }
    assert [each["line"] for each in answer.json["refused"]] == [5, 6]
    assert [each["key"] for each in answer.json["lists"]] == ["list-made-up"]
    assert found(answer) == {"a2": [("l1", True)], "a3": [("l2", False)], "a5": [("l1", False)]}
    best = answer.json["answers"][0]["matches"][0]
    assert best["sentence"] == "Same website and name; the country is the same."
    assert (best["entry"]["programmes"], answer.json["answers"][0]["party"]["country"]) == (["made-up-program"], "QP")
    assert best["comparisons"][0].keys() >= {"name", "ours", "theirs", "weight"}


def test_names_without_a_match_are_shown_on_request(names: Path, house: Path) -> None:
    """Else they are counted."""
    assert "line 2: Plum Bakery (a1): no match\n" in evenhand("screen", names, "--lists", house, "--all").out


def test_one_name_is_screened_with_what_is_known_of_it(house: Path) -> None:
    """Onboarding: the other details speak for or against."""
    asked = ["screen", "--name", "Vessari Torum", "--schema", "person", "--country", "QP", "--lists", house, "--json"]
    same, other = evenhand(*asked, "--birth-date", "1970-03-12"), evenhand(*asked, "--birth-date", "1930")

    assert same.json["answers"][0]["matches"][0]["entity_id"] == "l2"
    assert other.json["answers"] == []


def test_several_lists_may_follow_one_option(names: Path, house: Path, tmp_path: Path) -> None:
    """As a shell's `lists/*` puts them."""
    second = tmp_path / "second.csv"
    second.write_text(HEADING + "m1,Company,Plum Bakery,,,,,,,,made-up-program,,,\n")

    asked = found(evenhand("screen", names, "--lists", house, second, "--json"))
    one_by_one = found(evenhand("screen", names, "--lists", house, "--lists", second, "--json"))

    assert asked == one_by_one
    assert asked["a1"] == [("m1", False)]


def test_the_lists_in_force_of_a_network_are_asked(network: Path, names: Path) -> None:
    """With the version that its decisions name."""
    answer = evenhand("screen", names, "--network", network, "--json")

    assert [each["key"] for each in answer.json["lists"]] == ["house-list"]
    assert found(answer) == {"a2": [("l1", True)], "a5": [("l1", False)]}


def test_a_table_of_matches_is_written_for_a_spreadsheet(names: Path, house: Path, tmp_path: Path) -> None:
    """A row a match, whole or not at all, and no cell that a spreadsheet would run."""
    names.write_text(NAMES + "=cmd,Quandar Holding,,,,\n")
    out = tmp_path / "matches.csv"

    answer = evenhand("screen", names, "--lists", house, "--out", out, "--all")

    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["id"], row["entry"], row["sure"]) for row in rows] == [
        ("2", "a1", "", ""),
        ("3", "a2", "l1", "certain"),
        ("4", "a3", "l2", "possible"),
        ("6", "a5", "l1", "possible"),
        ("7", "'=cmd", "l1", "possible"),
    ]
    assert rows[1]["because"].count("; ") >= 2
    assert [(row["sentence"], row["birth_dates"], row["countries"], row["programmes"]) for row in rows[1:3]] == [
        ("Same website and name; the country is the same.", "", "QP", "made-up-program"),
        ("Same name in another order; same birth year (1970); the country is the same.", "1970-03-12", "QP",
         "made-up-program"),
    ]  # fmt: skip
    assert answer.out.endswith(f"Matches: {out}\n")
    assert "line 3" not in answer.out


def test_an_index_is_kept_and_used_while_it_is_right(names: Path, house: Path, tmp_path: Path) -> None:
    """With lists it must be of them; alone it says which lists it is of."""
    kept = tmp_path / "lists.idx"
    asked = ("screen", names, "--lists", house, "--index", kept, "--json")

    built, used = evenhand(*asked), evenhand(*asked)
    alone = evenhand("screen", names, "--index", kept, "--json")
    house.write_text(LIST.replace("Torum", "Toram"))
    again = evenhand(*asked)

    assert built.json["index"] == f"index built and kept in {kept}: none was kept yet"
    assert used.json["index"] == alone.json["index"] == f"index of {kept}"
    assert built.json["answers"] == used.json["answers"]
    assert found(alone) == found(used)
    best = alone.json["answers"][0]["matches"][0]
    assert (best["caption"], best["entry"]["countries"], best["entry"]["programmes"]) == ("Quandar Holding", ["QP"], [])
    assert "of other lists" in again.json["index"]
    assert evenhand("screen", names, "--index", kept).out.startswith(f"index of {kept}\n")


def test_a_long_report_of_what_was_left_out_is_cut(names: Path, house: Path) -> None:
    """The first twenty tell what is wrong."""
    names.write_text("name\nQuandar Holding\n" + "!!!\n" * 23)

    lines = evenhand("screen", names, "--lists", house).err.splitlines()

    assert len(lines) == 21
    assert lines[-1] == "evenhand: and 3 more left out: --json has them all"


def test_a_look_alike_is_called_one(house: Path) -> None:
    """It is never called possible: it is not listed."""
    answer = evenhand("screen", "--name", "Plum Bakery", "--website", "quandar-shop.example", "--lists", house)

    assert "look-alike of a domain" in answer.out
    assert "looks like the listed website quandar.example" in " ".join(answer.out.split())


def test_a_host_beside_a_listed_one_is_called_so(tmp_path: Path) -> None:
    """It is no look-alike, and no match either."""
    listed = ("h-1", "Company", "Qwx Three", "", "", "b.zorbneu.example", *[""] * 8)
    (tmp_path / "house.csv").write_text(HEADING + ",".join(listed) + "\n")

    answer = evenhand(
        "screen", "--name", "Teniva Rosalo", "--website", "a.zorbneu.example", "--lists", tmp_path / "house.csv"
    )

    assert "host beside a listed one" in answer.out
    assert "shares only its registered domain with the listed website b.zorbneu.example" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lists", "LIST"], "no names to screen; expected a file of names, or --name"),
        (["NAMES"], "no list to screen against; expected --lists, --network or --index"),
        (["absent.csv", "--lists", "LIST"], "absent.csv: no such file; expected a table or plain list of names"),
        (["NAMES", "--lists", "absent"], "absent: cannot be read (No such file or directory)"),
        (["NAMES", "--lists", "NAMES"], "names.csv:1: missing columns"),
        (["NAMES", "--lists", "LIST", "LIST"], "two lists have the key list-made-up: {LIST} and {LIST}; expected each"),
        (["NAMES", "--index", "absent.idx"], "absent.idx: cannot be read (No such file or directory); build it again"),
        (["NAMES", "--index", "NAMES"], "no screening index of this version; build it again from the lists"),
        (["NAMES", "--lists", "LIST", "--index", "NAMES"], "is no screening index, and stays; name another file"),
        (["NAMES", "--lists", "LIST", "--out", "NAMES"], "would be written over; expected another file for --out"),
        (["NAMES", "--lists", "LIST", "--country", "QP"], "--country: is about one name, and no name is given"),
        (["--name", "\udcff", "--lists", "LIST"], "name: unusable `\\udcff`"),
        (["--name", "x" * 10_000, "--lists", "LIST"], "name: unusable `xxx"),
        (["--name", "NaN", "--lists", "LIST"], "name: unusable `NaN`; expected a name"),
        (["--name", "x", "--country", "Ruritania", "--lists", "LIST"], "country: unusable `Ruritania`"),
        (["NAMES", "--lists", "LIST", "--limit", "0"], "invalid value for '--limit'"),
    ],
)  # fmt: skip
def test_bad_use_is_one_clear_line(names: Path, house: Path, arguments: list[str], said: str) -> None:
    """What, where, what was expected; and no file is touched."""
    answer = evenhand("screen", *({"NAMES": names, "LIST": house}.get(each, each) for each in arguments))

    assert (answer.status, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert said.replace("{LIST}", str(house)) in answer.err
    assert (names.read_text(), house.read_text()) == (NAMES, LIST)


def test_a_network_without_a_list_in_force_says_what_to_do(network: Path, names: Path) -> None:
    """Nothing to ask is no answer."""
    replace("evenhand.toml", 'key = "house-list"', 'key = "house-new"')(network)

    refused = evenhand("screen", names, "--network", network)

    assert "no version in force of `house-new`; `evenhand lists update" in refused.err


def test_an_unreadable_table_is_one_clear_line(names: Path, house: Path) -> None:
    """Empty, or without names."""
    names.write_text("")

    assert "names.csv: is empty" in evenhand("screen", names, "--lists", house).err
