"""What only the owner may see: passwords of addresses, the private folder, the tables."""

from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, StorageFailed
from evenhand.model.record import canonical
from evenhand.store import postgres
from evenhand.store.ledger_settings import hidden_address
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.operations.maintenance import status
from tests.networks import MadeNetwork
from tests.unit.ledger.making import new_folder

ADDRESSES = (
    "postgresql://log:s3cret@db.example/x", "postgresql://log:p@s3cret@db.example/x", "host=db.example password=s3cret",
    "host=db.example password = 's3cret \\' s3cret' user=log", "postgresql:///x?user=log&password=s3cret",
    "postgresql://log:s3cret@db.example:5432,other.example/x?sslpassword=s3cret",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_password_is_hidden_wherever_an_address_is_shown(address: str) -> None:
    """In the status, and in an error that nobody can connect or that the address is none."""
    assert "s3cret" not in hidden_address(address)
    for broken in (address.replace("db.example", "127.0.0.1").replace("/x", ":1/x"), f"{address} = ="):
        with pytest.raises((BadInput, StorageFailed)) as refused:
            postgres.PostgresTables(broken.replace("127.0.0.1:1:5432", "127.0.0.1:1"))
        assert "s3cret" not in str(refused.value)


def test_status_shows_the_settings_without_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what people paste into a question to somebody else."""
    folder = new_folder(tmp_path / "l", 1)
    with (folder / "ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'postgres = "{ADDRESSES[0]}"\nreplica = "{ADDRESSES[2]}"\n')
    monkeypatch.setattr(
        "evenhand.workflows.operations.maintenance.open_tables", lambda where, **_: open_own(where.tables)
    )
    monkeypatch.setattr("evenhand.workflows.operations.maintenance.replica_unused", lambda _: [])

    stands = status(folder)

    assert stands.settings.postgres == "postgresql://log:***@db.example/x"
    assert stands.settings.replica == "host=db.example password=***"
    assert b"s3cret" not in canonical(stands)
    assert "others than the owner may read ledger.toml: mode 644, run `chmod 600 ledger.toml`" in stands.problems


def open_own(path: Path) -> object:
    return SqliteTables(path, read_only=True)


def test_an_open_private_folder_is_named_and_not_written_to(tmp_path: Path) -> None:
    """Payloads and the key lie there; a copy with other rights is easily made."""
    folder = new_folder(tmp_path / "l", 1)
    assert (folder / "private/ledger.sqlite").stat().st_mode & 0o777 == 0o600
    assert status(folder).problems == ()
    (folder / "private").chmod(0o755)
    (folder / "private/ledger.sqlite").chmod(0o644)

    assert status(folder).problems == (
        "others than the owner may read private: mode 755, run `chmod 700 private`",
        "others than the owner may read private/ledger.sqlite: mode 644, run `chmod 600 private/ledger.sqlite`",
    )
    with pytest.raises(BadInput, match=r"private folder `755`; expected 700; run `chmod 700`"), open_ledger(folder):
        pass


def test_what_a_run_writes_is_not_for_everybody(begun: MadeNetwork) -> None:
    """Letters, findings and tables name people."""
    modes = {
        name: (begun.folder / name).stat().st_mode & 0o777 for name in ("out", "out/reasons", "snapshots", "state")
    }

    assert set(modes.values()) == {0o750}, modes
