"""`evenhand gate check`: 0 it may buy, 1 not or only within limits, 2 no answer."""

from pathlib import Path

import pytest

from evenhand.gate import write_register
from evenhand.model.outcome import Outcome
from evenhand.model.program import Eq, When
from tests.commands import DAY_1, DAY_3, evenhand, write
from tests.unit.gate.registers import SUFFIXES, head, row


def check(register: Path, *arguments: str, at: str = DAY_1) -> tuple[int, str, str]:
    return evenhand("gate", "check", "--register", register, "--at", at, *arguments)


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        (["--adomain", "www.plum.example"], 0, "allow (a1"),
        (["--adomain", "nobody.example"], 0, "unknown"),
        (["--adomain", "https://quandar.example/x"], 1, "refuse (a2"),
        (["--adomain", "plum.example", "--adomain", "quandar.example"], 1, "refuse (a2"),
        (["--advertiser", "a2"], 1, "refuse (a2"),
        (["--seat", "7"], 0, "unknown"),
        (["--bundle", "made.up.app"], 0, "unknown"),
        (["--adomain", "no host"], 1, "hold; adomain-malformed"),
        (["--adomain", ""], 1, "hold; adomain-malformed"),
    ],
)
def test_the_answer_is_one_line_and_a_status(network: Path, asked: list[str], status: int, says: str) -> None:
    """A shell script reads the status, a person the line."""
    answered, out, err = check(network, *asked)

    assert (answered, err) == (status, "")
    assert out.startswith(says)
    assert out.count("\n") == 1


def test_a_refusal_names_decision_and_reason(network: Path) -> None:
    """The two ids lead to the ledger and to the letter."""
    _, out, _ = check(network, "--advertiser", "a2")

    assert "decision d-" in out
    assert "reason r-" in out


def test_a_network_s_own_choice_counts_for_a_stale_register(network: Path) -> None:
    """`stale = "last"` in the settings; an option may choose otherwise for once. What `init` writes holds."""
    made = check(network, "--advertiser", "a1", at=DAY_3)
    settings = network / "evenhand.toml"
    settings.write_text(settings.read_text("utf-8").replace('stale = "hold"', 'stale = "last"'), "utf-8")
    own = check(network, "--advertiser", "a1", at=DAY_3)
    refused = check(network, "--advertiser", "a1", "--stale", "refuse", at=DAY_3)
    bare = check(network / "out/register.jsonl", "--advertiser", "a1", at=DAY_3)

    assert (made[0], made[1].split(";")[0], own[0]) == (1, "hold", 0)
    assert own[1].endswith("; the register is stale\n")
    assert refused[0] == 1
    assert bare[0] == 2
    assert "choose allow, hold, refuse or last" in bare[2]


def test_a_country_decides_what_holds_there_only(tmp_path: Path) -> None:
    """In two letters or three; without it what hangs on it is unknown, and holds."""
    there = When(outcome=Outcome.REFUSE, rule="not-there", program=Eq("country", "DE"))
    path = tmp_path / "register.jsonl"
    write_register([row("a", domains=("a.example",), when=(there,))], head(), path, SUFFIXES)

    answers = [
        check(path, "--adomain", "a.example", "--stale", "last", *where)[:2]
        for where in (["--country", "DE"], ["--country", "deu"], ["--country", "FRA"], [])
    ]
    nowhere = check(path, "--adomain", "a.example", "--country", "Utopia")

    assert [(status, out.split()[0].strip(";")) for status, out in answers] == [
        (1, "refuse"), (1, "refuse"), (0, "allow"), (1, "hold"),
    ]  # fmt: skip
    assert nowhere[0] == 2
    assert "--country: unknown country `Utopia`" in nowhere[2]


@pytest.mark.parametrize("outcome", ["allow", "label", "limit", "hold", "refuse"])
def test_the_object_has_the_same_seven_keys_whatever_the_outcome(tmp_path: Path, outcome: str) -> None:
    """A script may rely on them; people are told what a label or limit asks for."""
    path = tmp_path / "register.jsonl"
    asking = row("a", outcome, domains=("a.example",), instruct=("daily_reach_10000",))
    write_register([asking], head(), path, SUFFIXES)
    arguments = ("gate", "check", "--register", path, "--adomain", "a.example", "--stale", "last")

    told = evenhand(*arguments).out

    assert list(evenhand(*arguments, "--json").json) == [
        "outcome", "advertiser", "decision", "reason", "codes", "stale", "checkpoint",
    ]  # fmt: skip
    assert ("asks for daily_reach_10000" in told) is (outcome in {"label", "limit"})


def test_a_question_must_ask_something(network: Path) -> None:
    """A bid that names nobody is asked by `--adomain ""`."""
    status, _, err = check(network)

    assert status == 2
    assert "nothing to check; expected --adomain, --seat, --bundle or --advertiser" in err


def test_an_unknown_choice_is_named(network: Path) -> None:
    """With those that exist."""
    status, _, err = check(network, "--seat", "1", "--stale", "maybe")

    assert status == 2
    assert "expected allow, hold, refuse, use-last" in err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "invalid head of a register"),
        (b"", "the register is empty"),
        (b"\xff\xfe\n", "invalid head of a register"),
    ],
)
def test_a_damaged_register_gives_no_answer(network: Path, content: bytes, says: str) -> None:
    """Half a register is worse than none."""
    write("out/register.jsonl", content)(network)

    status, out, err = check(network / "out/register.jsonl", "--seat", "1")

    assert (status, out) == (2, "")
    assert says in err


def test_a_damaged_compiled_register_is_not_replaced_by_the_plain_one(network: Path) -> None:
    """Somebody must look at what happened to it; the plain form can be named."""
    write("out/register.evh", b"EVHREG")(network)

    status, out, err = check(network, "--seat", "1")

    assert (status, out) == (2, "")
    assert "truncated: `6 bytes`" in err


def test_a_missing_register_says_who_writes_it(network: Path) -> None:
    """Before the first run there is none."""
    for name in ("register.jsonl", "register.evh"):
        (network / "out" / name).unlink(missing_ok=True)

    for register in (network, network / "out/register.jsonl"):
        status, _, err = check(register, "--seat", "1")
        assert status == 2
        assert "`evenhand run` writes one" in err


@pytest.mark.parametrize(
    ("typed", "near"),
    [("a", "`a2`, `a1`"), ("A2", "`a2`"), ("a22", "`a2`"), ("Quandar Holding", "`a2`")],
)
def test_an_id_that_is_not_on_file_is_named_with_the_ids_it_may_mean(network: Path, typed: str, near: str) -> None:
    """A script that asks about a mistyped id must not go on: nobody decided about it."""
    status, out, err = check(network, "--advertiser", typed)

    assert (status, err) == (1, "")
    assert out == f"unknown advertiser `{typed}`; near: {near}; advertiser-unknown\n"


def test_an_id_that_is_like_no_other_has_no_near_ones(network: Path) -> None:
    """Three ids that have nothing to do with it would lead away from the mistake."""
    assert check(network, "--advertiser", "zzzzzzzz")[1] == "unknown advertiser `zzzzzzzz`; advertiser-unknown\n"


def test_blanks_around_an_id_do_not_count(network: Path) -> None:
    """They come with what is copied out of a cell; tables are read without them."""
    assert check(network, "--advertiser", " a1\u00a0") == check(network, "--advertiser", "a1")


def test_near_ids_are_in_the_json_of_an_unknown_advertiser_alone(network: Path) -> None:
    """A program reads the code and shows the ids; the answer about an id on file keeps its form."""
    unknown = evenhand("gate", "check", "--register", network, "--at", DAY_1, "--advertiser", "a22", "--json")
    known = evenhand("gate", "check", "--register", network, "--at", DAY_1, "--advertiser", "a1", "--json")

    assert (unknown.status, unknown.json["outcome"]) == (1, "unknown")
    assert (unknown.json["codes"], unknown.json["near"]) == (["advertiser-unknown"], ["a2"])
    assert "near" not in known.json


def test_what_else_was_asked_beside_an_unknown_advertiser_is_answered(network: Path) -> None:
    """A refused domain is refused, no matter who is named beside it."""
    status, out, _ = check(network, "--advertiser", "a22", "--adomain", "quandar.example")

    assert status == 1
    assert out.startswith("unknown advertiser `a22`; near: `a2`; refuse (a2, decision d-")
