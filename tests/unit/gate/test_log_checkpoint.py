"""Which registers a gate takes in place of the one in use: of its own log, never of a smaller tree."""

from pathlib import Path

import pytest

from evenhand.gate import Gate, write_register
from evenhand.gate.registers.log_checkpoint import AcceptedRegisters
from evenhand.model.errors import NotVerified, RegisterInvalid, RegisterUnexpected
from tests.unit.gate.registers import NOW, SUFFIXES, head, row

IN_USE = "log.example/a\n7\ncm9vdA==\n"


def write(path: Path, checkpoint: str, party: str) -> None:
    write_register([row(party, domains=("a.example",))], head(checkpoint=checkpoint), path, SUFFIXES)


@pytest.mark.parametrize(
    ("checkpoint", "why"),
    [
        ("log.example/b\n9\ncm9vdA==\n", "origin"),
        ("", "origin"),
        ("log.example/a\n6\nb2xk\n", "size"),
        ("log.example/a\n7\nb3RoZXI=\n", "root"),
    ],
)
def test_a_register_that_is_not_the_next_one_is_refused_and_the_old_one_stays(
    tmp_path: Path, checkpoint: str, why: str
) -> None:
    """Another network's register would answer for the wrong clients, an older one would let go of the newly refused."""
    path = tmp_path / "register.jsonl"
    write(path, IN_USE, "first")
    gate = Gate(path)
    write(path, checkpoint, "second")

    with pytest.raises(RegisterUnexpected, match=r"the register in use stays; .*gate serve --") as caught:
        gate.refresh()

    assert caught.value.why == why
    assert gate.resolve(["a.example"]) == ("first",)


@pytest.mark.parametrize("checkpoint", ["log.example/a\n8\nbmV3\n", IN_USE])
def test_a_register_of_the_same_log_that_is_not_older_is_taken(tmp_path: Path, checkpoint: str) -> None:
    """A run that decides nothing writes a fresh register at the same head."""
    path = tmp_path / "register.jsonl"
    write(path, IN_USE, "first")
    gate = Gate(path)
    write(path, checkpoint, "second")

    assert gate.refresh()
    assert gate.resolve(["a.example"]) == ("second",)


def test_an_older_register_is_taken_by_a_gate_that_was_told_so(tmp_path: Path) -> None:
    """After a backup was put back the operator has to say so; another log is refused all the same."""
    path = tmp_path / "register.jsonl"
    write(path, IN_USE, "first")
    gate = Gate(path, expected=AcceptedRegisters(allow_older=True))

    write(path, "log.example/a\n6\nb2xk\n", "older")
    assert gate.refresh()
    write(path, "log.example/b\n9\nb2xk\n", "other")
    with pytest.raises(RegisterUnexpected):
        gate.refresh()


@pytest.mark.parametrize(
    ("expected", "why"), [(AcceptedRegisters(origin="log.example/b"), "origin"), (AcceptedRegisters(size=8), "size")]
)
def test_the_first_register_is_held_to_what_the_gate_was_told(
    tmp_path: Path, expected: AcceptedRegisters, why: str
) -> None:
    """A gate that restarts remembers nothing; the operator may tell it how far the log was."""
    path = tmp_path / "register.jsonl"
    write(path, IN_USE, "first")

    with pytest.raises(RegisterUnexpected) as caught:
        Gate(path, expected=expected)

    assert caught.value.why == why


def test_a_register_whose_head_is_not_signed_is_refused(tmp_path: Path) -> None:
    """The gate hands the note to anyone who has the key, at the start and at each reload."""
    path, seen = tmp_path / "register.jsonl", list[str]()

    def check(note: str) -> None:
        seen.append(note)
        if "\n9\n" in note:
            raise NotVerified("no signature of a known key")

    write(path, IN_USE, "first")
    gate = Gate(path, expected=AcceptedRegisters(check_note=check))
    write(path, "log.example/a\n9\nbmV3\n", "second")

    with pytest.raises(RegisterUnexpected, match="not signed by the log's key: `no signature") as caught:
        gate.refresh()

    assert (caught.value.why, seen[0]) == ("signature", IN_USE)
    assert gate.verdict(adomain=["a.example"], at=NOW).advertiser == "first"


def test_a_register_without_a_checkpoint_may_be_followed_by_one_of_a_log(tmp_path: Path) -> None:
    """One written by hand names no log; from the first that does, its log is kept to."""
    path = tmp_path / "register.jsonl"
    write(path, "", "first")
    gate = Gate(path)

    write(path, IN_USE, "second")
    assert gate.refresh()
    write(path, "", "third")
    with pytest.raises(RegisterInvalid):
        gate.refresh()
