"""`evenhand lists`: what is fetched, what is kept and in force, and how two versions differ."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from evenhand.lists import Versions
from evenhand.lists.difference import difference
from evenhand.lists.formats.ofac import OFAC_CSV
from evenhand.model.network import ListSource
from evenhand.model.run import ListNews
from evenhand.render.list_changes import difference_lines
from tests.commands import DAY_2, append, evenhand, replace
from tests.publisher import Publisher, file, lying, moved, publishing, status
from tests.unit.lists.made import made

HEADING = (
    "id,schema,name,alias,country,website,account,registration_number,jurisdiction,birth_date,topic,since,until,note\n"
)


def test_every_version_stays_and_one_is_in_force(network: Path) -> None:
    """A decision of last month names a version that must still be there."""
    append("lists-in/house-list.csv", "l2,Company,Other,,,,,,,,made-up-program,,,\n")(network)
    evenhand("run", network, "--at", DAY_2)

    shown = evenhand("lists", "show", network)
    versions = evenhand("lists", "show", network, "--json").json["lists"]

    assert [version["in_force"] for version in versions].count(True) == 1
    assert {version["version"]["entries"] for version in versions} == {1, 2}
    assert shown.out.count("house-list ") == 2
    assert "house-list: read by house-csv 2\n" in shown.out
    assert shown.out.count("yes") == 1


def test_a_list_that_was_never_taken_says_so(network: Path) -> None:
    """Configured today, read by the next run."""
    replace("evenhand.toml", 'key = "house-list"', 'key = "house-new"')(network)

    answer = evenhand("lists", "show", network)

    assert answer.out == f"house-new: no version yet; `evenhand run {network}` takes the first\n"


def test_a_network_without_lists_says_so(network: Path) -> None:
    """An empty table would look like a fault."""
    replace("evenhand.toml", '[[list]]\nkey = "house-list"\npath = "lists-in/house-list.csv"', "")(network)

    assert "no list is configured" in evenhand("lists", "show", network).out


def test_a_version_says_who_read_it_and_what_was_left_out(network: Path, publisher: Publisher) -> None:
    """What stands in a file and in no entry is nobody's secret; nor is the day that a file came."""
    ofac = {name: file(data) for name, data in made("ofac-sdn").files.items()}
    urls = [publisher.at(f"/{name}", answer) for name, answer in ofac.items()]
    append("evenhand.toml", f'\n[[list]]\nkey = "ofac-sdn"\nurl = {urls}\n')(network)
    before = evenhand("lists", "show", network)

    evenhand("lists", "update", network)
    after = evenhand("lists", "show", network)
    known = evenhand("lists", "show", network, "--json").json["lists"][1]

    assert f"ofac-sdn: no version yet; `evenhand lists update {network}` takes the first\n" in before.out
    left_out = "comment on an absent entry 1, country without a code 1"
    assert f"ofac-sdn: read by ofac-csv {OFAC_CSV.version}; left out: {left_out}\n" in after.out
    assert known["left_out"] == {"comment on an absent entry": 1, "country without a code": 1}
    assert known["retrieved_at"][:10] in after.out


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with publishing() as publisher:
        yield publisher


def listed(*ids: str) -> bytes:
    """Return a house list of these ids, its first entry listed by the domain of the network's second advertiser."""
    rows = [
        f"{id_},Company,Made-up {id_},,,{'quandar.example' * (id_ == 'l1')},,,,,made-up-program,,,\n" for id_ in ids
    ]
    return (HEADING + "".join(rows)).encode()


def fetches(network: Path, url: str) -> None:
    """Let the network's list come from an address, without patience for servers that fail."""
    replace("evenhand.toml", 'path = "lists-in/house-list.csv"', f'url = "{url}"')(network)
    replace("evenhand.toml", "attempts = 4", "attempts = 1")(network)


def test_a_list_is_fetched_and_the_next_run_decides_by_it(network: Path, publisher: Publisher) -> None:
    """The update puts it in force, the run fetches nothing; with nothing new there is nothing to do."""
    fetches(network, publisher.at("/moved.csv", moved("/list.csv")))
    publisher.at("/list.csv", file(listed("l1", "l2"), ETag='"1"', Last_Modified="Tue, 03 Mar 2026 01:00:00 GMT"))

    told = evenhand("lists", "update", network)
    again = evenhand("lists", "update", network, "--json").json["lists"]
    asked = len(publisher.asked)
    report = evenhand("run", network, "--at", DAY_2, "--json").json

    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("house-list: new version; 2 entries of 2026-03-03 (")
    assert [(news["key"], news["status"]) for news in again] == [("house-list", "unchanged")]
    assert publisher.asked[-1][1]["If-None-Match"] == '"1"'
    assert len(publisher.asked) == asked == 4
    assert report["lists"][0]["version"] == again[0]["version"]
    assert report["outcomes_in_force"]["advertiser"]["refuse"] == 1


def test_a_server_that_lies_changes_nothing(network: Path, publisher: Publisher) -> None:
    """One line, status 1, the version in force stays, and a list with a path goes on."""
    append("evenhand.toml", '\n[[list]]\nkey = "house-own"\npath = "lists-in/house-list.csv"\n')(network)
    fetches_first = 'key = "house-list"\npath = "lists-in/house-list.csv"'
    url = publisher.at("/list.csv", lying(listed("l1"), 10_000))
    replace("evenhand.toml", fetches_first, f'key = "house-list"\nurl = "{url}"')(network)
    replace("evenhand.toml", "attempts = 4", "attempts = 1")(network)
    before = evenhand("lists", "show", network, "--json").json["lists"][0]

    told = evenhand("lists", "update", network)

    assert told.status == 1
    assert told.err.count("\n") == 1
    assert told.err.startswith(f"evenhand: house-list: {url}: cannot be fetched (")
    assert "and 10000 were stated); try again later" in told.err
    assert told.out.splitlines()[0].startswith("house-list: earlier version kept; 1 entry without a date (")
    assert told.out.splitlines()[1].startswith("house-own: new version;")
    assert evenhand("lists", "show", network, "--json").json["lists"][0] == before


def test_an_operator_says_that_a_short_list_is_right(network: Path, publisher: Publisher) -> None:
    """The line that refuses it says how."""
    fetches(network, publisher.at("/list.csv", file(listed(*"abcdefghij")), file(listed(*"abc"))))
    evenhand("lists", "update", network)

    refused = evenhand("lists", "update", network)
    taken = evenhand("lists", "update", network, "--accept-fewer", "house-list")

    assert refused.status == 1
    assert "`--accept-list house-list`" in refused.err
    assert (taken.status, taken.out[:36]) == (0, "house-list: new version; 3 entries w")


def test_a_fetched_list_must_keep_an_entry_that_a_decision_rests_on(network: Path, publisher: Publisher) -> None:
    """The update asks the ledger, since the run would find the new version already in force."""
    others = [f"o{number}" for number in range(12)]
    fetches(network, publisher.at("/list.csv", file(listed("l1", *others)), file(listed(*others))))
    evenhand("lists", "update", network)
    assert evenhand("run", network, "--at", DAY_2).status == 0

    refused = evenhand("lists", "update", network)
    accepted = evenhand("lists", "update", network, "--accept-list", "house-list")

    assert refused.status == 1
    assert "every entry that a decision in force rests on is missing (1 of 1): `l1`" in refused.err
    assert (accepted.status, accepted.out[:35]) == (0, "house-list: new version; 12 entries")


def test_a_list_that_is_not_there_is_named(network: Path) -> None:
    """A misspelt key must not look like a list without news."""
    for option in ("--list", "--accept-fewer"):
        told = evenhand("lists", "update", network, option, "house-lost")

        assert (told.status, told.out) == (2, "")
        assert told.err == "evenhand: no such list `house-lost`; expected house-list\n"


def test_one_list_can_be_taken_alone(network: Path, publisher: Publisher) -> None:
    """The others are left as they are."""
    url = publisher.at("/gone.csv", status(404))
    append("evenhand.toml", f'\n[[list]]\nkey = "house-gone"\nurl = "{url}"\n')(network)

    told = evenhand("lists", "update", network, "--list", "house-list")

    assert (told.status, publisher.asked) == (0, [])
    assert told.out.startswith("house-list: unchanged; 1 entry ")


def two_lists(folder: Path, old: str, new: str) -> tuple[Path, Path]:
    """Write two house lists with these rows."""
    paths = folder / "old.csv", folder / "new.csv"
    for path, rows in zip(paths, (old, new), strict=True):
        path.write_text(HEADING + rows, "utf-8")
    return paths


OLD = "l1,Company,Made-up One,First;Second,is,,,,,,,,,a note\nl2,Company,Made-up Two,,,,,,,,,,,\n"
NEW = "l1,Company,Made-up 1,Second;Third,is,,,,,,,,,a note\nl3,Company,Made-up Three,,,,,,,,,,,\n"


def test_a_difference_is_told_in_words(tmp_path: Path) -> None:
    """Counts first, then what an analyst would look up entry by entry; amended ones say the most."""
    told = evenhand("lists", "diff", *two_lists(tmp_path, OLD, NEW), "--list", "house-own")

    assert (told.status, told.err) == (0, "")
    assert told.out.splitlines()[1:] == [
        "added 1, removed 1, amended 1, unchanged 0",
        "amended in: alias 1, caption 1, name 1",
        "amended l1 Made-up 1: alias lost `First` and gained `Third`; caption `Made-up One` became `Made-up 1`; "
        "name `Made-up One` became `Made-up 1`",
        "removed l2 Made-up Two",
        "added l3 Made-up Three",
    ]
    assert told.out.startswith("house own: from 2 entries without a date (")


def test_the_line_of_json_has_the_keys_that_are_written_down(tmp_path: Path) -> None:
    """Programs read it; `lists.md` §2 fixes its keys."""
    found = evenhand("lists", "diff", *two_lists(tmp_path, OLD, NEW), "--list", "house-own", "--json").json

    assert list(found) == ["publisher", "list", "old", "new", "counts", "fields", "changes", "reader_changes"]
    assert list(found["old"]) == ["sha256", "published_at", "entries"]
    assert found["counts"] == {"added": 1, "removed": 1, "amended": 1, "unchanged": 0}
    assert found["changes"][0] == {
        "op": "amended",
        "id": "l1",
        "fields": [
            {"field": "alias", "before": ["First", "Second"], "after": ["Second", "Third"]},
            {"field": "caption", "before": ["Made-up One"], "after": ["Made-up 1"]},
            {"field": "name", "before": ["Made-up One"], "after": ["Made-up 1"]},
        ],
    }


def test_a_long_difference_shows_its_beginning_and_how_to_see_the_rest(tmp_path: Path) -> None:
    """2,961 lines are no answer; long texts begin where they differ."""
    row = "l{},Company,Made-up,,,,,,,,,,,{}\n"
    old = "".join(row.format(at, "the same words " * 9 + "before") for at in range(30))
    paths = two_lists(tmp_path, old, old.replace("before", "after " * 30))

    told = evenhand("lists", "diff", *paths).out.splitlines()
    every = evenhand("lists", "diff", *paths, "--all").out.splitlines()

    assert told[-1] == "and 10 more: --all"
    assert told[3].startswith("amended l0 Made-up: notes `...before` became `...after after")
    assert told[3].endswith("...`")
    assert len(every) == 3 + 30
    assert "the same words" in every[3]
    assert "..." not in every[3]


def test_entries_that_only_came_or_went_differ_in_no_field(tmp_path: Path) -> None:
    """No empty line about fields."""
    told = evenhand("lists", "diff", *two_lists(tmp_path, OLD, OLD.replace("l2", "l3"))).out.splitlines()

    assert told[1:] == [
        "added 1, removed 1, amended 0, unchanged 1",
        "removed l2 Made-up Two",
        "added l3 Made-up Two",
    ]


def test_what_our_reader_changed_is_said_apart(tmp_path: Path) -> None:
    """No publisher did that."""
    old, new = two_lists(tmp_path, OLD, NEW)
    found, captions = difference(old, new)

    lines = list(difference_lines(replaced(found, reader_changes=2), captions, every=False))

    assert lines[3] == "parsed differently by a newer parser version: 2 entries"


def test_lists_that_cannot_be_compared_are_one_line(tmp_path: Path) -> None:
    """Bad input, status 2."""
    old, _ = two_lists(tmp_path, OLD, NEW)

    told = evenhand("lists", "diff", old, tmp_path / "nowhere")

    assert (told.status, told.out) == (2, "")
    assert told.err.count("\n") == 1
    assert "nowhere: cannot be read" in told.err


HOSTILE = [
    moved("http://127.0.0.1:99999999/list.csv"),
    moved("http://169.254.169.254/latest"),
    moved("//[::1"),
    file(b"\xff", Last_Modified="Fri, 02 Jan 2026 03:04:05 +99999999999999"),
    status(500),
]


def test_whatever_one_list_fails_of_the_next_is_updated(network: Path, publisher: Publisher) -> None:
    """One clear line each, and never a traceback; the last list has a date that no calendar has, and is whole."""
    replace("evenhand.toml", "attempts = 4", "attempts = 1")(network)
    for number, answer in enumerate([*HOSTILE, file(listed("l9"), Last_Modified="Fri, 02 Jan 99999 03:04:05 GMT")]):
        url = publisher.at(f"/{number}.csv", answer)
        append("evenhand.toml", f'\n[[list]]\nkey = "house-l{number}"\nurl = "{url}"\n')(network)

    told = evenhand("lists", "update", network)

    assert told.status == 1
    assert [line.split(": ")[1] for line in told.err.splitlines()] == [f"house-l{n}" for n in range(len(HOSTILE))]
    assert "Traceback" not in told.err
    assert f"house-l{len(HOSTILE)}: new version; 1 entry without a date" in told.out
    assert "Warning: house-l0 is fetched over http: anybody on the way can change it; use https, or pin" in told.out


def test_a_fault_of_ours_in_one_list_stops_no_other(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is told as that list's problem."""
    append("evenhand.toml", '\n[[list]]\nkey = "house-own"\npath = "lists-in/house-list.csv"\n')(network)
    take = Versions.take

    def fails(self: Versions, source: ListSource, *rest: Any) -> ListNews:
        if source.key == "house-list":
            raise ZeroDivisionError("made-up\nfault")
        return take(self, source, *rest)

    monkeypatch.setattr(Versions, "take", fails)
    told = evenhand("lists", "update", network)

    assert (told.status, told.err) == (1, "evenhand: house-list: ZeroDivisionError: made-up fault\n")
    assert told.out.splitlines()[0].startswith("house-list: earlier version kept; 1 entry")
    assert told.out.splitlines()[1].startswith("house-own: new version;")


def test_an_entry_is_printed_as_its_publisher_lists_it(network: Path, tmp_path: Path) -> None:
    """From the lists in force of a network, or from a file outside any; by its id or with its list before it."""
    whole = evenhand("lists", "entry", network, "l1", "--json").json["entries"]
    path = tmp_path / "own.csv"
    path.write_text(HEADING + "z-1,Person,Dravik Ostelmar,,qp,,,,,1961,made-up-program,2016,,a note\n")
    text = evenhand("lists", "entry", "z-1", "--list", path)

    assert [(each["list"], each["caption"], each["countries"]) for each in whole] == [
        ("house-list", "Quandar Holding", [])
    ]
    for id_ in ("house-list:l1", "house-list#l1"):
        assert evenhand("lists", "entry", id_, network, "--json").json["entries"] == whole
    assert (text.status, text.err) == (0, "")
    lines = [line.strip() for line in text.out.splitlines()]
    assert lines[0] == "Entry         z-1 of list-own"
    assert {"Born          1961", "Countries     QP", "Listed since  2016", "Remarks       a note"} <= set(lines)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("l11",), "no entry of this id `l11`; expected one such as l1"),
        (("quandar holding",), "no entry of this id `quandar holding`; expected one such as l1"),
        (("house-list:l12",), "no entry of this id `house-list:l12`; expected one such as l1"),
        (("?\x1b[2J",), "expected the id of an entry of house-list"),
    ],
)
def test_an_unknown_entry_names_those_that_are_near(network: Path, asked: tuple[str, ...], says: str) -> None:
    """One line and status 2; who types a name is told whose id it is."""
    answer = evenhand("lists", "entry", network, *asked)

    assert (answer.status, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert says in answer.err
    assert "\x1b" not in answer.err


def test_an_entry_is_looked_for_somewhere(tmp_path: Path) -> None:
    """No network, no file; or a network without a list yet."""
    assert "expected a network's folder with lists, or --list" in evenhand("lists", "entry", "l1").err
    assert evenhand("lists", "entry", tmp_path, "l1").status == 2
    assert "expected [DIR] ID" in evenhand("lists", "entry", tmp_path / "nowhere", "l1").err
