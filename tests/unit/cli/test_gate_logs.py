"""`evenhand gate filter` and `shadow`: a log answered line by line, and what it would have come to."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import DAY_1, DAY_3, Answer, evenhand
from tests.data import DATA, needs_data
from tests.unit.gate.logs import bid, line, published_counts, response

REFUSED, ALLOWED = line(response(bid("quandar.example", price=2))), line(response(bid("plum.example")), id=7)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.ndjson"
    path.write_bytes(b"\n".join([REFUSED, b"{broken", ALLOWED]))
    return path


def filtered(network: Path, log: Path, out: Path, *arguments: str, at: str = DAY_1) -> Answer:
    return evenhand("gate", "filter", log, "--register", network, "--out", out, "--at", at, *arguments)


def shadowed(network: Path, log: Path, *arguments: object, at: str = DAY_1) -> Answer:
    return evenhand("gate", "shadow", log, "--register", network, "--at", at, *arguments)


def test_the_filter_writes_a_line_a_good_line_in_order(network: Path, log: Path, tmp_path: Path) -> None:
    """What is broken is told with its place; the rest is answered all the same."""
    out = tmp_path / "out.ndjson"

    answer = filtered(network, log, out)

    first, second = map(json.loads, out.read_bytes().splitlines())
    assert answer.status == 0
    assert f"{log}:2: not a line of a log" in answer.out
    assert answer.out.endswith(f"2 lines written to {out}, 1 malformed\n")
    assert [each["codes"] for each in first["removed"]] == [["advertiser-blocked"]]
    assert (first["id"], first["response"]) == ("l1", None)
    assert second == {"id": 7, "removed": [], "response": json.loads(ALLOWED)["response"]}


def test_the_filter_tells_buyers_if_asked_to(network: Path, tmp_path: Path) -> None:
    """Below the seat, with the id of the reasons; another word is refused before anything is written."""
    log, out = tmp_path / "log", tmp_path / "out"
    log.write_bytes(line(response(bid("quandar.example", impid="i7"), bid("plum.example"))))

    filtered(network, log, out, "--tell", "reasons")
    wrong = filtered(network, log, tmp_path / "none", "--tell", "all")

    answer = json.loads(out.read_bytes())
    (nonbid,) = answer["response"]["ext"]["seatnonbid"][0]["nonbid"]
    assert nonbid == {
        "impid": "i7", "statuscode": 356, "ext": {"evenhand": {"reason": answer["removed"][0]["reason"]}},
    }  # fmt: skip
    assert (wrong.status, (tmp_path / "none").exists()) == (2, False)
    assert "--tell: unknown choice `all`; expected nothing, codes, reasons" in wrong.err


def test_the_filter_counts_and_tells_the_first_faults(network: Path, tmp_path: Path) -> None:
    """A million broken lines are no million lines on the screen."""
    log, out = tmp_path / "log", tmp_path / "out"
    log.write_bytes(b"{\n" * 30 + ALLOWED)

    told = filtered(network, log, out, "--json").json

    assert (told["lines"], told["malformed_lines"], told["written"], len(told["faults"])) == (31, 30, 1, 20)
    assert "… and 10 more\n" in filtered(network, log, out).out
    assert out.read_bytes().count(b"\n") == 1


@pytest.mark.parametrize("name", ["log.ndjson", "folder", "null"])
def test_neither_the_log_nor_a_device_is_written_over(network: Path, log: Path, tmp_path: Path, name: str) -> None:
    """One slip of the hand must not cost the log, nor put a file where a device was."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "null").symlink_to("/dev/null")

    status, out, err = filtered(network, log, tmp_path / name)

    assert (status, out) == (2, "")
    assert "--out: " in err
    assert log.read_bytes().startswith(REFUSED)
    assert shadowed(network, log, "--html", tmp_path / name).status == 2


def test_a_register_that_goes_stale_leaves_no_half_file(network: Path, log: Path, tmp_path: Path) -> None:
    """A file alone has no choice for that; what was there before stays."""
    out, register = tmp_path / "out.ndjson", network / "out/register.jsonl"
    out.write_text("old")

    status, _, err = filtered(register, log, out, at=DAY_3)

    assert status == 2
    assert "choose allow, hold, refuse or last" in err
    assert out.read_text() == "old"
    assert {each.name for each in tmp_path.iterdir()} == {"log.ndjson", "out.ndjson", "network"}


def test_the_shadow_report_is_one_object_with_the_documented_keys_first(network: Path, log: Path) -> None:
    """The keys of the reference, in its order; further ones follow."""
    report = shadowed(network, log, "--json").json

    assert list(report)[:13] == [
        "lines", "malformed_lines", "responses", "bids", "removed", "by_loss", "by_outcome", "by_row", "by_code",
        "emptied", "unknown", "spend_at_risk", "unresolved",
    ]  # fmt: skip
    assert (report["lines"], report["removed"], report["by_loss"], report["by_row"]) == (3, 1, {"202": 1}, {"a2": 1})
    assert report["spend_at_risk"] == {"USD": 0.002}


@needs_data
def test_the_shadow_report_names_the_parties_of_a_register_of_the_same_checkpoint(network: Path, log: Path) -> None:
    """In lines, in JSON and on the page; a compiled register alone has no names, one of another run may be wrong."""
    page, plain = network / "page.html", network / "out/register.jsonl"

    said = shadowed(network, log, "--html", page)
    known = shadowed(network, log, "--json").json["rows"][0]
    plain.write_bytes(plain.read_bytes().replace(b"ads.made-up.example/log\\n", b"ads.made-up.example/log\\n1", 1))
    other = shadowed(network, log, "--json").json["rows"][0]
    plain.unlink()
    alone = shadowed(network, log, "--json").json["rows"][0]

    assert (known["id"], known["name"]) == ("a2", "Quandar Holding")
    assert "Quandar Holding" in said.out
    assert "Quandar Holding (advertiser a2)" in page.read_text("utf-8")
    assert "name" not in other
    assert alone == other


@needs_data
def test_the_published_log_gives_the_published_counts_plain_and_packed(tmp_path: Path) -> None:
    """Whatever the file is called."""
    packed, register = tmp_path / "log", DATA / "gate/shadow_register.jsonl"
    packed.write_bytes(gzip.compress((DATA / "gate/shadow_log.ndjson").read_bytes()))
    expected = published_counts()

    for log in (DATA / "gate/shadow_log.ndjson", packed):
        report = shadowed(register, log, "--json").json
        assert {key: report[key] for key in expected} == expected


def test_days_leave_out_what_is_older(network: Path, tmp_path: Path) -> None:
    """Thirty days of a log that holds a year."""
    log = tmp_path / "log"
    log.write_bytes(line(response(), at="2026-03-01T00:00:00Z") + b"\n" + line(response(), at="2025-03-01T00:00:00Z"))

    report = shadowed(network, log, "--days", "30", "--json").json

    assert (report["responses"], report["left_out"]) == (1, 1)
    assert shadowed(network, log, "--days", "0").status == 2


def test_the_page_is_written_beside_the_table(network: Path, log: Path, tmp_path: Path) -> None:
    """With --json the object is still all that is printed."""
    page = tmp_path / "page.html"

    table = shadowed(network, log, "--html", page)
    as_json = shadowed(network, log, "--html", page, "--json")

    assert table.out.startswith("1 of 2 bids would have been removed (50.0 %)\n")
    assert table.out.endswith(f"Page: {page}\n")
    assert as_json.json["removed"] == 1
    assert "1 of 2 bids would have been removed" in page.read_text()


@pytest.mark.parametrize("missing", ["log", "register"])
def test_a_file_that_is_not_there_is_named(network: Path, log: Path, tmp_path: Path, missing: str) -> None:
    """One line, status 2."""
    gone: dict[str, Any] = {"log": log, "register": network, missing: tmp_path / "gone"}

    status, out, err = shadowed(gone["register"], gone["log"])

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "gone" in err


@pytest.mark.parametrize("verb", ["filter --out", "shadow --html"])
@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("none", "out"), "none: the log cannot be read: `No such file or directory`"),
        (("", "out"), ": the log cannot be read: `Is a directory`"),
        (("log.ndjson", "none/out"), "none`; expected one that is there"),
    ],
)
@pytest.mark.usefixtures("log")
def test_a_path_that_leads_nowhere_is_told_in_the_caller_s_words(
    network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, names: tuple[str, str], says: str
) -> None:
    """Nothing was acknowledged here that could be lost, and nobody named a half-written file."""
    monkeypatch.chdir(tmp_path)  # whole paths of tests can be longer than a message shows
    (name, option), (log, out) = verb.split(), (Path(each) for each in names)

    answer = evenhand("gate", name, log, "--register", network, "--at", DAY_1, option, out)

    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err
    assert "acknowledged" not in answer.err
    assert ".half" not in answer.err
    assert not out.exists()


def test_a_log_without_a_readable_line_is_bad_input(network: Path, tmp_path: Path) -> None:
    """It is another file; "0 of 0 bids would have been removed" would pass for good news."""
    log, out = tmp_path / "log", tmp_path / "out"
    log.write_bytes(b"{broken\nid,name\n")

    answers = shadowed(network, log), shadowed(network, log, "--json"), filtered(network, log, out)

    assert {(each.status, each.out, each.err.count("\n")) for each in answers} == {(2, "", 1)}
    assert f"{log}:1: no line of the log can be read: not a line of a log:" in answers[0].err
    assert not out.exists()
