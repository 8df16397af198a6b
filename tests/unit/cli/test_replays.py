"""`evenhand rules replay` and `shadow`: what a person reads, what a script reads, and the exit status."""

import shutil
from pathlib import Path

import apsw
import pytest

from evenhand.gate.registers.plain_form import decode_register
from tests.commands import evenhand, replace
from tests.networks import DAY_1, MadeNetwork, full_network


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    found = full_network(tmp_path_factory.mktemp("replays") / "network")
    found.run(DAY_1)
    return found


@pytest.fixture
def stricter(made: MadeNetwork, tmp_path: Path) -> Path:
    """Return a rulebook that refuses from 40 % of designated ownership."""
    folder = Path(shutil.copytree(made.folder / "rulebook", tmp_path / "stricter"))
    replace("house.cedar", "regime_share_bp.house >= 5000", "regime_share_bp.house >= 4000")(folder)
    return folder


def test_a_replay_says_that_every_ruling_is_the_same(made: MadeNetwork) -> None:
    """By SQL and by Cedar."""
    count = len(made.decisions())

    said = evenhand("rules", "replay", made.folder)
    plain = evenhand("ledger", "replay", made.folder, "--json")

    assert (said.status, said.out) == (0, f"{count} decisions replayed by sql: {count} the same\n")
    assert plain.json == {
        "engine": "cedar", "decisions": count, "same": count, "different": [], "erased": 0, "rulebook_missing": 0,
        "routed": 0,
    }  # fmt: skip


def test_a_replay_names_what_comes_out_otherwise_and_what_cannot_be_replayed(made: MadeNetwork, tmp_path: Path) -> None:
    """Exit 1; the entries are named."""
    copy = made.copy(tmp_path / "network")
    with apsw.Connection(str(copy.folder / "ledger" / "private" / "ledger.sqlite")) as database:
        rows = list(database.execute("SELECT seq, body FROM payload"))
        seq, body = next(
            row for row in rows if b'"designated_share_bp":5500' in row[1] and b'"outcome":"refuse"' in row[1]
        )
        changed = body.replace(b'"designated_share_bp":5500', b'"designated_share_bp":12')
        changed = changed.replace(b'"house":5500', b'"house":12')
        database.execute("UPDATE payload SET body = ? WHERE seq = ?", (changed, seq))
        database.execute("DELETE FROM payload WHERE seq = (SELECT min(seq) FROM payload WHERE subject = 'bakery')")

    said = evenhand("rules", "replay", copy.folder)

    assert said.status == 1
    first, erased, total = said.out.splitlines()
    assert first == f"entry {seq}: recorded refuse (house-owned, minority-designated-owner), now allow (open-to-all)"
    assert erased == "1 decision erased, not replayable"
    assert total.endswith("the same, 1 different")
    shutil.rmtree(copy.folder / "snapshots" / "rulebooks")
    replace("rulebook/house.cedar", '@owner("legal")', '@owner("law")')(copy.folder)
    lost = evenhand("rules", "replay", copy.folder)
    assert "under a rulebook that was not kept, not replayable" in lost.out


def test_a_shadow_shows_the_table_the_flips_and_whom_they_move(
    made: MadeNetwork, stricter: Path, tmp_path: Path
) -> None:
    """And the register that the gate would have."""
    out = tmp_path / "register.jsonl"

    said = evenhand("rules", "shadow", made.folder, stricter, "--at", "2026-03-04T00:00:00Z", "--register", out)
    plain = evenhand("rules", "shadow", made.folder, stricter, "--at", "2026-03-04T00:00:00Z", "--json")

    assert said.status == 0
    (minor,) = (each for each in plain.json["flips"] if each["party_id"] == "minor")
    assert minor["party_name"]
    assert f"{minor['party_name']} (advertiser minor): hold -> refuse  +house-owned" in said.out
    assert "nationality: advertiser's country ``: 1 stricter, 0 milder of" in said.out
    assert said.out.splitlines()[-1].startswith("1 of 14 cases ")
    assert [each["party_id"] for each in plain.json["flips"]] == ["minor"]
    assert plain.json["table"]["hold"]["refuse"] == 1
    rows = {row.id: row.outcome for row in decode_register(out.read_bytes().split(b"\n"), out)[1]}
    assert rows["minor"] == "refuse"


def test_a_shadow_of_many_flips_shows_the_largest(
    made: MadeNetwork, stricter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is one line; --json has all."""
    monkeypatch.setattr("evenhand.cli.commands.replays._SHOWN", 0)

    said = evenhand("rules", "shadow", made.folder, stricter, "--at", "2026-03-04T00:00:00Z")

    assert "… and 1 more; --json lists all" in said.out


def test_a_shadow_says_whose_facts_the_other_schema_does_not_take(made: MadeNetwork, stricter: Path) -> None:
    """They would all be held; that is the schema's doing and no rule's."""
    replace("schema.cedarschema", "  spend_micros: Long,\n", "  spend_micros: Long,\n  rating: Long,\n")(stricter)

    said = evenhand("rules", "shadow", made.folder, stricter, "--at", "2026-03-04T00:00:00Z")

    assert "held because the facts do not fit the other schema: Advertiser.rating is not among the facts" in said.out
