"""Entities of FollowTheMoney as queries: every value of a property counts, and no order of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from evenhand.web.console.console import Console
from tests.networks import DAY_1, empty_network
from tests.unit.web.api.programs import program, secret_of
from tests.unit.web.console.clients import console_of

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "name": ("Mamun Vandorel", "Mandorel Quast"), "alias": ("Vandor Trading", "Quelle (formerly Vandor); Ozmer"),
    "nationality": ("fr", "de"), "country": ("PL", "fr"), "birthDate": ("1990-01-01", "1958-08-04", "1958"),
    "registrationNumber": ("7777", "0000421465", "421999"), "innCode": ("7707083893", "1"),
    "website": ("http://other.example", "vandor.example/contact"), "leiCode": ("529900T8BM49AURSDO55",),
}  # fmt: skip

NAMES = {"de": "Mamun Vandorel", "fr": "Quilto Brasnek"}


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder: Path = tmp_path_factory.mktemp("queries") / "network"
    made = empty_network(folder)
    for country in ("de", "fr"):
        made.add("house-sanctions", id=f"p-{country}", schema="Person", name=NAMES[country], topic="made-up",
                 birth_date="1958-08-04", country=country)  # fmt: skip
        made.add("house-sanctions", id=f"c-{country}", schema="Company", name=f"Ozmerel {country}", topic="made-up",
                 registration_number="0000421465", jurisdiction=country)  # fmt: skip
    made.add(
        "house-sanctions", id="w", schema="Company", name="Vandor Mills", website="vandor.example", topic="made-up"
    )
    made.run(DAY_1)
    with console_of(folder, clock=lambda: DAY_1) as console:
        yield console


@pytest.fixture(scope="module")
def crm(console: Console) -> TestClient:
    return program(console, secret_of(console))


def ask(crm: TestClient, properties: Mapping[str, Sequence[str]], schema: str = "Person") -> dict[str, Any]:
    """Return the answer to one query."""
    answer = crm.post("/match/default", json={"queries": {"q": {"schema": schema, "properties": properties}}})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["responses"]["q"])


def scores(answer: Mapping[str, Any]) -> dict[str, float]:
    """Return the score of each entry that was found."""
    return {each["id"]: each["score"] for each in answer["results"]}


@pytest.mark.parametrize("country", ["de", "fr"])
def test_an_abbreviation_and_a_social_credit_code_are_compared(crm: TestClient, country: str) -> None:
    """As they are in a list: a query must not be allowed by what it was asked by."""
    short = ask(crm, {"name": ["Unheard of"], "abbreviation": [f"Ozmerel {country}"]}, "Company")
    coded = ask(crm, {"name": ["Unheard of"], "uscCode": ["0000421465"], "country": [country]}, "Company")

    assert [each["id"] for each in short["results"]] == [f"c-{country}"]
    assert {each["id"]: "identifier.equal" in each["explanations"] for each in coded["results"]} == {
        f"c-{country}": True
    }


@pytest.mark.parametrize("country", ["de", "fr"])
@pytest.mark.parametrize("births", [["1990-01-01", "1958-08-04"], ["1958-08-04", "1990-01-01"]])
def test_any_date_of_birth_and_any_country_of_an_entity_can_speak_for_a_match(
    crm: TestClient, country: str, births: list[str]
) -> None:
    """A property of FollowTheMoney is a set: which of its values comes first says nothing."""
    name, other = [NAMES[country]], "fr" if country == "de" else "de"
    several = ask(crm, {"name": name, "birthDate": births, "nationality": [other, country]})
    one = ask(crm, {"name": name, "birthDate": ["1958-08-04"], "country": [country]})

    assert several["results"] == one["results"] != []
    assert several["query"]["properties"] == {"name": name, "birthDate": births, "nationality": [other, country]}


@pytest.mark.parametrize("country", ["de", "fr"])
@pytest.mark.parametrize("numbers", [["7777", "0000421465"], ["0000421465", "7777"]])
def test_any_number_of_an_entity_finds_its_entry(crm: TestClient, country: str, numbers: list[str]) -> None:
    """In each of its countries."""
    other = "fr" if country == "de" else "de"
    found = ask(crm, {"name": ["Nobody"], "registrationNumber": numbers, "country": ["it", country]}, "Company")

    assert scores(found)[f"c-{country}"] > 0.99
    assert f"c-{other}" not in scores(found)


def test_the_query_of_an_answer_has_what_was_compared_and_nothing_else(crm: TestClient) -> None:
    """Yente's clients take what comes back in `query` for compared: a passport or half a number was not."""
    asked = {
        "name": ["Mamun Vandorel"], "registrationNumber": ["0000421465", "7777", "n/a"], "passportNumber": ["L0123456"],
        "idNumber": ["17317105"], "innCode": ["7707083893"], "leiCode": ["529900T8BM49AURSDO56"], "country": ["", "DE"],
    }  # fmt: skip

    assert ask(crm, asked)["query"]["properties"] == {
        "name": ["Mamun Vandorel"], "registrationNumber": ["0000421465"], "innCode": ["7707083893"], "country": ["DE"],
    }  # fmt: skip


@pytest.mark.parametrize("country", ["de", "fr"])
def test_a_name_is_made_of_its_parts(crm: TestClient, country: str) -> None:
    """The first example of yente's client gives a person by `firstName`, `lastName` and `birthDate` alone."""
    first, last = NAMES[country].split()
    parts = {"firstName": ["Ozo", first], "lastName": [last], "birthDate": ["1958-08-04"]}

    assert scores(ask(crm, parts)) == scores(ask(crm, {"name": [NAMES[country]], "birthDate": ["1958-08-04"]})) != {}
    assert ask(crm, parts)["query"]["properties"] == parts
    assert ask(crm, {"name": ["Other Person"], **parts})["results"] == ask(crm, parts)["results"]
    assert ask(crm, {"name": ["Other Person"], "lastName": [last]})["query"]["properties"] == {"name": ["Other Person"]}


def test_a_vat_number_that_is_written_in_another_way_is_compared(crm: TestClient) -> None:
    """It refused the whole batch."""
    asked = {"name": ["Nobody Of Note"], "vatCode": ["DE12345", "100036386"], "country": ["de"]}

    assert ask(crm, asked, "Company")["query"]["properties"] == asked


def test_too_many_countries_and_dates_are_refused_with_their_number(crm: TestClient) -> None:
    """Each pair is compared; none is left out unsaid."""
    properties = {
        "name": ["A B"],
        "birthDate": [f"19{each}" for each in range(50, 55)],
        "country": ["de", "fr", "it", "pl"],
    }
    answer = crm.post("/match/default", json={"queries": {"q": {"properties": properties}}})

    assert answer.status_code == 422
    assert "errors" in answer.json()
    assert answer.json()["detail"] == (
        "queries.q: 4 countries and 5 dates of birth are 20 combinations; expected at most 16"
    )


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_order_of_values_changes_an_answer(crm: TestClient, data: st.DataObject) -> None:
    """Differential: the same sets in another order find the same entries, with the same comparisons."""
    chosen = data.draw(st.lists(st.sampled_from(sorted(PROPERTIES)), unique=True, min_size=1))
    one = {"name": ["Mamun Vandorel"]} | {name: list(PROPERTIES[name]) for name in chosen}
    other = {name: data.draw(st.permutations(texts)) for name, texts in one.items()}

    first, second = ask(crm, one), ask(crm, other)

    assert first["results"] == second["results"]
    assert first["query"]["properties"].keys() == second["query"]["properties"].keys()
    for name, texts in first["query"]["properties"].items():
        assert sorted(texts) == sorted(second["query"]["properties"][name])


@pytest.mark.parametrize("code", ["suhh", "ua-cri", "md-pmr", "YUCS", "gb-sct", "zz"])
@pytest.mark.parametrize("country", ["de", "fr"])
def test_a_code_of_followthemoney_that_is_no_country_of_iso_is_left_out(
    crm: TestClient, code: str, country: str
) -> None:
    """It refused the whole batch; beside a country it says nothing against it, and it is not given back."""
    name = [NAMES[country]]

    beside = ask(crm, {"name": name, "country": [code, country]})
    alone = ask(crm, {"name": name, "country": [code]})

    assert beside["results"] == ask(crm, {"name": name, "country": [country]})["results"]
    assert alone["results"] == ask(crm, {"name": name})["results"]
    assert (beside["query"]["properties"], alone["query"]["properties"]) == (
        {"name": name, "country": [country]}, {"name": name},
    )  # fmt: skip


def test_a_thing_is_a_legal_entity_and_a_time_of_birth_is_its_day(crm: TestClient) -> None:
    """As programs write them that know no more, or only instants."""
    name = ["Mamun Vandorel"]
    thing = ask(crm, {"name": name, "birthDate": ["1958-08-04T00:00:00Z"]}, "Thing")

    assert thing["results"] == ask(crm, {"name": name, "birthDate": ["1958-08-04"]}, "LegalEntity")["results"] != []
    assert thing["query"]["schema"] == "Thing"


def test_what_yentes_clients_send_of_themselves_is_taken(crm: TestClient) -> None:
    """Another algorithm would promise its scores, and a filter that is passed over would show too much."""
    body = {"queries": {"q": {"properties": {"name": ["Mamun Vandorel"]}}}}

    assert crm.post("/match/default?algorithm=best&fuzzy=false", json=body).json() == (
        crm.post("/match/default", json=body).json()
    )
    for other in ("algorithm=logic-v2", "topics=sanction", "fuzzy=perhaps"):
        assert crm.post(f"/match/default?{other}", json=body).status_code == 422


def test_all_queries_that_cannot_be_used_are_named(crm: TestClient) -> None:
    """Yente's clients do not look at the status of one answer: the batch is refused, and can be sent without them."""
    good = {"properties": {"name": ["Mamun Vandorel"]}}
    bad = [{"name": ["A"], "country": ["Narnia"]}, {"name": ["n/a"]}, {"name": ["B"], "birthDate": ["soon"]}]
    queries = {f"g{at}": good for at in range(5)} | {f"b{at}": {"properties": each} for at, each in enumerate(bad)}
    answer = crm.post("/match/default", json={"queries": queries})
    names = crm.post("/screen", json={"names": [{"name": "A", "country": "Narnia"}, {"name": "B"}, {"nom": "C"}]})

    assert (answer.status_code, names.status_code) == (422, 422)
    assert [each["name"] for each in answer.json()["errors"]] == ["b0", "b1", "b2"]
    assert answer.json()["detail"].startswith("3 of 8 cannot be used, all are in `errors`: queries.b0: country:")
    assert [each["name"] for each in names.json()["errors"]] == ["names[0]", "names[2]"]


def test_openrefine_gets_no_candidates_for_cells_that_say_nothing(crm: TestClient, console: Console) -> None:
    """They refused the batch of fifty; and a property that is there twice has all its values."""
    base = f"/reconcile/{secret_of(console, scopes=['screen'])}"
    births = [{"pid": "birthDate", "v": "1990"}, {"pid": "birthDate", "v": "1958-08-04T00:00:00Z"}]
    queries = {
        "q0": {"query": "n/a"}, "q1": {"query": ""},
        "q2": {"query": "#N/A", "properties": [{"pid": "country", "v": "-"}]},
        "q3": {"query": "Mamun Vandorel", "properties": births},
        "q4": {"query": "Mamun Vandorel", "properties": births[::-1]},
    }  # fmt: skip
    answers = crm.post(base, data={"queries": json.dumps(queries)}).json()

    assert [answers[name]["result"] for name in ("q0", "q1", "q2")] == [[], [], []]
    assert answers["q3"] == answers["q4"] != {"result": []}
    assert {"birth"} <= {each["id"] for each in answers["q3"]["result"][0]["features"]}
