"""The one-file checker agrees with the product's own, which it shares no line with."""

import io
import random
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import read_witness_policy, standalone_verifier, verify_receipt
from evenhand.ledger.standalone_verifier import ReceiptWrong, check_receipt, is_signed
from tests.unit.ledger.making import KEY, OTHER_KEY, VERIFIER
from tests.unit.ledger.test_receipt import changed, make_receipt

POLICY = read_witness_policy(f"log {KEY.vkey}\nquorum none\n".encode())


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_receipt(tmp_path_factory.mktemp("r") / "l").encode()


def accepts(data: bytes, vkey: str = KEY.vkey) -> bool:
    try:
        check_receipt(data, vkey)
    except ValueError:
        return False
    return True


def test_it_shows_what_the_receipt_proves(receipt: bytes) -> None:
    """The reader sees which log, which entry, and what was decided."""
    proved = check_receipt(receipt, KEY.vkey)

    assert (proved.origin, proved.entry, proved.size, proved.payload) == ("ads.example/ledger", 7, 300, b'{"n":7}')


def test_a_changed_byte_is_refused_by_both(receipt: bytes) -> None:
    """Two programs that share nothing come to one verdict on every eighth byte of the file."""
    chance = random.Random(9)
    for at in range(chance.randrange(8), len(receipt), 8):
        flipped = receipt[:at] + bytes([receipt[at] ^ 1 << chance.randrange(8)]) + receipt[at + 1 :]

        ours = verify_receipt(flipped, POLICY, VERIFIER).ok

        assert accepts(flipped) == ours, at
        assert not ours, at


def test_line_ends_of_mail_change_nothing(receipt: bytes) -> None:
    """Of Windows and of mail; a bare carriage return is another text."""
    mailed = receipt.replace(b"\n", b"\r\n")

    assert check_receipt(mailed, KEY.vkey) == check_receipt(receipt, KEY.vkey)
    assert verify_receipt(mailed, POLICY, VERIFIER) == verify_receipt(receipt, POLICY, VERIFIER)
    assert not accepts(receipt.replace(b"\n", b"\r"))
    assert not verify_receipt(receipt.replace(b"\n", b"\r"), POLICY, VERIFIER).ok


@pytest.mark.parametrize(
    "parts",
    [{"payload": b'{"n":8}'}, {"salt": bytes(32)}, {"salt": bytes(31)}, {"leaf": b"{}"}, {"leaf": b"[]"}],
)
def test_what_is_disclosed_is_recomputed(receipt: bytes, parts: dict[str, bytes]) -> None:
    """The extra line is not signed."""
    assert not accepts(changed(receipt.decode(), **parts))


@pytest.mark.parametrize("vkey", ["", "x", OTHER_KEY.vkey, KEY.vkey.replace("+", "+0", 1), KEY.vkey[:-4]])
def test_another_key_proves_nothing(receipt: bytes, vkey: str) -> None:
    """The reader's key decides."""
    assert not accepts(receipt, vkey)


@given(st.binary())
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    """Receipts come from strangers."""
    assert not accepts(data)
    assert not accepts(b"c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n" + data)
    assert not accepts(b"c2sp.org/tlog-proof@v1\nextra W10=\nindex 0\n\n" + data)


def test_signatures_are_judged_as_the_library_judges_them() -> None:
    """Right ones, flipped bits, a factor beyond the order, points that are none."""
    chance = random.Random(8032)
    public = OTHER_KEY._key.public
    for number in range(24):
        message = chance.randbytes(number)
        good = OTHER_KEY.sign(message)
        at = chance.randrange(512)
        bad = bytearray(good)
        bad[at // 8] ^= 1 << at % 8
        beyond = good[:32] + (int.from_bytes(good[32:], "little") + standalone_verifier.ORDER).to_bytes(32, "little")
        for key, signature in [
            (public, good), (public, bytes(bad)), (public, beyond), (public, good[:63]), (bytes(32), good),
            (b"\x02" + bytes(31), good), (b"\xff" * 32, good), (b"\x01" + bytes(30) + b"\x80", good),
        ]:  # fmt: skip
            assert is_signed(key, signature, message) == VERIFIER.verify(key, signature, message), (number, signature)
        assert is_signed(public, good, message)


def test_the_vectors_of_the_rfc_hold() -> None:
    """RFC 8032 §7.1, test 3."""
    public = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    signature = bytes.fromhex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )

    assert is_signed(public, signature, bytes.fromhex("af82"))
    assert not is_signed(public, signature, bytes.fromhex("af83"))


def test_the_file_runs_alone_with_nothing_but_python(receipt: bytes, tmp_path: Path) -> None:
    """Copied to another machine it needs no package: `-I -S` leaves only the standard library."""
    path = tmp_path / "decision.tlog-proof"
    path.write_bytes(receipt)
    copied = tmp_path / "check.py"
    copied.write_bytes(Path(standalone_verifier.__file__).read_bytes())

    for vkey, status, says in [(KEY.vkey, 0, 'OK origin=ads.example/ledger index=7 size=300 {"n":7}'),
                               (OTHER_KEY.vkey, 1, "WRONG not signed by this key")]:  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-I", "-S", copied, path, vkey], capture_output=True, text=True, check=False
        )

        assert (done.returncode, done.stdout) == (status, f"{says}\n")


def test_the_command_says_ok_or_wrong(
    receipt: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status is for scripts, the line for people."""
    path = tmp_path / "decision.tlog-proof"
    path.write_bytes(receipt)

    assert standalone_verifier.main(str(path), KEY.vkey) == 0
    assert standalone_verifier.main(str(path), OTHER_KEY.vkey) == 1
    assert capsys.readouterr().out.startswith("OK origin=")
    for arguments, ends in [((str(path), KEY.vkey), "0"), ((), "usage: "), ((str(path),), "usage: ")]:
        monkeypatch.setattr(sys, "argv", ["standalone_verifier.py", *arguments])
        with pytest.raises(SystemExit, match=ends):
            runpy.run_path(standalone_verifier.__file__, run_name="__main__")


def test_what_is_no_key_or_no_file_is_named(receipt: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An advertiser copies both from a letter."""
    path = tmp_path / "decision.tlog-proof"
    path.write_bytes(receipt)

    for key in ("vkey", "ads.example/ledger", KEY.vkey[:-4]):
        assert standalone_verifier.main(str(path), key) == 1
        assert capsys.readouterr().out == "WRONG the key is none of a log, as NAME+ID+KEY\n"
    assert standalone_verifier.main(str(tmp_path / "none"), KEY.vkey) == 1
    assert "No such file" in capsys.readouterr().out


def test_a_letter_that_the_terminal_lacks_is_an_escape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the encoding would be status 1, which says that the receipt is wrong."""
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="iso-8859-1", write_through=True))

    assert standalone_verifier.main(str(tmp_path / "нет"), KEY.vkey) == 1

    assert b"WRONG [Errno 2]" in out.getvalue()
    assert b"\\u043d\\u0435\\u0442" in out.getvalue()


def test_a_proof_that_is_too_long_or_short_is_refused(receipt: bytes) -> None:
    """Every hash of a proof is used once."""
    head, _, rest = receipt.partition(b"\n\n")
    lines = head.split(b"\n")
    with pytest.raises(ReceiptWrong, match="short"):
        check_receipt(b"\n".join(lines[:-1]) + b"\n\n" + rest, KEY.vkey)
    for more in ([lines[3], *lines[3:]], [*lines[3:], lines[-1]]):
        assert not accepts(b"\n".join([*lines[:3], *more]) + b"\n\n" + rest)
