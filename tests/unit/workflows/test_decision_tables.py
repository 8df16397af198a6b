"""`decisions.csv` and `decisions.xlsx`: what a person reads in them, and when they are written."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import apsw
import pytest
from python_calamine import CalamineWorkbook

from evenhand.ledger import log_reader
from evenhand.model.errors import HistoryConflict
from evenhand.model.log import Leaf
from evenhand.store import spreadsheets
from evenhand.store.sheet_rows import RowSheet
from evenhand.workflows.delivery import decision_tables
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork

FILES = ("decisions.csv", "decisions.xlsx", "decisions.parquet")


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def rows(made: MadeNetwork) -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows of the CSV by party and scope; the later of two decisions about one wins."""
    with (made.folder / "out/decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(each["id"], each["scope"]): each for each in csv.DictReader(file)}


def sheet(made: MadeNetwork, name: str) -> list[dict[str, object]]:
    """Return the rows of a sheet of the workbook as another program reads them."""
    heading, *cells = CalamineWorkbook.from_path(made.folder / "out/decisions.xlsx").get_sheet_by_name(name).to_python()
    return [dict(zip(map(str, heading), each, strict=True)) for each in cells]


def stamps(made: MadeNetwork) -> list[tuple[bytes, int]]:
    return [(path.read_bytes(), path.stat().st_mtime_ns) for path in (made.folder / "out" / name for name in FILES)]


def test_a_possible_match_has_its_entry_the_point_and_what_to_do(begun: MadeNetwork) -> None:
    """Who opens the table sees why, and the command that settles it."""
    row = rows(begun)["namesake", "advertiser"]

    assert (row["name"], row["outcome"], row["since"]) == ("Dravik Mills", "hold", f"{DAY_1:%Y-%m-%d}")
    assert (row["matched_entry"], row["entry_id"], row["strength"]) == ("Dravik Mills", "s-mills", "possible")
    assert (row["list"], row["list_date"], row["programme"]) == ("house-sanctions", "2026-01-02", "made-up")
    assert row["sentence"] == "Same name; no country to compare."
    command = "evenhand judge DIR namesake 'house-sanctions#s-mills' same|not-same|unsure --by WHO --why TEXT"
    assert row["next_step"] == f"Judge the match: {command}"
    assert date.fromisoformat(row["by"]) > DAY_1.date()
    assert row["notified"] == ""


def test_every_decision_has_a_row_the_strictest_first(begun: MadeNetwork) -> None:
    """Also one that takes effect later: the letter goes out with the decision, from which the notice counts."""
    known = sheet(begun, "decisions")

    assert len(known) == len(begun.in_force()) + 1
    order = ["refuse", "hold", "limit", "label", "allow"]
    assert [row["outcome"] for row in known] == sorted((str(row["outcome"]) for row in known), key=order.index)
    (later,) = [row for row in known if row["in_force"] == "later"]
    assert (later["id"], later["outcome"]) == ("outlet", "refuse")
    assert str(later["next_step"]).startswith("Send the letter out/reasons/r-")
    assert later["since"] > later["by"] == later["notified"]
    plain = rows(begun)["plain", "payer"]
    assert (plain["sentence"], plain["next_step"], plain["matched_entry"]) == (
        "No adverse findings.", "Nothing to do", "",
    )  # fmt: skip


def test_csv_and_workbook_hold_the_same(begun: MadeNetwork) -> None:
    """Whichever a person opens."""
    known = sheet(begun, "decisions")
    with (begun.folder / "out/decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        said = list(csv.DictReader(file))

    assert [row["decision"] for row in known] == [row["decision"] for row in said]
    assert [str(row["since"]) for row in known] == [row["since"] for row in said]
    assert all(isinstance(row["since"], date) and isinstance(row["leaf"], float) for row in known)


def test_all_matches_are_in_a_sheet_of_their_own(made: MadeNetwork) -> None:
    """The row has the strongest of them, and how many others there are."""
    made.add("house-sanctions", id="s-mills2", name="Dravik Mills", schema="Company", country="qp", topic="made-up")

    made.run(DAY_2)

    assert rows(made)["namesake", "advertiser"]["other_matches"] == "1"
    own = [row for row in sheet(made, "matches") if row["id"] == "namesake"]
    assert [row["entry_id"] for row in own] == ["s-mills", "s-mills2"]
    assert all(str(row["judge"]).startswith("evenhand judge DIR namesake") for row in own)


def test_a_judgement_is_told_in_the_row(made: MadeNetwork) -> None:
    """An allow after `not-same` says so; it is no plain one."""
    judge(made.network, StatedJudgement("namesake", "s-mills", "not-same", "A. Reviewer", "elsewhere"), DAY_1, TOOLS)

    made.run(DAY_2)

    row = rows(made)["namesake", "advertiser"]
    assert (row["outcome"], row["sentence"]) == ("allow", "A person judged it to be another.")


@pytest.mark.parametrize(
    ("party", "scope", "step"),
    [
        ("minor", "advertiser", "Ask for a register extract that shows the owners"),
        ("bakery", "campaign:c-hidden", "Ask who pays for the campaign, and enter the payer"),
        ("frozen", "advertiser", "Send the letter out/reasons/r-"),
    ],
)
def test_the_next_step_fits_what_the_decision_rests_on(begun: MadeNetwork, party: str, scope: str, step: str) -> None:
    """A hold is lifted by what is missing, not by waiting."""
    assert rows(begun)[party, scope]["next_step"].startswith(step)


def test_a_rejected_row_is_the_first_thing_to_correct(made: MadeNetwork) -> None:
    """Nothing else can be judged before it is read."""
    made.row("advertisers", "civic")["prepaid"] = "a lot"
    made.settings["intake"]["max_refused_share"] = "1"

    made.run(DAY_2)

    step = rows(made)["civic", "advertiser"]["next_step"]
    assert step.startswith("Correct the rejected row (data/advertisers.csv, line 8), then run again")


def test_the_row_names_the_entry_that_the_next_step_asks_about(made: MadeNetwork) -> None:
    """A certain match with a list whose law does not bind the network does not hide the one that a person judges."""
    made.lists["sample-us"] = []
    made.add("sample-us", id="o-1", schema="Company", name="Dravik Bread", website="https://dravik-bread.example",
             topic="SDGT")  # fmt: skip

    made.run(DAY_2)

    row = rows(made)["namesake", "advertiser"]
    assert (row["outcome"], row["entry_id"], row["other_matches"]) == ("hold", "s-mills", "1")
    assert "house-sanctions#s-mills" in row["next_step"]
    assert row["sentence"] == "Same name; no country to compare."


def test_an_unchanged_run_leaves_the_tables_alone(made: MadeNetwork) -> None:
    """A workbook of 100,000 rows takes a quarter of a minute; a backup sees no new file."""
    made.run(DAY_2)
    before = stamps(made)

    made.run(DAY_3)

    assert stamps(made) == before


def test_a_new_name_or_a_lost_or_edited_file_writes_them_again(made: MadeNetwork) -> None:
    """What a person sees in the folder is what the ledger says, whatever happened to the files."""
    made.run(DAY_2)
    before = stamps(made)
    (made.folder / "out/decisions.csv").write_text("edited")
    made.run(DAY_2)
    assert stamps(made)[0][0] == before[0][0]

    for lost in ("decisions.xlsx", "decisions.parquet"):
        (made.folder / "out" / lost).unlink()
        made.run(DAY_2)
    assert [data for data, _ in stamps(made)] == [data for data, _ in before]

    made.row("advertisers", "civic")["name"] = "Clear Water Circle e.V."
    made.run(DAY_3)
    assert rows(made)["civic", "advertiser"]["name"] == "Clear Water Circle e.V."


def test_of_many_decisions_all_are_in_the_tables_and_the_first_are_shown(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page ends somewhere; the tables do not."""
    monkeypatch.setattr(decision_tables, "MOST_SHOWN", 3)
    made.row("advertisers", "civic")["name"] = "Another Name"
    shown: list[str] = []
    made.run(DAY_2, replace(TOOLS, show=lambda each: shown.append(each.row.decision)))
    everything = [row["decision"] for row in sheet(made, "decisions")]
    assert shown == everything[:3]
    assert len(everything) > 10


def test_allows_that_are_written_together_have_the_rows_that_each_has_alone(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large network nine rows in ten are such; their text is made once."""
    for day in (DAY_2, DAY_3):
        for number, name in enumerate(("Plum & Pear", "=1+1", "Nut, Bolt", "Elm Café", "Oak Café")):
            made.add("advertisers", id=f"more{day:%d}-{number}", name=name)
        made.run(day)
    alone = stamps(made)
    added: list[int] = []
    real = decision_tables.shown_decisions
    monkeypatch.setattr(decision_tables, "shown_decisions", lambda *given: counted(real(*given), added))

    for most in (0, 3):
        monkeypatch.setattr(decision_tables, "MOST_CASES", most)
        for name in FILES:
            (made.folder / "out" / name).unlink()
        made.run(DAY_3)
        assert [data for data, _ in stamps(made)] == [data for data, _ in alone]
    assert max(added) > 3


def counted(rows: Iterator[tuple[Any, Sequence[Any]]], added: list[int]) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield decisions, and note how many others come with each."""
    for shown, others in rows:
        added.append(len(others))
        yield shown, others


def shown(made: MadeNetwork) -> list[tuple[str, int, str, str]]:
    """Return id, entry, party and outcome of each decision in force about an advertiser."""
    rows = made.in_force()
    return [(name, seq, party, outcome) for name, seq, _, party, _, scope, outcome, *_ in rows if scope == "advertiser"]


def opened(made: MadeNetwork, monkeypatch: pytest.MonkeyPatch, at: datetime = DAY_2) -> list[int]:
    """Return the entries whose payloads a run holds against their leaves by sealing their values anew."""
    found: list[int] = []
    whole = log_reader.opens

    def noting(leaf: Leaf, *given: Any) -> bool:
        found.append(leaf.seq)
        return whole(leaf, *given)

    with monkeypatch.context() as patched:
        patched.setattr(log_reader, "opens", noting)
        made.run(at)
    return found


def test_a_payload_that_was_held_against_its_leaf_is_hashed_from_then_on(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To seal its values costs a hundred times as much; without what the last run knew it is done again."""
    restricting = {seq for _, seq, *_, outcome in shown(made) if outcome != "allow"}
    lost = made.copy(made.folder.with_name("lost"))
    (lost.network.state / "decisions.json").unlink()
    for each in (made, lost):
        each.row("advertisers", "bakery")["name"] = "Another Bakery"

    assert not restricting & set(opened(made, monkeypatch))
    assert restricting <= set(opened(lost, monkeypatch))
    assert stamps(made)[0][0] == stamps(lost)[0][0]
    assert not restricting & set(opened(made, monkeypatch, DAY_3))


def test_a_decision_that_somebody_changed_since_is_not_shown(made: MadeNetwork) -> None:
    """The hash is over what the ledger has of it, and read anew: what is shown rests on the record alone."""
    (frozen,) = (seq for _, seq, party, _ in shown(made) if party == "frozen")
    with closing(apsw.Connection(str(made.folder / "ledger/private/ledger.sqlite"))) as tables:
        ((body,),) = tables.execute("SELECT body FROM payload WHERE seq = ?", (frozen,))
        changed = body.replace(b'"outcome":"refuse"', b'"outcome":"label"')
        assert changed != body
        tables.execute("UPDATE payload SET body = ? WHERE seq = ?", (changed, frozen))
    made.row("advertisers", "bakery")["name"] = "Another Bakery"

    with pytest.raises(HistoryConflict, match=f"payload of entry {frozen} was changed"):
        made.run(DAY_2)


@pytest.mark.parametrize("touched", ["nothing", "workbook", "program"])
def test_a_workbook_is_that_of_a_run_that_knows_nothing_of_the_last_one(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch, touched: str
) -> None:
    """Pieces of it are taken over only from the one that this program left."""
    monkeypatch.setattr(spreadsheets, "_TOGETHER", 2)
    made.row("advertisers", "bakery")["name"] = "Another Bakery"
    made.run(DAY_2)
    workbook, taken = made.folder / "out/decisions.xlsx", list[int]()
    lost = made.copy(made.folder.with_name("lost"))
    (lost.network.state / "decisions.json").unlink()
    if touched == "workbook":
        workbook.write_bytes(bytes(len(workbook.read_bytes())))
    elif touched == "program":
        monkeypatch.setattr(decision_tables, "_packer_sha256", lambda: "another")
    take = RowSheet.take

    def noting(self: RowSheet, row: int, *given: Any) -> None:
        taken.append(row)
        take(self, row, *given)

    monkeypatch.setattr(RowSheet, "take", noting)
    for each in (made, lost):
        each.row("advertisers", "civic")["name"] = "Clear Water Ring"
        each.run(DAY_3)

    assert workbook.read_bytes() == (lost.folder / "out/decisions.xlsx").read_bytes()
    assert bool(taken) == (touched == "nothing")
