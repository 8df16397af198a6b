"""Who said what: an article is saved, a person confirms its claims, and a letter gives them with the denial.

The station of the story is accused by a board and by people without names, denies it and asks for a second look. With
station and board exchanged for others the same follows. The last story is of the article that the project starts from:
it is read from the data beside the project and is no part of it.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.decision import Party
from evenhand.policy.proofs import Prover, Question, prover_rulebook
from evenhand.policy.rulebook import read_folder
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.evidence.open_evidence import evidence_of
from evenhand.workflows.evidence_records.party_tally import party_tallies
from tests.commands import Answer, evenhand
from tests.data import DATA
from tests.networks import DAY_1, MADE_UP_RULE, MadeNetwork, empty_network

ARTICLE = """{board} says station hides its campaigns

{place}, Feb 24, 2026 (Quay Wire) - {board} on Tuesday accused {station} of running hidden campaigns before the vote.

“{station} pays others to speak for it,” board spokeswoman {woman} told reporters.

Three former officials said {station} hid who paid for its advertisements.

{station} has strongly denied accusations of running hidden campaigns.

“We still hope that the network will look at its decision again in detail,” {station} editor {editor} said.
"""
SECOND = """Guild wants advertising rules

PORT MEL, Feb 25, 2026 (Gull Press) - The Coast Guild on Wednesday accused {station} of paying for praise of the mayor.

Its members will meet again in spring, and the harbour will be closed for two days.
"""
ONE = {"board": "The Harbour Board", "station": "Lantern Radio", "woman": "Mirel Ostan", "editor": "Davo Renn",
       "place": "TULNA"}  # fmt: skip
OTHER = {"board": "The Forest Office", "station": "Quillmark Television", "woman": "Sanne Dorvik",
         "editor": "Ade Bolaro", "place": "VESPER"}  # fmt: skip
SEED = DATA / "evidence" / "reuters-2017-10-27.txt"
AT = ("--at", "2026-03-02T13:00:00Z")
PERSON = ("--by", "a.lee", *AT)


def network(folder: Path, *stations: str) -> MadeNetwork:
    """Return a network after one run in which these stations may buy."""
    made = empty_network(folder)
    for number, name in enumerate(stations):
        made.add("advertisers", id=f"station-{number}", name=name, country="DE", verification="register",
                 domains=f"station-{number}.example")  # fmt: skip
    made.run(DAY_1)
    return made


def evidence(made: MadeNetwork, verb: str, *arguments: object) -> Answer:
    """Return what a verb of `evidence` answers about the network."""
    return evenhand("evidence", verb, made.folder, *arguments)


def claims(made: MadeNetwork, document: str = "") -> list[dict[str, Any]]:
    """Return the claims of a network, or of one document, in the order of the text."""
    found: list[dict[str, Any]] = evidence(made, "claims", "--json", *(("--document", document) if document else ())
                                           ).json["claims"]  # fmt: skip
    return found


def save(made: MadeNetwork, name: str, text: str) -> str:
    """Save a text and return its document."""
    path = made.folder.parent / name
    path.write_text(text, "utf-8")
    document: str = evidence(made, "add", path, *PERSON, "--json").json["documents"][0]["document"]
    return document


def confirm_all(made: MadeNetwork, document: str) -> None:
    """Confirm every claim, denials first, each beside its denials."""
    for each in sorted(claims(made, document), key=lambda claim: not claim["denies"]):
        beside = [word for name in (*each["denied_by"], *each["perhaps_denied_by"]) for word in ("--beside", name)]
        assert evidence(made, "confirm", each["id"], *PERSON, *beside).status == 0


def of(found: list[dict[str, Any]], words: str) -> dict[str, Any]:
    """Return the claim in whose words these stand, the last where the headline has them too."""
    return next(each for each in reversed(found) if words in " ".join(each["words"]))


@pytest.mark.parametrize("names", [ONE, OTHER], ids=["one", "mirror"])
def test_a_letter_gives_what_was_said_and_that_it_is_denied(names: dict[str, str], tmp_path: Path) -> None:
    """Nothing counts before a person confirms and links it; the denial is never left behind."""
    made = network(tmp_path / "network", names["station"])
    document = save(made, "article.txt", ARTICLE.format(**names))
    found = claims(made, document)
    accusation, denial = of(found, "running hidden campaigns before"), of(found, "accusations of running hidden")
    unnamed, spoken, request = of(found, "hid who paid"), of(found, "pays others"), of(found, "look at its decision")
    assert {each["state"] for each in found} == {"proposed"}
    assert denial["id"] in accusation["denied_by"]

    # Not before a person confirms, and not without the denial.
    assert evidence(made, "link", accusation["id"], "station-0", *PERSON).status == 1
    assert evidence(made, "confirm", accusation["id"], *PERSON).status == 1
    confirm_all(made, document)
    corrected = ("--stance", "accuses", "--speaks-for", names["board"], "--why", "she speaks for the board")
    assert denial["id"] in evidence(made, "correct", spoken["id"], *PERSON, *corrected).err
    assert evidence(made, "correct", spoken["id"], *PERSON, *corrected, "--beside", denial["id"]).status == 0
    for each in (accusation, spoken, unnamed):
        assert evidence(made, "link", each["id"], "station-0", *PERSON).status == 0

    # The board and its spokeswoman are one source: that is not enough to hold.
    assert evenhand("run", made.folder, "--at", "2026-03-03T12:00:00Z", "--allow-future").status == 0
    assert made.last("station-0").outcome == "allow"

    # A second one, in a report of its own, is.
    second = save(made, "second.txt", SECOND.format(**names))
    confirm_all(made, second)
    assert evidence(made, "link", of(claims(made, second), "paying for praise")["id"], "station-0", *PERSON).status == 0
    assert evenhand("run", made.folder, "--at", "2026-03-04T12:00:00Z", "--allow-future").status == 0
    decision = made.last("station-0")
    assert (decision.outcome, decision.reasons) == ("hold", ("named-allegations",))
    letter = evenhand("reasons", "show", made.folder, "station-0").out
    words = " ".join(letter.split())
    board = names["board"].replace("The ", "the ")
    accused = f"reports that {board} on Tuesday accused {names['station']} of running hidden campaigns before the vote."
    denied = f"reports that {names['station']} has strongly denied accusations of running hidden campaigns."
    assert words.index(accused) < words.index("This is denied:") < words.index(denied)
    assert f"quotes {names['woman']} as saying: “{names['station']} pays others to speak for it”." in words
    assert f"reports that three former officials said {names['station']} hid who paid for its advertisements." in words

    # The request for a second look opens a draft, and files nothing.
    linked = evidence(made, "link", request["id"], "station-0", "--relation", "by", *PERSON, "--json").json
    draft = made.folder / linked["complaint_draft"]["file"]
    assert "look at its decision again in detail" in draft.read_text("utf-8")
    assert made.payloads("complaint") == []
    assert evenhand("ledger", "verify", made.folder).status == 0


def test_the_mirror_of_an_article_has_the_same_claims(tmp_path: Path) -> None:
    """Names are exchanged, and nothing else changes."""
    read = []
    for number, names in enumerate((ONE, OTHER)):
        path = tmp_path / f"{number}.txt"
        path.write_text(ARTICLE.format(**names), "utf-8")
        read.append(evenhand("evidence", "read", path, "--json").json["claims"])

    fields = ("id", "section", "form", "resolution", "cue_lemma", "stance", "secondary", "denies", "denied_by")
    one, other = ([{name: each[name] for name in fields} | {"kind": each["speaker"]["kind"]} for each in every]
                  for every in read)  # fmt: skip
    assert one == other


def test_exports_of_a_network_are_read_by_others(tmp_path: Path) -> None:
    """Each form has every claim; a table has a row each."""
    made = network(tmp_path / "network", ONE["station"])
    number = len(claims(made, save(made, "article.txt", ARTICLE.format(**ONE))))

    def exported(form: str) -> str:
        return evidence(made, "export", "--format", form).out

    assert len(exported("csv").splitlines()) == number + 1
    assert len([json.loads(line) for line in exported("jsonl").splitlines()]) == number
    assert len(json.loads(exported("annotations"))["items"]) == number
    assert len([each for each in json.loads(exported("stix"))["objects"] if each["type"] == "note"]) == number
    assert len(json.loads(exported("schema.org"))["@graph"]) == number + 1
    assert evidence(made, "export", "--format", "pdf").status == 2


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("bytes.txt", b"\xff\xfe\x00 said \xe2\x80", 0), ("empty.txt", b"", 2), ("table.xlsx", b"PK", 2),
        ("marks.txt", "“„«'".encode() * 2_000, 0), ("words.txt", b"word " * 20_000, 0),
    ],
)  # fmt: skip
def test_a_file_that_is_no_article_is_told_or_kept(name: str, data: bytes, status: int, tmp_path: Path) -> None:
    """Nothing is lost, and nothing raises."""
    made = network(tmp_path / "network", ONE["station"])
    path = tmp_path / name
    path.write_bytes(data)

    answer = evidence(made, "add", path, *PERSON)

    assert (answer.status, answer.err.startswith("evenhand: ") is (status == 2)) == (status, True)


@pytest.mark.skipif(not SEED.is_file(), reason="not there: the article is read from the data, never committed")
def test_the_claims_of_the_first_article_could_not_carry_a_lasting_ban(tmp_path: Path) -> None:
    """Seven officials without names and one network, in one outlet; rule E1 shows what a rulebook may make of that."""
    made = network(tmp_path / "network", "Russia Today (RT)", "Sputnik")
    document = evidence(made, "add", SEED, *PERSON, "--json").json["documents"][0]["document"]
    confirm_all(made, document)
    found = claims(made, document)
    officials = next(each for each in found if each["claim"]["speaker"]["kind"] == "anonymous")
    network_says = of(found, "of interfering in")
    request = next(each for each in found if "requests_review" in each["claim"]["secondary"])
    for party in ("station-0", "station-1"):
        for each in (officials, network_says):
            assert evidence(made, "link", each["id"], party, *PERSON).status == 0
        drafted = evidence(made, "link", request["id"], party, "--relation", "for", *PERSON, "--json").json
        assert drafted["complaint_draft"]["party"]["id"] == party

    assert evenhand("run", made.folder, "--at", "2026-03-03T12:00:00Z", "--allow-future").status == 0
    tallies = party_tallies(evidence_of(made.network))
    for party in ("station-0", "station-1"):
        assert made.last(party).outcome == "allow"
        tally = tallies[Party(kind="advertiser", id=party)].tally
        assert (tally.anonymous_sources, tally.named_sources, tally.independent_outlets) == (7, 1, 1)
        assert tally.denials >= 2

    # A rulebook that bans for it breaks E1; the house's does not.
    book = tmp_path / "book"
    shutil.copytree(shipped_rulebook("house"), book)
    rules = book / "house.cedar"
    condition = "principal.evidence.anonymous_sources >= 7 && principal.evidence.named_sources <= 1"
    rules.write_text(rules.read_text("utf-8") + MADE_UP_RULE.format(condition=condition), "utf-8")
    asked = Question(property="not_by_claims_alone", at="2026-03-03")
    results = [
        Prover(prover_rulebook(read_folder(path)), second=False).prove(asked).result
        for path in (shipped_rulebook("house"), book)
    ]
    assert results == ["proved", "refuted"]
