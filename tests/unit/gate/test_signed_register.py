"""A register of which the log's key signed every byte, and all that is put in its place without that key."""

import hashlib
from pathlib import Path

import pytest

from evenhand.gate import Gate, compile_register, write_register
from evenhand.gate.registers.log_checkpoint import AcceptedRegisters
from evenhand.gate.registers.signature import signature_path, signed_text
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.signed_notes import sign_note
from evenhand.model.errors import RegisterUnexpected
from evenhand.store.keys import SigningKey
from evenhand.web.gate.log_key import text_check
from tests.unit.gate.registers import SEED, SUFFIXES, head, row

KEY, OTHER = (SigningKey("log.example/made-up", bytes([number]) * 32) for number in (1, 2))
SIGNED = AcceptedRegisters(signed_text=text_check([KEY.vkey]))


def written(folder: Path, outcome: str = "refuse") -> list[Path]:
    """Return both forms of a register of one party."""
    plain, rows = folder / "register.jsonl", [row("x", outcome, domains=("x.example",))]
    write_register(rows, head(), plain, SUFFIXES)
    compile_register(rows, head(), folder / "register.evh", SUFFIXES, SEED)
    return [folder / "register.evh", plain]


def sign(files: list[Path], key: SigningKey = KEY) -> Path:
    path = signature_path(files[0])
    path.write_text(sign_note(signed_text(files, {}), key), "utf-8")
    return path


def refused(path: Path, expected: AcceptedRegisters = SIGNED) -> str:
    with pytest.raises(RegisterUnexpected) as caught:
        Gate(path, "last", expected=expected)
    assert caught.value.why == "unsigned"
    return str(caught.value)


@pytest.mark.parametrize("form", [0, 1])
def test_either_form_is_taken_as_it_was_signed_also_under_another_name(tmp_path: Path, form: int) -> None:
    """A copy on another machine needs the signature beside it, under the same name with `.sig`."""
    files = written(tmp_path)
    note = sign(files)

    Gate(files[form], "last", expected=SIGNED)
    copy = tmp_path / f"copy{files[form].suffix}"
    copy.write_bytes(files[form].read_bytes())
    assert "No such file or directory" in refused(copy)
    signature_path(copy).write_bytes(note.read_bytes())
    Gate(copy, "last", expected=SIGNED)


@pytest.mark.parametrize("form", [0, 1])
def test_rows_that_somebody_else_wrote_are_refused_though_the_file_is_whole(tmp_path: Path, form: int) -> None:
    """What no sum stops: a whole register, with the signed checkpoint of the real one, that allows a party."""
    files = written(tmp_path)
    sign(files)
    forged = written(tmp_path, "allow")

    Gate(forged[form], "last")  # nobody is warned where no signature is asked for
    assert "the signature of other bytes" in refused(forged[form])


def test_a_signature_of_another_key_of_none_or_of_a_checkpoint_is_none(tmp_path: Path) -> None:
    """Whatever else the log's key signs, or somebody else signs, tells nothing of a register."""
    files = written(tmp_path)
    path = sign(files, OTHER)
    assert "no signature of a known key" in refused(files[0])

    path.write_text(signed_text(files, {}), "utf-8")
    assert "not a signed note" in refused(files[0])

    path.write_text(sign_checkpoint(KEY.name, 1, hashlib.sha256(files[0].read_bytes()).digest(), KEY).note, "utf-8")
    assert "not the signature of a register" in refused(files[0])

    path.write_text(sign_note(signed_text(files, {}).replace("evenhand register", "another text"), KEY), "utf-8")
    assert "not the signature of a register" in refused(files[0])

    path.write_text("", "utf-8")
    assert "not a signed note" in refused(files[0])


def test_a_register_that_is_replaced_is_taken_when_its_signature_is_there(tmp_path: Path) -> None:
    """A program keeps the one in use until then."""
    files = written(tmp_path)
    sign(files)
    gate = Gate(files[0], "last", expected=SIGNED)
    again = written(tmp_path, "hold")

    with pytest.raises(RegisterUnexpected):
        gate.refresh()
    sign(again)
    assert gate.refresh()


def test_what_is_signed_is_what_sha256sum_prints(tmp_path: Path) -> None:
    """So that a person can check it with a tool that everybody has."""
    files = written(tmp_path)

    first, *lines = signed_text(files, {}).splitlines()

    assert first == "evenhand register"
    assert lines == [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}" for each in files]


@pytest.mark.parametrize(
    ("checkpoints", "taken"),
    [
        ({5: "Zml2ZQ==", 7: "cm9vdA==", 9: "bmluZQ=="}, True),
        ({5: "Zml2ZQ==", 7: "b3RoZXI=", 9: "bmluZQ=="}, False),
        ({5: "Zml2ZQ==", 9: "bmluZQ=="}, False),
        ({8: "ZWlnaHQ=", 9: "bmluZQ=="}, True),  # what was before is not told
        ({}, True),  # by an earlier version
    ],
)
def test_a_log_that_never_had_the_checkpoint_of_the_register_in_use_is_another_one(
    tmp_path: Path, checkpoints: dict[int, str], taken: bool
) -> None:
    """A copy of the network's folder that went on by itself has the same key, and a larger tree some day."""
    files = written(tmp_path)
    sign(files)
    gate = Gate(files[1], "last", expected=SIGNED)
    write_register([row("y")], head(checkpoint="log.example/made-up\n9\nbmluZQ==\n"), files[1], SUFFIXES)
    signature_path(files[1]).write_text(sign_note(signed_text(files, checkpoints), KEY), "utf-8")

    if taken:
        assert gate.refresh()
        return
    with pytest.raises(RegisterUnexpected, match=r"a log of another history: .*tree size 7") as caught:
        gate.refresh()
    assert caught.value.why == "root"
    Gate(files[1], "last", expected=SIGNED._replace(size=7, root="cm9vdA==", allow_older=True))
