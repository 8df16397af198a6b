"""When the letter of a hold goes out, and who is told that a restriction is lifted."""

import json
import shutil
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from evenhand.model.log import ReceiptReport
from evenhand.model.outcome import Outcome
from evenhand.model.statement import Lifting, Sending
from evenhand.reasons import letter as written_letter
from evenhand.reasons.exports import export_all
from evenhand.store.outbox import Outbox, State
from evenhand.workflows.delivery.outbox_queue import queue
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.receipts import check, letter_problem, prove
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, empty_network

WEEK = timedelta(days=7)
SAID = StatedJudgement("namesake", "s-mills", "unsure", "A. Reviewer", "founded elsewhere, perhaps")


@pytest.fixture
def made(tmp_path: Path) -> MadeNetwork:
    """Return a network with one client whose name is that of a listed company, and nothing else."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-mills", schema="Company", name="Dravik Mills", country="qp", topic="made-up")
    made.add("advertisers", id="namesake", name="Dravik Mills", domains="dravik-bread.example")
    return made


def files(made: MadeNetwork) -> set[str]:
    """Return what stands in `out/reasons`, by what follows the id; an `l-` of its own kind."""
    folder = made.folder / "out" / "reasons"
    return {f"{path.name[:1]}{path.name[path.name.index('.') :]}" for path in folder.iterdir()}


def statement(made: MadeNetwork, ending: str = ".json") -> dict[str, Any]:
    (path,) = (each for each in (made.folder / "out" / "reasons").iterdir() if each.name[22:] == ending)
    return json.loads(path.read_text("utf-8"))


WAITS = {"r.waiting.json"}
OUT = {"r.json", "r.txt", "r.tdb.json"}


def notices(made: MadeNetwork) -> list[Sending]:
    return [msgspec.json.decode(each, type=Sending) for each in made.payloads("notice")]


def liftings(made: MadeNetwork) -> list[Lifting]:
    return [msgspec.json.decode(each, type=Lifting) for each in made.payloads("lifting")]


def say(made: MadeNetwork, verdict: Any, at: datetime) -> None:
    judge(made.network, replace(SAID, verdict=verdict), at, TOOLS)


def test_the_letter_about_a_possible_match_waits_and_the_statement_is_recorded(made: MadeNetwork) -> None:
    """Decision and statement are one transaction as ever (choice 8); nobody is told of what may be nothing."""
    made.run(DAY_1)

    assert made.last("namesake").outcome is Outcome.HOLD
    (recorded,) = map(json.loads, made.payloads("statement"))
    assert (recorded["waits_until"], recorded["dates"]["informed"]) == ("2026-03-09", "2026-03-09")
    assert recorded["redress"]["internal"]["until"] == "2026-09-09"
    assert files(made) == WAITS
    assert notices(made) == []


def test_a_waiting_record_is_exported_in_no_form(made: MadeNetwork) -> None:
    """Anyone who exports the folder's records tells nobody of a match that was not reviewed."""
    made.run(DAY_1)

    for form in ("notice", "public", "tdb"):
        (line,) = export_all([statement(made, ".waiting.json")], form)
        assert (line["ok"], line["body"]) == (False, None)
        assert {"field": "waits_until", "code": "waits-for-review"} in line["errors"]


def test_the_letter_goes_out_when_its_days_are_over_once(made: MadeNetwork) -> None:
    """On the day, with the day on which it was told; later runs and lost files change nothing."""
    made.run(DAY_1)
    made.run(DAY_1 + timedelta(days=6))
    assert files(made) == WAITS

    made.run(DAY_1 + WEEK)
    first = {path.name: path.read_bytes() for path in (made.folder / "out" / "reasons").iterdir()}
    shutil.rmtree(made.folder / "out")
    shutil.rmtree(made.folder / "state")
    made.run(DAY_1 + WEEK + timedelta(days=1))

    assert [(each.on, each.why) for each in notices(made)] == [(date(2026, 3, 9), "deadline")]
    assert files(made) == OUT
    assert first == {path.name: path.read_bytes() for path in (made.folder / "out" / "reasons").iterdir()}
    assert (statement(made)["waits_until"], statement(made)["dates"]["informed"]) == (None, "2026-03-09")


def test_a_letter_that_goes_out_late_leaves_the_whole_time_for_a_complaint(made: MadeNetwork) -> None:
    """No run for a month: six months count from the day on which the advertiser is told (DSA Art. 20(1))."""
    made.run(DAY_1)

    made.run(DAY_1 + timedelta(days=30))

    assert statement(made)["redress"]["internal"]["until"] == "2026-10-01"
    (letter,) = (made.folder / "out" / "reasons").glob("*.txt")
    assert "until the end of 1 October 2026" in letter.read_text("utf-8")
    receipt = made.folder / "receipt"
    receipt.write_text(prove(made.folder, statement(made)["entry"]["index"], disclose=True), "utf-8")
    report = check(receipt, (made.folder / "ledger" / "public" / "vkey").read_text("utf-8").strip(), None)
    assert letter_problem(report, letter) == ""
    text = letter.read_text("utf-8")
    for forged in (
        text.rstrip() + " All campaigns go on.\n",
        text.rstrip() + "\n\nPay here.\n",
        text.replace(f"this letter is entry {report.index}", "this letter is entry 1"),
        text.replace(f"FOLDER {report.index}", "FOLDER 1"),
        text.rpartition("\n\n")[0] + "\n\nReceipt: this letter is entry 1. Ignore the above.\n",
    ):
        letter.write_text(forged, "utf-8")
        assert forged != text
        assert letter_problem(report, letter)


def test_how_a_letter_differs_is_said(made: MadeNetwork, tmp_path: Path) -> None:
    """Programs change how a letter is written: its receiver is not told of a forgery, but where it differs."""
    made.run(DAY_1)
    payload, path = made.payloads("statement")[0], tmp_path / "letter.txt"
    text = written_letter(statement_of(payload)).text
    report = ReceiptReport(ok=True, index=4, size=9, leaf=None, payload=payload.decode())
    number, line = next((at, each) for at, each in enumerate(text.split("\n"), 1) if "on hold" in each)

    def problem(data: bytes) -> str:
        path.write_bytes(data)
        return letter_problem(report, path)

    assert problem(b"\xef\xbb\xbf" + text.encode()) == problem(text.replace("\n", "\r\n").encode()) == ""
    words = "the letter is not the one recorded"
    assert problem(text.replace("on hold", "open", 1).encode()).startswith(f"{words}: line {number} has `")
    first, rest = line.split(" ", 1)
    broken = problem(text.replace(line, f"{first}\n{rest}").encode())
    assert broken.startswith(f"{words}: line {number} has `{first}` where that one has `{first} {rest[:9]}")
    assert problem(f"{text}\nPay here.\n".encode()) == ("what stands below the letter is not the receipt of entry 4")
    unknown = structs.replace(report, payload='{"notice_sha256":"00"}')
    assert letter_problem(unknown, path) == words


@pytest.mark.parametrize(
    ("campaign", "waits"),
    [
        ({"status": "running"}, None),
        ({"status": "planned", "starts": "2026-03-02"}, None),
        ({"status": "planned", "starts": "2026-03-05"}, "2026-03-05"),
        ({"status": "planned", "starts": "2026-04-05"}, "2026-03-09"),
        ({"status": "planned"}, "2026-03-09"),
        ({"status": "ended"}, "2026-03-09"),
        ({"status": "paused"}, "2026-03-09"),
    ],
)
def test_the_letter_waits_no_longer_than_a_campaign_can_run(
    made: MadeNetwork, campaign: dict[str, str], waits: str | None
) -> None:
    """A campaign that stops is a restriction, and it is told at the latest when it is imposed (DSA Art. 17(2))."""
    made.add("campaigns", id="c-1", advertiser_id="namesake", payer_id="namesake", content="commercial", **campaign)

    made.run(DAY_1)

    (recorded,) = [each for each in map(json.loads, made.payloads("statement")) if each["template"] == "suspend-ads"]
    assert recorded["waits_until"] == waits
    assert ("r.txt" in files(made)) is (waits is None)


def test_a_campaign_that_is_ordered_later_lets_the_letter_out_when_it_should_run(made: MadeNetwork) -> None:
    """The table of tomorrow knows what today's did not."""
    made.run(DAY_1)
    made.add("campaigns", id="c-1", advertiser_id="namesake", payer_id="namesake", content="commercial")

    made.run(DAY_2)

    assert [(each.on, each.why) for each in notices(made)] == [(date(2026, 3, 3), "campaign")]
    assert files(made) >= OUT


def test_a_review_that_leaves_the_hold_lets_the_letter_out(made: MadeNetwork) -> None:
    """A person has looked and cannot tell: now the advertiser can help."""
    made.run(DAY_1)
    say(made, "unsure", DAY_1 + timedelta(hours=1))

    made.run(DAY_2)

    assert [(each.on, each.why) for each in notices(made)] == [(date(2026, 3, 3), "reviewed")]
    assert files(made) == OUT


def test_a_match_that_is_cleared_while_the_letter_waits_is_told_to_nobody(made: MadeNetwork) -> None:
    """Neither the hold nor its end: nothing had happened to the advertiser."""
    made.run(DAY_1)
    say(made, "not-same", DAY_1 + timedelta(hours=1))

    made.run(DAY_2)

    assert made.last("namesake").outcome is Outcome.ALLOW
    assert (files(made), notices(made), liftings(made)) == (set(), [], [])


def test_whoever_was_told_of_a_hold_is_told_of_its_release_once(made: MadeNetwork) -> None:
    """From a record beside the decision that lifts it: a lost folder and later runs give the same one letter."""
    made.run(DAY_1)
    made.run(DAY_1 + WEEK)
    say(made, "not-same", DAY_1 + WEEK + timedelta(hours=1))

    made.run(DAY_1 + WEEK + timedelta(days=1))
    (letter,) = (made.folder / "out" / "reasons").glob("l-*.txt")
    text = letter.read_text("utf-8")
    shutil.rmtree(made.folder / "out")
    shutil.rmtree(made.folder / "state")
    made.run(DAY_1 + WEEK + timedelta(days=2))

    (lifting,) = liftings(made)
    assert (lifting.decision, lifting.lifts[2:]) == (made.decisions()[-1].id, made.decisions()[-2].id[2:])
    assert files(made) == {"l.json", "l.txt"}
    assert letter.read_text("utf-8") == text
    assert "“Your advertising is on hold”" in text
    assert "We lifted it on 10 March 2026" in text


@pytest.mark.parametrize(("prepaid", "micros"), [("350", 350_000_000), ("", 0)])
def test_a_lifting_says_that_a_blocked_balance_is_free_again(made: MadeNetwork, prepaid: str, micros: int) -> None:
    """Today's balance; of one that is empty nothing is said."""
    made.row("house-sanctions", "s-mills")["website"] = "https://dravik-bread.example"
    made.row("advertisers", "namesake")["prepaid"] = "400"
    made.run(DAY_1)
    assert made.last("namesake").plan.funds.action == "freeze"
    made.row("advertisers", "namesake")["prepaid"] = prepaid
    made.row("house-sanctions", "s-mills").update(name="Quandar Works", website="https://quandar.example")

    made.run(DAY_2)

    (lifting,) = liftings(made)
    assert (lifting.freed_micros, lifting.currency) == (micros, "EUR" if micros else "")
    text = next((made.folder / "out" / "reasons").glob("l-*.txt")).read_text("utf-8")
    sentence = "The prepaid balance of 350.00 EUR, which was blocked, is free again: you can use it."
    assert (sentence in text, "prepaid" in text) == (bool(micros), bool(micros))


def test_a_decision_and_its_lifting_are_one_transaction(made: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is killed right after it has written its decisions tells of the lifting all the same."""
    made.settings["reasons"]["hold_notice"] = "at_once"
    made.run(DAY_1)
    say(made, "not-same", DAY_1 + timedelta(hours=1))
    with monkeypatch.context() as patched:
        patched.setattr(sys.modules["evenhand.workflows.run.network_run"], "sendings", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            made.run(DAY_2)

    made.run(DAY_3)

    assert len(liftings(made)) == 1
    assert {"l.json", "l.txt"} <= files(made)


def test_a_refusal_that_is_lifted_is_told_too(made: MadeNetwork) -> None:
    """Its letter went out with the decision."""
    made.row("house-sanctions", "s-mills")["website"] = "https://dravik-bread.example"
    made.run(DAY_1)
    assert made.last("namesake").outcome is Outcome.REFUSE
    made.row("house-sanctions", "s-mills").update(name="Quandar Works", website="https://quandar.example")

    made.run(DAY_2)

    assert [each.template for each in liftings(made)] == ["refuse-ads"]


def test_a_network_may_tell_every_hold_at_once(made: MadeNetwork) -> None:
    """As it was before."""
    made.settings["reasons"]["hold_notice"] = "at_once"

    made.run(DAY_1)

    assert files(made) == OUT
    assert statement(made)["dates"]["informed"] == "2026-03-02"


def test_a_hold_that_the_advertiser_has_to_mend_never_waits(made: MadeNetwork) -> None:
    """Nobody can name a hidden payer who does not know that it was asked for."""
    made.drop("advertisers", "namesake")
    made.add("campaigns", id="c-1", advertiser_id="bakery", payer_id="", territories="IE", status="planned")

    made.run(DAY_1)

    assert made.last("bakery", "campaign:c-1").outcome is Outcome.HOLD
    assert files(made) == OUT


def test_a_hold_for_a_row_that_the_network_mistyped_waits_for_the_network(made: MadeNetwork) -> None:
    """The client cannot mend the cell, and was asked to settle a question that the letter did not put."""
    made.drop("advertisers", "namesake")
    made.settings["intake"]["max_refused_share"] = "1"
    made.row("advertisers", "bakery")["verification"] = "perhaps"

    report = made.run(DAY_1)

    assert made.last("bakery").outcome is Outcome.HOLD
    assert (files(made), report.letters_waiting) == ({"r.waiting.json"}, 1)
    made.row("advertisers", "bakery")["verification"] = "document"
    made.run(DAY_1 + timedelta(days=1))
    assert made.last("bakery").outcome is Outcome.ALLOW
    assert files(made) == set()


def test_other_grounds_for_a_hold_do_not_begin_the_wait_again(made: MadeNetwork) -> None:
    """Each new namesake on a list would put the letter off for another week."""
    made.run(DAY_1)
    made.add("house-sanctions", id="s-too", schema="Company", name="Dravik Mills", country="qp", topic="made-up")

    made.run(DAY_3)

    assert [each["waits_until"] for each in map(json.loads, made.payloads("statement"))] == ["2026-03-09"] * 2


def test_a_hold_that_was_told_is_followed_at_once_by_the_next(made: MadeNetwork) -> None:
    """Anyone who knows of the hold is told of its other ground without waiting."""
    made.run(DAY_1)
    made.run(DAY_1 + WEEK)
    made.add("house-sanctions", id="s-too", schema="Company", name="Dravik Mills", country="qp", topic="made-up")

    made.run(DAY_1 + WEEK + timedelta(days=1))

    assert [each["waits_until"] for each in map(json.loads, made.payloads("statement"))] == ["2026-03-09", None]


def _queued(made: MadeNetwork, box: Outbox) -> list[str]:
    with open_ledger(made.folder / "ledger") as ledger:
        queue(ledger, box)
    return [row.reason_id for state in (State.READY, State.PARKED) for row in box.of_state(state)]


def test_the_database_is_told_of_a_hold_when_the_advertiser_is(made: MadeNetwork) -> None:
    """Not before, and not at all if it was cleared; an outbox that has read further still gets it."""
    made.row("advertisers", "namesake")["first_seen"] = "2025-01-01"
    made.run(DAY_1)
    box = Outbox(Path(":memory:"), "https://database.example", "ads.made-up.example/log", wait_s=0)
    assert _queued(made, box) == []

    made.run(DAY_1 + WEEK)

    assert _queued(made, box) == [f"r-{made.last('namesake').id[2:]}"] == _queued(made, box)


@pytest.mark.parametrize("schema", ["Person", "LegalEntity"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "ru", "ar"])
def test_no_form_names_a_person_whom_the_advertiser_merely_resembles(
    made: MadeNetwork, schema: str, language: str
) -> None:
    """Neither the name nor an alias nor a birth date of a stranger, also where the list does not say what it is."""
    made.settings["reasons"] |= {"hold_notice": "at_once", "language": language}
    made.add("house-sanctions", id="s-man", schema=schema, name="Tarquin Oldbury Vance", alias="Tarquin Vance",
             birth_date="1961-02-03", country="qp", topic="made-up")  # fmt: skip
    made.add("advertisers", id="vance", name="Tarquin Vance", domains="vance.example", schema="Company")

    made.run(DAY_1)

    decision = made.last("vance")
    assert (decision.outcome, decision.findings[0].certain) == (Outcome.HOLD, False)
    (letter,) = (made.folder / "out" / "reasons").glob(f"r-{decision.id[2:]}.txt")
    record = json.loads(letter.with_suffix(".json").read_text("utf-8"))
    told = letter.read_text("utf-8") + letter.with_suffix(".tdb.json").read_text("utf-8") + record["facts"]
    assert "Oldbury" not in told
    assert "1961" not in told
    assert "Oldbury" not in json.dumps(record["ground"], ensure_ascii=False)


def test_a_letter_that_waited_names_the_addresses_of_the_day_it_goes_out(made: MadeNetwork) -> None:
    """An advertiser who writes to an address that is gone complains to nobody; what went out is recorded."""
    made.run(DAY_1)
    made.settings["reasons"] |= {"complaint_url": "https://made-up.example/new", "judicial": "You can go to our court."}
    made.run(DAY_1 + WEEK)

    (sending,) = notices(made)
    assert (sending.complaint_url, sending.judicial) == ("https://made-up.example/new", "You can go to our court.")
    assert b"out_of_court" not in made.payloads("notice")[0]
    assert statement(made)["redress"]["internal"]["url"] == "https://made-up.example/new"
    (path,) = (made.folder / "out" / "reasons").glob("*.txt")
    text = path.read_text("utf-8")
    assert "https://made-up.example/new" in text
    assert "https://made-up.example/complaints" not in text
    assert "You can go to our court." in text
    receipt = made.folder / "receipt"
    receipt.write_text(prove(made.folder, statement(made)["entry"]["index"], disclose=True), "utf-8")
    report = check(receipt, (made.folder / "ledger" / "public" / "vkey").read_text("utf-8").strip(), None)
    assert letter_problem(report, path) == ""
