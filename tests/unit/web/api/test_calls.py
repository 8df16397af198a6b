"""Keys, scopes, rates, bodies, repeats and unchanged answers: what every operation of the API has."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from evenhand.model.errors import BadInput, NotFound
from evenhand.store.api_keys import ApiKeys
from evenhand.web.api.calls import MOST_BYTES
from evenhand.web.console.console import Console
from evenhand.web.site import make_site
from tests.people import write_staff
from tests.unit.web.api.programs import ROOT, program, secret_of
from tests.unit.web.console.clients import ADDRESS, console_of, copy_network

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
JSON = {"content-type": "application/json"}
SCREEN = {"names": [{"name": "Granat Torum"}]}


@pytest.fixture(scope="module")
def console(console_network: Path) -> Iterator[Console]:
    with console_of(console_network) as made:
        yield made


@pytest.fixture(scope="module")
def crm(console: Console) -> TestClient:
    return program(console, secret_of(console))


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer evh_unknown", "Basic YTpi", "Bearer"])
def test_without_a_valid_key_nothing_is_answered(console: Console, header: str) -> None:
    """And it says how a key is sent, in the form of a problem."""
    answer = program(console, "").get("/tasks", headers={"authorization": header})

    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["status"] == 401


def test_a_cookie_of_a_person_is_no_key(console: Console) -> None:
    """Else any page that a person visits could use the API with it."""
    asker = program(console, "")
    console.accounts.add("cookie", "", AT)
    console.sessions.open("cookie", ("the secret", "form"), console.machine.now(), timedelta(hours=1), "", "")
    asker.cookies.set("evenhand", "the secret")

    assert asker.get("/tasks").status_code == 401


def test_a_key_does_what_its_scopes_say_and_nothing_else(console: Console) -> None:
    """A key of a shop's system that only screens must not read cases."""
    screener = program(console, secret_of(console, scopes=["screen"]))

    assert screener.post("/screen", json=SCREEN).status_code == 200
    for path in ("/tasks", "/decisions", "/parties/advertiser/rt", "/complaints"):
        assert screener.get(path).status_code == 403
    body = {"party": "rt", "entity": "house-media#hm-rt", "verdict": "same", "why": "made up"}
    assert screener.post("/judgements", json=body).status_code == 403


def test_a_key_that_ended_or_was_revoked_is_refused(console: Console) -> None:
    """From that second on."""
    keys = ApiKeys(console.tables)
    _, ended = keys.add("ended", "ana", ["read"], AT, lambda: "ended", ends=AT + timedelta(days=1))
    key, revoked = keys.add("revoked", "ana", ["read"], AT, lambda: "revoked")

    assert keys.find(ended, AT) is not None
    assert keys.find(ended, AT + timedelta(days=1)) is None
    assert keys.revoke(key.id).revoked
    assert keys.find(revoked, AT) is None
    with pytest.raises(NotFound, match="no key"):
        keys.revoke("none")


@pytest.mark.parametrize("scopes", [[], ["all"], ["read", "all"]])
def test_a_key_without_a_known_scope_is_not_made(console: Console, scopes: list[str]) -> None:
    """A typing error must not make a key that may nothing, nor one that may more."""
    with pytest.raises(BadInput, match="not a scope"):
        ApiKeys(console.tables).add("made-up", "ana", scopes, AT, lambda: "x")


def test_the_file_holds_no_key(console: Console, console_network: Path) -> None:
    """A backup of it lets nobody in."""
    secret = secret_of(console)
    console.tables.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    assert secret.encode() not in (console_network / "console" / "console.sqlite").read_bytes()


def test_a_key_takes_so_many_requests_a_minute(console_network: Path) -> None:
    """Then it says when to come again; another key is not slowed."""
    with console_of(console_network, datetime.now(UTC).replace(microsecond=0, second=40)) as console:
        slow, other = (program(console, secret_of(console, per_minute=number)) for number in (3, 100))
        answers = [slow.get("/lists").status_code for _ in range(4)]
        last = slow.get("/lists")

        assert answers == [200, 200, 200, 429]
        assert last.headers["retry-after"] == "20"
        assert other.get("/lists").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [("{}", "application/json", 422), ("{", "application/json", 400), ("[]", "application/json", 422),
     ("", "application/json", 400), ("names=x", "application/x-www-form-urlencoded", 415),
     ('{"names": []}', "application/json", 422), ('{"names": [{"name": 1}]}', "application/json", 422),
     ('{"names": [{"name": "x"}], "more": 1}', "application/json", 422), ("[" * 100_000, "application/json", 422),
     ('{"names": [{"nome": "x"}]}', "application/json", 422), ('{"names": [{"name": " "}]}', "application/json", 422),
     ('{"names": [{"name": "\\ud800"}]}', "application/json", 400),
     ('{"names": [{"name": "x", "n\\u0061me": "y"}]}', "application/json", 422)],
)  # fmt: skip
def test_a_body_that_is_not_as_described_is_told_with_its_place(
    crm: TestClient, body: str, kind: str, status: int
) -> None:
    """A program's author reads it and knows what to change."""
    answer = crm.post("/screen", content=body, headers={"content-type": kind})

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_body_above_four_mebibytes_is_refused(crm: TestClient) -> None:
    """Before it is parsed."""
    answer = crm.post("/screen", content=b" " * ((4 << 20) + 1), headers={"content-type": "application/json"})

    assert answer.status_code == 413


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "limit=1e3", "limit=1&limit=2", "more=1",
                                   "kind=mystery", "cursor=-1", "cursor=x"])  # fmt: skip
def test_a_query_that_is_not_as_described_is_told(crm: TestClient, query: str) -> None:
    """A misspelled filter that is ignored shows everything, which nobody asked for."""
    assert crm.get(f"/tasks?{query}").status_code == 422


def test_an_unchanged_answer_is_not_sent_again(crm: TestClient) -> None:
    """A program that asks each minute costs little."""
    first = crm.get("/lists")
    again = crm.get("/lists", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_what_is_not_there_and_other_methods_are_problems_too(crm: TestClient) -> None:
    """A program reads one form of error."""
    found = [crm.get("/none"), crm.get("/tasks/tffffffffff"), crm.delete("/tasks"), crm.put("/screen"),
             crm.get("/parties/person/x"), crm.get("/decisions/d-none/statement"),
             crm.post("/match/none", json={"queries": {}})]  # fmt: skip

    assert [each.status_code for each in found] == [404, 404, 405, 405, 404, 404, 404]
    assert {each.headers["content-type"] for each in found} == {"application/problem+json"}
    assert found[2].headers["allow"] == "GET"


def test_pages_of_results_have_every_decision_once(crm: TestClient) -> None:
    """In the order of the ledger, however long a page is."""
    whole = crm.get("/decisions?limit=500").json()["decisions"]
    pages, cursor = [], "0"
    while cursor:
        page = crm.get(f"/decisions?limit=7&cursor={cursor}").json()
        pages += page["decisions"]
        cursor = page["next"]

    assert len(whole) > 20
    assert pages == whole
    assert [each["entry"] for each in whole] == sorted(each["entry"] for each in whole)


def test_a_write_that_is_sent_again_with_its_name_is_done_once(console_network: Path, tmp_path: Path) -> None:
    """A program that got no answer sends it again, and must not complain twice; another body is refused."""
    with console_of(copy_network(console_network, tmp_path / "network")) as console:
        crm = program(console, secret_of(console))
        decided = next(each["decision"]["id"] for each in crm.get("/decisions?limit=500").json()["decisions"]
                       if each["decision"]["outcome"] == "refuse")  # fmt: skip
        body = {"decision": decided, "reasons": ["facts_wrong"], "words": "made-up words", "contact": "a@b.example"}
        before = len(crm.get("/complaints").json()["complaints"])
        first, again = (crm.post("/complaints", json=body, headers={"idempotency-key": "one"}) for _ in range(2))
        other = crm.post("/complaints", json=body | {"words": "others"}, headers={"idempotency-key": "one"})

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
        assert first.content == again.content
        assert again.headers["idempotent-replayed"] == "true"
        assert len(crm.get("/complaints").json()["complaints"]) == before + 1
        assert crm.get(f"/complaints/{first.json()['id']}").json()["filed_by"] == first.json()["filed_by"]


def test_a_refused_write_is_refused_again_and_one_that_failed_by_our_fault_can_be_tried(console: Console) -> None:
    """A fault of a second must not be the answer for a day."""
    keys, key = ApiKeys(console.tables), ApiKeys(console.tables).all()[0]

    assert keys.begin(key, "refused", "hash", AT) is None
    waiting = keys.begin(key, "refused", "hash", AT)
    assert waiting is not None
    assert waiting.status == 0
    keys.end(key, "refused", 409, b"no")
    assert keys.begin(key, "refused", "hash", AT) == ("hash", 409, b"no")
    assert keys.begin(key, "fault", "hash", AT) is None
    keys.end(key, "fault", 503, b"")
    assert keys.begin(key, "fault", "hash", AT) is None
    assert keys.begin(key, "refused", "hash", AT + timedelta(days=2)) is None


def kept(console: Console) -> list[tuple[str, str, str]]:
    """Return who was refused what, oldest first."""
    entries = [(each.person, each.what, each.about) for each in console.read_log.last(1_000)]
    return [each for each in reversed(entries) if each[1].startswith("API: ")]


def test_refused_requests_are_kept_once_a_minute_with_whose_key_they_came(
    console_network: Path, tmp_path: Path
) -> None:
    """Who tries keys, or more than a key allows, is seen on the page Who read what; a loop fills no table."""
    network = copy_network(console_network, tmp_path / "network")
    write_staff(network)
    with console_of(network, datetime(2026, 11, 3, 12, tzinfo=UTC)) as console:
        anybody = program(console, "")

        def asked(method: str, path: str, secret: str = "", **more: Any) -> int:
            headers = {"authorization": f"Bearer {secret}"} if secret else {}
            return anybody.request(method, path, headers=headers, **more).status_code

        reader, auditor = secret_of(console, "ana", ["read"]), secret_of(console, "aud")
        few = secret_of(console, "ben", per_minute=1)
        task = program(console, reader).get("/tasks?kind=match").json()["tasks"][0]
        answer = {"answer": "unsure", "why": "w", "mark": task["mark"]}
        for _ in range(3):
            assert asked("GET", "/tasks") == asked("GET", "/tasks", "evh_made-up") == 401
            assert asked("POST", "/screen", reader, json=SCREEN) == 403
            assert asked("POST", f"/tasks/{task['id']}/answer", auditor, json=answer) == 403
        assert [asked("GET", "/tasks", few) for _ in range(4)] == [200, 429, 429, 429]

        assert kept(console) == [
            ("", "API: no valid key", "GET /tasks, from testclient"),
            ("ana", "API: not permitted", "POST /screen, from testclient"),
            ("aud", "API: not permitted", "POST /tasks/{id}/answer, from testclient"),
            ("ben", "API: too many requests", "GET /tasks, from testclient"),
        ]


def test_the_key_of_a_refused_openrefine_is_not_written_down(console_network: Path) -> None:
    """It stands in the path; a mistyped one is nearly the right one."""
    with console_of(console_network) as console:
        assert program(console, "").get("/reconcile/evh_nearly-right").status_code == 401

        last = console.read_log.last(1)[0]
        assert (last.person, last.what, last.about) == ("", "API: no valid key", "/reconcile, from testclient")


@pytest.mark.parametrize("text", [r"\ud800", r"\ud800 abc", r"\uDC00", r"\ud800\ud800", r"\ud83d\ude00\udc00"])
def test_half_a_character_is_named_as_that(crm: TestClient, text: str) -> None:
    """The parser says that the body ends too early, and nobody would find why."""
    answer = crm.post("/screen", content=f'{{"names": [{{"name": "{text}"}}]}}', headers=JSON)

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("the body is no JSON: it has half of a character beyond U+FFFF")


@pytest.mark.parametrize("body", [r'{"names": [{"name": "\ud83d\ude00', '{"names": ['])
def test_a_body_that_ends_too_early_is_named_as_that(crm: TestClient, body: str) -> None:
    """A whole pair is no half."""
    answer = crm.post("/screen", content=body, headers=JSON)

    assert answer.json()["detail"] == "the body is no JSON: Input data was truncated"


@pytest.mark.parametrize("path", ["", "/", "/lists/"])
def test_a_path_that_is_none_leads_nowhere(console: Console, path: str) -> None:
    """A program that follows to http sends its key in the clear."""
    answer = program(console, secret_of(console)).get(f"{ADDRESS}{ROOT}{path}", follow_redirects=False)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", ["/screen", "/reconcile/evh_unknown"])
def test_a_body_without_a_valid_key_is_not_read(console: Console, path: str) -> None:
    """Else anybody makes the server wait for 4 MiB."""
    status, was_read = sent_in_part(console, path, key="evh_unknown")

    assert (status, was_read) == (401, False)


@pytest.mark.parametrize("path", ["/screen", "/reconcile/{key}"])
def test_a_program_that_hangs_up_is_no_fault(console: Console, path: str) -> None:
    """Nothing is raised, which would be a traceback on standard error."""
    key = secret_of(console)

    assert sent_in_part(console, path.replace("{key}", key), key) == (None, True)


def test_a_body_that_is_too_large_is_refused_by_the_reconciliation_service_too(console: Console) -> None:
    """413, and not a fault of the server."""
    answer = program(console, "").post(f"/reconcile/{secret_of(console)}", content=b"x" * (MOST_BYTES + 1))

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def sent_in_part(console: Console, path: str, key: str) -> tuple[int | None, bool]:
    """Send a head and the first byte of a body, then hang up; return the status, and whether the body was read."""
    messages: list[Any] = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    answers: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        if len(messages) > 0:  # else the client has gone
            answers.append(message)

    given = {"host": "127.0.0.1:8971", "authorization": f"Bearer {key}", "content-length": "1000"} | JSON
    headers = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {
        "type": "http", "method": "POST", "path": f"{ROOT}{path}", "raw_path": b"", "query_string": b"",
        "scheme": "http", "root_path": "", "headers": headers,
        "server": ("127.0.0.1", 8971), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(make_site(console)(scope, receive, send))
    return answers[0]["status"] if answers else None, len(messages) < 2
