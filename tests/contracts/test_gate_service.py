"""What programs may rely on of the service: its document tells every path, and its process carries the gate alone."""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evenhand.web.gate.openapi import document
from tests.contracts.test_import_cost import FRAMEWORKS, HEAVY
from tests.unit.gate.registers import open_gate
from tests.unit.web.served import ORDER, ROWS, Served, bid, exchange

DOCUMENT = document()
PATHS = DOCUMENT["paths"]
ASKED = {
    "/v1/filter": [exchange(bid("b1", "ok.example"), bid("b2", "x.example")), exchange(bid("b2", "x.example"))],
    "/v1/verdict": [{"adomain": ["x.example", "ok.example"]}, {"seat": ["9"]}, {"adomain": [], "country": "DEU"}],
    "/v1/shape": [{"id": "r", "imp": []}, {"request": {"id": "r"}}],
    "/v1/purchase": [ORDER, ORDER | {"payer": None, "political": None}],
    "/healthz": [b""],
    "/readyz": [b""],
    "/openapi.json": [b""],
}


def schema_of(content: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a JSON content, with the components it refers to."""
    return content["application/json"]["schema"] | {"components": DOCUMENT["components"]}


def test_every_path_is_in_the_document_with_its_method_and_no_other(tmp_path: Path) -> None:
    """A path that is not told is one that nobody finds; one that is told and not there fails callers."""
    routes = Served(tmp_path).app.routes

    told = {(path, method.upper()) for path, methods in PATHS.items() for method in methods}
    assert told == {(path.decode(), route.method.decode()) for path, route in routes.items()}


def test_every_reference_in_the_document_leads_somewhere() -> None:
    """And every schema is one (JSON Schema 2020-12)."""
    references = set(re.findall(r'"\$ref": "#/components/(\w+)/([\w-]+)"', json.dumps(DOCUMENT)))

    assert {kind for kind, _ in references} == {"schemas", "headers"}
    assert [ref for ref in references if ref[1] not in DOCUMENT["components"][ref[0]]] == []
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", ASKED)
def test_what_is_asked_and_answered_is_as_the_document_says(tmp_path: Path, path: str) -> None:
    """The schemas are made from the types that read and write; what goes over the line fits them."""
    operation = next(iter(PATHS[path].values()))
    answered = schema_of(operation["responses"]["200"]["content"])
    served = Served(tmp_path)

    for body in ASKED[path]:
        answer = served.ask(path, body)
        assert answer.status == 200
        jsonschema.validate(answer.json, answered)
        if "requestBody" in operation:
            asked = json.loads(body) if isinstance(body, bytes) else body
            jsonschema.validate(asked, schema_of(operation["requestBody"]["content"]))
        for name, header in DOCUMENT["components"]["headers"].items():
            jsonschema.validate(answer.headers[name], header["schema"])


@pytest.mark.parametrize("path", [path for path in PATHS if "post" in PATHS[path]])
def test_refusals_are_as_the_document_says(tmp_path: Path, path: str) -> None:
    """With a status that is told there, and an `error`."""
    responses = PATHS[path]["post"]["responses"]

    for served, body in ((Served(tmp_path), b"{"), (Served(tmp_path / "none", stale=None, empty=True), ASKED[path][0])):
        answer = served.ask(path, body)
        jsonschema.validate(answer.json, schema_of(responses[str(answer.status)]["content"]))


def test_the_process_of_the_service_carries_nothing_but_the_gate() -> None:
    """What `evenhand gate serve` turns into loads neither the command line nor a store nor an engine."""
    program = "import evenhand.web.gate.startup, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True).stdout

    names = loaded.split()
    packages = {".".join(name.split(".")[:2]) for name in names if name.startswith("evenhand.")}
    others = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert packages == {"evenhand.gate", "evenhand.model", "evenhand.web"}
    assert others & {*HEAVY, *FRAMEWORKS} == set()
    # msgspec looks for typing_extensions and goes on without; what an editable install puts there is not the service's.
    known = {
        "evenhand",
        "msgspec",
        "uvloop",
        "httptools",
        "typing_extensions",
        "cython_runtime",
        "__main__",
        "sitecustomize",
    }
    assert {name for name in others if not name.startswith(("_", "__editable__"))} <= known


ALONE = """
import sys
from importlib.abc import MetaPathFinder

HAS = {"evenhand", "msgspec", "uvloop", "httptools"}

class Only(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        first = name.partition(".")[0]
        if first not in HAS and first not in sys.stdlib_module_names:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Only())
from evenhand.web.gate.startup import main
sys.exit(main(sys.argv[1:]))
"""


def test_the_service_answers_where_nothing_but_its_own_packages_is_installed(tmp_path: Path) -> None:
    """Every path, in a real process: what a function imports when it is first called counts as well."""
    open_gate(tmp_path, *ROWS)
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    settings = {
        "registers": [str(tmp_path / "register.jsonl")], "stale": "last", "host": "127.0.0.1", "port": port,
        "switch": None, "max_body": 1 << 20, "workers": 1, "tell": "reasons",
    }  # fmt: skip
    command = [sys.executable, "-P", "-c", ALONE, json.dumps(settings)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            said = [next(process.stderr), next(process.stderr)]
            assert "listening" in said[1], said
            for path, bodies in ASKED.items():
                for body in bodies:
                    data = body if isinstance(body, bytes) else json.dumps(body).encode()
                    asked = urllib.request.Request(
                        f"http://127.0.0.1:{port}{path}", data or None, {"content-type": "application/json"}
                    )
                    with urllib.request.urlopen(asked, timeout=60) as answer:
                        assert answer.status == 200
        finally:
            process.terminate()
    assert process.returncode == 0
