"""`evenhand gate export` and `drift`, as a person and a script use them."""

import json
from pathlib import Path

import pytest

from tests.commands import DAY_1, DAY_3, Answer, evenhand

NO_PLACE = "its format has no place for that, only the gate applies it"
HEAD = (
    '{"register":1,"policy":{"unknown":"allow","missing":"hold","malformed":"refuse","mismatch":"note"},'
    '"fresh_until":"2026-03-03T12:00:00Z","checkpoint":""}\n'
)
ROWS = (
    '{"kind":"advertiser","id":"x","outcome":"refuse","decision":"d-x","reason":"r-x","domains":["quay.example"],'
    '"seats":["512"],"until":"2026-03-02T18:00:00Z"}\n'
    '{"kind":"advertiser","id":"y","outcome":"allow","domains":["shop.quay.example"]}\n'
)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.jsonl"
    path.write_text(HEAD + ROWS)
    return path


def export(register: Path, *arguments: object, form: str = "prebid-go", at: str = DAY_1) -> Answer:
    return evenhand("gate", "export", "--format", form, "--register", register, "--at", at, *arguments)


def drift(register: Path, host: Path, *arguments: object, form: str = "prebid-go") -> Answer:
    return evenhand(
        "gate", "drift", "--format", form, "--host", host, "--register", register, "--at", DAY_1, *arguments
    )


def test_the_list_goes_to_standard_output_and_its_report_beside_it(register: Path, tmp_path: Path) -> None:
    """`> file` must catch the configuration and nothing else."""
    observed = tmp_path / "observed.txt"
    observed.write_text("QUAY.example\nshop.quay.example\nftp://quay.example\n")

    answer = export(register, "--observed", observed)

    badv = json.loads(answer.out)["hooks"]["modules"]["prebid"]["ortb2blocking"]["attributes"]["badv"]
    assert badv["blocked_adomain"] == ["QUAY.example", "quay.example", "www.quay.example"]
    assert answer.status == 0
    assert answer.err == (
        "3 entries cover 1 of 1 rows refused or held outright\n"
        f"not in this list: the seats of 1 party; {NO_PLACE}\n"
        f"not in this list: the end of the decision of 1 party; {NO_PLACE}\n"
        f"not in this list: the operator's choice malformed: refuse; {NO_PLACE}\n"
        "an allowed party is below `quay.example`: a host that blocks all its subdomains keeps that party out\n"
        "what is refused or held changes at 2026-03-02T18:00:00Z: export the list again then\n"
        "observed: 1 of 3 lines name a refused or held party\n"
        "of these, 0 are written as its domain, 1 in another spelling that is covered, 0 in one that cannot be\n"
        "further lines: 0 name a party refused on some condition, 0 nobody on file, 1 are malformed\n"
        "note: seats cannot be listed: Prebid uses the seat for the bidder's code and has no `bseat`\n"
        "note: nothing is blocked unless the execution plan names both stages of the module\n"
        "note: for a request that carries a `badv` of its own the module blocks nothing: keep `badv` out of requests\n"
    )


def test_a_file_is_written_whole_and_the_report_printed(register: Path, tmp_path: Path) -> None:
    """A host that reads while we write finds the old list or the new one."""
    out = tmp_path / "list.csv"

    answer = export(register, "--out", out, form="csv")

    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("2 entries cover 1 of 1 rows")
    assert out.read_text() == (
        "type,value,outcome,decision,until\n"
        "domain,quay.example,refuse,d-x,2026-03-02T18:00:00Z\n"
        "seat,512,refuse,d-x,2026-03-02T18:00:00Z\n"
    )


def test_json_has_the_list_and_the_report_in_one_object(register: Path) -> None:
    """For a script that keeps both."""
    answer = export(register, "--json", form="prebid-js").json

    assert answer["bidResponseFilter"]["adv"]["badv"] == ["quay.example", "www.quay.example"]
    assert answer["report"]["covered"] == 1
    assert answer["report"]["observed"] is None
    assert answer["report"]["renew_before"] == "2026-03-02T18:00:00Z"


def test_the_version_of_the_host_decides_the_place_and_drift_sees_the_other(register: Path, tmp_path: Path) -> None:
    """A list in a place that the host does not read blocks nobody."""
    host = tmp_path / "host.json"
    export(register, "--out", host, "--prebid-version", "11.20", form="prebid-js")

    older = drift(register, host, "--prebid-version", "11.20", form="prebid-js")
    newer = drift(register, host, form="prebid-js")

    assert json.loads(host.read_text())["ortb2"]["badv"] == ["quay.example", "www.quay.example"]
    assert (older.status, newer.status) == (0, 1)
    assert newer.out.startswith("- quay.example\n- www.quay.example\n0 the same")


def test_requests_that_switch_the_hosts_list_off_are_counted(register: Path, tmp_path: Path) -> None:
    """Prebid Server in Go checks no bid of a request with a `badv` of its own: the right list is not enough."""
    host, requests = tmp_path / "host.json", tmp_path / "requests.ndjson"
    export(register, "--out", host)
    requests.write_text('{"id":"1"}\n\n{"id":"2","badv":[]}\n{"badv":["x.example"]}\n{"badv":7}\n[1]\n')

    told, as_json = (drift(register, host, "--requests", requests, *more) for more in ((), ("--json",)))
    requests.write_text('{"id":"1"}\n{"badv":null}\n')
    clean = drift(register, host, "--requests", requests)
    java = drift(register, host, "--requests", requests, form="prebid-java")

    assert (told.status, as_json.status, clean.status) == (1, 1, 0)
    assert told.out.splitlines()[-1] == (
        "1 of 3 requests carry a `badv` of their own: the host blocks nothing in their replies; 2 lines are no requests"
    )
    assert as_json.json["requests"] == {"requests": 3, "own_badv": 1, "unreadable": 2}
    assert (java.status, java.out) == (2, "")
    assert "of prebid-go alone" in java.err


@pytest.mark.parametrize("form", ["prebid-go", "prebid-java", "prebid-js", "gam", "csv"])
def test_plain_and_compiled_register_and_network_give_the_same_file(network: Path, tmp_path: Path, form: str) -> None:
    """Anyone who has one of them gets the list that all have."""
    compiled = tmp_path / "made.evh"
    assert evenhand("gate", "compile", network / "out/register.jsonl", "--out", compiled).status == 0

    answers = [export(each, form=form) for each in (network, network / "out/register.jsonl", compiled)]

    assert answers[0] == answers[1] == answers[2]
    assert "quandar.example" in answers[0].out
    assert "plum.example" not in answers[0].out


def test_a_host_that_took_the_list_agrees_until_a_decision_changes(register: Path, tmp_path: Path) -> None:
    """Exit 1 tells a job that the host's list is old."""
    host = tmp_path / "host.json"
    export(register, "--out", host)

    same = drift(register, host, "--json")
    register.write_text(HEAD + ROWS.replace("quay.example", "pier.example"))
    changed, told = drift(register, host, "--json"), drift(register, host)

    assert (same.status, same.json) == (0, {"missing": [], "extra": [], "same": 2})
    assert (changed.status, changed.json) == (1, {
        "missing": ["pier.example", "www.pier.example"], "extra": ["quay.example", "www.quay.example"], "same": 0,
    })  # fmt: skip
    assert told.out == (
        "- pier.example\n- www.pier.example\n+ quay.example\n+ www.quay.example\n0 the same, 2 missing, 2 extra\n"
    )


def test_spellings_from_a_log_are_due_where_the_log_is_named(register: Path, tmp_path: Path) -> None:
    """Otherwise they are more than the register asks for."""
    host, observed = tmp_path / "host.json", tmp_path / "observed.txt"
    observed.write_text("m.quay.example\n")
    export(register, "--out", host, "--observed", observed)

    assert drift(register, host, "--observed", observed).status == 0
    assert drift(register, host, "--json").json["extra"] == ["m.quay.example"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--format", "prebid"],
            "--format: unknown format `prebid`; expected prebid-go, prebid-java, prebid-js, gam, csv",
        ),
        (["--format", "csv", "--json", "--out", "x"], "--json and --out together; expected one of them"),
        (["--format", "csv", "--observed", "nowhere.txt"], "nowhere.txt: the file cannot be read: `No such file"),
        (["--format", "csv", "--at", DAY_3], "the register is stale since"),
        (
            ["--format", "csv", "--at", DAY_3, "--stale", "hold"],
            "no block list from a stale register; the choice for a stale one is `hold`",
        ),
    ],
)
def test_bad_use_is_one_line_and_writes_nothing(register: Path, arguments: list[str], says: str) -> None:
    """Exit 2: an empty list would let everybody pass."""
    status, out, err = evenhand("gate", "export", "--register", register, *arguments)

    assert (status, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_stale_register_is_listed_if_it_is_to_be_used(register: Path) -> None:
    """A network that chose `last` goes on with what it has, and is told."""
    answer = export(register, "--stale", "last", form="csv", at=DAY_3)

    assert answer.status == 0
    assert answer.out == "type,value,outcome,decision,until\n"
    assert "the register is stale\n" in answer.err


def test_a_host_s_file_that_is_none_is_exit_2(register: Path, tmp_path: Path) -> None:
    """Not exit 1: nothing was compared."""
    host = tmp_path / "host.json"
    host.write_text("{}")

    assert drift(register, host).status == 2
    assert "not in this format; expected an object at `hooks.modules" in drift(register, host).err
    assert "cannot be read: `Is a directory`" in drift(register, tmp_path).err


def test_a_row_that_claims_a_public_suffix_gives_no_list(register: Path) -> None:
    """A register written by hand is checked here as a run checks its own."""
    register.write_text(HEAD + ROWS.replace("quay.example", "co.uk", 1))

    answer = export(register)

    assert (answer.status, answer.out) == (2, "")
    assert "a public suffix, open to anybody `co.uk`" in answer.err


def test_a_list_that_cannot_be_written_is_told_by_the_name_that_was_given(register: Path, tmp_path: Path) -> None:
    """No half-written file that nobody named, and nothing that was acknowledged before."""
    answer = export(register, "--out", tmp_path / "none" / "list.csv", form="csv")

    assert (answer.status, answer.out) == (2, "")
    assert answer.err.endswith("none/list.csv: the file cannot be written: `No such file or directory`\n")


def test_a_table_is_not_said_to_list_spellings(register: Path, tmp_path: Path) -> None:
    """It has a domain once; what lies below it is for the host to read."""
    observed = tmp_path / "observed.txt"
    observed.write_text("QUAY.example\n")

    answer = export(register, "--observed", observed, form="csv")

    assert "QUAY.example" not in answer.out
    assert "1 in another spelling that is covered, 0" in answer.err
