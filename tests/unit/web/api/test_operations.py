"""What the operations of the API answer: names screened, records read, acts of a person recorded."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from evenhand.web.console.console import Console
from evenhand.workflows.operations.ledgers import read_ledger
from tests.networks import DAY_1, DAY_2, DAY_3, empty_network
from tests.people import write_staff
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import console_of, copy_network


@pytest.fixture(scope="module")
def console(console_network: Path) -> Iterator[Console]:
    with console_of(console_network) as made:
        yield made


@pytest.fixture(scope="module")
def crm(console: Console) -> TestClient:
    return program(console, secret_of(console))


def match(crm: TestClient, scope: str = "default", **properties: list[str]) -> list[dict[str, Any]]:
    """Return the results of one query, as yente's clients read them."""
    body = {"queries": {"q": {"schema": "Company", "properties": properties}}}
    return list(crm.post(f"/match/{scope}", json=body).json()["responses"]["q"]["results"])


def test_match_answers_as_yente_does(crm: TestClient) -> None:
    """A program that was written for yente reads these fields of each result."""
    (found,) = match(crm, name=["Granat Torum"])

    assert (found["caption"], found["schema"], found["datasets"]) == ("Granat Torum", "Company", ["house-sanctions"])
    assert found["match"] is True
    assert 0.7 <= found["score"] <= 1
    assert found["properties"]["name"] == ["Granat Torum"]
    assert found["explanations"]["name.exact"]["detail"]
    assert {"id", "referents", "target", "first_seen", "last_seen", "last_change"} <= found.keys()


def test_an_entry_is_asked_until_the_day_on_which_it_ends_is_over(tmp_path: Path) -> None:
    """A service that runs for weeks answers as the run of each day does, though nobody touches the list."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Granat Torum", topic="made-up", until="2026-03-03")
    made.run(DAY_1)
    now = [DAY_1]

    with console_of(made.folder, clock=lambda: now[0]) as console:
        asker, found = program(console, secret_of(console)), []
        for now[0] in (DAY_1, DAY_2, DAY_3, DAY_2):
            found.append(len(match(asker, name=["Granat Torum"])))

    assert found == [1, 1, 0, 1]


def test_the_russian_numbers_of_a_query_are_compared(tmp_path: Path) -> None:
    """A program that asks by OGRN alone must not hear that nobody has it."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Granat Torum", jurisdiction="ru",
             registration_number="1027700132195")  # fmt: skip
    made.run(DAY_1)

    with console_of(made.folder) as console:
        crm = program(console, secret_of(console))
        (found,) = match(crm, name=["Kestrel"], ogrnCode=["1027700132195"])

        assert "identifier.equal" in found["explanations"]
        assert match(crm, name=["Kestrel"], ogrnCode=["1027739609391"]) == []


def test_the_explanations_of_a_match_add_up_to_its_score(crm: TestClient) -> None:
    """What speaks against it is below 0; a client that shows the reasons shows why it is not more."""
    (found,) = match(crm, name=["Granat Torum"], country=["fr"])
    weights = {name: each["score"] for name, each in found["explanations"].items()}

    assert weights["country"] < 0 < weights["name.exact"]
    assert found["score"] == pytest.approx(1 / (1 + math.exp(-sum(weights.values()))), abs=1e-6)


def test_below_the_threshold_are_whole_names_and_domains_that_look_alike(crm: TestClient) -> None:
    """They are findings that a person should know of, and no match; a lower threshold finds nothing more."""
    outlet, lookalike = match(crm, name=["RT"]), match(crm, name=["Made Up"], website=["us-1isted.example"])

    assert [(each["caption"], each["match"]) for each in outlet + lookalike] == [
        ("RT", False), ("Jestrel Plastics", False)
    ]  # fmt: skip
    assert max(each["score"] for each in outlet + lookalike) < 0.7
    body = {"queries": {"q": {"schema": "Company", "properties": {"name": ["Granat"]}}}}
    assert crm.post("/match/default?threshold=0", json=body).json()["responses"]["q"]["results"] == []


def test_match_holds_a_name_against_one_list_where_one_is_named(crm: TestClient) -> None:
    """As yente does with a dataset."""
    assert match(crm, "house-sanctions", name=["Granat Torum"])
    assert match(crm, "house-media", name=["Granat Torum"]) == []


def test_a_threshold_changes_what_is_called_a_match_never_what_is_found(crm: TestClient) -> None:
    """What a person should look at does not disappear by a parameter."""
    body = {"queries": {"q": {"schema": "Company", "properties": {"name": ["Granat Torum"]}}}}
    strict = crm.post("/match/default?threshold=1", json=body).json()["responses"]["q"]["results"]

    assert [each["match"] for each in strict] == [False]


def test_an_entity_without_a_name_is_told(crm: TestClient) -> None:
    """No result would read as: nobody is listed."""
    answer = crm.post("/match/default", json={"queries": {"q": {"properties": {"country": ["fr"]}}}})

    assert (answer.status_code, answer.json()["detail"].split(":")[0]) == (422, "queries.q")


def test_screen_says_all_that_is_known_of_a_match(crm: TestClient) -> None:
    """Both sides, the sentence, every comparison, and the versions of the lists."""
    answer = crm.post("/screen", json={"names": [{"name": "Granat Torum"}, {"name": "Nobody Of Note"}]}).json()

    assert [len(each["matches"]) for each in answer["answers"]] == [1, 0]
    found = answer["answers"][0]["matches"][0]
    assert found["sentence"].startswith("Same name")
    assert {each["key"] for each in answer["lists"]} >= {"house-sanctions", "house-media"}


def test_a_party_a_decision_and_its_statement_are_read_with_what_belongs_to_them(
    crm: TestClient, console: Console
) -> None:
    """From an advertiser to the letter, as `explain` and `reasons show` lead there; and it is logged who read it."""
    case = crm.get("/parties/advertiser/rt").json()
    decided = case["in_force"][0]["decision"]
    one = crm.get(f"/decisions/{decided['id']}").json()
    statement = crm.get(f"/decisions/{decided['id']}/statement").json()

    assert case["name"] == "RT"
    assert one["decision"] == decided
    assert statement["decision"] == decided["id"]
    assert console.read_log.last(1)[0].about == "advertiser:rt"


def test_tasks_are_those_of_the_queue(crm: TestClient) -> None:
    """In the same order, filtered by kind."""
    tasks = crm.get("/tasks?limit=500").json()["tasks"]
    matches = crm.get("/tasks?kind=match&limit=500").json()["tasks"]

    assert len(tasks) > len(matches) > 0
    assert matches == [each for each in tasks if each["kind"] == "match"]
    assert crm.get(f"/tasks/{tasks[0]['id']}").json() == tasks[0]


def test_a_program_judges_and_answers_for_its_person_by_the_staff_rules(console_network: Path, tmp_path: Path) -> None:
    """An auditor's program reads and changes nothing; an analyst's is signed as a session of the analyst."""
    network = copy_network(console_network, tmp_path / "network")
    write_staff(network)
    with console_of(network) as console:
        auditor, analyst = (program(console, secret_of(console, person)) for person in ("aud", "ana"))
        task = analyst.get("/tasks?kind=match").json()["tasks"][0]
        body = {"answer": "unsure", "why": "made-up words", "mark": task["mark"]}

        refused = auditor.post(f"/tasks/{task['id']}/answer", json=body)
        stale = analyst.post(f"/tasks/{task['id']}/answer", json=body | {"mark": "000000000000"})
        done = analyst.post(f"/tasks/{task['id']}/answer", json=body)

        assert (refused.status_code, stale.status_code, done.status_code) == (403, 409, 201)
        event = done.json()["history"][-1]
        assert (event["by"], event["signed"]["how"]) == ("ana", "session")
        with read_ledger(network / "ledger") as ledger:
            assert ledger.last("task") is not None


def test_two_judgements_of_a_pair_within_a_second_are_tried_again(console_network: Path, tmp_path: Path) -> None:
    """With the same idempotency key: the refusal is not kept as its answer."""
    network, now = copy_network(console_network, tmp_path / "network"), [datetime.now(UTC).replace(microsecond=0)]
    with console_of(network, clock=lambda: now[0]) as console:
        crm = program(console, secret_of(console))
        body = {"party": "cyrillic-namesake", "entity": "house-sanctions#hs-granat", "why": "made-up words"}
        same, unsure = ({"json": body | {"verdict": each}, "headers": {"idempotency-key": each}}
                        for each in ("same", "unsure"))  # fmt: skip
        first, second = crm.post("/judgements", **same), crm.post("/judgements", **unsure)
        now[0] += timedelta(seconds=1)

        assert (first.status_code, second.status_code, second.headers["retry-after"]) == (201, 503, "1")
        assert "say it again in a second" in second.json()["detail"]
        assert crm.post("/judgements", **unsure).status_code == 201
        assert crm.post("/judgements", **same).headers["idempotent-replayed"] == "true"


def test_openrefine_gets_a_service_of_version_0_2(crm: TestClient, console: Console) -> None:
    """A manifest, candidates for a batch, and values of an entry to add as a column."""
    base = f"/reconcile/{secret_of(console, scopes=['screen'])}"
    manifest = crm.get(base).json()
    queries = {"q0": {"query": "Granat Torum", "type": "Company", "limit": 3}, "q1": {"query": "Nobody Of Note"},
               "q2": {"query": " ", "properties": [{"pid": "country", "v": ""}]},
               "q3": {"properties": [{"pid": "alias", "v": "Granat Torum"}]},
               "q4": {"query": "", "properties": [{"pid": "website", "v": "https://www.rt.com/"}]}}  # fmt: skip
    answers = crm.post(base, data={"queries": json.dumps(queries)}).json()
    (candidate,) = answers["q0"]["result"]
    extend = {"ids": [candidate["id"], "none:none"], "properties": [{"id": "name"}, {"id": "nothing"}]}
    values = crm.post(base, data={"extend": json.dumps(extend)}).json()

    assert "0.2" in manifest["versions"]
    assert "{{id}}" in manifest["view"]["url"]
    assert (candidate["name"], candidate["match"], candidate["id"]) == (
        "Granat Torum", False, "house-sanctions:" + candidate["id"].partition(":")[2],
    )  # fmt: skip
    assert [answers[name]["result"] for name in ("q1", "q2")] == [[], []]
    assert [each["name"] for each in answers["q3"]["result"]] == ["Granat Torum"]
    assert [(each["name"], each["match"]) for each in answers["q4"]["result"]] == [("RT", True)]
    assert values["rows"][candidate["id"]] == {"name": [{"str": "Granat Torum"}], "nothing": []}
    assert values["rows"]["none:none"] == {"name": [], "nothing": []}


@pytest.mark.parametrize("what", ["entity", "type", "property"])
def test_openrefine_is_helped_while_one_types(crm: TestClient, console: Console, what: str) -> None:
    """Types and properties by their beginnings, entities by name."""
    prefix = {"entity": "Granat Torum", "type": "comp", "property": "birth"}[what]
    base = f"/reconcile/{secret_of(console, scopes=['screen'])}/suggest/{what}"
    answer = crm.get(base, params={"prefix": prefix})

    assert [each["name"] for each in answer.json()["result"]] == {
        "entity": ["Granat Torum"], "type": ["Company"], "property": ["birthDate"]
    }[what]  # fmt: skip
    assert crm.get(base, params={"prefix": ""}).status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "field",
    [
        "queries={",
        "queries=[]",
        'queries={"q":{"query":1}}',
        'queries={"q":{}}',
        'queries={"q":{"query":"x","property":[]}}',
        'queries={"q":{"query":"x","properties":[{"pid":"country_code","v":"fr"}]}}',
        'queries={"q":{"properties":[{"pid":"Website","v":"https://www.rt.com"}]}}',
        'queries={"q":{"query":"x","properties":[{"pid":"","v":"fr"}]}}',
        "extend={}",
    ],
)
def test_openrefine_is_told_what_cannot_be_read(crm: TestClient, console: Console, field: str) -> None:
    """Never an empty answer, which would read as: no candidate."""
    base = f"/reconcile/{secret_of(console, scopes=['screen'])}"
    name, _, text = field.partition("=")

    assert crm.post(base, data={name: text}).status_code == 422
