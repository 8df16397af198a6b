"""A run that finds nothing changed, beside one that does everything: the same report, files and record."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from evenhand.model.decision_row import ShownDecision
from evenhand.model.errors import EvenhandError
from evenhand.model.run import RunReport
from evenhand.workflows.evaluation.known_rulings import RULINGS
from evenhand.workflows.run.network_run import run
from evenhand.workflows.run.tools import Tools
from tests.differential import test_run_again as edits
from tests.networks import BY, DAY_1, TOOLS, MadeNetwork, full_network
from tests.people import write_staff
from tests.rings import OTHERS, RING, acts_of, background, ring_network, write_events

Edit = Callable[[MadeNetwork], object]
MINUTES = timedelta(minutes=7)
STANDING = "standing.msgpack"
PLAIN = replace(TOOLS, accept_lists=frozenset(), accept_tables=frozenset(), accept_names=frozenset())


@dataclass
class Ran:
    """What came of a run: its report or error, what it showed, and whether it did everything."""

    outcome: RunReport | str
    shown: list[ShownDecision]
    did_all: bool


def walk(made: MadeNetwork, at: datetime, tools: Tools = PLAIN) -> Ran:
    """Run with what a person has on the command line, where nothing else is said with nothing accepted."""
    shown: list[ShownDecision] = []
    stages: list[str] = []
    tools = replace(tools, show=shown.append, progress=lambda stage, *_: stages.append(stage))
    try:
        report = run(made.network, at, BY, tools)
        said = tuple(each.replace(str(made.folder), "") for each in report.contested)
        outcome: RunReport | str = msgspec.structs.replace(report, contested=said)
    except EvenhandError as error:
        outcome = str(error).replace(str(made.folder), "")
    return Ran(outcome, shown, bool(stages))


def left(made: MadeNetwork) -> dict[str, bytes]:
    """Return the files that left a run, and the public part of its log."""
    folders = (made.folder / "out", made.folder / "ledger" / "public", made.folder / "snapshots")
    return {
        str(path.relative_to(made.folder)): path.read_bytes()
        for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run once, as a person runs it."""
    made = full_network(tmp_path_factory.mktemp("begun") / "network")
    made.write()
    assert isinstance(walk(made, DAY_1).outcome, RunReport)
    return made


def both(begun: MadeNetwork, folder: Path, *steps: tuple[timedelta, Edit]) -> list[Ran]:
    """Wait, edit and run in two copies, one of which always does everything; hold side by side what they left."""
    quick, whole = begun.copy(folder / "quick"), begun.copy(folder / "whole")
    for made in (quick, whole):  # a copied file has another stamp: the first run finds that out and does everything
        walk(made, DAY_1)
    at, ran = DAY_1, []
    for wait, edit in steps:
        at += wait
        for made in (quick, whole):
            edit(made)
            made.write()
        (whole.folder / "state" / STANDING).unlink(missing_ok=True)
        one, other = walk(quick, at), walk(whole, at)
        assert other.did_all or isinstance(other.outcome, str)
        assert one.outcome == other.outcome
        assert one.shown == other.shown
        assert left(quick) == left(whole)
        assert quick.payloads() == whole.payloads()
        ran.append(one)
    return ran


def nothing(_: MadeNetwork) -> None:
    pass


def test_nothing_has_changed_and_nothing_is_done_again(begun: MadeNetwork, tmp_path: Path) -> None:
    """Hours of one day: timed rulings are made again, the register is fresh again, and no other step is taken."""
    ran = both(begun, tmp_path, *[(MINUTES, nothing)] * 3, (timedelta(hours=5), nothing))

    assert [each.did_all for each in ran] == [False] * 4
    assert all(isinstance(each.outcome, RunReport) and each.outcome.at > DAY_1 for each in ran)


def unverified_ring(folder: Path) -> MadeNetwork:
    """Return advertisers who act as one, of tables that do not say how far anybody is verified, which is warned of."""
    made = ring_network(folder)
    for row in (*made.tables["advertisers"], *made.tables["payers"]):
        row.pop("verification", None)
    write_events(made, (*background(OTHERS), *acts_of(RING), ("nobody", "https://a.example", "landing_url", "1", "")))
    return made


@pytest.mark.parametrize("make", [full_network, ring_network, unverified_ring])
def test_a_run_right_after_the_first_does_nothing_again(make: Callable[[Path], MadeNetwork], tmp_path: Path) -> None:
    """The report of a next run follows from that of a first one where nothing stands in the way."""
    made = make(tmp_path / "network")
    made.write()
    first = walk(made, DAY_1)
    copied = made.copy(tmp_path / "whole")
    second, other = walk(made, DAY_1 + MINUTES), walk(copied, DAY_1 + MINUTES)

    assert (first.did_all, second.did_all, other.did_all) == (True, False, True)
    assert second.outcome == other.outcome
    assert second.shown == other.shown
    assert left(made) == left(copied)


# One of each kind of input; all the others in the long run.
ALWAYS = {
    "a party's row that only rules read", "a list version with added, removed and amended entries", "votes", "mapping",
    "rulebook", "a list that left the settings", "a match is cleared", "a row without an id that gets one",
}  # fmt: skip
EDITED = [each if each in ALWAYS else pytest.param(each, marks=pytest.mark.long) for each in edits.EDITS]


def no_outbox(made: MadeNetwork) -> None:
    (made.folder / "outbox").mkdir(exist_ok=True)
    (made.folder / "outbox" / "tdb.sqlite").write_bytes(b"no database")


def test_what_cannot_be_queued_is_said_once_in_each_run(begun: MadeNetwork, tmp_path: Path) -> None:
    """An outbox that is damaged is tried again in every run, short or whole, and comes in no way twice."""
    ran = both(begun, tmp_path, (MINUTES, no_outbox), (MINUTES, nothing))

    assert [each.did_all for each in ran] == [False, False]
    assert [sum("not queued" in line for line in each.outcome.contested) for each in ran] == [1, 1]  # type: ignore[union-attr]


@pytest.mark.parametrize("changed", EDITED)
def test_an_edit_is_never_overlooked(begun: MadeNetwork, tmp_path: Path, changed: str) -> None:
    """Whatever is edited, and on the run after it, both say and leave the same."""
    steps = [(MINUTES, each) for each in edits.EDITS[changed]]
    both(begun, tmp_path, *steps, (MINUTES, nothing))


def without(name: str) -> Edit:
    return lambda made: (made.folder / name).unlink(missing_ok=True)


def longer(name: str) -> Edit:
    def edit(made: MadeNetwork) -> None:
        path = made.folder / name
        path.write_bytes(path.read_bytes() + b"\n")

    return edit


def first_letter_gone(made: MadeNetwork) -> None:
    min((made.folder / "out" / "reasons").glob("*.txt")).unlink()


TOUCHED: dict[str, Edit] = {
    "register": longer("out/register.jsonl"),
    "compiled register": longer("out/register.evh"),
    "no compiled register": without("out/register.evh"),
    "no table of decisions": without("out/decisions.csv"),
    "no rejected input": without("out/rejected-input.csv"),
    "a letter": first_letter_gone,
    "what screening found": without("state/findings.parquet"),
    "rulings": longer(f"state/{RULINGS}"),
    "what the last run stood on": lambda made: (made.folder / "state" / STANDING).write_bytes(b"\x85\xa6\xff\xfe"),
}


@pytest.mark.parametrize("touched", TOUCHED)
def test_a_file_that_somebody_touched_is_written_again(begun: MadeNetwork, tmp_path: Path, touched: str) -> None:
    """What a run left and somebody changed or removed is there again after the next."""
    ran = both(begun, tmp_path, (MINUTES, TOUCHED[touched]), (MINUTES, nothing))

    assert [each.did_all for each in ran] == [True, False]


def ends_today(made: MadeNetwork) -> None:
    made.row("house-sanctions", "s-mills")["until"] = f"{DAY_1:%Y-%m-%d}"


def test_the_last_day_of_a_listing_passes_with_its_lists_unchanged(begun: MadeNetwork, tmp_path: Path) -> None:
    """On the last day nothing is done again and who is held stays so; the first run of the next day lets him go."""
    ran = both(begun, tmp_path, (MINUTES, ends_today), (MINUTES, nothing), (timedelta(hours=18), nothing),
               (MINUTES, nothing))  # fmt: skip

    assert [each.did_all for each in ran] == [True, False, True, False]
    assert [each.outcome.decisions for each in ran] == [0, 0, 1, 0]  # type: ignore[union-attr]


def test_days_begin_with_a_whole_run(begun: MadeNetwork, tmp_path: Path) -> None:
    """Rules, campaigns, terms: much begins and ends with a day, so that the first run of each looks at everything."""
    ran = both(begun, tmp_path, (timedelta(days=1), nothing), (MINUTES, nothing), (timedelta(hours=12), nothing))

    assert [each.did_all for each in ran] == [True, False, True]


def test_a_decision_that_begins_at_an_hour_of_the_day_ends_what_stands(begun: MadeNetwork, tmp_path: Path) -> None:
    """The first run from that instant on looks at everything, though nothing was edited and the day is the same."""
    hour, begins = timedelta(hours=1), begun.last("outlet").effective_from
    assert begins.date() == (begins - 2 * hour).date() > DAY_1.date()
    ran = both(begun, tmp_path, (begins - 2 * hour - DAY_1, nothing), *[(hour, nothing)] * 3)

    assert [each.did_all for each in ran] == [True, False, True, False]


TIMED_RULE = """
@id("from-three")
@title("From three o'clock on")
@why("Made up.")
@verdict("hold")
@ground("contract")
@notice_days("0")
@effective_from("2017-01-01")
@owner("o")
forbid (principal is Advertiser, action == Action::"buy", resource is Campaign)
when { context.at >= datetime("2026-03-02T15:00:00Z") };
"""


@pytest.fixture(scope="module")
def unreleased(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """The same network, in whose log no rulebook was released: any may be taken as historic."""
    made = begun.copy(tmp_path_factory.mktemp("unreleased") / "network")
    made.begin_again()
    made.settings["rulebook"]["historic"] = True
    made.run(DAY_1)
    return made


def test_a_ruling_that_the_clock_changes_ends_what_stands(unreleased: MadeNetwork, tmp_path: Path) -> None:
    """Only the clock passes the hour that a rule names: until then runs are short, and then it decides."""

    def rule(made: MadeNetwork) -> None:
        made.edit_rules(lambda text: text + TIMED_RULE, historic=True)

    hour = timedelta(hours=1)
    ran = both(unreleased, tmp_path, (MINUTES, rule), (hour, nothing), (hour, nothing), (hour, nothing))

    assert [each.did_all for each in ran] == [True, False, False, True]
    assert [each.outcome.decisions > 0 for each in ran] == [False, False, False, True]  # type: ignore[union-attr]


def test_a_time_that_the_gate_waits_for_ends_what_stands(unreleased: MadeNetwork, tmp_path: Path) -> None:
    """No standing request is about France, so that no ruling is timed; the gate's conditions are."""
    elsewhere = TIMED_RULE.replace(
        '== Action::"buy", resource is Campaign', 'in [Action::"buy", Action::"serve"], resource'
    )
    elsewhere = elsewhere.replace("context.at", 'context.territories.contains("FR") && context.at')

    def rule(made: MadeNetwork) -> None:
        made.edit_rules(lambda text: text + elsewhere, historic=True)

    hour = timedelta(hours=1)
    ran = both(unreleased, tmp_path, (MINUTES, rule), (hour, nothing), (hour, nothing), (hour, nothing))

    assert [each.did_all for each in ran] == [True, False, False, True]
    assert {each.outcome.decisions for each in ran} == {0}  # type: ignore[union-attr]


def test_an_act_that_was_ahead_ends_what_stands(tmp_path: Path) -> None:
    """An act counts from its time on, though the table that says it is the same."""
    made, hour = ring_network(tmp_path / "network"), timedelta(hours=1)
    ahead = str(int((DAY_1 + 2 * hour).timestamp()))
    write_events(
        made, (*background(OTHERS), *acts_of(RING), (OTHERS[0], "https://a.example/1", "landing_url", ahead, "p"))
    )
    made.write()
    walk(made, DAY_1)
    waits = (MINUTES, MINUTES, 2 * hour, MINUTES, MINUTES)
    ran = both(made, tmp_path, *((each, nothing) for each in waits))

    assert [each.did_all for each in ran] == [False, False, True, False, False]


def test_advertisers_that_are_named_no_more_are_said_once(tmp_path: Path) -> None:
    """What the tests warn of is said again as long as its cause is there; that somebody is gone is said once."""
    made = ring_network(tmp_path / "network")
    made.write()
    walk(made, DAY_1)
    apart = [(*event[:3], str(int(event[3]) + 4_000 * place), event[4]) for place, event in enumerate(acts_of(RING))]
    steps = (lambda made: write_events(made, (*background(OTHERS), *apart)), nothing, nothing)
    ran = both(made, tmp_path, *((MINUTES, each) for each in steps))

    assert [each.did_all for each in ran] == [True, True, False]
    assert [sum("named no more" in each for each in one.outcome.warnings) for one in ran] == [1, 0, 0]  # type: ignore[union-attr]


def test_staff_that_was_named_since_ends_what_stands(begun: MadeNetwork, tmp_path: Path) -> None:
    """Who could sign from when on stands in the record, so that a run writes it down."""
    ran = both(
        begun, tmp_path, (MINUTES, nothing), (MINUTES, lambda made: write_staff(made.folder)), (MINUTES, nothing)
    )

    assert [each.did_all for each in ran] == [False, True, False]


def test_a_loss_that_is_accepted_is_taken_though_nothing_was_edited(begun: MadeNetwork, tmp_path: Path) -> None:
    """The list that was kept back is what a person speaks of, and the files are those of the run before."""
    made = begun.copy(tmp_path / "network")
    walk(made, DAY_1)
    made.lists["house-sanctions"] = [made.row("house-sanctions", "s-none")]
    made.write()
    kept = [walk(made, DAY_1 + count * MINUTES) for count in (1, 2, 3)]
    accepted = walk(made, DAY_1 + 4 * MINUTES, replace(PLAIN, accept_lists=frozenset({"house-sanctions"})))

    assert [each.did_all for each in kept] == [True, True, False]
    assert accepted.did_all
    assert isinstance(accepted.outcome, RunReport)
    assert accepted.outcome.decisions > 0


def test_a_time_before_the_last_run_is_refused_though_nothing_was_edited(begun: MadeNetwork, tmp_path: Path) -> None:
    """A clock that went back is said, by a run that could stand on the last as by any other."""
    ran = both(begun, tmp_path, (MINUTES, nothing), (-MINUTES * 2, nothing))

    assert "before" in str(ran[1].outcome)


@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))  # to shrink steps of whole runs takes minutes
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from((MINUTES, MINUTES, timedelta(hours=3), timedelta(hours=30), timedelta(days=9))),
            st.one_of(st.just(nothing), st.just(nothing), edits.small_edits()),
        ),
        min_size=3, max_size=5,
    )
)  # fmt: skip
def test_any_steps_come_to_the_same(begun: MadeNetwork, steps: list[tuple[timedelta, Edit]]) -> None:
    """Edits and times that nobody thought of."""
    with tempfile.TemporaryDirectory() as folder:
        both(begun, Path(folder), *steps)
