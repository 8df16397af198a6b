"""A time ahead of the clock: refused unless meant, and no dead end for a network that has one."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.gate.registers.plain_form import decode_register
from tests.commands import evenhand, write

AHEAD = f"{datetime.now(UTC) + timedelta(days=500):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def ahead(network: Path) -> Path:
    """Return a network of which a backup was taken before a run two years ahead."""
    assert evenhand("ledger", "backup", network, network.parent / "backup").status == 0
    renamed = "id,name,domains\na1,Plum Bread,plum.example\na2,Quandar Holding,quandar.example\n"
    write("data/advertisers.csv", renamed)(network)
    assert evenhand("run", network, "--at", AHEAD, "--allow-future").status == 0
    return network


def test_a_time_more_than_a_day_ahead_is_refused_unless_it_is_meant(network: Path) -> None:
    """One run at 2028 and every later run ended with exit 2 until then."""
    for verb in (("run", network), ("judge", network, "a2", "l1", "same", "--by", "me", "--why", "seen")):
        refused = evenhand(*verb, "--at", AHEAD)
        assert (refused.status, refused.out) == (2, "")
        assert "--at: time more than a day ahead of the clock" in refused.err
        assert "--allow-future" in refused.err
    soon = f"{datetime.now(UTC) + timedelta(hours=23):%Y-%m-%dT%H:%M:%SZ}"

    assert evenhand("run", network, "--at", soon).status == 0


def test_a_register_is_fresh_by_the_clock_and_not_by_a_time_ahead(ahead: Path) -> None:
    """A gate would use it for years."""
    head, _ = decode_register((ahead / "out/register.jsonl").read_bytes().split(b"\n"), Path("r"))

    assert head.fresh_until <= datetime.now(UTC) + timedelta(hours=24)
    assert Gate(ahead / "out/register.evh", stale="allow").is_stale(datetime.now(UTC) + timedelta(hours=25))


def test_a_network_whose_last_record_lies_in_the_future_says_how_to_go_on(ahead: Path) -> None:
    refused = evenhand("run", ahead)

    assert refused.status == 2
    assert "the last record is later than the clock" in refused.err
    assert "the page back-up of the documentation" in refused.err


def test_a_backup_is_the_way_on_where_nobody_has_seen_more(ahead: Path) -> None:
    """As the page says: ledger, state and out are moved aside, the backup and the key are put back."""
    aside = ahead.parent / "aside"
    aside.mkdir()
    for name in ("ledger", "state", "out"):
        (ahead / name).rename(aside / name)

    restored = evenhand("ledger", "restore", ahead.parent / "backup", ahead)
    shutil.copy2(aside / "ledger/private/signing.key", ahead / "ledger/private/signing.key")

    assert restored.status == 0, restored.err
    assert evenhand("run", ahead).status == 0
    assert evenhand("ledger", "verify", ahead).status == 0


def test_a_new_log_is_the_way_on_where_somebody_has(ahead: Path) -> None:
    """As the page says; the old log is kept aside."""
    (ahead / "ledger").rename(ahead / "ledger-ended")
    assert evenhand("ledger", "init", ahead / "ledger", "--origin", "ads.made-up.example/log-2").status == 0
    settings = (ahead / "evenhand.toml").read_text(encoding="utf-8")
    write("evenhand.toml", settings.replace("ads.made-up.example/log", "ads.made-up.example/log-2"))(ahead)
    write("first", '{"kind":"claim","payload":{"continues":"ads.made-up.example/log","size":9,"root":"..."}}\n')(ahead)
    assert evenhand("ledger", "append", ahead, ahead / "first").status == 0

    assert evenhand("run", ahead).status == 0
    assert evenhand("ledger", "verify", ahead).status == 0
    assert evenhand("ledger", "verify", ahead / "ledger-ended").status == 0
