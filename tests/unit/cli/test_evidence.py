"""`evenhand evidence`: what it shows, and what it refuses with one line."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import Answer, evenhand
from tests.networks import DAY_1, MadeNetwork, empty_network

ARTICLE = """The Harbour Board on Tuesday accused Lantern Radio of running hidden campaigns before the vote.

Lantern Radio has strongly denied accusations of running hidden campaigns.
"""
WHO = ("--by", "a.lee", "--at", "2026-03-02T13:00:00Z")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run and saved one article."""
    made = empty_network(tmp_path_factory.mktemp("evidence") / "network")
    made.run(DAY_1)
    (made.folder / "article.txt").write_text(ARTICLE, "utf-8")
    assert evenhand("evidence", "add", made.folder, made.folder / "article.txt", *WHO).status == 0
    return made


@pytest.fixture
def ask(saved: MadeNetwork, tmp_path: Path) -> Callable[..., Answer]:
    """Return what calls a verb on a copy of the network; `C` and `D` stand for the accusation and its denial."""
    made = saved.copy(tmp_path / "network")
    claims = evenhand("evidence", "claims", made.folder, "--json").json["claims"]
    accusation = next(each for each in claims if each["denied_by"])
    names = {"C": accusation["id"], "D": accusation["denied_by"][0], "F": str(made.folder / "article.txt"),
             "O": str(made.folder / "evenhand.toml")}  # fmt: skip

    def call(verb: str, *arguments: str) -> Answer:
        if verb == "/erase":
            why = ("--basis", "GDPR Art. 17", "--by", "dpo")
            return evenhand("ledger", "erase", made.folder, "--subject", *arguments, *why)
        return evenhand("evidence", verb, made.folder, *(names.get(each, each) for each in arguments))

    return call


def test_a_claim_is_shown_after_what_denies_it(ask: Callable[..., Answer]) -> None:
    """Both answers to the denial stand below its words; the next command names no denial for the person."""
    lines = ask("show", "C").lines

    assert lines[0] == "Denied:"
    assert "denies" in lines[1]
    beside = next(number for number, each in enumerate(lines) if "denies it:        --beside q-" in each)
    assert "does not belong:  evenhand evidence correct DIR q-" in lines[beside + 1]
    assert any("accuses" in each for each in lines[beside:])
    assert lines[-1].endswith("--by PERSON ANSWERS # one for each denial above")


def test_of_possible_denials_each_is_shown_with_its_words_and_both_answers(ask: Callable[..., Answer]) -> None:
    """Nothing that a person may copy names all of them."""
    assert ask("correct", "D", *WHO, "--why", "of another", "--denies", "-").status == 0
    answer = ask("show", "C")

    assert answer.lines[0] == "Is it denied here? A person says so:"
    assert "accusations of running hidden campaigns" in answer.lines[2]
    assert "in the text: … " in answer.out
    assert "Lantern Radio has strongly denied accusations" in " ".join(answer.out.split())
    assert [each.split(":")[0].strip() for each in answer.lines if each.endswith("--why TEXT")] == ["does not belong"]
    assert "--beside" not in answer.lines[-1]
    assert ask("confirm", "C", *WHO, "--unrelated", "D", "--why", "another").status == 0
    assert "denied by" not in ask("show", "C").out


def test_a_denial_named_by_mistake_is_taken_back_by_one_command(ask: Callable[..., Answer]) -> None:
    """The page of the claim gives the command."""
    assert ask("correct", "D", *WHO, "--why", "of another", "--denies", "-").status == 0
    assert ask("confirm", "C", *WHO, "--beside", "D").status == 0
    shown = ask("show", "C")
    assert "to take that back" in shown.out
    assert "evenhand evidence untie DIR q-" in shown.out

    answer = ask("untie", "C", "D", *WHO, "--why", "it is about the vote")

    assert answer.status == 0
    assert "denied by" not in answer.out
    assert "(event 4): it is about the vote" in ask("show", "C").out
    assert ask("untie", "C", "D", *WHO, "--why", "again").status == 1


def test_a_rejected_claim_counts_no_more_and_a_link_is_taken_back(ask: Callable[..., Answer]) -> None:
    """Each act says what stands then."""
    assert ask("confirm", "D", *WHO).status == 0
    assert ask("confirm", "C", *WHO, "--beside", "D").status == 0
    refused = ask("link", "C", "bakery", *WHO)
    assert (refused.status, refused.out) == (1, "")
    assert (
        "it names Lantern Radio; if it is about this party all the same, say why: --although-not-named" in refused.err
    )
    linked = ask("link", "C", "bakery", *WHO, "--although-not-named", "its trade name")
    assert "about advertiser bakery (a.lee, 2026-03-02, link 0)" in linked.out
    assert "it does not name bakery; linked although: its trade name" in ask("show", "C").out
    for who, overturn, status in (
        ("b.ray", (), 1),
        ("b.ray", ("--overturn", "7"), 1),
        ("b.ray", ("--overturn", "0"), 0),
    ):
        answer = ask("unlink", "C", "bakery", "--by", who, *WHO[2:], "--why", "another", *overturn)
        assert answer.status == status
        assert "--overturn 0" in answer.err or status == 0
    assert "about advertiser" not in answer.out
    assert "rejected" in ask("reject", "C", *WHO, "--why", "a headline").out
    assert ask("claims", "--state", "rejected", "--json").json["claims"][0]["note"] == "a headline"


def test_the_erasure_of_a_document_is_told_in_words_beside_the_json(ask: Callable[..., Answer]) -> None:
    """A person reads what went and what is left; a program reads the same from the other output."""
    document = ask("claims", "--json").json["claims"][0]["document"]

    answer = ask("/erase", document)

    assert answer.status == 0
    assert f"evidence/{document}" in answer.json["files"]["removed"]
    assert "of the ledger, recorded in entry" in answer.err.splitlines()[0]
    assert answer.err.splitlines()[1].startswith("Files: 1 removed")


def test_claims_are_listed_under_their_document(ask: Callable[..., Answer]) -> None:
    """Who does it is named by --as too, as elsewhere."""
    lines = ask("claims").lines

    assert [each for each in lines if each.startswith("Document ")] == [lines[1]]
    assert "article.txt" in lines[1]
    assert ask("confirm", "D", "--as", "a.lee", *WHO[2:]).status == 0


def test_of_several_files_those_that_can_be_read_are_added(ask: Callable[..., Answer], tmp_path: Path) -> None:
    """The others are told, each on a line, and the verb ends with 2."""
    for name, text in (("good.txt", ARTICLE.replace("Harbour", "Forest")), ("empty.txt", "")):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    files = [str(tmp_path / f"{name}.txt") for name in ("empty", "folder", "pipe", "good")]

    answer = ask("add", *files, *WHO)

    assert (answer.status, answer.err.count("\n")) == (2, 3)
    assert "good.txt: saved as" in answer.out
    for what in ("empty.txt: the document is empty", "folder.txt: a folder, no file", "pipe.txt: no plain file"):
        assert what in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("claims", "--state", "true"), "no such state `true`"),
        (("claims", "--document", "zz"), "too short for a document"),
        (("claims", "--document", "zzzz"), "no saved document `zzzz`"),
        (("show", "q-0000000"), "no such claim"),
        (("confirm", "C", *WHO), "it is denied in the same document"),
        (("confirm", "C", *WHO, "--beside", "q-"), "no denial of this document"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x"), "evenhand: q-"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x"), "nothing is corrected"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x", "--kind", "outlet"), "unknown word `outlet`"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x", "--content", "a:b"), "no place in the text `a:b`"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x", "--content", "9:99999"), "no such place in the text"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x", "--persons", "0"), "no number of persons"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x", "--said-on", "Monday"), "no day `Monday`"),
        (("correct", "C", *WHO, "--beside", "D", "--why", "x", "--denies", "C"), "no other claim of this document"),
        (("reject", "C", *WHO, "--why", " "), "no reason is given"),
        (("link", "D", "nobody", *WHO), "no decision is about `nobody`"),
        (("link", "D", "bakery", *WHO, "--relation", "near"), "unknown relation `near`"),
        (("unlink", "D", "bakery", *WHO, "--why", "x"), "it is not linked to this party"),
        (("add", "F", "F", *WHO, "--uri", "https://a.example"), "one address for several files"),
        (("add", "nowhere.txt", *WHO), "no such file"),
        (("confirm", "D", "--by", "", *WHO[2:]), "nobody acts"),
        (("confirm", "D", *WHO[:2], "--at", "1999-01-01T00:00:00Z"), "dated before the last thing that was done"),
        (("confirm", "D", *WHO[:2], "--at", "2199-01-01T00:00:00Z"), "more than a day ahead of the clock"),
        (("confirm", "D", *WHO, "--overturn", "1"), "nobody has decided it"),
        (("add", "O", *WHO), "no kind of document that can be read"),
        (("export", "--format", "xml"), "no such form `xml`"),
        (("export", "--out", "F"), "there is a file already"),
        (("export", "--out", "nowhere/x.csv"), "no such folder `nowhere`"),
        (("add", "F", *WHO, "--media-type", "foo/bar"), "no media type that can be read `foo/bar`"),
    ],
)
def test_bad_input_is_one_line_that_says_what_is_expected(
    ask: Callable[..., Answer], arguments: tuple[str, ...], words: str
) -> None:
    """Nothing is recorded."""
    answer = ask(*arguments)

    assert (answer.status in (1, 2), answer.err.count("\n"), answer.out) == (True, 1, "")
    assert words in answer.err
