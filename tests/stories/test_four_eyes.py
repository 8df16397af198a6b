"""Another pair of eyes, by the staff of a network and their real keys: who took part before is refused, by name.

An advertiser is refused for a match that an analyst called the same, and complains twice. Who decided first, who
approved it, who found the facts and who reviewed before may not review; somebody who took no part may.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import structs

from evenhand.model.decision import DecidedBy
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.workflows.operations import open_ledger
from tests.commands import Answer, evenhand
from tests.networks import DAY_1, DAY_2, MadeNetwork, empty_network
from tests.people import private_key, write_staff

HOUR = timedelta(hours=1)
FILED = DAY_2 + HOUR
STAFF = {
    "ana": ["analyst", "reviewer"], "fay": ["reviewer"], "al": ["reviewer"], "rob": ["reviewer"], "rea": ["reviewer"],
    "sam": ["reviewer"], "kit": ["analyst"], "dora": ["operator"],
}  # fmt: skip
TOOK_PART = ("fay", "al", "ana", "rob")
"""The first decider, the approver, the author of a finding, and the earlier reviewer."""


@dataclass(frozen=True)
class Desk:
    """A network, and a folder with the keys of its staff and the words that they write."""

    made: MadeNetwork
    papers: Path

    def key(self, person: str) -> Path:
        """Return the private key of a person, as `ssh-keygen` writes one."""
        path = self.papers / f"{person}.key"
        path.write_bytes(private_key(person).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        path.chmod(0o600)
        return path

    def text(self, words: str) -> Path:
        """Return a file with these words."""
        path = self.papers / "words.txt"
        path.write_text(words, "utf-8")
        return path

    def complain(self, decision: str, words: str, at: datetime, *, reason: str = "not_the_entity") -> str:
        """File a complaint and have it admitted by the desk; return its id."""
        filed = evenhand("complain", self.made.folder, decision, "--reason", reason, "--text", self.text(words),
                         "--at", _iso(at), "--json")  # fmt: skip
        assert self.act(filed.json["id"], "dora", "--admit", at=at).status == 0
        return str(filed.json["id"])

    def act(self, complaint: str, person: str, *act: object, at: datetime, key_of: str = "") -> Answer:
        """Let a person do one thing, signed by the own key or by that of another."""
        signed = ("--sign", self.key(key_of or person)) if (self.made.folder / "staff.toml").exists() else ()
        return evenhand("review", self.made.folder, complaint, "--as", person, *act, *signed, "--at", _iso(at))

    def take(self, complaint: str, person: str, at: datetime, key_of: str = "") -> Answer:
        """Let a person take the review, without a conflict of interest."""
        return self.act(complaint, person, "--take", "--conflict", "no", at=at, key_of=key_of)

    def propose(self, complaint: str, person: str, outcome: str, at: datetime) -> Answer:
        """Let a person answer the one reason given."""
        code = {"upheld": "facts_confirmed", "reversed": "rule_does_not_fit"}[outcome]
        (reason,) = evenhand("complaints", self.made.folder, complaint, "--json").json["reasons"]
        answer = ("--code", code, "--to", f"{reason}=The registers were compared.", "--text", self.text("We looked."))
        self.act(complaint, person, "--show", at=at)
        return self.act(complaint, person, "--propose", outcome, *answer, at=at)


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a network whose advertiser `mill` was refused, decided by fay, approved by al, judged by ana."""
    folder = tmp_path_factory.mktemp("desk")
    made = empty_network(folder / "network")
    made.add("house-sanctions", id="s-mill", schema="Company", name="Dravik Mills", topic="made-up")
    made.add("advertisers", id="mill", name="Dravik Mills", domains="mill.example", country="QP")
    made.run(DAY_1)
    write_staff(made.folder, STAFF)
    papers = Desk(made, folder)
    judged = evenhand("judge", made.folder, "mill", "s-mill", "same", "--by", "ana", "--why", "same register number",
                      "--sign", papers.key("ana"), "--at", _iso(DAY_1 + HOUR))  # fmt: skip
    assert judged.status == 0, judged
    made.run(DAY_2)
    _decide_by_people(made)
    return papers


def _decide_by_people(made: MadeNetwork) -> None:
    """Record the decision of the run once more as one that a person made and another approved."""
    last = made.last("mill")
    decision = structs.replace(
        last, id="d-" + "f" * 20, decided_by=DecidedBy(kind="person", id="fay"), approved_by="al", supersedes=last.id,
    )  # fmt: skip
    with open_ledger(made.network.ledger) as ledger:
        leaf = next(leaf for _, leaf, payload in ledger.entries("decision") if payload and last.id.encode() in payload)
        record = LogRecord(kind="decision", payload=canonical(decision), subject="mill", key=decision.id,
                           rulebook=leaf.rulebook, lists=leaf.lists)  # fmt: skip
        ledger.append([record], DAY_2)
        ledger.publish(DAY_2)


@pytest.fixture(scope="module")
def again(desk: Desk) -> tuple[Desk, str]:
    """Return the second complaint, after rob has reviewed and upheld the first."""
    first = desk.complain(desk.made.last("mill").id, "We are another company.", FILED)
    assert desk.take(first, "rob", FILED + HOUR).status == 0
    assert desk.propose(first, "rob", "upheld", FILED + 2 * HOUR).status == 0
    second = desk.complain(desk.made.last("mill").id, "We have found our register entry.", FILED + 3 * HOUR,
                           reason="new_information")  # fmt: skip
    return desk, second


@pytest.mark.parametrize("person", TOOK_PART)
def test_who_took_part_before_is_refused_as_reviewer_by_name_of_the_rule(
    again: tuple[Desk, str], person: str, tmp_path: Path
) -> None:
    """And nobody acts once `staff.toml` is gone, until two people have signed for that."""
    desk, second = again
    bare = Desk(desk.made.copy(tmp_path / "network"), desk.papers)
    (bare.made.folder / "staff.toml").unlink()

    by_staff_rules = desk.take(second, person, FILED + 4 * HOUR)
    without_staff = bare.take(second, person, FILED + 4 * HOUR)

    assert (by_staff_rules.status, without_staff.status) == (1, 1)
    assert "not-own-decision" in by_staff_rules.err
    assert "rule staff-removed" in without_staff.err
    assert person in by_staff_rules.err


def test_who_may_not_review_at_all_is_refused_by_name_of_what_is_missing(again: tuple[Desk, str]) -> None:
    """An analyst's role does not reach that far, a stranger is not in `staff.toml`, a key is one person's."""
    desk, second = again
    later = FILED + 4 * HOUR

    analyst, stranger = desk.take(second, "kit", later), desk.take(second, "zoe", later)
    with_another_key = desk.take(second, "rea", later, key_of="rob")
    with_interest = desk.act(second, "rea", "--take", "--conflict", "yes", at=later)

    assert [each.status for each in (analyst, stranger, with_another_key, with_interest)] == [1, 1, 1, 1]
    assert "nobody of this id in staff.toml" in stranger.err
    assert "conflict" in with_interest.err


def test_a_person_who_took_no_part_reviews_and_another_confirms(again: tuple[Desk, str], tmp_path: Path) -> None:
    """The reversal of a refusal by law takes two: not the proposer, nor anybody who took part. All are signed."""
    desk, second = again
    copy = Desk(desk.made.copy(tmp_path / "network"), desk.papers)
    later = FILED + 4 * HOUR

    taken = copy.take(second, "rea", later)
    proposed = copy.propose(second, "rea", "reversed", later + HOUR)
    refused = [copy.act(second, person, "--confirm", at=later + 2 * HOUR) for person in ("rea", *TOOK_PART)]
    confirmed = copy.act(second, "sam", "--confirm", at=later + 2 * HOUR)

    assert (taken.status, proposed.status, confirmed.status) == (0, 0, 0), (taken, proposed, confirmed)
    assert [each.status for each in refused] == [1] * 5
    assert "not-own-proposal" in refused[0].err
    known = evenhand("complaints", copy.made.folder, second, "--json").json
    assert (known["state"], known["outcome"], known["confirmer"]) == ("decided", "reversed", "sam")
    signed = {each["body"]["kind"]: each["signed"]["person"] for each in known["events"] if each.get("signed")}
    assert (signed["assign"], signed["propose"], signed["confirm"]) == ("rea", "rea", "sam")
    assert evenhand("ledger", "verify", copy.made.folder).status == 0
