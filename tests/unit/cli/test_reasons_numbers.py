"""`evenhand reasons numbers` of a network: the files of its transparency report, and the check of anybody's."""

import csv
from pathlib import Path

import pytest

from evenhand.reasons.report_template import FILES
from tests.commands import evenhand

YEAR = ("--from", "2026-01-01", "--until", "2026-03-31")


def publish(out: Path) -> bytes:
    """Fill in the day of publication, and return the file's bytes."""
    lines = (out / FILES[1]).read_text("utf-8").splitlines()
    lines[2] = lines[2].rstrip(",") + ",2026-02-15"
    (out / FILES[1]).write_text("\r\n".join([*lines, ""]), "utf-8", newline="")
    return (out / FILES[1]).read_bytes()


def test_what_people_filled_in_is_not_written_over(network: Path, tmp_path: Path) -> None:
    """Only with `--replace`; the same report again is no change."""
    out = tmp_path / "report"
    write = ("reasons", "numbers", network, "--from", "2025-01-01", "--until", "2025-12-31", "--out", out)
    evenhand(*write)
    assert evenhand(*write).status == 0
    filled = publish(out)

    told = evenhand(*write)

    assert told.status == 2
    assert f"holds a report that differs `{FILES[1]}`; expected a new folder, or --replace" in told.err
    assert (out / FILES[1]).read_bytes() == filled
    assert evenhand(*write, "--replace").status == 0
    assert (out / FILES[1]).read_bytes() != filled


def test_a_network_writes_a_report_that_passes_the_check(network: Path, tmp_path: Path) -> None:
    """One refusal under the house's rules; what is not written is said, in the folder too."""
    out = tmp_path / "report"

    told = evenhand("reasons", "numbers", network, *YEAR, "--out", out)
    checked = evenhand("reasons", "numbers", "--check", out)
    again = evenhand("reasons", "numbers", network, *YEAR, "--out", out, "--json").json

    assert told.status == 0, told.err
    assert "1 measure (1 on own initiative), 0 complaints, 0 disputes out of court\n" in told.out
    assert "Part 4 not written: notices of others are not kept here" in told.out
    assert checked.status == 1
    assert checked.out.startswith(f"{FILES[1]}:3: the day of publication is not filled in (date)\n")
    assert {path.name for path in out.iterdir()} == {*FILES.values(), "notes.txt"} == set(again["files"])
    assert "Part 9 is not written" in (out / "notes.txt").read_text("utf-8")
    assert (again["measures"], again["period"]) == (1, "2026-01-01/2026-03-31")


def test_a_period_that_has_not_begun_is_said_to_be_one(network: Path, tmp_path: Path) -> None:
    """Its figures are all 0, and not those of a quiet year."""
    period = ("--from", "2999-01-01", "--until", "2999-12-31")

    told = evenhand("reasons", "numbers", network, *period, "--out", tmp_path / "report")

    assert told.out.splitlines()[-1] == (
        "The period has not begun, so nothing counts in it yet: it runs from 2999-01-01 until 2999-12-31"
    )


def test_the_files_are_as_the_regulation_asks(network: Path, tmp_path: Path) -> None:
    """RFC 4180 with CRLF, UTF-8 without a mark; the service is the network's name."""
    out = tmp_path / "report"
    evenhand("reasons", "numbers", network, *YEAR, "--out", out)

    raw = (out / FILES[7]).read_bytes()
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))

    assert raw.startswith(b"Applicability,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 48
    assert {row[1] for row in rows[1:]} == {"network"}


def test_a_period_without_decisions_is_noughts(network: Path, tmp_path: Path) -> None:
    """A report of nothing is still one."""
    out = tmp_path / "report"

    told = evenhand(
        "reasons", "numbers", network, "--from", "2025-01-01", "--until", "2025-12-31", "--out", out, "--json"
    )

    assert (told.json["measures"], told.json["left_out"]) == (0, {})
    publish(out)
    assert evenhand("reasons", "numbers", "--check", out).status == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "reasons numbers: nothing to count; expected a network's folder, a file, or --check"),
        (("DIR",), "--from: no day ``; expected a date, as 2026-01-01"),
        (("DIR", "--from", "2026-02-30", "--until", "2026-12-31"), "--from: no day `2026-02-30`"),
        (("DIR", "--from", "2026-12-31", "--until", "2026-01-01"), "--until: ends before it begins `2026-01-01`"),
        (("DIR", *YEAR), "--out: no folder for the report; expected a new folder"),
        (("DIR", *YEAR, "--out", "DIR"), "holds something else; expected a new or empty folder"),
        (("FILE", *YEAR), "is for a network's folder"),
        (("--check", "DIR"), "no part of a transparency report"),
        (("--check", "FILE"), "no folder; expected a folder with the CSV parts"),
    ],
)
def test_what_cannot_be_counted_is_named(network: Path, arguments: tuple[str, ...], said: str) -> None:
    """Status 2, with what to give instead."""
    places = {"DIR": network, "FILE": network / "evenhand.toml"}

    answer = evenhand("reasons", "numbers", *(places.get(each, each) for each in arguments))

    assert answer.status == 2
    assert said in answer.err


def test_the_check_names_file_line_and_code(network: Path, tmp_path: Path) -> None:
    """Status 1; files of parts that nobody can check here are left alone."""
    out = tmp_path / "report"
    evenhand("reasons", "numbers", network, *YEAR, "--out", out)
    publish(out)
    path = out / FILES[8]
    path.write_bytes(path.read_bytes().replace(b"Total number,1,", b"Total number,many,"))
    (out / "10_AMAR.csv").write_bytes(b"\xff")

    told = evenhand("reasons", "numbers", "--check", out)
    as_json = evenhand("reasons", "numbers", "--check", out, "--json")

    assert (told.status, as_json.status) == (1, 1)
    line = f"{FILES[8]}:2: `many` as `Number of measures solely taken by automated means`, `Total number`; expected"
    assert told.out.startswith(line)
    assert told.out.endswith("5 files checked, 1 problem\n")
    assert [each["code"] for each in as_json.json["problems"]] == ["value"]
