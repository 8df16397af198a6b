"""Parties decided again from what the last run knew, beside a whole run at the same instant."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.party import VerificationLevel
from evenhand.model.register import RegisterHead, RegisterRow
from evenhand.model.run import RunReport
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.fact_changes import record_changes
from evenhand.workflows.run.party_run import decide_again
from tests.confirmed import PAPER
from tests.networks import BY, DAY_1, DAY_2, TOOLS, MadeNetwork, full_network

OWNED, NAMESAKE = Party(kind="advertiser", id="owned"), Party(kind="advertiser", id="namesake")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run once, with a company below a company."""
    made = full_network(tmp_path_factory.mktemp("begun") / "network")
    made.add("ownership", owner="owned", owned="minor", share="20 %", kind="ownership")
    made.run(DAY_1)
    return made


def say(made: MadeNetwork, party: Party, change: FactChange, at: datetime) -> None:
    """Record a change; one that cannot be is left out, in both networks alike."""
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        try:
            record_changes(ledger, made.network, party, (change,), Acting("p-1"), at, tools=TOOLS, why="made up")
        except BadInput:
            return
        ledger.publish(at)


def again(made: MadeNetwork, *parties: Party, at: datetime = DAY_2) -> RunReport:
    return decide_again(made.network, parties, at, BY, TOOLS)


def rows(made: MadeNetwork) -> tuple[RegisterHead, dict[str, RegisterRow]]:
    """Return the register without the end of its freshness, which counts from when lists and tables were read."""
    head, found = made.register()
    return replace(head, fresh_until=DAY_1), found


def facts() -> st.SearchStrategy[tuple[Party, FactChange]]:
    """What people say of parties that own, pay, or are matched."""
    party = st.builds(lambda name: Party(kind="advertiser", id=name), st.sampled_from(("owned", "minor", "civic")))
    owner, papers = st.sampled_from(("morvane", "tulquist", "owned", "plain")), st.just((PAPER,))
    return st.one_of(
        st.tuples(party, st.builds(FactChange, kind=st.just("share"), owner_id=owner, documents=papers,
                                   share_ppm=st.sampled_from((0, 100_000, 300_000, 500_000)))),
        st.tuples(party, st.builds(FactChange, kind=st.just("control"), owner_id=owner, documents=papers,
                                   control=st.booleans())),
        st.tuples(party, st.builds(FactChange, kind=st.just("verification"), documents=papers,
                                   level=st.sampled_from(VerificationLevel), until=st.just(DAY_2.date()))),
        st.tuples(
            st.sampled_from((NAMESAKE, Party(kind="payer", id="morvane"), Party(kind="payer", id="tulquist"))),
            st.builds(FactChange, kind=st.just("judgement"), list=st.just("house-sanctions"),
                      entity_id=st.sampled_from(("s-mills", "s-morvane", "s-tulq")),
                      verdict=st.sampled_from(("same", "not-same", "unsure"))),
        ),
    )  # fmt: skip


@settings(max_examples=2)
@given(days=st.lists(st.lists(facts(), min_size=1, max_size=3), min_size=1, max_size=2))
def test_deciding_again_comes_to_what_a_run_comes_to(
    begun: MadeNetwork, days: list[list[tuple[Party, FactChange]]]
) -> None:
    """Ledger, register, decisions in force, and what both know for the next time, row by row."""
    with tempfile.TemporaryDirectory() as folder:
        quick, whole = begun.copy(Path(folder, "quick")), begun.copy(Path(folder, "whole"))
        for day, several in enumerate(days, 1):
            for number, (party, change) in enumerate(several):
                for made in (quick, whole):
                    say(made, party, change, DAY_1 + timedelta(days=day, minutes=number - 30))
            again(quick, *{party for party, _ in several}, at=DAY_1 + timedelta(days=day))
            whole.run(DAY_1 + timedelta(days=day))
            assert quick.payloads() == whole.payloads()
            assert rows(quick) == rows(whole)
            assert _row_bytes(quick) == _row_bytes(whole)
            assert quick.in_force() == whole.in_force()
            assert _files(quick.folder / "out", "decisions.csv") == _files(whole.folder / "out", "decisions.csv")
            assert _files(quick.folder / "out" / "reasons") == _files(whole.folder / "out" / "reasons")
            assert _states(quick) == _states(whole)


def test_a_listing_that_has_ended_since_counts_no_more(begun: MadeNetwork, tmp_path: Path) -> None:
    """An answer of the next morning comes to what that morning's run comes to, though lists are not read again."""
    quick = begun.copy(tmp_path / "quick")
    quick.row("house-sanctions", "s-mills")["until"] = f"{DAY_2:%Y-%m-%d}"
    quick.row("house-sanctions", "s-ferro")["since"] = f"{DAY_2 + timedelta(days=1):%Y-%m-%d}"
    quick.run(DAY_2)
    whole, third = quick.copy(tmp_path / "whole"), DAY_2 + timedelta(days=1)

    again(quick, OWNED, at=third)
    whole.run(third)

    assert (quick.last("namesake").outcome, quick.last("frozen").outcome) == ("allow", "refuse")
    assert quick.payloads() == whole.payloads()
    assert rows(quick) == rows(whole)
    assert quick.in_force() == whole.in_force()


def test_what_changed_in_lists_and_tables_waits_for_the_next_run(begun: MadeNetwork, tmp_path: Path) -> None:
    """An answer about one party decides nothing about others because a file was half edited."""
    made = begun.copy(tmp_path / "network")
    say(made, NAMESAKE, FactChange(kind="judgement", list="house-sanctions", entity_id="s-mills", verdict="not-same"),
        DAY_1 + timedelta(hours=1))  # fmt: skip
    made.drop("advertisers", "civic")
    made.drop("campaigns", "c-civic")
    made.row("house-sanctions", "s-mills")["name"] = "Plain Payer"
    made.write()

    done = again(made, NAMESAKE)

    assert made.last(NAMESAKE.id).outcome == "allow"
    assert done.decisions == 1
    assert "civic" in made.register()[1]


def test_a_register_stays_as_fresh_as_the_last_run_left_it(begun: MadeNetwork, tmp_path: Path) -> None:
    """Lists were not read again: answers must not keep a gate going whose runs have stopped."""
    made = begun.copy(tmp_path / "network")
    fresh_until = made.register()[0].fresh_until

    again(made, OWNED, at=DAY_1 + timedelta(hours=5))
    again(made, OWNED, at=DAY_1 + timedelta(hours=20))

    head, _ = made.register()
    assert (head.made_at, head.fresh_until) == (DAY_1 + timedelta(hours=20), fresh_until)


def test_without_what_the_last_run_knew_deciding_again_is_a_run(begun: MadeNetwork, tmp_path: Path) -> None:
    """`state/` may be deleted at any time."""
    made, forgets = begun.copy(tmp_path / "network"), begun.copy(tmp_path / "forgets")
    share = FactChange(kind="share", owner_id="morvane", share_ppm=0, documents=(PAPER,))
    for each in (made, forgets):
        say(each, OWNED, share, DAY_1 + timedelta(hours=1))
    shutil.rmtree(forgets.folder / "state")

    again(made, OWNED)
    again(forgets, OWNED)

    assert made.payloads() == forgets.payloads()
    assert rows(made) == rows(forgets)
    assert made.last("owned").outcome == "hold"


def test_a_party_that_nobody_decided_about_is_refused(begun: MadeNetwork) -> None:
    """Nothing is decided, not even about the others."""
    size = begun.size()

    with pytest.raises(NotFound, match="no decision is about"):
        again(begun, OWNED, Party(kind="payer", id="owned"))

    assert begun.size() == size


def _row_bytes(made: MadeNetwork) -> bytes:
    """Return the register's rows as they are in the file: those of a run are made anew, all of them."""
    return (made.folder / "out" / "register.jsonl").read_bytes().partition(b"\n")[2]


def _states(network: MadeNetwork) -> dict[str, bytes]:
    """Return the files of the state as text; not what the last whole run did, which an answer leaves as it is.

    `reading.json` has the number that the disk gave the register's file, which is another in every folder, and
    `register.json` the digest of its bytes, whose head says when the tables were read.
    """
    files = _files(network.folder / "state", "*.json")
    return {name: data for name, data in files.items() if name not in {"report.json", "reading.json", "register.json"}}


def _files(folder: Path, pattern: str = "*") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob(pattern)) if path.is_file()}
