"""Keys: nobody else reads them, and a rotation leaves no moment in which a reader is without a signature."""

from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import BadInput, StorageFailed
from evenhand.store.keys import SigningKey
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations import ledger_keys
from evenhand.workflows.operations.ledger_keys import rotate
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from tests.unit.ledger.making import AT, KEY, ORIGIN, record
from tests.unit.workflows.test_backups import grow

DAY_S = 86_400
END = int(AT.timestamp()) + 90 * DAY_S


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_ledger(tmp_path / "l", ORIGIN)
    return grow(tmp_path / "l", 10)


def vkey_of(folder: Path) -> str:
    return (folder / "public/vkey").read_text(encoding="utf-8").strip()


def publish(folder: Path, at_s: float) -> str:
    with open_ledger(folder, clock=lambda: at_s) as ledger:
        ledger.append([record(ledger.size)], AT)
        return ledger.publish(AT).note


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_key_that_others_may_read_or_write_is_refused(folder: Path, mode: int) -> None:
    """Anyone who has it can fork the log; the message says what to do."""
    (folder / "private/signing.key").chmod(mode)

    with pytest.raises(BadInput, match=rf"others may read.*`{mode:o}`; expected 600; run `chmod 600 signing.key`"):
        open_ledger(folder).__enter__()
    (folder / "private/signing.key").chmod(0o400)
    publish(folder, 0)


def test_after_a_rotation_both_keys_verify_every_head(folder: Path) -> None:
    """Readers have 90 days to take the new line into their policies."""
    old = vkey_of(folder)

    done = rotate(folder, AT, 90)

    assert (done.retiring, done.vkey, done.until) == (old, vkey_of(folder), END)
    assert old != done.vkey
    for note in [(folder / "public/checkpoint").read_text(encoding="utf-8"), publish(folder, END - 1)]:
        assert note.count("\n— ads.example/ledger ") == 2
        for vkey in (None, old, done.vkey):
            assert verify_folder(folder, vkey).ok
    for name in ("signing.key", "retiring.key"):
        assert (folder / "private" / name).stat().st_mode & 0o777 == 0o600


def test_the_former_key_stops_at_its_time(folder: Path) -> None:
    """Readers that did not take the new key are told so by their own check."""
    old = vkey_of(folder)
    rotate(folder, AT, 90)

    assert publish(folder, END).count("\n— ") == 1
    assert verify_folder(folder).ok
    assert {each.kind for each in verify_folder(folder, old).problems} >= {"vkey", "checkpoint"}


@pytest.mark.parametrize("step", ["add_note", "swap_checkpoint", "rename", "replace", "write_whole"])
@pytest.mark.parametrize("after", [False, True])
def test_a_rotation_cut_short_is_ended_by_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    """Killed before or after any write, what the world sees verifies, and the same new key comes into force."""
    old = vkey_of(folder)

    def dies(method: Any) -> Any:
        def call(*values: Any, **named: Any) -> Any:
            if after:
                method(*values, **named)
            raise KeyboardInterrupt

        return call

    with monkeypatch.context() as patched:
        owner: Any = {"add_note": SqliteTables, "rename": SqliteTables, "swap_checkpoint": ledger_keys.PublicFiles,
                      "replace": Path, "write_whole": ledger_keys}[step]  # fmt: skip
        patched.setattr(owner, step, dies(getattr(owner, step)))
        with pytest.raises(KeyboardInterrupt):
            rotate(folder, AT, 90)
    assert verify_folder(folder / "public", old).ok
    begun = (folder / "private/next.key").exists()
    if begun:
        with pytest.raises(BadInput, match="cut short"):
            open_ledger(folder).__enter__()

    done = rotate(folder, AT, 90)

    assert verify_folder(folder, done.vkey).ok
    assert not (folder / "private/next.key").exists()
    assert publish(folder, END).count("\n— ") == 1


def test_a_rotated_key_can_be_rotated_again(folder: Path) -> None:
    """The oldest key goes at once then."""
    first = rotate(folder, AT, 90)
    second = rotate(folder, AT, 90)

    assert second.retiring == first.vkey
    assert verify_folder(folder).ok
    assert publish(folder, END - 1).count("\n— ") == 2


@pytest.mark.parametrize("end", ["", "until", "until soon", "from 7"])
def test_a_retiring_key_without_its_time_is_refused(folder: Path, end: str) -> None:
    """It must not sign for ever because of a typing error."""
    rotate(folder, AT, 90)
    key = SigningKey(ORIGIN, bytes(32)).to_file()
    (folder / "private/retiring.key").write_bytes(key + end.encode())

    with pytest.raises(BadInput, match="no time in the retiring key's file"):
        open_ledger(folder).__enter__()


def test_a_log_may_begin_with_a_key_that_is_there(tmp_path: Path) -> None:
    """Made on another machine; the copy in the ledger is readable by its owner only."""
    (tmp_path / "key").write_bytes(KEY.to_file())

    assert create_ledger(tmp_path / "l", ORIGIN, key_file=tmp_path / "key") == KEY.vkey
    assert (tmp_path / "l/private/signing.key").stat().st_mode & 0o777 == 0o600
    assert verify_folder(tmp_path / "l", KEY.vkey).ok
    with pytest.raises(BadInput, match="key of another log"):
        create_ledger(tmp_path / "m", "other.example", key_file=tmp_path / "key")
    with pytest.raises(StorageFailed):
        create_ledger(tmp_path / "m", ORIGIN, key_file=tmp_path / "none")


def test_the_key_may_lie_elsewhere(folder: Path, tmp_path: Path) -> None:
    """On a disk of its own, say; the settings name it."""
    (folder / "private/signing.key").rename(tmp_path / "k")
    with (folder / "ledger.toml").open("a", encoding="utf-8") as file:
        file.write(f'key = "{tmp_path}/k"\n')

    publish(folder, 0)
    assert verify_folder(folder).ok
    rotate(folder, AT, 90)
    assert verify_folder(folder).ok
    (tmp_path / "k").unlink()
    with pytest.raises(StorageFailed, match="cannot read"):
        open_ledger(folder).__enter__()
