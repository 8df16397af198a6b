"""`judge` from the command line."""

import csv
import shlex
from pathlib import Path

import pytest

from tests.commands import DAY_1, DAY_2, DAY_3, append, evenhand

SAID = ("--by", "A. Reviewer", "--why", "founded elsewhere, by others")


@pytest.fixture
def namesake(network: Path) -> Path:
    """The network with an advertiser that has only its name in common with the listed company."""
    append("data/advertisers.csv", "a3,Quandar Holding,\n")(network)
    assert evenhand("run", network, "--at", DAY_1).status == 0
    return network


def test_a_judgement_is_said_back_and_counts_from_the_next_run(namesake: Path) -> None:
    """Who types it sees which match it is about, and what to do next."""
    before = evenhand("explain", namesake, "a3", "--at", DAY_1)
    answer = evenhand("judge", namesake, "a3", "l1", "not-same", *SAID, "--at", DAY_2)
    assert evenhand("run", namesake, "--at", DAY_3).status == 0
    after = evenhand("explain", namesake, "a3", "--at", DAY_3)

    assert (answer.status, answer.err) == (0, "")
    said, effect, match, todo = answer.lines
    assert said.startswith("advertiser 'a3' is not the same as 'l1' of house-list, said A. Reviewer on 3 March 2026")
    assert effect == "  counts from the next run on"
    assert match.startswith("  possible match with 'l1' of 'house-list'")
    assert todo == f"Next: evenhand run {namesake}"
    assert before.out.startswith("On hold")
    assert after.out.startswith("Allowed")
    assert "cleared: the match decides nothing until a value that it rests on changes" in after.out
    assert "founded elsewhere, by others" in after.out


@pytest.mark.parametrize("party", ["-x", "--by", "- 1"])
def test_the_printed_next_step_works_of_an_id_that_looks_like_an_option(network: Path, party: str) -> None:
    """Pasted as it is, with who, why and the answer filled in."""
    append("data/advertisers.csv", f"{party},Quandar Holding,\n")(network)
    assert evenhand("run", network, "--at", DAY_1).status == 0
    with (network / "out/decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        (step,) = {row["next_step"] for row in csv.DictReader(file) if row["outcome"] == "hold"}

    command = step.partition("evenhand ")[2].replace("same|not-same|unsure", "not-same")
    filled = {"DIR": str(network), "WHO": "A. Reviewer", "TEXT": "founded elsewhere"}
    verb, *arguments = (filled.get(each, each) for each in shlex.split(command))
    answer = evenhand(verb, "--at", DAY_2, *arguments)

    assert (answer.status, answer.err) == (0, "")
    assert f"advertiser '{party}' is not the same as 'l1'" in answer.lines[0]


@pytest.mark.parametrize(
    ("word", "says", "came_of_it"),
    [
        ("same", "is the same as", "confirmed: the match is certain"),
        ("unsure", "is perhaps the same as", "still open: it waits for somebody who can tell"),
    ],
)
def test_every_word_is_shown_with_what_came_of_it(namesake: Path, word: str, says: str, came_of_it: str) -> None:
    """Also the one that decides nothing."""
    assert says in evenhand("judge", namesake, "a3", "l1", word, *SAID, "--at", DAY_2).out
    assert evenhand("run", namesake, "--at", DAY_2).status == 0

    assert came_of_it in evenhand("explain", namesake, "a3", "--at", DAY_2).out


@pytest.mark.parametrize(("word", "meant"), [("gleich", "same"), ("Nicht gleich", "not-same"), ("incertain", "unsure")])
def test_an_answer_is_understood_as_in_the_file(namesake: Path, word: str, meant: str) -> None:
    """Anyone who fills in the queue in German says it so on the command line too."""
    answer = evenhand("judge", namesake, "a3", "l1", word, *SAID, "--at", DAY_2, "--json")

    assert answer.json["judgement"]["verdict"] == meant


def test_a_judgement_that_no_longer_holds_says_why_on_the_screen(namesake: Path) -> None:
    """In the run's report, and beside the case; the earlier word of a pair is said to be overtaken."""
    for word, at in (("unsure", DAY_1), ("not-same", DAY_2)):
        assert evenhand("judge", namesake, "a3", "l1", word, *SAID, "--at", at).status == 0
    path = namesake / "data" / "advertisers.csv"
    path.write_text(path.read_text().replace("a3,Quandar Holding", "a3,Holding Quandar"))

    run = evenhand("run", namesake, "--at", DAY_3)

    shown = evenhand("explain", namesake, "a3", "--at", DAY_3).out
    assert "open again after judgement" in run.out
    assert "overtaken by a later judgement" in shown
    assert "open again, because of what changed: party name" in shown


def test_a_match_that_is_gone_is_shown_as_nothing_to_decide(namesake: Path) -> None:
    """What was said stays on record."""
    assert evenhand("judge", namesake, "a3", "l1", "not-same", *SAID, "--at", DAY_2).status == 0
    path = namesake / "data" / "advertisers.csv"
    path.write_text(path.read_text().replace("a3,Quandar Holding", "a3,Pear Bakery"))
    assert evenhand("run", namesake, "--at", DAY_3).status == 0

    assert "nothing to decide today" in evenhand("explain", namesake, "a3", "--at", DAY_3).out


def test_a_script_gets_one_object(namesake: Path) -> None:
    """The record as it stands in the ledger, with its leaf."""
    said = evenhand("judge", namesake, "a3", "l1", "same", *SAID, "--at", DAY_2, "--json").json
    shown = evenhand("explain", namesake, "a3", "--at", DAY_2, "--json").json["judgements"]

    assert said["judgement"]["verdict"] == "same"
    assert shown == [said]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody", "l1", "same", *SAID), "no advertiser, payer or owner of this id or name `nobody`"),
        (("a3", "l9", "same", *SAID), "no listed entity of this id `l9`"),
        (("a1", "l1", "same", *SAID), "no match between advertiser `a1` and `l1`"),
        (("a3", "l1", "perhaps", *SAID), "unknown answer `perhaps`; expected same, not-same or unsure; also in German"),
        (("a3", "l1", "same", "--by", "", "--why", "x"), "missing `--by`"),
        (
            ("a3", "l1", "same", "--by", "A."),
            "missing `--why`; expected PARTY ENTITY same|not-same|unsure, --by, --why",
        ),
        ((), "or --queue FILE for the open matches, --file FILE for many answers"),
        (("a3", "--queue", "q.csv"), "say one thing at a time: `PARTY and --queue`"),
        (("--queue", "q.csv", "--file", "q.csv"), "say one thing at a time: `--queue and --file`"),
        (("a3", "l1", "same", *SAID, "--partial"), "--partial: belongs to --file"),
        (("--queue", "q.pdf"), "expected a name that ends in .csv or .xlsx"),
        (("--queue", "no-such-folder/q.csv"), "no such folder"),
        (("--file", "nowhere.csv"), "nowhere.csv: no such file"),
        (("a3", "l1", "same", *SAID, "--at", "yesterday"), "--at: no instant `yesterday`"),
        (("a\x1b[2J", "l1", "same", *SAID), "no advertiser, payer or owner"),
    ],
)
def test_what_cannot_be_judged_is_one_line(namesake: Path, arguments: tuple[str, ...], says: str) -> None:
    """Status 2, and what was typed is shown harmless."""
    status, out, err = evenhand("judge", namesake, *arguments)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert "\x1b" not in err


def test_a_queue_is_never_written_over_answers(namesake: Path, tmp_path: Path) -> None:
    """An hour of work may be in the file."""
    queue = tmp_path / "queue.csv"
    queue.write_text("answers")

    answer = evenhand("judge", namesake, "--queue", queue)

    assert (answer.status, queue.read_text()) == (2, "answers")
    assert "is there already and may hold answers" in answer.err


def test_a_script_gets_the_queue_and_what_came_of_a_file(namesake: Path, tmp_path: Path) -> None:
    """One object each."""
    queue, answers = tmp_path / "queue.csv", tmp_path / "answers.csv"
    answers.write_text("party,entity,answer,by,why\na3,l1,same,A. Reviewer,seen\nnobody,l1,same,A,b\n")

    (waiting,) = evenhand("judge", namesake, "--queue", queue, "--json").json["open"]
    judged = evenhand("judge", namesake, "--file", answers, "--partial", "--at", DAY_2, "--json")

    assert (waiting["match"]["party"]["id"], waiting["campaigns"]) == ("a3", 0)
    assert (judged.status, len(judged.json["recorded"]), len(judged.json["problems"])) == (1, 1, 1)


def test_an_empty_queue_says_so(network: Path, tmp_path: Path) -> None:
    """And asks for nothing."""
    answer = evenhand("judge", network, "--queue", tmp_path / "queue.xlsx")

    assert answer == (0, f"0 open matches, strongest first: {tmp_path / 'queue.xlsx'}\n", "")
    assert (tmp_path / "queue.xlsx").read_bytes().startswith(b"PK")
