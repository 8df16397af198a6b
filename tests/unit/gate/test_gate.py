"""The verdict: each way in, each choice of the operator, and what the gate does when it knows less than it should."""

import subprocess
import sys
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.gate import Gate, write_register
from evenhand.gate.registers.plain_form import encode_register
from evenhand.model.errors import RegisterInvalid
from evenhand.model.register import GatePolicy
from tests.unit.gate.registers import FRESH_UNTIL, NOW, SUFFIXES, head, open_gate, row

STRICT = GatePolicy(unknown="hold", missing="refuse", malformed="refuse", mismatch="note")
REFUSED = row(
    "a1",
    "refuse",
    domains=("ford.com", "ford.co.uk", "форд.рф"),
    seats=("512",),
    bundles=("com.ford.app",),
    payers=("p1",),
)
OTHERS = (
    row("a2", domains=("fiat.example",), seats=("513",), bundles=("com.fiat.app",)),
    row("p1", "hold", kind="payer"),
)


@pytest.mark.parametrize(("bid", "code"), [
    ({"adomain": ["ford.com"]}, "advertiser-blocked"),
    ({"adomain": ["https://www.FORD.co.uk/cars?x"]}, "advertiser-blocked"),
    ({"adomain": ["форд.рф"]}, "advertiser-blocked"),
    ({"adomain": "ford.com"}, "advertiser-blocked"),
    ({"adomain": ["fiat.example", 7, "ford.com"]}, "advertiser-blocked"),
    ({"adomain": ["fiat.example"], "seat": "512"}, "seat-blocked"),
    ({"adomain": ["fiat.example"], "bundle": "com.ford.app"}, "bundle-blocked"),
    ({"advertiser": "a1"}, "advertiser-blocked"),
    ({"seat": "512"}, "seat-blocked"),
])  # fmt: skip
def test_every_way_in_of_a_refused_advertiser_is_closed(tmp_path: Path, bid: dict[str, Any], code: str) -> None:
    """One decision, one outcome, by whatever name the buyer comes."""
    verdict = open_gate(tmp_path, REFUSED, *OTHERS).verdict(**bid, at=NOW)

    assert (verdict.outcome, verdict.advertiser, verdict.decision, verdict.reason) == ("refuse", "a1", "d-a1", "r-a1")
    assert verdict.codes[0] == code


@pytest.mark.parametrize("bid", [
    {"adomain": ["fiat.example"], "seat": "513", "bundle": "com.fiat.app"},
    {"adomain": ["www.fiat.example"]},
    {"adomain": ["fiat.example", "f\u043erd.com", "notford.com"]},
    {"advertiser": "a2"},
    {"seat": "513"},
    {"bundle": "com.fiat.app"},
])  # fmt: skip
def test_nobody_else_is_closed_out(tmp_path: Path, bid: dict[str, Any]) -> None:
    """Known and allowed is a verdict of its own, with a row; a look-alike is somebody else."""
    verdict = open_gate(tmp_path, REFUSED, *OTHERS).verdict(**bid, at=NOW)

    assert (verdict.outcome, verdict.advertiser, verdict.codes) == ("allow", "a2", ())


def test_a_payer_is_asked_by_id_like_an_advertiser(tmp_path: Path) -> None:
    """Who pays may be held while the advertiser is not."""
    verdict = open_gate(tmp_path, REFUSED, *OTHERS).verdict(advertiser="p1", at=NOW)

    assert (verdict.outcome, verdict.decision, verdict.codes) == ("hold", "d-p1", ("advertiser-blocked",))


@pytest.mark.parametrize(("adomain", "code", "strict"), [
    ([], "adomain-missing", "refuse"),
    (["nobody.example"], "adomain-unknown", "hold"),
    (["nobody"], "adomain-malformed", "refuse"),
    ([None], "adomain-malformed", "refuse"),
])  # fmt: skip
def test_what_an_adomain_that_names_nobody_means_is_the_operators_choice(
    tmp_path: Path, adomain: list[object], code: str, strict: str
) -> None:
    """The code is noted either way; only the effect differs, and nothing is chosen in code."""
    lenient = open_gate(tmp_path, REFUSED).verdict(adomain=adomain, at=NOW)
    held = open_gate(tmp_path, REFUSED, policy=STRICT).verdict(adomain=adomain, at=NOW)

    assert (lenient.outcome, lenient.codes) == ("unknown", (code,))
    assert (held.outcome, held.advertiser, held.decision, held.codes) == (strict, None, None, (code,))


def test_a_value_that_names_somebody_is_not_unknown_but_a_broken_one_beside_it_is_said(tmp_path: Path) -> None:
    """Every value of the list counts, whatever its length."""
    gate = open_gate(tmp_path, REFUSED, *OTHERS, policy=STRICT)

    beside_known = gate.verdict(adomain=["fiat.example", "nobody.example", "broken"], at=NOW)
    beside_nobody = gate.verdict(adomain=["nobody.example", "broken"], at=NOW)

    assert beside_known.codes == ("adomain-malformed",)
    assert beside_nobody.codes == ("adomain-malformed", "adomain-unknown")


def test_where_the_operators_choice_is_stricter_no_decision_is_named(tmp_path: Path) -> None:
    """The verdict says which decision it acted on; here it acted on none."""
    gate = open_gate(tmp_path, row("a2", decision="d-2", domains=("fiat.example",)), policy=STRICT)

    assert gate.verdict(adomain=["fiat.example"], at=NOW).decision == "d-2"
    broken = gate.verdict(adomain=["fiat.example", "broken"], at=NOW)
    assert (broken.outcome, broken.advertiser, broken.decision) == ("refuse", "a2", None)


def test_a_question_by_id_or_seat_is_not_a_bid_without_adomain(tmp_path: Path) -> None:
    """Asked by id, the gate must say what the ledger says, whatever is chosen for nameless bids."""
    gate = open_gate(tmp_path, *OTHERS, policy=STRICT)

    assert gate.verdict(advertiser="a2", at=NOW).outcome == "allow"
    assert gate.verdict(seat="513", at=NOW).outcome == "allow"
    unknown = gate.verdict(advertiser="nobody", at=NOW)
    assert unknown == msgspec.structs.replace(gate.verdict(at=NOW), codes=("advertiser-unknown",))
    assert gate.verdict(advertiser="", at=NOW) == gate.verdict(at=NOW)
    assert (gate.verdict(at=NOW).outcome, gate.verdict(at=NOW).codes) == ("unknown", ())


def test_of_two_rows_the_strictest_wins_and_of_equals_the_first_code(tmp_path: Path) -> None:
    """Two advertisers in one bid: both are told of, the strictest outcome counts."""
    held, refused = row("h", "hold", domains=("h.example",)), row("r", "refuse", domains=("r.example",), bundles=("r",))
    gate = open_gate(tmp_path, held, refused, row("9", "hold", kind="seat"), row("8", "refuse", kind="seat"))

    both = gate.verdict(adomain=["h.example", "r.example"], seat="9", at=NOW)
    equals = gate.verdict(adomain=["r.example"], seat="8", bundle="r", at=NOW)

    assert (both.outcome, both.advertiser) == ("refuse", "r")
    assert both.codes == ("seat-blocked", "advertiser-blocked", "adomain-conflict")
    assert (equals.advertiser, equals.codes) == ("8", ("seat-blocked", "advertiser-blocked", "bundle-blocked"))


def test_a_seat_that_an_allowed_advertiser_shares_never_refuses_by_itself(tmp_path: Path) -> None:
    """Hundreds of advertisers buy through one seat of a large buying platform."""
    blocked, held, allowed = (
        row("b", "refuse", seats=("1", "2")),
        row("h", "hold", seats=("2",)),
        row("a", seats=("1",)),
    )

    gate = open_gate(tmp_path, blocked, held, allowed)

    assert gate.verdict(seat="1", at=NOW).outcome == "unknown"
    assert gate.verdict(seat="2", at=NOW).outcome == "refuse"


def test_a_seat_with_a_row_of_its_own_is_refused_whoever_shares_it(tmp_path: Path) -> None:
    """Here the decision is about the seat."""
    gate = open_gate(tmp_path, row("1", "refuse", kind="seat"), row("a", seats=("1",)), row("b", seats=("1",)))

    assert gate.verdict(seat="1", at=NOW).codes == ("seat-blocked",)


def test_label_and_limit_keep_the_bid_and_say_what_to_do(tmp_path: Path) -> None:
    """They add to the report, not to the bid; other outcomes carry no instruction."""
    gate = open_gate(tmp_path, row("l", "label", domains=("l.example",), instruct=("sponsor-label",)), *OTHERS)

    labelled = gate.verdict(adomain=["l.example"], at=NOW)

    assert (labelled.outcome, labelled.codes, labelled.instruct) == ("label", (), ("sponsor-label",))
    assert gate.verdict(advertiser="a2", at=NOW).instruct is msgspec.UNSET


def test_past_its_end_a_decision_binds_nobody(tmp_path: Path) -> None:
    """In force means `at < until`; the advertiser stays known."""
    gate = open_gate(
        tmp_path, row("a", "refuse", domains=("a.example",), seats=("1",), until=NOW), row("b", seats=("1",))
    )

    before = gate.verdict(adomain=["a.example"], at=NOW - timedelta(microseconds=1))
    after = gate.verdict(adomain=["a.example"], at=NOW)

    assert (before.outcome, before.decision) == ("refuse", "d-a")
    assert (after.outcome, after.advertiser, after.decision, after.reason, after.codes) == (
        "allow",
        "a",
        None,
        None,
        (),
    )


@pytest.mark.parametrize("choice", ["allow", "hold", "refuse"])
def test_a_stale_register_gives_the_outcome_that_was_chosen_and_says_so(tmp_path: Path, choice: str) -> None:
    """Fail known: nobody is let in or shut out by an accident of time."""
    gate = open_gate(tmp_path, REFUSED, stale=choice)

    fresh = gate.verdict(adomain=["ford.com"], at=FRESH_UNTIL - timedelta(microseconds=1))
    stale = gate.verdict(adomain=["ford.com"], at=FRESH_UNTIL)

    assert (fresh.outcome, fresh.stale) == ("refuse", False)
    assert (stale.outcome, stale.stale, stale.advertiser, stale.codes) == (choice, True, None, ())
    assert stale.checkpoint == fresh.checkpoint


def test_a_stale_register_may_be_used_on_if_that_was_chosen(tmp_path: Path) -> None:
    """`last` keeps the decisions, and every verdict says that they are old."""
    verdict = open_gate(tmp_path, REFUSED, stale="last").verdict(adomain=["ford.com"], at=FRESH_UNTIL)

    assert (verdict.outcome, verdict.decision, verdict.stale) == ("refuse", "d-a1", True)


def test_a_stale_register_without_a_choice_gives_no_verdict(tmp_path: Path) -> None:
    """There is no built-in default; the error names the two ways out."""
    gate = open_gate(tmp_path, REFUSED)

    with pytest.raises(RegisterInvalid) as caught:
        gate.verdict(adomain=["ford.com"], at=FRESH_UNTIL)

    assert str(caught.value) == (
        f"{tmp_path / 'register.jsonl'}: the register is stale since `2026-08-02T00:00:00+00:00`; write a new one with "
        "`evenhand run`, or choose allow, hold, refuse or last for a stale one"
    )


@pytest.mark.parametrize(("text", "name"), [
    ("", ""),
    ("log.example/x\n42\ncm9vdA==\n", "log.example/x 42"),
    ("log.example/x\n0\nr\n\n— log.example/x c2ln\n", "log.example/x 0"),
])  # fmt: skip
def test_every_verdict_names_the_log_and_its_size(tmp_path: Path, text: str, name: str) -> None:
    """So that it can be compared with the ledger later."""
    write_register([], head(checkpoint=text), tmp_path / "r", SUFFIXES)

    assert Gate(tmp_path / "r", None).verdict(at=NOW).checkpoint == name


@pytest.mark.parametrize(
    "text", ["x", "log.example/x\n42", "\n42\nr\n", "log.example/x\nmany\nr\n", "log.example/x\n-1\nr\n"]
)
def test_a_text_that_is_no_checkpoint_is_refused(tmp_path: Path, text: str) -> None:
    """A register that cannot say where it comes from is not one of ours."""
    (tmp_path / "r").write_bytes(encode_register(head(checkpoint=text), []))

    with pytest.raises(RegisterInvalid, match="not a checkpoint"):
        Gate(tmp_path / "r", None)


@pytest.mark.parametrize(
    ("name", "fault"),
    [("absent.jsonl", "the register cannot be read: `No such file"), (".", "no register in this folder: `no evenhand")],
)
def test_a_register_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, name: str, fault: str) -> None:
    """One line, and what to do."""
    with pytest.raises(RegisterInvalid, match=f"{fault}.+; `evenhand run` writes"):
        Gate(tmp_path / name)


def test_a_register_written_by_hand_is_checked_like_any_other(tmp_path: Path) -> None:
    """All that refuses a row at writing refuses it at opening."""
    path = tmp_path / "register.jsonl"
    write_register([row("a", domains=("a.example",))], head(), path, SUFFIXES)
    line = path.read_text().splitlines()[1]
    path.write_text(path.read_text() + line.replace('"id":"a"', '"id":"b"'))

    with pytest.raises(RegisterInvalid, match=r"advertiser b: advertiser a has the same key `a\.example`"):
        Gate(path, None)


def test_the_rows_that_an_adomain_leads_to_are_given_once_each(tmp_path: Path) -> None:
    """Two domains of one advertiser name one advertiser."""
    gate = open_gate(tmp_path, REFUSED, *OTHERS)

    found = gate.resolve(["fiat.example", "ford.com", "www.ford.co.uk", "broken", "nobody.example"])

    assert found == ("a2", "a1")


def test_a_gate_stands_on_msgspec_and_the_standard_library() -> None:
    """An ad server installs and starts the gate alone; `idna` comes with the first host in another script."""
    program = (
        "import sys; before = set(sys.modules)\n"
        "import evenhand.gate\n"
        "from evenhand.model.hosts import host_of\n"
        "host_of('https://ford.com/x')\n"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))\n"
    )

    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()

    # msgspec itself looks for typing_extensions and goes on without.
    assert set(loaded) - {"typing_extensions"} == {"evenhand", "msgspec"}


def test_an_instant_in_any_zone_is_the_same_instant(tmp_path: Path) -> None:
    """Callers need not turn their clock into UTC."""
    gate = open_gate(tmp_path, REFUSED)
    elsewhere = timezone(timedelta(hours=9))

    assert gate.verdict(advertiser="a1", at=FRESH_UNTIL.astimezone(elsewhere) - timedelta(seconds=1)).stale is False
    with pytest.raises(RegisterInvalid, match="stale"):
        gate.verdict(advertiser="a1", at=FRESH_UNTIL.astimezone(elsewhere))
