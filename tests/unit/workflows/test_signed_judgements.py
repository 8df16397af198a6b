"""Judgements of a network with staff: signed, refused with what to do, and checked against the staff of their time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.model.errors import NotPermitted
from evenhand.model.judgement import JudgedPair, Judgement, Verdict
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.model.staff import Staff
from evenhand.workflows.operations import open_ledger, verify_folder
from evenhand.workflows.operations.ledger_keys import rotate
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.sessions import session_signer
from evenhand.workflows.people.signature_checks import verify_with_signatures
from evenhand.workflows.review.judgement_file import Defaults, judge_file
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, name_a_law, put_under_a_law
from tests.people import acting, block, write_staff

LATER = DAY_1 + timedelta(hours=1)


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    copy = begun.copy(tmp_path / "network")
    write_staff(copy.folder)
    return copy


def say(made: MadeNetwork, who: Acting, verdict: Verdict = "not-same", minutes: int = 0) -> JudgedPair:
    stated = StatedJudgement("namesake", "s-mills", verdict, who.person, "founded elsewhere")
    return judge(made.network, stated, LATER + timedelta(minutes=minutes), TOOLS, who)


def problems(made: MadeNetwork) -> list[str]:
    return [each.where for each in verify_with_signatures(made.folder).problems]


def test_a_signed_judgement_follows_the_staff_of_its_time(made: MadeNetwork) -> None:
    """Whoever reads the ledger later finds who could sign there, though staff.toml has changed since."""
    say(made, acting("ana"))
    say(made, acting("ben"), minutes=1)

    with open_ledger(made.folder / "ledger") as ledger:
        kinds = [leaf.kind for _, leaf, _ in ledger.entries()]
    assert kinds[-3:] == ["staff", "judgement", "judgement"]
    judgement = msgspec.json.decode(made.payloads("judgement")[0], type=Judgement)
    assert judgement.signed is not None
    assert (judgement.by, judgement.signed.person, judgement.signed.role) == ("ana", "ana", "analyst")
    report = verify_with_signatures(made.folder)
    assert (report.ok, report.signatures) == (True, 2)


def test_the_end_of_a_judgement_by_a_run_bears_nobodys_signature(made: MadeNetwork) -> None:
    """Else the ledger would not verify from the day on which a judged entry leaves its list."""
    say(made, acting("ana"))
    made.lists["house-sanctions"] = [each for each in made.lists["house-sanctions"] if each["id"] != "s-mills"]
    made.run(DAY_2)

    lapsed = msgspec.json.decode(made.payloads("judgement")[-1], type=Judgement)
    assert (lapsed.verdict, lapsed.signed, lapsed.second) == ("lapsed", None, None)
    assert problems(made) == []


def test_an_end_that_an_earlier_version_left_signed_verifies(made: MadeNetwork) -> None:
    """It says what a run found, which nobody has to sign."""
    say(made, acting("ana"))
    last = msgspec.json.decode(made.payloads("judgement")[-1], type=Judgement)
    ended = msgspec.structs.replace(last, verdict="lapsed", by="evenhand test", at=DAY_2)
    with open_ledger(made.folder / "ledger") as ledger:
        ledger.append([LogRecord(kind="judgement", payload=canonical(ended), key="ended")], DAY_2)
        ledger.publish(DAY_2)

    assert problems(made) == []


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Acting("ana"), "not signed.*give --sign KEY"),
        (Acting("A. Reviewer"), "nobody of this id in staff.toml"),
        (acting("aud"), "`judge` is not for the role auditor .*expected somebody of the role analyst or reviewer or"),
        (acting("ana", key_of="ben"), "signed with the key SHA256:.* which is not this person's"),
    ],
)
def test_a_judgement_that_nobody_may_stand_for_is_refused_and_nothing_is_written(
    made: MadeNetwork, who: Acting, words: str
) -> None:
    """The line says what would be taken."""
    size = made.size()

    with pytest.raises(NotPermitted, match=words):
        say(made, who)

    assert made.size() == size


def test_clearing_a_match_of_a_law_is_for_two_people(made: MadeNetwork) -> None:
    """One person can say `same`, which lifts nothing; the way for `not-same` is named."""
    put_under_a_law(made)

    with pytest.raises(NotPermitted, match=r"takes two people .*evenhand task answer"):
        say(made, acting("ana"))
    say(made, acting("ana"), "unsure")
    say(made, acting("ana"), "same", minutes=1)

    assert len(made.payloads("judgement")) == 2


def test_clearing_a_certain_match_of_any_law_is_for_two_people(made: MadeNetwork) -> None:
    """Where a law does not bind, one person clears a likeness, and nobody alone what an identifier says."""
    name_a_law(made)
    stated = StatedJudgement("frozen", "s-ferro", "not-same", "ana", "another company")

    with pytest.raises(NotPermitted, match="takes two people"):
        judge(made.network, stated, LATER, TOOLS, acting("ana"))
    assert say(made, acting("ana")).judgement.verdict == "not-same"


def test_a_file_of_answers_is_signed_row_by_row_by_who_gives_it(made: MadeNetwork, tmp_path: Path) -> None:
    """A row of another person is that person's to sign."""
    path = tmp_path / "answers.csv"
    path.write_text("party,entity,answer,by,why\nnamesake,s-mills,not-same,ben,founded elsewhere\n")
    refused = judge_file(made.network, path, LATER, TOOLS, acting=acting("ana"))
    path.write_text("party,entity,answer,why\nnamesake,s-mills,not-same,founded elsewhere\n")
    taken = judge_file(made.network, path, LATER, TOOLS, defaults=Defaults(by="ana"), acting=acting("ana"))

    assert "who signs is not who judges (rule signed): `ana`; expected ben" in refused.problems[0]
    assert (len(taken.recorded), taken.problems) == (1, ())
    assert verify_with_signatures(made.folder).signatures == 1


def test_where_nobody_is_named_who_signs_the_line_says_by_which_option(made: MadeNetwork, tmp_path: Path) -> None:
    """The rows name the person; the command has to say that it is the one who signs."""
    path = tmp_path / "answers.csv"
    path.write_text("party,entity,answer,by,why\nnamesake,s-mills,not-same,ana,founded elsewhere\n")

    refused = judge_file(made.network, path, LATER, TOOLS)

    assert refused.problems == (
        "answers.csv:2: --by is missing: who signs judges, in a network with a staff.toml; give --by ana",
    )


def test_a_run_writes_down_who_works_for_the_network_when_that_has_changed(made: MadeNetwork) -> None:
    """Once a change, and once more when staff.toml is gone."""
    for minutes, change in enumerate((None, None, write_fewer, remove, None), start=1):
        if change is not None:
            change(made.folder)
        made.run(DAY_2 + timedelta(minutes=minutes))

    people = [[each.id for each in msgspec.json.decode(payload, type=Staff).people]
              for payload in made.payloads("staff")]  # fmt: skip
    assert [len(each) for each in people] == [8, 1, 0]
    assert verify_with_signatures(made.folder).ok


def write_fewer(folder: Path) -> None:
    write_staff(folder, {"ana": ["analyst"]})


def remove(folder: Path) -> None:
    (folder / "staff.toml").unlink()


def signed(made: MadeNetwork) -> Judgement:
    """Return a judgement as `ana` signed it."""
    say(made, acting("ana"))
    return msgspec.json.decode(made.payloads("judgement")[-1], type=Judgement)


FORGERIES: dict[str, tuple[Callable[[Judgement], Judgement], str]] = {
    "words": (lambda each: msgspec.structs.replace(each, why="changed"), "signature does not fit the record"),
    "person": (
        lambda each: msgspec.structs.replace(each, by="ben"),
        "signed by `ana`, and it says to be by `ben`",
    ),
    "role": (
        lambda each: msgspec.structs.replace(each, signed=replaced(each, role="legal")),
        "signed by `ana` as legal, a role not held then",
    ),
    "stranger": (
        lambda each: msgspec.structs.replace(each, by="zoe", signed=replaced(each, person="zoe")),
        "signed by `zoe`, who was not in staff.toml then",
    ),
    "key": (
        lambda each: msgspec.structs.replace(each, signed=replaced(each, key="SHA256:other")),
        "signed with the key SHA256:other; `ana` had SHA256:",
    ),
    "blob": (
        lambda each: msgspec.structs.replace(each, signed=replaced(each, signature="AAAA")),
        "not a signature of OpenSSH",
    ),
    "unsigned": (lambda each: msgspec.structs.replace(each, signed=None), "not signed, and the network had"),
    "twice": (
        lambda each: msgspec.structs.replace(each, second=each.signed),
        "both signatures are of `ana`",
    ),
}  # fmt: skip


def replaced(judgement: Judgement, **fields: str) -> object:
    assert judgement.signed is not None
    return msgspec.structs.replace(judgement.signed, **fields)


@pytest.mark.parametrize("name", FORGERIES)
def test_verify_names_every_signature_that_does_not_hold(made: MadeNetwork, name: str) -> None:
    """Whoever can write to the ledger can write anything; not what a person's key alone can make."""
    forge, words = FORGERIES[name]
    forged = forge(signed(made))
    append(made, LogRecord(kind="judgement", payload=canonical(forged), subject="namesake"))

    (problem,) = problems(made)
    assert problem.startswith("judgement: ")
    assert words in problem
    assert verify_folder(made.folder).ok


def append(made: MadeNetwork, *records: LogRecord) -> None:
    with open_ledger(made.folder / "ledger") as ledger:
        ledger.append(records, LATER + timedelta(minutes=5))
        ledger.publish(LATER + timedelta(minutes=5))


def test_verify_uses_the_staff_in_force_at_the_place_of_a_record(made: MadeNetwork) -> None:
    """Who has left cannot sign any more, what they signed before still holds, and a new key replaces the old one."""
    say(made, acting("ana"))
    old = made.payloads("judgement")[-1]
    write_staff(made.folder, {"ben": ["analyst"]})
    say(made, acting("ben"), minutes=1)
    append(made, LogRecord(kind="judgement", payload=old, subject="namesake"))

    assert problems(made) == ["judgement: signed by `ana`, who was not in staff.toml then"]
    more = "active_until = 2026-01-01"
    (made.folder / "staff.toml").write_text(block("ana", ["analyst"], more=more) + block("ben", ["analyst"]))
    say(made, acting("ben"), minutes=12)
    append(made, LogRecord(kind="judgement", payload=old, subject="namesake"))
    assert problems(made)[1:] == ["judgement: signed by `ana`, who was not active then"]


def test_without_staff_a_judgement_is_as_it_was(begun: MadeNetwork, tmp_path: Path) -> None:
    """No leaf, no signature, no name that must be an id."""
    plain = begun.copy(tmp_path / "plain")
    say(plain, replace(Acting("A. Reviewer")))

    assert plain.payloads("staff") == []
    assert msgspec.json.decode(plain.payloads("judgement")[0], type=Judgement).signed is None
    assert verify_with_signatures(plain.folder).ok


def test_a_session_signs_with_the_key_of_the_ledger(made: MadeNetwork) -> None:
    """For whoever is logged in; a person without a key of their own too, and after the ledger's key was replaced."""
    write_staff(made.folder)
    path = made.folder / "staff.toml"
    path.write_text(path.read_text("utf-8") + block("zoe", ["analyst"], key=""), "utf-8")
    session = session_signer(made.network, LATER)

    signed = say(made, Acting("zoe", sign=session)).judgement.signed
    rotate(made.folder, LATER, 1)
    say(made, Acting("zoe", sign=session_signer(made.network, LATER)), minutes=1)

    assert signed is not None
    assert (signed.person, signed.how) == ("zoe", "session")
    report = verify_with_signatures(made.folder)
    assert (report.problems, report.signatures) == ((), 2)


def test_a_session_of_another_server_does_not_hold(made: MadeNetwork) -> None:
    """Nor does a person's own signature that is passed off as one."""
    judgement = signed(made)
    as_session = msgspec.structs.replace(judgement, signed=replaced(judgement, how="session"))
    append(made, LogRecord(kind="judgement", payload=canonical(as_session), subject="namesake"))

    (problem,) = problems(made)
    assert "; the server had SHA256:" in problem


@pytest.mark.parametrize(("kind", "count"), [("admit", 1), ("plan", 1), ("file", 0), ("probe", 0)])
def test_what_a_person_does_with_a_complaint_has_to_be_signed(made: MadeNetwork, kind: str, count: int) -> None:
    """What the complainant and the program do has not."""
    say(made, acting("ana"))
    event = {"v": 1, "complaint": "c-1", "seq": 1, "at": "2026-03-02T12:00:00Z", "by": "rob", "body": {"kind": kind}}
    append(made, LogRecord(kind="complaint", payload=canonical(event), subject="namesake"))

    assert problems(made) == ["complaint: not signed, and the network had a staff.toml"] * count


def test_records_that_are_none_of_ours_are_named_and_stop_nothing(made: MadeNetwork) -> None:
    """Anybody can append anything of a kind to a ledger."""
    say(made, acting("ana"))
    for payload in (b"[]", b'{"kind":"answer","signed":3}', b'{"at":"x","signed":{"person":"ana"}}'):
        append(made, LogRecord(kind="task", payload=payload))

    assert problems(made)[1:] == ["task: cannot be read as a record of a person"] * 2
