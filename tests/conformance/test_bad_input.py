"""Every runner on input that is none: one clear line, status 2, nothing that looks like figures."""

import gzip
import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.cases import read_cases

QUERY = {"schema": "Person", "name": ["Anna Made-Up"]}
USER = {"type": "U", "id": "u"}
REQUEST = {"principal": USER, "action": {"type": "Action", "id": "a"}, "resource": USER, "context": {}}
SCHEMA = "entity U; action a appliesTo { principal: U, resource: U };"
POLICY = {"unknown": "allow", "missing": "allow", "malformed": "refuse", "mismatch": "note"}
CEDAR = {"schema": SCHEMA, "policies": "permit (principal, action, resource);", "entities": [], "requests": [REQUEST]}
WINDOW = {"zone": "UTC", "informed_at": "2026-08-31T12:00:00Z", "filed_at": "2027-03-01T00:00:00Z"}
EXPORT = {"register": [], "policy": POLICY, "observed": [], "bids": [], "removed": []}
BID = {"id": "1", "impid": "1", "price": 1, "adomain": ["a.example"]}
CLAIM = {"register": [], "policy": POLICY, "seat": None, "regs_dsa": None, "bid": BID, "codes": ["adomain-unknown"],
         "accept": True, "loss": None, "status": None}  # fmt: skip

# What each runner that reads files of cases takes, the field that a case must have, and its options.
RUNNERS: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "adomain": ({"kind": "registrable", "value": "a.example", "registrable": "a.example"}, "kind", []),
    "audit_reference": ({"tables": [], "reference": {"informative": 0}}, "reference", []),
    "cedar_corpus": (CEDAR, "requests", ["--engine", "evaluator"]),
    "complaint_clock": (WINDOW, "zone", []),
    "dchain": ({"dchain": {}, "valid": False}, "", []),
    "dsa_truth": (CLAIM, "bid", []),
    "evidence_tables": ({"kind": "count", "text": "two officials", "expect": {"n": 2}}, "kind", []),
    "openrtb_pairs": ({**EXPORT, "request": {"id": "1", "imp": [{"id": "1"}]}, "response": {"id": "1"}}, "removed", []),
    "openrtb_requests": ({"valid": True, "request": {"id": "1"}}, "request", []),
    "policy_analyzer": ({"kind": "policies", "schema": SCHEMA, "pset1": "", "rows": []}, "schema", []),
    "prebid_export": (EXPORT, "bids", []),
    "quotes": ({"text": "“We sold nothing,” Maria Lim said."}, "text", []),
    "reasons_lint": ({"form": "notice", "record": {}, "corpus": [], "codes": []}, "record", []),
    "screening_ownership": ({"shares": [], "listed": [], "expect": {"control": []}}, "shares", []),
    "screening_pairs": ({"schema": "Person", "query": "A B", "candidate": "A B", "match": True}, "match", []),
    "screening_recall": ({"query": QUERY, "expected": ["e1"]}, "query", ["--lists", "{list}"]),
    "sor": ({"payload": {}, "status": 201, "error_fields": []}, "payload", []),
    "tlog_vectors": ({"kind": "tile_path", "n": 5, "path": "005", "expect": "accept"}, "expect", []),
}
OTHERS = {
    "articles": [], "coordination": ["--reference", "{absent}"], "influence_planted": [],
    "list_readers": ["--reference", "{absent}"], "rulebook_pack": [],
}  # fmt: skip

COUNTED = sorted(set(RUNNERS) - {"complaint_clock", "evidence_tables", "quotes", "cedar_corpus", "policy_analyzer",
                                 "screening_recall", "tlog_vectors"})  # fmt: skip


def given(folder: Path, name: str, data: bytes, file: str = "cases.jsonl") -> list[str]:
    """Write a file and return the arguments with which a runner reads it."""
    (folder / file).write_bytes(data)
    listed = folder / "list"
    listed.write_text(json.dumps({"id": "e1", "schema": "Person", "properties": {"name": "Anna Made-Up"}}))
    options = [each.format(list=listed) for each in RUNNERS[name][2]]
    return [str(folder if name == "tlog_vectors" else folder / file), *options]


def run(name: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a runner; return its status, its last line, and what it wrote as errors."""
    status = importlib.import_module(f"tests.conformance.{name}").main(arguments)
    printed = capsys.readouterr()
    return status, (printed.out.splitlines() or [""])[-1], printed.err


def assert_refused(answer: tuple[int, str, str], *named: object) -> None:
    status, out, err = answer
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert all(str(each) in err for each in named), err


def lines(case: dict[str, Any], count: int = 3) -> list[bytes]:
    return [json.dumps({"id": f"c{number}", **case}).encode() for number in range(count)]


@pytest.mark.parametrize("name", RUNNERS)
def test_a_file_of_the_form_is_read_in_each_of_its_ways(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By lines of LF or CRLF, with signs that end a line elsewhere, blank lines, a mark, packed, as an array."""
    case = RUNNERS[name][0]
    rows = [json.dumps({"id": f"c{number}", **case, "note": "a\u2028b\u2029c\u0085d"}, ensure_ascii=False).encode()
            for number in range(3)]  # fmt: skip
    forms = [
        b"\n".join(lines(case)), b"\n".join(rows) + b"\n\n", b"\r\n".join(rows), b"\xef\xbb\xbf" + b"\n".join(rows),
        gzip.compress(b"\n".join(rows)), b"[" + b",\n".join(rows) + b"]",
    ]  # fmt: skip

    answers = [run(name, given(tmp_path, name, form), capsys) for form in forms]

    figures = [json.loads(last) for _, last, _ in answers]
    for each in figures:
        for measured in ("docs_per_s", "names_per_s", "seconds"):
            each.pop(measured, None)
    assert [each == figures[0] for each in figures] == [True] * len(forms)
    assert {"docs": 3, "comparisons": 3, "positives": 3, "cases": 3}.items() & figures[0].items()
    assert {status for status, *_ in answers} == {1 if figures[0].get("disagree") else 0}


@pytest.mark.parametrize("name", RUNNERS)
def test_what_is_no_case_is_named_by_its_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the middle of a file that is else right: not JSON, no object, a field that lacks or is null."""
    case, field, _ = RUNNERS[name]
    first, second, third = lines(case)
    bad = [b'{"id": "br', b"17", b"null", b'["x"]', second[:-2]]
    if field:
        bad += [json.dumps({key: value for key, value in case.items() if key != field}).encode()]
    for line in bad:
        arguments = given(tmp_path, name, b"\n".join([first, line, third]))
        assert_refused(run(name, arguments, capsys), "cases.jsonl:2: ", "expected")
    if field and field != "request":
        arguments = given(tmp_path, name, b"\n".join([first, json.dumps({**case, field: None}).encode()]))
        assert_refused(run(name, arguments, capsys), "cases.jsonl:2: ", field)


@pytest.mark.parametrize("name", RUNNERS)
def test_a_file_that_is_no_text_is_named(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another encoding, an archive that is cut or is none, brackets without end."""
    good = b"\n".join(lines(RUNNERS[name][0]))
    packed = gzip.compress(good)
    for data in (good[:8] + b"\xff" + good[8:], good.decode().encode("utf-16"), packed[:-9], packed[:3] + b"x" * 99,
                 b"[" * 100_000):  # fmt: skip
        assert_refused(run(name, given(tmp_path, name, data), capsys), "cases.jsonl")


@pytest.mark.parametrize("name", [*RUNNERS, *OTHERS])
def test_a_path_that_is_not_there_is_no_success(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither is a folder where a file is read, or the other way round, nor nothing at all."""
    absent, file, empty = tmp_path / "absent", tmp_path / "file", tmp_path / "empty"
    file.write_text("x")
    empty.mkdir()
    options = [each.format(list=absent, absent=absent) for each in [*RUNNERS.get(name, (0, 0, []))[2],
                                                                    *OTHERS.get(name, [])]]  # fmt: skip
    for path in (absent, file, empty):
        assert_refused(run(name, [str(path), *options], capsys))
    assert_refused(run(name, options, capsys), "required", "see --help")
    assert_refused(run(name, [str(absent), *options, "--no-such-option"], capsys), "--no-such-option")


@pytest.mark.parametrize(
    ("name", "option"),
    [("articles", "--out"), ("cedar_corpus", "--answers"), ("complaint_clock", "--out"), ("evidence_tables", "--out"),
     ("influence_planted", "--flagged"), ("policy_analyzer", "--answers"), ("quotes", "--out"),
     ("rulebook_pack", "--answers"), ("screening_recall", "--out")],
)  # fmt: skip
def test_a_folder_that_is_missing_is_said_before_the_work(
    name: str, option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "absent" / "out.jsonl", tmp_path):
        assert_refused(run(name, ["x", option, str(path)], capsys), "cannot write", path)


@pytest.mark.parametrize("name", [*RUNNERS, *OTHERS])
def test_help_is_no_file(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what the runner reads and prints."""
    with pytest.raises(SystemExit) as end:
        run(name, ["--help"], capsys)

    assert end.value.code == 0
    assert "usage:" in capsys.readouterr().out


@pytest.mark.parametrize("name", [*COUNTED, "tlog_vectors"])
def test_all_files_that_are_named_are_counted(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first alone would pass for all."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    paths = [given(folder, name, b"\n".join(lines(RUNNERS[name][0], count)))[0]
             for folder, count in zip(folders, (2, 3), strict=True)]  # fmt: skip

    assert json.loads(run(name, paths, capsys)[1])["cases"] == 5
    assert_refused(run(name, [*paths, str(tmp_path / "absent")], capsys), "absent")


def test_cases_without_an_id_are_named_by_their_number(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{}, {"id": "x"}, {}]')

    assert [case["id"] for case in read_cases([tmp_path / "a.json"])] == [0, "x", 2]


@pytest.mark.parametrize("match", ["false", 0, None])
def test_a_label_that_is_no_truth_value_is_no_label(
    match: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every text that is not empty would count as the same party."""
    case = {**RUNNERS["screening_pairs"][0], "match": match}

    assert_refused(
        run("screening_pairs", given(tmp_path, "screening_pairs", lines(case, 1)[0]), capsys), "jsonl:1: ", "match"
    )
