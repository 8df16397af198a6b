"""Receipts from a folder: a few tiles are read, and what they say is proved before it is handed out."""

from pathlib import Path

import pytest

from evenhand.ledger.canonical_json import MOST_BYTES
from evenhand.model.errors import BadInput, NotFound, NotVerified, StorageFailed
from evenhand.model.log import LogRecord
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.receipts import check, check_entry, place_of, prove
from tests.unit.ledger.making import AT, ORIGIN, OTHER_KEY
from tests.unit.workflows.test_backups import grow


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("p") / "l"
    create_ledger(folder, ORIGIN)
    return grow(grow(folder, 200), 600)


def vkey_of(folder: Path) -> str:
    return (folder / "public/vkey").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("index", [0, 1, 255, 256, 511, 512, 599])
def test_every_entry_can_be_proved_from_the_public_folder_alone(sound: Path, tmp_path: Path, index: int) -> None:
    """A mirror can make receipts too; it has no payloads."""
    receipt = tmp_path / "r"
    receipt.write_text(prove(sound / "public", index, disclose=False), encoding="utf-8")

    report = check(receipt, vkey_of(sound), None)

    assert (report.ok, report.index, report.size, report.payload) == (True, index, 600, None)
    assert receipt.read_text(encoding="utf-8") == prove(sound, index, disclose=False)
    assert receipt.stat().st_size < 5_000
    with pytest.raises(BadInput, match="no payloads here"):
        prove(sound / "public", index, disclose=True)


def test_a_disclosed_payload_may_be_as_large_as_any(tmp_path: Path) -> None:
    """The receipt is the payload and less than 5 kB, in base64 of base64."""
    create_ledger(tmp_path / "l", ORIGIN)
    payload = b'"' + b"x" * (MOST_BYTES - 2) + b'"'
    with open_ledger(tmp_path / "l") as ledger:
        ledger.append([LogRecord(kind="claim", payload=payload)], AT)
        ledger.publish(AT)

    (tmp_path / "r").write_text(prove(tmp_path / "l", 0, disclose=True), encoding="utf-8")

    assert check(tmp_path / "r", vkey_of(tmp_path / "l"), None).payload == payload.decode()
    assert (tmp_path / "r").stat().st_size < 5_000 + len(payload) * 16 / 9


@pytest.mark.parametrize("index", [-1, 600, 10**12])
def test_what_is_not_published_cannot_be_proved(sound: Path, index: int) -> None:
    """It may be recorded already; the message says what to do then."""
    with pytest.raises(NotFound, match=r"expected an index below 600; .* run `evenhand ledger checkpoint` first"):
        prove(sound, index, disclose=False)


def test_a_policy_or_a_key_is_needed_and_one_is_enough(sound: Path, tmp_path: Path) -> None:
    """Nobody may be handed trust by the receipt itself."""
    receipt, policy = tmp_path / "r", tmp_path / "p"
    receipt.write_text(prove(sound, 3, disclose=True), encoding="utf-8")
    policy.write_text(f"log {vkey_of(sound)}\nquorum none\n", encoding="utf-8")

    assert check(receipt, None, policy).payload == '{"n":3}'
    assert not check(receipt, OTHER_KEY.vkey, None).ok
    for vkey, file in [(None, None), (OTHER_KEY.vkey, policy)]:
        with pytest.raises(BadInput, match="nothing to check against"):
            check(receipt, vkey, file)
    with pytest.raises(StorageFailed):
        check(tmp_path / "none", None, policy)


def copied(sound: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "c"
    for path in (sound / "public").rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(sound / "public")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("tile/entries/000", "entry 7 is missing or was changed"),
        ("tile/0/000", "a published tile is missing or was changed"),
        ("tile/0/002.p/88", "tiles do not hash to the signed root"),
        ("tile/1/000.p/2", "tiles do not hash to the signed root"),
    ],
)
def test_a_damaged_tile_gives_no_receipt(sound: Path, tmp_path: Path, path: str, says: str) -> None:
    """A receipt that does not hold would accuse the log of its owner's disk."""
    folder = copied(sound, tmp_path)
    good = (folder / path).read_bytes()

    for data in (None, good[:-1] + bytes([good[-1] ^ 1]) if "0/002" in path or "1/" in path else bytes(len(good))):
        if data is None:
            (folder / path).unlink()
        else:
            (folder / path).write_bytes(data)
        with pytest.raises(NotVerified, match=says):
            prove(folder, 7, disclose=False)


def test_full_tiles_stand_for_partial_ones(sound: Path, tmp_path: Path) -> None:
    """Old partial tiles may go; an older checkpoint is proved from the full ones."""
    create_ledger(tmp_path / "l", ORIGIN)
    note = (grow(tmp_path / "l", 200) / "public/checkpoint").read_bytes()
    grow(tmp_path / "l", 300)
    (tmp_path / "l/public/checkpoint").write_bytes(note)
    for path in (tmp_path / "l/public").rglob("000.p/200"):
        path.unlink()

    (tmp_path / "r").write_text(prove(tmp_path / "l", 7, disclose=True), encoding="utf-8")

    assert check(tmp_path / "r", vkey_of(tmp_path / "l"), None).size == 200


def test_a_changed_payload_is_not_disclosed(tmp_path: Path) -> None:
    """It is not what was decided on."""
    create_ledger(tmp_path / "l", ORIGIN)
    grow(tmp_path / "l", 10)
    tables = SqliteTables(tmp_path / "l/private/ledger.sqlite")
    tables._rows("UPDATE payload SET body = x'7b7d' WHERE seq = 7")
    tables.close()

    with pytest.raises(NotVerified, match="payload of entry 7 was changed"):
        prove(tmp_path / "l", 7, disclose=True)


def test_a_folder_without_log_is_bad_use(tmp_path: Path) -> None:
    """Nothing to prove from."""
    with pytest.raises(BadInput, match="no log here"):
        prove(tmp_path, 0, disclose=False)


def test_a_policy_is_asked_of_the_whole_log_too(sound: Path, tmp_path: Path) -> None:
    """`verify --policy`: the reader's logs and witnesses, not the folder's key."""
    policy = tmp_path / "p"
    policy.write_text(f"log {vkey_of(sound)}\nquorum none\n", encoding="utf-8")
    assert verify_folder(sound, policy=policy).ok

    policy.write_text(f"log {OTHER_KEY.vkey}\nquorum none\n", encoding="utf-8")
    assert [each.kind for each in verify_folder(sound, policy=policy).problems] == ["policy"]


def test_an_entry_is_named_by_its_number_or_by_the_id_of_its_record(tmp_path: Path) -> None:
    """A letter has both; a public folder knows numbers only, and says where the number stands."""
    create_ledger(tmp_path / "l", ORIGIN)
    with open_ledger(tmp_path / "l") as ledger:
        records = (
            LogRecord(kind=kind, payload=b"{}", key=key) for kind, key in (("decision", "d-1"), ("statement", "r-1"))
        )
        ledger.append(records, AT)
        ledger.publish(AT)

    assert [place_of(tmp_path / "l", each) for each in ("0", "d-1", "r-1")] == [0, 0, 1]
    assert check_entry(tmp_path / "l", "r-1", None, None).index == 1
    assert check_entry(tmp_path / "l" / "public", "1", vkey_of(tmp_path / "l"), None).ok
    assert not check_entry(tmp_path / "l", "1", OTHER_KEY.vkey, None).ok
    with pytest.raises(BadInput, match="a public folder holds no ids"):
        place_of(tmp_path / "l" / "public", "r-1")
    with pytest.raises(NotFound, match="no record of this id"):
        place_of(tmp_path / "l", "r-2")
    with pytest.raises(BadInput, match="no entry of a log"):
        place_of(tmp_path / "l", "-1")
