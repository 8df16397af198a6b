"""`evenhand rules`: what a person reads, what a script reads, and the exit status."""

import re
import shutil
from pathlib import Path

import pytest

from tests.commands import append, evenhand, replace
from tests.unit.policy.made_up import HOUSE, PERMIT, TWO_NAMES, folder_with, forbid


@pytest.fixture
def house(tmp_path: Path, house_with_overlays: Path) -> Path:
    return Path(shutil.copytree(house_with_overlays, tmp_path / "house"))


def test_lint_of_the_house_finds_nothing_and_of_the_two_names_one_error() -> None:
    """The line is shown with a caret under what is wrong."""
    clean, named = evenhand("rules", "lint", HOUSE), evenhand("rules", "lint", TWO_NAMES)

    assert (clean.status, clean.out) == (0, "0 errors, 0 warnings in 44 rules\n")
    assert evenhand("rules", "lint", HOUSE, "--json").json == {"findings": []}
    assert named.status == 1
    head, line, caret, total = named.out.splitlines()
    assert head.startswith(
        f"{TWO_NAMES}/two-names-2017.cedar:74:21: lint error names-party of rule off-board-two: names"
    )
    assert line[caret.index("^") :].startswith('Advertiser::"rt"')
    assert total == "1 error, 0 warnings in 5 rules"


@pytest.mark.parametrize(
    ("name", "right", "wrong", "says"),
    [
        ("laws.csv", "list,program,binds", "list,program,bind", ":1: unexpected heading"),
        ("laws.csv", " | EU", " EU", ":2: invalid legal basis"),
        ("territories.csv", "1994-01-01", "1994-13-01", ":2: invalid date"),
        ("territories.csv", "territory,union", "territory,unions", ":1: unexpected heading"),
        ("designations.csv", "eu-269-2014,yes", "eu-269-2041,yes", ":14: unknown designation"),
    ],
)
def test_lint_refuses_each_file_that_a_run_would_refuse_by_the_same_line(
    tmp_path: Path, name: str, right: str, wrong: str, says: str
) -> None:
    """Lint said that all was right, and the run refused the rulebook."""
    folder = Path(shutil.copytree(HOUSE, tmp_path / "house"))
    text = (folder / name).read_text()
    (folder / name).write_text(text.replace(right, wrong, 1))

    said, listed = evenhand("rules", "lint", folder), evenhand("rules", "list", folder)

    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"evenhand: {folder}/{name}{says}")
    assert said.err == listed.err


def test_lint_for_a_script_has_four_keys(house_with_overlays: Path) -> None:
    """Code, rule, severity and message; a warning refuses nothing."""
    error = evenhand("rules", "lint", TWO_NAMES, "--json")
    warning = evenhand("rules", "lint", house_with_overlays / "variants" / "names-a-country.cedar", "--json")

    (found,) = error.json["findings"]
    assert (error.status, list(found)) == (1, ["code", "rule", "severity", "message"])
    assert (found["code"], found["rule"], found["severity"]) == ("names-party", "off-board-two", "error")
    assert warning.status == 0
    assert [each["code"] for each in warning.json["findings"]] == ["reads-protected"]


def test_a_file_of_policies_is_read_with_the_schema_above_it(
    tmp_path: Path, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From anywhere, the folder of the file too."""
    monkeypatch.chdir(house / "variants")

    assert evenhand("rules", "lint", "host-suffix.cedar").out.endswith("2 warnings in 45 rules\n")
    (tmp_path / "alone.cedar").write_text(PERMIT)
    alone = evenhand("rules", "lint", tmp_path / "alone.cedar")
    assert (alone.status, alone.err.split(": ")[2]) == (
        2,
        "file is not inside a rulebook; expected schema.cedarschema in a folder above\n",
    )


def test_an_error_in_a_text_is_one_line_and_the_place_below_it(house: Path) -> None:
    """For every verb of the group."""
    append("house.cedar", "permit (principal\n")(house)

    for verb in ("lint", "test", "fmt", "list"):
        answer = evenhand("rules", verb, house)
        assert (answer.status, answer.out) == (2, "")
        head, line, caret = answer.err.splitlines()
        assert head.startswith(f"evenhand: {house}/house.cedar:925:9: unexpected end of input; expected policies")
        assert line[caret.index("^") :] == "principal"


def test_the_tests_of_the_house_pass_and_reach_every_rule() -> None:
    """One table of rules, one line of what came out."""
    answer = evenhand("rules", "test", HOUSE)

    assert answer.status == 0
    heading, *rows, last = answer.out.splitlines()
    assert heading.split() == ["rule", "satisfied", "errored", "silent"]
    assert len(rows) == 44
    assert [row.split() for row in rows if "eu-payer" in row] == [["eu-payer", "4", "0", "109"]]
    assert last.startswith("house ")
    assert last.endswith(": 121 tests, all passed")
    assert len(evenhand("rules", "test", HOUSE, "--json").json["tests"]) == 121


def test_a_test_that_is_not_as_expected_is_status_1(house: Path) -> None:
    """The test, what it is and what it should be; then what no test reaches."""
    append("house.cedar", forbid("false", "never"))(house)
    replace("tests/requests.jsonl", '"outcome":"allow"', '"outcome":"hold"')(house)
    append("tests/lint.jsonl", '{"rulebook": "house.cedar", "expect": [["names-party", "never"]]}\n')(house)

    answer = evenhand("rules", "test", house)

    assert answer.status == 1
    assert answer.out.startswith("plain-commercial: outcome allow; expected hold\n")
    line = len((house / "tests/lint.jsonl").read_text().splitlines())
    assert f"\nlint: tests/lint.jsonl, line {line}: house.cedar: missed names-party of never: take" in answer.out
    assert "\nnot covered by any test: never\n" in answer.out
    assert answer.out.splitlines()[-1].endswith(" failed")


def test_a_historic_rulebook_is_tried_only_when_asked() -> None:
    """It names two parties, and lint refuses it."""
    assert evenhand("rules", "test", TWO_NAMES).status == 2
    assert evenhand("rules", "test", TWO_NAMES, "--historic").status == 0


def test_a_variant_is_tried_on_the_tests_of_its_rulebook(house_with_overlays: Path) -> None:
    """Wrong in one way, and found."""
    answer = evenhand("rules", "test", house_with_overlays / "variants" / "guilt-by-association.cedar")

    assert answer.status == 1
    assert answer.out.startswith("listed-neighbour: decision deny; expected allow\n")


def test_fmt_changes_what_is_not_laid_out_and_then_nothing(house: Path) -> None:
    """Checked first, changed then, and the same rules as before."""
    replace("house.cedar", "forbid (\n", "forbid(\n")(house)
    untidy = (house / "house.cedar").read_bytes()

    checked = evenhand("rules", "fmt", house, "--check")
    assert (checked.status, (house / "house.cedar").read_bytes()) == (1, untidy)
    assert checked.out == "house.cedar: would be reformatted\n12 files, 1 to change\n"

    changed = evenhand("rules", "fmt", house)
    assert (changed.status, changed.out) == (0, "house.cedar: reformatted\n12 files, 1 changed\n")
    assert (house / "house.cedar").read_bytes() == (HOUSE / "house.cedar").read_bytes()
    assert evenhand("rules", "fmt", house, "--check", "--json").json == {"files": 12, "changed": []}


def test_fmt_of_a_broken_file_changes_no_other(house: Path) -> None:
    """All files are read before one is written."""
    replace("house.cedar", "forbid (\n", "forbid(\n")(house)
    append("variants/overflow.cedar", "permit (")(house)
    untidy = (house / "house.cedar").read_bytes()

    assert evenhand("rules", "fmt", house).status == 2
    assert (house / "house.cedar").read_bytes() == untidy
    assert not list(house.rglob(".*"))


def test_fmt_of_one_file_leaves_the_others(house: Path) -> None:
    """A variant is a file."""
    replace("house.cedar", "forbid (\n", "forbid(\n")(house)

    assert evenhand("rules", "fmt", house / "variants" / "overflow.cedar").out == "1 file, 0 changed\n"


def test_rules_are_listed_with_their_days(tmp_path: Path) -> None:
    """Verdict, id, days, title."""
    folder = folder_with(tmp_path, PERMIT, forbid("true", effective_until="2018-01-01"))

    answer = evenhand("rules", "list", folder)

    assert answer.out.splitlines()[:2] == [
        "permit  open     from 2017-01-01  Made up",
        "refuse  made-up  from 2017-01-01 until 2018-01-01  Made up",
    ]
    rules = evenhand("rules", "list", folder, "--json").json["rules"]
    assert [(each["id"], each["effect"]) for each in rules] == [("open", "permit"), ("made-up", "forbid")]


def test_a_permit_is_listed_as_one_whatever_its_annotations_say(tmp_path: Path) -> None:
    """`permit` was typed for `forbid`: the rule allows."""
    folder = folder_with(tmp_path, PERMIT, forbid("true").replace("forbid", "permit"))

    assert evenhand("rules", "list", folder).out.splitlines()[1] == "permit  made-up  from 2017-01-01  Made up"


def test_a_rule_is_explained_and_an_unknown_one_is_not() -> None:
    """In words for people, in parts for scripts."""
    said = evenhand("rules", "explain", HOUSE, "undisclosed-payer")
    parts = evenhand("rules", "explain", HOUSE, "undisclosed-payer", "--json").json
    unknown = evenhand("rules", "explain", HOUSE, "undisclosed")

    assert "\nUnless    the request is marked `payer disclosed`\n" in said.out
    assert parts["unless"] == ["the request is marked `payer disclosed`"]
    assert unknown.status == 2
    assert "no such rule `undisclosed`; expected one of open-to-all, eu-listed" in unknown.err


def test_a_network_stands_for_its_rulebook(network: Path) -> None:
    """With its own word on whether it is historic."""
    assert evenhand("rules", "lint", network).out == "0 errors, 0 warnings in 44 rules\n"
    assert evenhand("rules", "test", network).status == 0

    shutil.copytree(TWO_NAMES, network / "rulebook", dirs_exist_ok=True)
    (network / "rulebook" / "house.cedar").unlink()
    assert evenhand("rules", "test", network).status == 2
    replace("evenhand.toml", "historic = false", "historic = true")(network)
    assert "names-party" not in evenhand("rules", "test", network).err


def test_a_run_is_refused_by_a_rulebook_that_lint_refuses(network: Path) -> None:
    """The register in force stays; the error is one line, as of every run, and names file, line and column."""
    register = (network / "out" / "register.jsonl").read_bytes()
    rule = forbid('principal == Advertiser::"plum"', "named", owner="x")
    append("rulebook/house.cedar", f"\n{rule}")(network)

    answer = evenhand("run", network, "--at", "2026-03-03T12:00:00Z")

    assert answer.status == 2
    (line,) = answer.err.splitlines()
    assert re.search(r"rulebook/house\.cedar:\d+:21: lint error names-party of rule named: ", line)
    assert (network / "out" / "register.jsonl").read_bytes() == register
