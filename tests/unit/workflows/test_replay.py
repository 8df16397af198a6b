"""Recorded rulings derived again, by SQL and by Cedar, and what is said of those that cannot be."""

import shutil
from pathlib import Path

import apsw
import pytest

from evenhand.model.errors import NotFound, RulebookInvalid
from evenhand.policy.sql.proposal import Proposer
from evenhand.store.network import Network
from evenhand.workflows.evaluation.side_process import can_work_beside
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from evenhand.workflows.rulebooks.replay import Engine, replay
from tests.networks import DAY_2, MadeNetwork, empty_network, quiet

ENGINES: list[Engine] = ["sql", "cedar"]


@pytest.fixture
def twice(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    """Return a network that was run under two rulebooks, the second without the hold for news of few owners."""
    made = begun.copy(tmp_path / "network")
    made.edit_rules(
        lambda text: text.replace("principal.designated_share_bp >= 5000", "principal.designated_share_bp >= 4000")
    )
    made.run(DAY_2)
    return made


@pytest.mark.parametrize("engine", ENGINES)
def test_every_decision_is_the_same_again_under_the_rulebook_of_its_day(twice: MadeNetwork, engine: Engine) -> None:
    """The folder holds only the newest rules; those of the first run were kept."""
    report = replay(twice.network, engine, quiet)

    assert len({each.inputs.rulebook for each in twice.decisions()}) == 2
    assert (report.engine, report.decisions, report.same) == (engine, len(twice.decisions()), len(twice.decisions()))
    assert (report.different, report.erased, report.rulebook_missing) == ((), (), ())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_ruling_that_comes_out_otherwise_is_named(twice: MadeNetwork, engine: Engine) -> None:
    """A kept rulebook that somebody exchanged for another is no rulebook of that hash; facts that changed show."""
    changed = b'"designated_share_bp":5500'
    database = apsw.Connection(str(twice.folder / "ledger" / "private" / "ledger.sqlite"))
    ((seq, body),) = [
        (seq, body)
        for seq, body in database.execute("SELECT seq, body FROM payload")
        if changed in body and b'"scope":"advertiser"' in body
    ][:1]
    database.execute(
        "UPDATE payload SET body = ? WHERE seq = ?",
        (body.replace(changed, b'"designated_share_bp":12').replace(b'"house":5500', b'"house":12'), seq),
    )
    database.close()

    report = replay(twice.network, engine, quiet)

    (found,) = report.different
    assert found.seq == seq
    assert (found.recorded.outcome, found.replayed.outcome) == ("refuse", "allow")
    assert report.same == report.decisions - 1


def test_what_was_erased_or_has_no_rulebook_is_counted_and_never_skipped(twice: MadeNetwork) -> None:
    """Every decision is in one of the four numbers."""
    under = [each.inputs.rulebook.removeprefix("sha256:") for each in twice.decisions()]
    first = under[0]
    shutil.rmtree(twice.folder / "snapshots" / "rulebooks" / first)
    database = apsw.Connection(str(twice.folder / "ledger" / "private" / "ledger.sqlite"))
    last = [seq for (seq,) in database.execute("SELECT seq FROM entry WHERE CAST(leaf AS TEXT) LIKE '%\"decision\"%'")][
        -1
    ]
    database.execute("DELETE FROM payload WHERE seq = ?", (last,))
    database.close()

    report = replay(twice.network, "cedar", quiet)

    assert report.erased == (last,)
    assert len(report.rulebook_missing) == under[:-1].count(first)
    assert report.same + len(report.erased) + len(report.rulebook_missing) == report.decisions


@pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")
@pytest.mark.parametrize("engine", ENGINES)
def test_two_processes_replay_what_one_replays(
    twice: MadeNetwork, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part is taken once, whoever takes it; what differs, was erased or has no rulebook is in order."""
    database = apsw.Connection(str(twice.folder / "ledger" / "private" / "ledger.sqlite"))
    rows = [each for each in database.execute("SELECT seq, body FROM payload") if b'"errors":[]' in each[1]]
    for seq, body in rows[::2]:
        changed = body.replace(b'"errors":[]', b'"errors":["none-of-ours"]')
        database.execute("UPDATE payload SET body = ? WHERE seq = ?", (changed, seq))
    database.executemany("DELETE FROM payload WHERE seq = ?", [(seq,) for seq, _ in rows[1:4:2]])
    database.close()
    alone = replay(twice.network, engine, quiet)
    shown: list[tuple[str, int, int]] = []
    monkeypatch.setattr("evenhand.workflows.rulebooks.replay._WORTH_A_PROCESS", 1)
    monkeypatch.setattr("evenhand.workflows.rulebooks.replay._AT_ONCE", 2)

    shared = replay(twice.network, engine, lambda *each: shown.append(each))

    assert shared == alone
    assert min(len(alone.different), len(alone.erased)) >= 2
    assert shown[-1][0] == "replaying"
    assert shown[-1][1] == shown[-1][2]


def test_a_network_without_a_ledger_is_named(tmp_path: Path) -> None:
    """What to do stands beside it."""
    made = empty_network(tmp_path / "network")
    made.write()
    shutil.rmtree(made.folder / "ledger")

    with pytest.raises(NotFound, match="no ledger with payloads here; run `evenhand run` first"):
        replay(made.network, "sql", quiet)


def test_a_rulebook_is_kept_once_and_whole(twice: MadeNetwork) -> None:
    """What a killed run left behind is made anew; a kept one is never touched again."""
    kept = twice.folder / "snapshots" / "rulebooks"
    names = sorted(path.name for path in kept.iterdir())
    newest = twice.decisions()[-1].inputs.rulebook.removeprefix("sha256:")
    other = next(name for name in names if name != newest)
    before = {path: path.stat().st_mtime_ns for path in (kept / other).iterdir()}
    (kept / newest).rename(kept / f"{newest}.tmp")

    twice.run(DAY_2)

    assert sorted(path.name for path in kept.iterdir()) == names
    assert {path: path.stat().st_mtime_ns for path in (kept / other).iterdir()} == before
    assert {path.name for path in (kept / newest).iterdir()} >= {
        "house.cedar", "schema.cedarschema", "designations.json",
    }  # fmt: skip


def test_a_kept_rulebook_that_is_damaged_is_an_error_and_another_one_is_none(twice: MadeNetwork) -> None:
    """A replay under other rules would prove nothing."""
    names = sorted(path.name for path in (twice.folder / "snapshots" / "rulebooks").iterdir())
    first, second = (twice.folder / "snapshots" / "rulebooks" / name / "house.cedar" for name in names)
    shutil.copyfile(first, second)
    first.write_text("forbid(", "utf-8")

    assert Rulebooks(twice.network).by_hash(names[1]) is None
    with pytest.raises(RulebookInvalid):
        Rulebooks(twice.network).by_hash(names[0])


def test_what_sql_does_not_say_is_counted(begun: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cedar ruled it; the number says how much of a replay was Cedar's own."""
    whole: Network = begun.network

    class Odd(Proposer):
        def _chunk(self, batch):  # type: ignore[no-untyped-def]
            return ((place, "not said in SQL") for place in range(len(batch)))

    monkeypatch.setattr("evenhand.policy.sql.Proposer", Odd)

    report = replay(whole, "sql", quiet)

    assert report.routed == report.decisions == report.same
