"""The reconciliation service against the JSON schemas of the standard, version 0.2; see the fixtures' SOURCE.md."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from starlette.testclient import TestClient

from evenhand.web.console.console import Console
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import console_of, copy_network

SCHEMAS = Path(__file__).parents[1] / "fixtures" / "reconciliation"
BASE = "https://reconciliation-api.github.io/specs/0.2/schemas/"
# What a service may be sent, each as the standard's schema of queries allows it.
QUERIES: dict[str, dict[str, Any]] = {
    "name": {"query": "Granat Torum"},
    "nobody": {"query": "Nobody Of Note", "limit": 1},
    "typed": {"query": "Granat Torum", "type": ["Company", "Person"], "type_strict": "any", "limit": 3},
    "properties": {"query": "Granat Torum", "properties": [{"pid": "country", "v": ["fr", "de"]}]},
    "reconciled": {"query": "Granat Torum", "properties": [{"pid": "country", "v": {"id": "fr", "name": "fr"}}]},
    "values": {"query": "Granat Torum", "properties": [{"pid": "birthDate", "v": 1960}, {"pid": "alias", "v": True}]},
    "no name": {"properties": [{"pid": "registrationNumber", "v": "QP7741093"}]},
    "unknown type": {"query": "Granat Torum", "type": "Novel"},
}


@cache
def validator(name: str) -> jsonschema.Draft7Validator:
    """Return what holds an answer to one of the schemas."""
    schemas = {each.name: json.loads(each.read_text("utf-8")) for each in SCHEMAS.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (BASE + file, Resource.from_contents(schema, default_specification=DRAFT7)) for file, schema in schemas.items()
    )
    return jsonschema.Draft7Validator(schemas[f"{name}.json"], registry=registry)


def faults(name: str, answer: object) -> list[str]:
    """Return what the schema says against an answer."""
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(answer)]


@pytest.fixture(scope="module")
def console(built_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with console_of(copy_network(built_sample, tmp_path_factory.mktemp("refine") / "network")) as made:
        yield made


@pytest.fixture(scope="module")
def refine(console: Console) -> TestClient:
    """OpenRefine, which sends nothing but what the address has."""
    client = program(console, "")
    client.base_url = f"{client.base_url}reconcile/{secret_of(console, scopes=['screen'])}"
    return client


def candidate(refine: TestClient) -> dict[str, Any]:
    answers = refine.post("", data={"queries": json.dumps({"q": QUERIES["name"]})}).json()
    found: dict[str, Any] = answers["q"]["result"][0]
    return found


def test_the_manifest_is_as_the_standard_has_it(refine: TestClient) -> None:
    """OpenRefine reads it first and offers what it names."""
    manifest = refine.get("").json()

    assert faults("manifest", manifest) == []
    assert {"preview", "suggest", "extend", "view"} <= manifest.keys()


def test_each_form_of_a_query_gets_a_batch_of_results(refine: TestClient) -> None:
    """The queries are the standard's own forms; each has an answer, an empty one too."""
    assert faults("reconciliation-query-batch", QUERIES) == []

    answers = refine.post("", data={"queries": json.dumps(QUERIES)}).json()
    by_get = refine.get("", params={"queries": json.dumps(QUERIES)}).json()

    assert faults("reconciliation-result-batch", answers) == []
    assert answers == by_get
    assert answers.keys() == QUERIES.keys()
    assert [name for name, each in answers.items() if not each["result"]] == ["nobody"]


@pytest.mark.parametrize("kind", ["entity", "type", "property"])
def test_suggestions_and_their_flyouts_are_as_the_standard_has_them(refine: TestClient, kind: str) -> None:
    """A flyout is `id` and `html` (section 5.3, no schema); its address is made of the manifest's template."""
    settings = refine.get("").json()["suggest"][kind]
    prefix = {"entity": "Granat Torum", "type": "comp", "property": "birth"}[kind]
    answer = refine.get(settings["service_url"] + settings["service_path"], params={"prefix": prefix}).json()
    name = {"entity": "entities", "type": "types", "property": "properties"}[kind]

    assert faults(f"suggest-{name}-response", answer) == []
    suggested = answer["result"][0]
    path = settings["flyout_service_path"].replace("${id}", suggested["id"])
    flyout = refine.get(settings["flyout_service_url"] + path).json()
    assert flyout.keys() == {"id", "html"}
    assert flyout["id"] == suggested["id"]
    assert suggested["name"] in flyout["html"]
    assert refine.get(settings["flyout_service_url"] + path + "x").status_code == 404


def test_values_are_proposed_and_added_as_the_standard_has_it(refine: TestClient) -> None:
    """For *Add columns from reconciled values*."""
    proposed = refine.get("/properties", params={"type": "Company"}).json()
    properties = [{"id": each["id"]} for each in proposed["properties"]]
    wanted = {"ids": [candidate(refine)["id"], "none:none"], "properties": properties}
    answer = refine.post("", data={"extend": json.dumps(wanted)}).json()

    assert faults("data-extension-property-proposal", proposed) == []
    assert faults("data-extension-query", wanted) == []
    assert faults("data-extension-response", answer) == []
    assert answer["rows"][wanted["ids"][0]]["name"] == [{"str": "Granat Torum"}]


def test_a_preview_can_be_framed_by_openrefine_and_by_nobody_else(refine: TestClient) -> None:
    """The page is for a frame of another site: it holds no script, no form, and says who may show it."""
    preview = refine.get("").json()["preview"]
    page = refine.get(preview["url"].replace("{{id}}", candidate(refine)["id"].replace(":", "%3A")))
    other = refine.get(preview["url"].replace("{{id}}", "none%3Anone"))

    assert (page.status_code, other.status_code) == (200, 404)
    assert "Granat Torum" in page.text
    assert "<script" not in page.text
    assert "<form" not in page.text
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors http://127.0.0.1:3333 http://localhost:3333")
    assert "default-src 'none'" in policy
    assert "x-frame-options" not in page.headers
    manifest = refine.get("")
    assert manifest.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert manifest.headers["x-frame-options"] == "DENY"


def test_the_schemas_refuse_what_is_not_of_the_standard(refine: TestClient) -> None:
    """A schema that accepts all would pass every test above."""
    manifest = refine.get("").json()

    assert faults("manifest", manifest | {"view": {"url": "no place for an id"}}) != []
    assert faults("manifest", {name: each for name, each in manifest.items() if name != "identifierSpace"}) != []
    assert faults("suggest-types-response", {"result": [{"id": "Company"}]}) != []
    assert faults("reconciliation-result-batch", {"q": {"result": [{"id": "1", "name": "n"}]}}) != []
