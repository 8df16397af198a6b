"""What each path answers, in every position of the switch, and with a register that is fresh, stale or not there."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenhand.gate import write_register
from evenhand.model.errors import RegisterInvalid
from evenhand.model.service import StaleChoice
from evenhand.web.gate.counters import CODE, MALFORMED, REFUSED, RELOAD, VERDICT
from tests.unit.gate.registers import FRESH_UNTIL, NOW, SUFFIXES, head, open_gate, row
from tests.unit.web.served import ORDER, ROWS, Served, bid, exchange, response

GOOD, BAD, HELD = bid("b1", "ok.example"), bid("b2", "www.x.example"), bid("b3", "h.example")
POSTS = ("/v1/filter", "/v1/verdict", "/v1/shape", "/v1/purchase")


def test_a_filter_takes_out_what_is_refused_and_leaves_the_rest_byte_for_byte(tmp_path: Path) -> None:
    """Numbers and blanks of what stays are the exchange's own."""
    served = Served(tmp_path)

    answer = served.ask("/v1/filter", exchange(GOOD, BAD, HELD))

    assert answer.status == 200
    assert answer.body.endswith(b',"response":' + response(GOOD).encode() + b"}")
    assert [(each["seatbid"], each["bid"], each["id"], each["outcome"]) for each in answer.json["removed"]] == [
        (0, 1, "b2", "refuse"), (0, 2, "b3", "hold"),
    ]  # fmt: skip
    assert answer.json["removed"][0] == {
        "seatbid": 0, "bid": 1, "id": "b2", "outcome": "refuse", "loss": 202, "status": 356,
        "codes": ["advertiser-blocked"], "decision": "d-x", "reason": "r-x",
    }  # fmt: skip


def test_a_filter_with_nothing_to_take_out_gives_back_what_came(tmp_path: Path) -> None:
    """And null where nothing is left."""
    served = Served(tmp_path)

    assert served.ask("/v1/filter", exchange(GOOD)).body == b'{"removed":[],"response":%b}' % response(GOOD).encode()
    assert served.ask("/v1/filter", exchange(BAD)).json["response"] is None


def test_a_filter_tells_buyers_what_the_operator_chose(tmp_path: Path) -> None:
    """In the response and nowhere else; while only observing nothing went, and nothing is told."""
    told = {"ext": {"seatnonbid": [{"nonbid": [{"impid": "1", "statuscode": 356}]}]}}
    served = Served(tmp_path, tell="codes")

    answer = served.ask("/v1/filter", exchange(GOOD, BAD)).json
    served.switch("observe")

    assert answer["response"] == json.loads(response(GOOD)) | told
    assert served.ask("/v1/filter", exchange(GOOD, BAD)).json["response"] == json.loads(response(GOOD, BAD))


def test_every_reply_says_the_mode_and_the_register(tmp_path: Path) -> None:
    """Answers and refusals alike; a caller can tell on what it acted."""
    served = Served(tmp_path)
    replies = [served.ask(path, b"no json") for path in POSTS]
    replies += [served.ask(path) for path in ("/healthz", "/readyz", "/metrics", "/openapi.json")]

    assert {each.status for each in replies} == {200, 400}
    assert {(each.headers["evenhand-mode"], each.headers["evenhand-register"]) for each in replies} == {
        ("enforce", "7")
    }


def test_a_verdict_is_the_gate_s_own(tmp_path: Path) -> None:
    """As `evenhand gate check --json` prints it."""
    served = Served(tmp_path)

    answer = served.ask("/v1/verdict", {"adomain": ["x.example"], "seat": "512"})

    assert answer.json == {
        "outcome": "refuse", "advertiser": "x", "decision": "d-x", "reason": "r-x",
        "codes": ["seat-blocked", "advertiser-blocked"], "stale": False, "checkpoint": "log.example/made-up 7",
    }  # fmt: skip
    assert served.ask("/v1/verdict", {"advertiser": ["ok"]}).json["outcome"] == "allow"
    assert served.ask("/v1/verdict", {"adomain": ["nobody.example"]}).json["outcome"] == "unknown"


def test_a_request_is_shaped_bare_or_as_a_member(tmp_path: Path) -> None:
    """What is refused is named in it."""
    served = Served(tmp_path)

    bare = served.ask("/v1/shape", b'{"id":"r","badv":["z.example"]}')
    inside = served.ask("/v1/shape", b'{"request":{"id":"r","badv":["z.example"]}}')

    assert bare.json["badv"] == ["z.example", "h.example", "x.example"]
    assert inside.body == bare.body


def test_an_order_is_answered_with_what_would_change_it(tmp_path: Path) -> None:
    """The order desk reads the answer to the client."""
    served = Served(tmp_path)

    good, undeclared = served.ask("/v1/purchase", ORDER), served.ask("/v1/purchase", ORDER | {"payer": "p2"})

    assert (good.json["outcome"], good.json["codes"]) == ("allow", [])
    assert undeclared.json["codes"] == ["payer-undeclared"]
    assert len(undeclared.json["changes"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/v1/filter", b"", "not JSON"),
        ("/v1/filter", b'{"request":{"id":7},"response":{}}', "field"),
        ("/v1/filter", b'{"request":{"id":"r","imp":7,"regs":7},"response":{}}', "OpenRTB"),
        ("/v1/filter", b'{"request":{"x":%b%b},"response":{}}' % (b"[" * 70, b"]" * 70), "OpenRTB"),
        ("/v1/filter", b'{"request":{"id":"r"},"response":{"x":%b%b}}' % (b"[" * 70, b"]" * 70), "deeper"),
        ("/v1/filter", b'{"request":{"id":"r"},"response":{"x":"\xff"}}', "not JSON"),
        ("/v1/shape", b"[]", "field"),
        ("/v1/shape", b'{"badv":7}', "OpenRTB"),
        ("/v1/shape", b'{"request":[]}', "field"),
        ("/v1/shape", b'{"request":{},"request":{}}', "field"),
        ("/v1/purchase", b"{}", "field"),
        ("/v1/purchase", b"{", "not JSON"),
        ("/v1/purchase", b'{"x":"\xff"}', "not JSON"),
        ("/v1/purchase", json.dumps(ORDER | {"markets": ["Atlantis"]}).encode(), "field"),
        ("/v1/purchase", json.dumps(ORDER)[:-1].encode() + b',"payer":"p"}', "field"),
        ("/v1/purchase", b"[" * 100_000, "deeper"),
    ],
    ids=lambda each: repr(each)[:40],
)
def test_a_body_that_cannot_be_read_is_refused_with_a_reason_of_ours(
    tmp_path: Path, path: str, body: bytes, error: str
) -> None:
    """Constant texts: nothing of the input comes back."""
    answer = Served(tmp_path).ask(path, body)

    assert answer.status == 400
    assert error in answer.json["error"]
    assert "Atlantis" not in answer.body.decode()


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"flight": {"starts": "2020-12-24T00:00:00Z", "ends": "2020-12-25T00:00:00Z"}}, "flight.ends"),
        ({"markets": ["DE", "Atlantis"]}, "markets"),
    ],
)
def test_an_order_that_cannot_be_taken_names_its_field(tmp_path: Path, differs: dict[str, Any], field: str) -> None:
    """A flight that has ended was allowed without a word."""
    answer = Served(tmp_path).ask("/v1/purchase", ORDER | differs)

    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_response_that_cannot_be_read_goes_the_way_the_operator_chose_and_is_counted(tmp_path: Path) -> None:
    """The gate's policy for what is malformed is `allow` in this register."""
    served = Served(tmp_path)

    answer = served.ask("/v1/filter", b'{"request":{"id":"r"},"response":{"seatbid":7}}')

    assert answer.json == {"removed": [], "response": {"seatbid": 7}, "malformed": True}
    assert served.counters.total(MALFORMED) == 1


def test_observing_reports_and_changes_nothing(tmp_path: Path) -> None:
    """What would be taken out is told; the response and the request pass."""
    served = Served(tmp_path)
    assert served.switch("observe") == ["mode observe"]

    filtered = served.ask("/v1/filter", exchange(BAD))

    assert [each["id"] for each in filtered.json["removed"]] == ["b2"]
    assert filtered.body.endswith(response(BAD).encode() + b"}")
    assert filtered.headers["evenhand-mode"] == "observe"
    assert served.ask("/v1/shape", b'{"id":"r"}').body == b'{"id":"r"}'
    assert served.ask("/v1/verdict", {"adomain": ["x.example"]}).json["outcome"] == "refuse"


@pytest.mark.parametrize(("word", "outcome", "left"), [("allow-all", "allow", BAD), ("refuse-all", "refuse", None)])
def test_a_switch_for_all_gives_one_answer_and_still_tells_of_the_register(
    tmp_path: Path, word: str, outcome: str, left: str | None
) -> None:
    """Whatever the decisions say; the answer is not passed off as one that rests on them."""
    served = Served(tmp_path)
    served.switch(word)

    verdict = served.ask("/v1/verdict", {"adomain": ["ok.example"], "seat": "512"})
    filtered = served.ask("/v1/filter", exchange(BAD))
    order = served.ask("/v1/purchase", ORDER)

    assert (verdict.json["outcome"], verdict.json["decision"], verdict.json["codes"]) == (outcome, None, [])
    assert (verdict.json["stale"], verdict.json["checkpoint"]) == (False, "log.example/made-up 7")
    assert filtered.json["response"] == (None if left is None else json.loads(response(left)))
    assert (order.json["outcome"], order.json["stale"]) == (outcome, False)
    assert served.ask("/v1/shape", b'{"id":"r"}').body == b'{"id":"r"}'
    assert {each.headers["evenhand-register"] for each in (verdict, filtered, order)} == {"7"}
    assert served.ask("/v1/filter", b'{"request":{"id":"r"},"response":{"seatbid":7}}').json["response"] == (
        None if left is None else {"seatbid": 7}
    )
    served.switch("enforce")
    assert served.ask("/v1/verdict", {"adomain": ["ok.example"]}).json["outcome"] == "allow"


def test_a_switch_that_is_mistyped_shows_in_the_metrics(tmp_path: Path) -> None:
    """And changes nothing else."""
    served = Served(tmp_path)
    served.switch("refuse-all")

    (said,) = served.switch("enforc")
    assert said.startswith("switch not taken: ")
    assert said.endswith(
        ": unknown word; expected enforce, observe, allow-all, refuse-all; mode refuse-all stays in force"
    )
    assert served.switch("off") == []  # said once

    assert b"evenhand_gate_switch_unreadable 1" in served.ask("/metrics").body
    assert b'evenhand_gate_mode{mode="refuse-all"} 1' in served.ask("/metrics").body


@pytest.mark.parametrize(("choice", "kept"), [("allow", True), ("hold", False), ("refuse", False)])
def test_without_a_register_the_operator_s_choice_answers_and_nothing_is_ready(
    tmp_path: Path, choice: Any, kept: bool
) -> None:
    """It may come later, and is taken then."""
    served = Served(tmp_path, stale=choice, empty=True)

    verdict, filtered = served.ask("/v1/verdict", {"seat": "9"}), served.ask("/v1/filter", exchange(GOOD))

    assert (verdict.json["outcome"], verdict.json["stale"], verdict.json["checkpoint"]) == (choice, True, "")
    assert (filtered.json["response"] is not None) is kept
    assert served.ask("/readyz").status == 503
    assert served.ask("/healthz").status == 200
    assert verdict.headers["evenhand-register"] == "none; stale"
    Served(tmp_path)
    assert served.look() == ["register taken"]
    assert served.ask("/readyz").status == 200
    assert served.ask("/v1/verdict", {"adomain": ["ok.example"]}).json["outcome"] == "allow"


@pytest.mark.parametrize("choice", ["last", None])
def test_without_a_register_and_an_answer_for_it_there_is_none(tmp_path: Path, choice: Any) -> None:
    """There is no last one to go on with, or nobody chose: 503, not a guess. The switch still answers for all."""
    served = Served(tmp_path, stale=choice, empty=True)
    bodies = {
        "/v1/filter": exchange(GOOD),
        "/v1/verdict": {"seat": "9"},
        "/v1/shape": {"id": "r"},
        "/v1/purchase": ORDER,
    }

    assert {served.ask(path, body).status for path, body in bodies.items()} == {503}
    served.switch("allow-all")
    assert {served.ask(path, body).status for path, body in bodies.items()} == {200}


def test_a_stale_register_gives_what_the_operator_chose_and_says_so(tmp_path: Path) -> None:
    """From its hour on, not from the next look at the file; it stays ready, for the choice is its answer."""
    served = Served(tmp_path, stale="hold")
    served.now = FRESH_UNTIL

    verdict = served.ask("/v1/verdict", {"adomain": ["ok.example"]})

    assert (verdict.json["outcome"], verdict.json["stale"]) == ("hold", True)
    assert verdict.headers["evenhand-register"] == "7; stale"
    assert served.ask("/readyz").status == 200
    assert b"evenhand_gate_register_stale 1" in served.ask("/metrics").body


def test_a_stale_register_without_a_choice_gives_no_answer(tmp_path: Path) -> None:
    """Fail closed or open only where an operator chose it."""
    served = Served(tmp_path, stale=None)
    assert served.ask("/v1/verdict", {"adomain": ["ok.example"]}).status == 200
    served.now = FRESH_UNTIL

    assert served.ask("/v1/verdict", {"adomain": ["ok.example"]}).status == 503
    assert served.ask("/readyz").status == 503


def test_a_register_that_is_refused_leaves_the_last_in_use_and_is_counted(tmp_path: Path) -> None:
    """The operator is told which file and why."""
    served = Served(tmp_path)
    (tmp_path / "register.jsonl").write_bytes(b"{}")

    told = served.look()

    assert [line.startswith(f"register refused: {tmp_path}/register.jsonl:1: invalid head") for line in told] == [True]
    assert served.ask("/v1/verdict", {"adomain": ["x.example"]}).json["outcome"] == "refuse"
    assert (served.counters.total(RELOAD["refused"]), served.counters.total(RELOAD["taken"])) == (1, 1)


def test_a_register_is_taken_into_use_between_answers(tmp_path: Path) -> None:
    """What was found is not used before `renew`; then all of it is."""
    served = Served(tmp_path)
    Served(tmp_path, row("ok", "refuse", domains=("ok.example",)))

    served.app.look()
    before = served.ask("/v1/verdict", {"adomain": ["ok.example"]})
    served.app.renew()
    after = served.ask("/v1/verdict", {"adomain": ["ok.example"]})

    assert (before.json["outcome"], after.json["outcome"]) == ("allow", "refuse")


def test_what_is_answered_and_refused_is_counted(tmp_path: Path) -> None:
    """Outcomes and codes of verdicts, removals and orders; refusals by their reason; times of answers."""
    served = Served(tmp_path)
    served.ask("/v1/verdict", {"adomain": ["x.example"]})
    served.ask("/v1/filter", exchange(GOOD, BAD, HELD, bid("b4", "nobody.example"), bid("b5")))
    served.ask("/v1/purchase", ORDER | {"payer": None})
    served.ask("/v1/verdict", b"{")

    total = served.counters.total
    assert (total(VERDICT["refuse"]), total(VERDICT["hold"])) == (2, 1)
    assert (total(CODE["advertiser-blocked"]), total(CODE["adomain-unknown"]), total(CODE["adomain-missing"])) == (
        3,
        1,
        1,
    )
    assert total(CODE["payer-undeclared"]) == 1
    assert total(REFUSED["syntax"]) == 1
    assert sum(served.counters.times()[0]) == 3


def test_a_probe_of_a_service_that_is_not_ready_is_no_refused_body(tmp_path: Path) -> None:
    """A probe a second would drown what matters."""
    served = Served(tmp_path, empty=True)
    served.ask("/readyz")

    assert sum(served.counters.total(slot) for slot in REFUSED.values()) == 0


def test_a_last_answer_says_that_it_is_the_last(tmp_path: Path) -> None:
    """The connection ends behind it."""
    served = Served(tmp_path)

    assert served.ask("/healthz", keep=False).headers["connection"] == "close"
    assert "connection" not in served.ask("/healthz").headers


def test_a_query_is_not_looked_at(tmp_path: Path) -> None:
    """Monitors add what they like."""
    app = Served(tmp_path).app

    assert app.route(b"/healthz?from=monitor") is app.route(b"/healthz")
    assert app.route(b"/healthz/") is None


def test_a_path_may_be_a_whole_address(tmp_path: Path) -> None:
    """A server must take it (RFC 9112 §3.2.2); whose address it is, is the proxy's business."""
    app = Served(tmp_path).app

    assert app.route(b"http://gate.example:8970/healthz?x") is app.route(b"/healthz")
    for other in (b"http://gate.example", b"http://gate.example/healthz/", b"healthz", b"*", b"gate.example:8970", b""):
        assert app.route(other) is None


def test_a_fault_of_ours_is_told_by_its_place_and_nothing_of_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service lives on; neither reply nor log repeats a body."""

    def fail(*_: object) -> None:
        raise KeyError("secret of a caller")

    served = Served(tmp_path)
    monkeypatch.setattr("evenhand.web.gate.app.read_question", fail)

    answer = served.ask("/v1/verdict", {"seat": "secret of a caller"})

    assert answer.status == 500
    assert served.said == [f"internal error: KeyError at test_app.py:{fail.__code__.co_firstlineno + 1}"]
    assert b"secret" not in answer.body


def test_the_register_s_age_is_told_from_when_it_was_written(tmp_path: Path) -> None:
    """An old register is seen before it is stale."""
    served = Served(tmp_path, *ROWS)
    written = (tmp_path / "register.jsonl").stat().st_mtime

    said = served.ask("/metrics").body.decode()

    age_s = float(said.split("\nevenhand_gate_register_age_seconds ")[1].split("\n")[0])
    assert age_s == pytest.approx(NOW.timestamp() - written, abs=1)
    assert "\nevenhand_gate_connections 0\n" in said


def test_readiness_says_which_register_is_served_and_how_old_it_is(tmp_path: Path) -> None:
    """So that a monitor can compare it with the log's head and with the other gates."""
    served = Served(tmp_path, empty=True)
    made = head(made_at=NOW - timedelta(hours=1))
    write_register(ROWS, made, tmp_path / "register.jsonl", SUFFIXES)
    served.look()

    assert served.ask("/readyz").json == {
        "status": "ready",
        "register": {
            "origin": "log.example/made-up", "tree_size": 7, "root": "cm9vdA==", "made_at": "2026-08-01T11:00:00Z",
            "fresh_until": "2026-08-02T00:00:00Z", "age_s": 3600, "stale": False,
        },
        "refused": None,
    }  # fmt: skip
    assert "evenhand_gate_register_age_seconds 3600" in served.ask("/metrics").body.decode()


def test_a_register_that_is_not_taken_is_one_line_a_count_and_seen_by_monitors(tmp_path: Path) -> None:
    """While the good one goes on being served under its own rules: past its time it is stale."""
    served = Served(tmp_path)
    other = head(checkpoint="log.example/other\n9\nr\n")
    write_register([], other, tmp_path / "register.jsonl", SUFFIXES)

    lines = [line for _ in range(5) for line in served.look()]

    assert len(lines) == 1
    assert "register refused: " in lines[0]
    assert "register of another log: `log.example/other`; expected log.example/made-up" in lines[0]
    assert served.ask("/readyz").json["refused"] == {"why": "origin", "since": "2026-08-01T12:00:00Z", "tries": 3}
    page = served.ask("/metrics").body.decode()
    assert 'evenhand_gate_register_refused_total{why="origin"} 1\n' in page
    assert "evenhand_gate_register_behind 1\n" in page
    assert served.ask("/v1/verdict", {"adomain": ["x.example"]}).json["advertiser"] == "x"
    served.now = FRESH_UNTIL
    assert served.ask("/v1/verdict", {"adomain": ["ok.example"]}).json["outcome"] == "refuse"
    assert served.ask("/readyz").json["register"]["stale"] is True


def test_a_service_that_is_not_ready_says_what_it_did_not_take(tmp_path: Path) -> None:
    """Without the path of a file: who asks may be anybody."""
    served = Served(tmp_path, empty=True)
    (tmp_path / "register.jsonl").write_bytes(b"{}")
    served.look()

    answer = served.ask("/readyz")

    assert (answer.status, answer.json["refused"]["why"]) == (503, "damaged")
    assert str(tmp_path) not in answer.body.decode()


def test_readiness_is_told_of_what_answers_and_not_of_what_was_only_opened(tmp_path: Path) -> None:
    """Between the opening and the taking into use a monitor would else call a service ready that answers by choice."""
    served = Served(tmp_path, empty=True)
    open_gate(tmp_path, *ROWS)

    list(served.app.look())
    before = served.ask("/readyz").status, served.ask("/v1/verdict", {"adomain": ["ok.example"]}).json["outcome"]
    served.app.renew()
    after = served.ask("/readyz").status, served.ask("/v1/verdict", {"adomain": ["ok.example"]}).json["outcome"]

    assert (before, after) == ((503, "refuse"), (200, "allow"))


def test_a_choice_that_settings_change_is_taken_when_they_are_read_again(tmp_path: Path) -> None:
    """A fault in the settings leaves the last one; nothing is read unless somebody asks for it."""
    choices: list[StaleChoice] = ["hold"]

    def read() -> StaleChoice:
        if not choices:
            raise RegisterInvalid("the settings cannot be read:", where="evenhand.toml", got="a fault")
        return choices.pop()

    served = Served(tmp_path, stale="refuse", read_stale=read)
    served.now = FRESH_UNTIL
    outcomes = [served.ask("/v1/verdict", {"seat": "7"}).json["outcome"]]

    for _ in range(2):
        assert served.look() == []
        served.app.open_anew()
        outcomes.append("; ".join(served.look()))
        outcomes.append(served.ask("/v1/verdict", {"seat": "7"}).json["outcome"])

    assert outcomes == [
        "refuse", "settings taken: a stale register means hold; register taken", "hold",
        "settings not taken: evenhand.toml: the settings cannot be read: `a fault`; register taken", "hold",
    ]  # fmt: skip


PARTS = [
    '{}', '{"id":"r"}', '{"id":7}', '{"id":null}', '{"id":"r","x":",\\"response\\":"}', '{"x":{"a":1,"response":{}}}',
    '{"id":"a","id":7}', '{"id":1E999}', '{"id":"\\ud800"}', '{"imp":7}', '{"regs":7}', ' {}', '{} ', '7', 'null', '[]',
    '', '{', '{"a":1}}', '{"a":"\x00"}', '{"a":"ü"}',
    '{"regs":{"ext":{"dsa":{"dsarequired":"2"}}}}', "[" * 70 + "]" * 70,
]  # fmt: skip
FORMS = [
    '{"request":%s,"response":%s}', '{"request":%s,"response":%s} ', '{"request": %s,"response": %s}',
    '{"response":%s,"request":%s}', '{"request":%s,"response":%s,"response":{}}', '{"request":%s,"response":%s',
    '{"request":%s,"response":%s,"id":"x"}', '{"request":%s,"response":%s,"id":7}', ' {"request":%s,"response":%s}',
    '{"request":{},"response":{},"a":{"request":%s,"response":%s}}',
]  # fmt: skip


@pytest.mark.parametrize("stale", ["refuse", None])
def test_parts_that_are_guessed_are_answered_as_parts_that_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stale: StaleChoice | None
) -> None:
    """Where request and response part is guessed for most bodies; whatever they hold, the answer is the same."""
    bids = [exchange(GOOD, BAD, request=request) for request in PARTS]
    bodies = [*bids, *(form % (a, b) for form in FORMS for a in PARTS for b in [*PARTS, response(GOOD, BAD)])]
    guessing = Served(tmp_path / "a", stale=stale)

    guessed = [guessing.ask("/v1/filter", body if isinstance(body, bytes) else body.encode()) for body in bodies]
    monkeypatch.setattr("evenhand.web.gate.app.guess_parts", lambda _: None)
    reading = Served(tmp_path / "b", stale=stale)
    read = [reading.ask("/v1/filter", body if isinstance(body, bytes) else body.encode()) for body in bodies]

    assert {each.status for each in read} == {200, 400}
    for body, one, other in zip(bodies, guessed, read, strict=True):
        assert (one.status, one.body) == (other.status, other.body), body
    assert guessing.counters.total(MALFORMED) == reading.counters.total(MALFORMED)
