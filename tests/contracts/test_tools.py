"""The bill of materials and the look for advisories say what the locks say."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.contracts.test_locks import lines_of
from tools.audit import LOCKS
from tools.audit import main as audit
from tools.locks import read_pins
from tools.sbom import bill


def test_the_bill_names_every_locked_package_once_with_its_licence() -> None:
    """Anyone who must know what runs on a machine reads this and no lock."""
    made = bill()

    refs = [each["bom-ref"] for each in made["components"]]
    assert len(refs) == len(set(refs)) == len(lines_of("run"))
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    without = {each["name"] for each in made["components"] if "licenses" not in each}
    assert without <= {"cedarpy", "colorama", "graspologic-native", "numpy", "scipy"}, (
        "one says nothing, others are for another platform"
    )
    assert [each["version"] for each in made["components"] if each["name"] == "numpy"] == [
        pin.version for pin in read_pins("run") if pin.name == "numpy"
    ]


def test_the_bill_says_who_needs_whom_and_is_the_same_each_time() -> None:
    """Every reference leads to a package of the bill; two calls give the same bytes."""
    made = bill()

    known = {made["metadata"]["component"]["bom-ref"], *(each["bom-ref"] for each in made["components"])}
    by_ref = {each["ref"]: each["dependsOn"] for each in made["dependencies"]}
    assert by_ref.keys() == known
    assert {ref for refs in by_ref.values() for ref in refs} <= known
    assert any("pydantic@" in ref for ref in next(refs for ref, refs in by_ref.items() if "/typer@" in ref))
    assert json.dumps(bill()) == json.dumps(made)


@contextmanager
def database(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one answer to whatever is asked; yield the address and what was asked."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/querybatch", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer_about(count: int, name: str = "") -> bytes:
    """Return the database's answer: nothing of any package, or an advisory of the first one."""
    results: list[dict[str, object]] = [{} for _ in range(count)]
    if name:
        results[0] = {"vulns": [{"id": name}]}
    return json.dumps({"results": results}).encode()


def everything() -> int:
    """Return how many different packages all locks pin."""
    return len({(pin.name, pin.version) for lock in LOCKS for pin in read_pins(lock)})


def test_an_advisory_of_a_locked_version_is_named_with_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked are all locks, each version once; the first in the order of names is given an advisory here."""
    with database(answer_about(everything(), "PYSEC-2026-1")) as (address, asked):
        status = audit([address])

    queries = json.loads(asked[0])["queries"]
    assert len(queries) == everything()
    said = capsys.readouterr().out.splitlines()
    assert (status, said[0]) == (1, "aiobotocore 3.10.0: PYSEC-2026-1")
    assert said[1].startswith(f"1 of {everything()} locked versions have known advisories (http://127.0.0.1:")


def test_no_advisory_is_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked is told, so that silence is not taken for an answer."""
    with database(answer_about(everything())) as (address, _):
        assert audit([address]) == 0

    assert capsys.readouterr().out.startswith(f"0 of {everything()} locked versions ")


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"results":[]}', b'{"results":[{"vulns":[{}]}]}'])
def test_what_is_no_answer_is_one_line_and_status_2(answer: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """A portal that answers everything with a page must not pass for a clean bill."""
    with database(answer) as (address, _):
        assert audit([address]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("; nothing was checked\n")
    assert said.err.count("\n") == 1


def test_a_database_that_cannot_be_reached_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    """As on a machine without a network."""
    assert audit(["http://127.0.0.1:9/v1/querybatch"]) == 2

    assert capsys.readouterr().err.startswith("audit: no answer about advisories from http://127.0.0.1:9/")


def test_the_pins_of_a_lock_are_all_read() -> None:
    """What the pattern did not match would be in neither the bill nor the audit."""
    for lock in LOCKS:
        assert [f"{pin.name}=={pin.version}" for pin in read_pins(lock)] == [
            line.partition(" ;")[0] for line in lines_of(lock)
        ]
