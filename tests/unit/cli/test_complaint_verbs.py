"""Complaints from the command line: filed, admitted, reviewed, and refused with the rule named."""

import shutil
from pathlib import Path
from typing import get_args

import pytest

from evenhand.model.complaint_codes import FOUNDED, ComplaintReason, OutcomeReason
from tests.commands import Answer, build, evenhand
from tests.each_case import each_case

AT = "2026-03-02T13:00:00Z"
LATER = "2026-03-02T14:00:00Z"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built") / "network")


@pytest.fixture
def network(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "network"))


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("We are another company.\n", "utf-8")
    return path


def letter(network: Path) -> str:
    return next(path.stem for path in (network / "out" / "reasons").glob("r-*.txt"))


def complain(network: Path, words: Path, *more: object, reason: str = "not_the_entity") -> Answer:
    return evenhand("complain", network, letter(network), "--reason", reason, "--text", words, "--at", AT, *more)


def review(network: Path, complaint: str, person: str, *act: object, at: str = AT) -> Answer:
    return evenhand("review", network, complaint, "--as", person, *act, "--at", at)


def filed(network: Path, words: Path) -> str:
    complaint: str = complain(network, words, "--json").json["id"]
    return complaint


def test_a_complaint_is_filed_and_listed_with_the_next_command(network: Path, words: Path) -> None:
    """Acknowledged at once; persons are not verified, and it says so."""
    told = complain(network, words, "--contact", "a@b.example")

    assert (told.status, told.err) == (0, "")
    lines = told.lines
    assert lines[0].endswith(": acknowledged")
    assert "  persons not verified: without a staff.toml nothing shows who acted" in lines
    assert lines[-1].startswith(f"Next: evenhand review {network} c-")
    listed = evenhand("complaints", network, "--at", AT)
    assert listed.lines[0] == "1 complaint of 1; 0 late"
    assert lines[0].partition(":")[0] in listed.out


def test_the_files_of_a_complaint_are_listed(network: Path, words: Path, tmp_path: Path) -> None:
    """Those that came with it, and those that the complainant added."""
    first, later = tmp_path / "extract.pdf", tmp_path / "later.txt"
    first.write_bytes(b"made up")
    later.write_bytes(b"more")
    complaint = complain(network, words, "--attach", first, "--json").json["id"]
    review(network, complaint, "dora", "--answer", "--text", words, "--attach", later)

    lines = evenhand("complaints", network, complaint, "--at", AT).lines

    assert [each for each in lines if each.startswith("  attached")] == [
        "  attached  extract.pdf, 7 bytes", "  attached  later.txt, 4 bytes"
    ]  # fmt: skip


def test_a_refusal_names_what_is_allowed_by_its_options(network: Path, words: Path) -> None:
    """And not by the events of the record, some of which only a program makes."""
    told = review(network, filed(network, words), "dora", "--confirm")

    assert told.status == 1
    assert "expected --decision, --admit, --reject, --show, --answer, --withdraw" in told.err


def test_the_task_of_a_complaint_says_how_it_is_reviewed(network: Path, words: Path) -> None:
    """A complaint is no question of one word."""
    complaint = filed(network, words)
    (task,) = evenhand("tasks", network, "--kind", "complaint", "--at", AT, "--json").json["tasks"]

    shown = evenhand("task", "show", network, task["id"], "--at", AT)

    assert shown.lines[-1] == (
        f"Next: evenhand review {network} {complaint} --as PERSON --admit, or --reject CODE --text FILE"
    )


def test_a_complaint_goes_from_its_admission_to_a_decision_confirmed_by_another_person(
    network: Path, words: Path
) -> None:
    """One act a call, each shown; whoever proposed cannot confirm."""
    complaint = filed(network, words)
    assert review(network, complaint, "dora", "--admit").status == 0
    assert review(network, complaint[:6], "rita", "--take", "--conflict", "no").status == 0
    shown = review(network, complaint, "rita", "--show")
    assert [line[0] for line in shown.lines if line[:2] in {"1.", "2.", "3."}] == ["1", "2", "3"]
    assert "We are another company." in shown.out
    assert "not shown (--decider shows it)" in shown.out
    outcome = (
        "--propose",
        "reversed",
        "--code",
        "rule_does_not_fit",
        "--text",
        words,
        "--to",
        "not_the_entity=You are right",
    )
    by_reason = ["rule_misread" if each == "rule_does_not_fit" else each for each in outcome]
    other = review(network, complaint, "rita", *by_reason)
    assert (other.status, "`rule_misread`; expected rule_does_not_fit" in other.err) == (2, True)
    assert "reversed proposed by rita" in review(network, complaint, "rita", *outcome).out

    own = review(network, complaint, "rita", "--confirm")
    assert own.status == 1
    assert "(rule proposer)" in own.err
    confirmed = review(network, complaint, "sam", "--confirm", at=LATER)
    assert ": decided, reversed (rule_does_not_fit)" in confirmed.lines[0]
    again = review(network, complaint, "sam", "--confirm", at=LATER)
    assert (again.status, again.out) == (1, "")
    assert "`confirm` is not allowed in state `decided`" in again.err
    assert "carry it out: evenhand settle" in again.err
    assert "--end-relief" not in again.err


def test_deadlines_that_passed_are_recorded_once(network: Path, words: Path) -> None:
    """`--tick` is for a daily job."""
    complaint = filed(network, words)
    review(network, complaint, "dora", "--admit")
    late = "2026-03-30T12:00:00Z"

    assert "(late)" in evenhand("complaints", network, "--due", "--at", late).out
    first = evenhand("complaints", network, "--tick", "--at", late)
    assert first.lines == [f"{complaint}: breach (decide)", "Changed: 1 complaint"]
    assert evenhand("complaints", network, "--tick", "--at", late).out == "Changed: 0 complaints\n"
    assert "breach recorded" in evenhand("complaints", network, complaint, "--at", late).out


def test_late_complaints_are_counted_and_listed_alone(network: Path, words: Path) -> None:
    """A week to say whether one is admissible; admitted too late it is late no more."""
    complaint = filed(network, words)
    in_time, late = "2026-03-09T20:00:00Z", "2026-03-10T00:00:01Z"

    assert evenhand("complaints", network, "--late", "--at", in_time).out == "0 complaints of 1; 0 late\n"
    listed = evenhand("complaints", network, "--late", "--at", late)
    assert listed.out.splitlines()[0] == "1 complaint of 1; 1 late"
    assert "admit or reject by" in listed.out
    assert "2026-03-09 23:59 (late)" in listed.out
    assert max(map(len, listed.lines[:-1])) <= 80
    assert evenhand("complaints", network, "--late", "--at", late, "--json").json["late"] == 1
    review(network, complaint, "dora", "--admit", at=late)
    assert evenhand("complaints", network, "--at", late).out.splitlines()[0] == "1 complaint of 1; 0 late"
    assert "met on 2026-03-10 00:00, late" in evenhand("complaints", network, complaint, "--at", late).out


def test_of_a_complaint_that_is_over_no_deadline_is_said_to_have_passed(network: Path, words: Path) -> None:
    """A clock that nobody met ended with the complaint."""
    complaint = filed(network, words)
    review(network, complaint, "dora", "--withdraw", "--text", words, at=LATER)

    shown = evenhand("complaints", network, complaint, "--at", "2026-12-01T12:00:00Z").out

    assert "admit or reject by 2026-03-09 23:59: ended with the complaint on 2026-03-02 14:00\n" in shown
    assert "passed" not in shown


def test_files_are_taken_from_a_folder_and_each_is_told(network: Path, tmp_path: Path) -> None:
    """A mail, a program's mail and a broken file: recorded, ignored, refused."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    reference = letter(network)
    (inbox / "1.eml").write_text(f"From: a@b.example\nSubject: {reference}\n\nNot us.\n", "utf-8")
    (inbox / "2.eml").write_text("From: a@b.example\nAuto-Submitted: auto-replied\n\nAway.\n", "utf-8")
    (inbox / "3.json").write_text("{}", "utf-8")

    told = evenhand("complain", network, "--from", inbox, "--at", AT)

    assert told.status == 2
    assert [line.partition(":")[0] for line in told.lines] == ["1.eml", "2.eml", "Recorded", "Next"]
    assert "3.json: no appeal" in told.err
    assert sorted(each.name for each in inbox.iterdir()) == ["ignored", "refused"]
    assert evenhand("complain", network, "--from", inbox, "--at", AT, "--json").json == {"taken": [], "left": []}
    (inbox / "box.mbox").write_text("From a@b.example\nFrom: a@b.example\n\nNot us.\n", "utf-8")
    (inbox / "4.eml.part").write_text("From: a@b.", "utf-8")
    left = evenhand("complain", network, "--from", inbox, "--at", AT)
    assert (left.status, left.out) == (2, "Recorded: 0 complaints of 0 files\n")
    assert "box.mbox: neither a mail nor JSON; expected .eml or .json, a mail a file" in left.err
    assert "4.eml.part" not in left.err


def test_a_complaint_without_a_decision_is_given_one_by_a_person(network: Path, words: Path) -> None:
    """It is listed until then."""
    told = evenhand("complain", network, "--reason", "facts_wrong", "--text", words, "--at", AT, "--json")
    complaint = told.json["id"]

    assert "not named" in evenhand("complaints", network, "--state", "filed").out
    named = review(network, complaint, "dora", "--decision", letter(network))
    assert named.lines[0] == f"{complaint}: acknowledged"


def test_a_question_and_an_answer_with_a_file_are_recorded(network: Path, words: Path) -> None:
    """The clock stands still in between."""
    complaint = filed(network, words)
    review(network, complaint, "dora", "--admit")
    review(network, complaint, "rita", "--take", "--conflict", "no")
    assert "waiting for complainant" in review(network, complaint, "rita", "--ask", "--text", words).out
    answered = review(network, complaint, "dora", "--answer", "--text", words, "--attach", words, at=LATER)

    assert "paused 1 h" in answered.out
    assert (network / "complaints" / "attachments").stat().st_mode & 0o777 == 0o700


def test_whoever_admits_reads_the_complaint_and_a_reviewer_what_was_asked_and_answered(
    network: Path, tmp_path: Path
) -> None:
    """Words of a terminal's width, files with their path, and then the next act."""
    long = tmp_path / "words.txt"
    long.write_text("We are another company than the one on your list. " * 4, "utf-8")
    complaint: str = complain(network, long, "--attach", long, "--json").json["id"]

    read = review(network, complaint, "dora", "--show")
    assert "   We are another company" in read.out
    assert "3. The first reasoning" in read.out
    assert "--admit, or --reject" in read.lines[-1]
    (path,) = [line.strip() for line in read.lines if "complaints/attachments/" in line]
    assert (network / path).read_bytes() == long.read_bytes()

    review(network, complaint, "dora", "--admit")
    review(network, complaint, "rita", "--take", "--conflict", "no")
    for act in ("--ask", "--answer"):
        path_of_words = tmp_path / f"{act}.txt"
        path_of_words.write_text(f"This is {act}.", "utf-8")
        review(network, complaint, "rita", act, "--text", path_of_words, *(("--attach", long) * (act == "--answer")))
    answer = review(network, complaint, "rita", "--show")
    shown = answer.out
    assert shown.index("This is --ask.") < shown.index("This is --answer.") < shown.index("2. Facts and rule")
    assert shown.count("complaints/attachments/") == 2
    *lines, last = answer.lines
    assert max(len(line) for line in lines if "/" not in line) <= 80
    assert "--propose OUTCOME" in last
    assert "--show" not in last
    page = evenhand("complaints", network, complaint, "--at", AT).out
    assert "  asked     This is --ask." in page
    assert "  words     We are another" in page


BAD = {
    "no reason": (("complain", "{network}", "{letter}", "--text", "{words}"), "--reason: no reason is given"),
    "unknown reason": (
        ("complain", "{network}", "{letter}", "--reason", "x", "--text", "{words}"),
        "no such reason `x`",
    ),
    "no words": (("complain", "{network}", "{letter}", "--reason", "procedure"), "the complaint is empty"),
    "no file": (
        ("complain", "{network}", "--reason", "procedure", "--text", "nowhere.txt"),
        "nowhere.txt: no such file",
    ),
    "no decision": (("complain", "{network}", "r-1", "--reason", "procedure", "--text", "{words}"), "no such decision"),
    "no day": (
        ("complain", "{network}", "--reason", "procedure", "--text", "{words}", "--informed", "soon"),
        "--informed: no day `soon`",
    ),
    "unknown language": (
        ("complain", "{network}", "{letter}", "--reason", "procedure", "--text", "{words}", "--language", "xx"),
        "--language: no letters in this language `xx`; expected ar, de, en, fr, ru",
    ),
    "no address": (
        ("complain", "{network}", "{letter}", "--reason", "procedure", "--text", "{words}", "--contact", "12 @"),
        "--contact: no address `12 @`",
    ),
    "no question": (("review", "{network}", "{complaint}", "--as", "a", "--withdraw"), "give --text FILE"),
    "two ways": (("complain", "{network}", "{letter}", "--from", "x"), "--from: a file says it all `DECISION`"),
    "no folder": (("complain", "{network}", "--from", "nowhere"), "nowhere: no such file or folder"),
    "comparators": (
        ("complain", "{network}", "--reason", "procedure", "--text", "{words}", "--comparator", "a1"),
        "--comparator: comparators belong to unequal treatment",
    ),
    "no complaint": (("review", "{network}", "c-1", "--as", "a", "--admit"), "no complaint `c-1`"),
    "nothing to do": (("review", "{network}", "{complaint}", "--as", "a"), "nothing to do"),
    "two acts": (
        ("review", "{network}", "{complaint}", "--as", "a", "--admit", "--take"),
        "one act a call: `--admit and",
    ),
    "nobody": (("review", "{network}", "{complaint}", "--as", " ", "--admit"), "--as: nobody is named"),
    "bad conflict": (
        ("review", "{network}", "{complaint}", "--as", "a", "--take", "--conflict", "maybe"),
        "--conflict: neither yes nor no `maybe`",
    ),
    "bad outcome": (
        ("review", "{network}", "{complaint}", "--as", "a", "--propose", "won"),
        "--propose: unknown word `won`",
    ),
    "bad answer": (
        ("review", "{network}", "{complaint}", "--as", "a", "--propose", "upheld", "--to", "x"),
        "--to: no answer `x`",
    ),
    "bad changes": (
        ("review", "{network}", "{complaint}", "--as", "a", "--propose", "upheld", "--judge", "hs-1=same"),
        "--judge: no entry of a list `hs-1=same`",
    ),
    "no number": (
        ("review", "{network}", "{complaint}", "--as", "a", "--external-open", "Body", "--on", "2026-03-03"),
        "missing `--number`",
    ),
    "torn name": (
        ("complain", "{network}", "{letter}", "--reason", "procedure", "--text", "{words}", "--by", "x\udcff"),
        "not UTF-8 text `x\\udcff`",
    ),
    "torn person": (("review", "{network}", "{complaint}", "--as", "x\udcff", "--admit"), "not UTF-8 text `x\\udcff`"),
    "bad state": (("complaints", "{network}", "--state", "lost"), "--state: no such state `lost`"),
}


@pytest.fixture(scope="module")
def places(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the bad command lines name: a network with a complaint, a letter, words."""
    path = tmp_path_factory.mktemp("words") / "words.txt"
    path.write_text("We are another company.\n", "utf-8")
    network = Path(shutil.copytree(built, path.parent / "network"))
    complaint = filed(network, path)
    return {"network": str(network), "letter": letter(network), "words": str(path), "complaint": complaint}


@each_case("case", BAD)
def test_what_cannot_be_is_one_clear_line(places: dict[str, str], case: str) -> None:
    """What, where, what was expected; nothing is recorded."""
    arguments, says = BAD[case]

    told = evenhand(*(each.format(**places) for each in arguments))

    assert (told.status, told.out) == (2, "")
    assert says in told.err
    assert told.err.count("\n") == 1


def test_a_comparator_that_nobody_knows_is_said_when_the_complaint_is_filed(network: Path, words: Path) -> None:
    """A misspelt name would be missed when the answer is written."""
    told = complain(network, words, "--comparator", "Nobody at All", reason="unequal_treatment")

    assert told.status == 0
    assert told.err == "evenhand: nothing is decided about Nobody at All: no like case\n"


def test_what_is_otherwise_when_the_same_words_come_again_is_said_not_to_be_recorded(
    network: Path, words: Path
) -> None:
    """Another comparator, language or day was dropped without a word."""
    first = complain(network, words, "--comparator", "Made-Up Media", "--json", reason="unequal_treatment").json
    again = complain(
        network, words, "--comparator", "Made-Up Media", "--comparator", "Another One", "--language", "de",
        "--informed", "2026-03-02", reason="unequal_treatment",
    )  # fmt: skip
    same = complain(network, words, "--comparator", "Made-Up Media", "--language", "en", reason="unequal_treatment")

    assert first["id"] in again.out
    lines = [each for each in again.err.splitlines() if "not recorded" in each]
    assert [each.partition(";")[0] for each in lines] == [
        "evenhand: --language: not recorded `de`", "evenhand: --comparator: not recorded `Another One`",
    ]  # fmt: skip
    assert "not recorded" not in same.err


def test_the_same_words_about_the_same_decision_are_one_complaint_until_it_is_over(network: Path, words: Path) -> None:
    """Sent again a day later, it is the same one; once that is over, a new one."""
    first = filed(network, words)
    again = evenhand("complain", network, letter(network), "--reason", "not_the_entity", "--text", words, "--at", LATER)

    assert "This complaint is recorded already." in again.out
    assert first in again.out
    assert again.err == ""
    other = evenhand("complain", network, letter(network), "--reason", "not_the_entity", "--text", words,
                     "--contact", "new@b.example", "--at", LATER)  # fmt: skip
    assert "--contact: not recorded `new@b.example`; the answer goes to " in other.err
    review(network, first, "dora", "--withdraw", "--text", words, at=LATER)
    anew = evenhand("complain", network, letter(network), "--reason", "not_the_entity", "--text", words, "--at", LATER)
    assert first not in anew.out


def test_every_reason_has_the_code_that_agrees_with_it() -> None:
    assert FOUNDED.keys() == {*get_args(ComplaintReason)}
    assert {*FOUNDED.values()} <= {*get_args(OutcomeReason)}
