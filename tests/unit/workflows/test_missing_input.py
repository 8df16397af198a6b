"""What cannot be read any more never makes a decision milder, and a party keeps the keys it was refused with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.store.tables import read_parquet
from evenhand.workflows.queries import explain
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.run import decisions
from tests.networks import DAY_1, DAY_2, DAY_3, SUFFIXES, MadeNetwork, empty_network

Edit = Callable[[MadeNetwork], object]


def set_cell(table: str, row_id: str, **cells: str) -> Edit:
    return lambda made: made.row(table, row_id).update(cells)


def drop(table: str, row_id: str) -> Edit:
    return lambda made: made.drop(table, row_id)


def twice(made: MadeNetwork) -> None:
    made.add("advertisers", id="frozen", name="Another Name", domains="another.example")


def new_domain(made: MadeNetwork) -> None:
    made.row("advertisers", "frozen")["domains"] = "ferrolit.example;parts.example"


@pytest.mark.parametrize(
    ("party", "edit"),
    [
        ("frozen", set_cell("advertisers", "frozen", prepaid="1.000.00")),
        ("frozen", set_cell("advertisers", "frozen", domains="ferrolit..example")),
        ("frozen", set_cell("advertisers", "frozen", first_seen="soon", domains="")),
        ("frozen", drop("advertisers", "frozen")),
        ("frozen", twice),
        ("owned", set_cell("ownership", "morvane", share="thirty")),
        ("owned", set_cell("ownership", "morvane", as_of="soon", share="")),
        ("owned", set_cell("ownership", "morvane", owned="")),
        ("owned", set_cell("ownership", "morvane", owner="\x07")),
        ("owned", set_cell("payers", "morvane", domains="morvane..example", name="Another Name")),
        ("owned", set_cell("payers", "morvane", id="1.5E+11")),
        ("owned", drop("payers", "morvane")),
        ("morvane", drop("payers", "morvane")),
        ("morvane", set_cell("payers", "morvane", verification="gold", domains="")),
    ],
)
def test_a_refused_party_stays_refused_with_its_keys(
    begun: MadeNetwork, tmp_path: Path, party: str, edit: Edit
) -> None:
    """Whichever cell cannot be read: the decision in force stays as it was made, and the gate finds the party."""
    made = begun.copy(tmp_path / "network")
    before, decided = begun.register()[1][party], len(begun.decisions())
    edit(made)

    made.run(DAY_2)

    after = made.register()[1][party]
    assert (after.outcome, after.decision) == (before.outcome, before.decision) != (Outcome.ALLOW, None)
    assert set(after.domains) >= set(before.domains)
    assert set(after.names) >= set(before.names)
    assert all(each.outcome is Outcome.HOLD for each in made.decisions()[decided:])


def test_a_payer_of_nobody_read_holds_whom_it_pays_for(begun: MadeNetwork, tmp_path: Path) -> None:
    """Money that nobody screened is behind the order. When the row is mended, both holds end."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "bakery")["payer_id"] = "plain"
    made.run(DAY_2)
    assert made.last("bakery").outcome is Outcome.ALLOW
    made.row("payers", "plain")["verification"] = "gold"

    made.run(DAY_3)

    held = made.last("bakery")
    assert (held.outcome, held.decision, held.reasons) == (Outcome.HOLD, "nodecision", ())
    assert made.register()[1]["plain"].outcome is Outcome.HOLD
    made.row("payers", "plain")["verification"] = "register"
    made.run(DAY_3.replace(hour=20))
    assert {made.last("bakery").outcome, made.last("plain", "payer").outcome} == {Outcome.ALLOW}


def test_a_row_that_was_rejected_holds_its_party_until_it_is_mended(begun: MadeNetwork, tmp_path: Path) -> None:
    """Nobody screened it. The finding says which cell, and the report says it first."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "bakery")["prepaid"] = "1.000.00"

    report = made.run(DAY_2)

    decision, row = made.last("bakery"), made.register()[1]["bakery"]
    assert (row.outcome, row.decision, row.domains) == (Outcome.HOLD, decision.id, ("morning-crust.example",))
    assert decision.grounds == (("(facts)", "rule_error", "advertiser"),)
    [case] = [each for each in report.cases if each.decision.id == decision.id]
    assert case.because == (
        "error: not screened: row rejected (data/advertisers.csv, line 2), `prepaid: 1.000.00`; expected an amount such"
        " as 1200 or 1200.50 EUR, not negative",
    )
    made.row("advertisers", "bakery")["prepaid"] = "1000.00"
    made.run(DAY_3)
    assert made.register()[1]["bakery"].outcome is Outcome.ALLOW


def test_a_party_that_left_the_table_keeps_its_name_in_the_report(begun: MadeNetwork, tmp_path: Path) -> None:
    """Its decision is in force; nobody knows whom an id alone means."""
    made = begun.copy(tmp_path / "network")
    made.drop("advertisers", "frozen")

    report = made.run(DAY_2)

    assert {case.name for case in report.cases if case.decision.party.id == "frozen"} == {"Harbour Lane Parts"}


def test_allows_and_decisions_about_campaigns_keep_the_name_of_who_left(tmp_path: Path) -> None:
    """They keep no keys, and the register has no row for the allowed: the last table of decisions names them."""
    made = empty_network(tmp_path / "network")
    made.add("campaigns", id="c-9", advertiser_id="bakery", political="yes")
    made.run(DAY_1)
    made.drop("advertisers", "bakery")
    made.drop("campaigns", "c-9")

    made.run(DAY_2)
    made.run(DAY_3)

    rows = [row for row in read_parquet(made.folder / "out" / "decisions.parquet") if row[3] == "bakery"]
    assert {(row[5], row[6], row[4]) for row in rows} == {
        ("advertiser", "allow", "Morning Crust Bakery"), ("campaign:c-9", "refuse", "Morning Crust Bakery"),
    }  # fmt: skip
    assert explain(made.network, "bakery", DAY_3).name == "Morning Crust Bakery"


def test_a_row_without_an_id_is_held_under_its_line_and_let_go_with_it(begun: MadeNetwork, tmp_path: Path) -> None:
    """The gate finds it by its website. Once it has an id, nothing is left of the line."""
    made = begun.copy(tmp_path / "network")
    made.add("advertisers", id="", name="Newcomer", domains="newcomer.example")
    line = f"(advertisers line {len(made.tables['advertisers']) + 1})"

    made.run(DAY_2)

    row = made.register()[1][line]
    assert (row.outcome, row.domains) == (Outcome.HOLD, ("newcomer.example",))
    made.row("advertisers", "").update(id="newcomer")
    made.run(DAY_3)
    rows = made.register()[1]
    assert (rows["newcomer"].outcome, rows["newcomer"].domains) == (Outcome.ALLOW, ("newcomer.example",))
    assert made.last(line).outcome is Outcome.ALLOW
    made.run(DAY_3.replace(hour=20))
    assert line not in made.register()[1]


def test_a_decision_gets_milder_again_when_everything_can_be_read(begun: MadeNetwork, tmp_path: Path) -> None:
    """What it was refused by is gone from its row, which a person has to look at, and from the gate's keys."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "frozen")["domains"] = "ferrolit..example"
    report = made.run(DAY_2)
    assert any(each.startswith("refuse of advertiser frozen is kept, not changed to hold") for each in report.warnings)

    made.row("advertisers", "frozen")["domains"] = "parts.example"
    made.run(DAY_3)

    assert made.last("frozen").outcome is Outcome.HOLD
    assert made.register()[1]["frozen"].domains == ("parts.example",)


def test_a_cell_that_never_could_be_read_keeps_no_decision(tmp_path: Path) -> None:
    """The decision did not rest on it: a client with one bad website is let go like any other."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-mills", schema="Company", name="Dravik Mills")
    made.add("advertisers", id="namesake", name="Dravik Mills", domains="no host;mills.example")
    made.run(DAY_1)
    assert made.last("namesake").outcome is Outcome.HOLD

    made.row("house-sanctions", "s-mills")["name"] = "Quandar Works"
    made.run(DAY_2)

    assert made.last("namesake").outcome is Outcome.ALLOW


def test_an_order_that_cannot_be_read_counts_as_political(begun: MadeNetwork, tmp_path: Path) -> None:
    """The gate asks more of it, and the order keeps the decision it has."""
    made = begun.copy(tmp_path / "network")
    before = made.last("civic", "campaign:c-civic")
    made.row("campaigns", "c-civic")["political"] = "perhaps"
    made.row("campaigns", "c-bakery")["budget"] = "a lot"

    made.run(DAY_2)

    rows = made.register()[1]
    assert (rows["civic"].political_campaigns, rows["bakery"].political_campaigns) == (("c-civic",), ("c-bakery",))
    assert made.last("civic", "campaign:c-civic") == before


def test_a_key_added_after_the_decision_is_kept_too(begun: MadeNetwork, tmp_path: Path) -> None:
    """No decision names it: the register of the last run does."""
    made = begun.copy(tmp_path / "network")
    new_domain(made)
    made.run(DAY_2)
    made.drop("advertisers", "frozen")

    made.run(DAY_3)

    assert set(made.register()[1]["frozen"].domains) == {"ferrolit.example", "parts.example"}


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network whose decisions have no keys, as versions before wrote them, and whose last register is lost."""
    made = empty_network(tmp_path_factory.mktemp("older") / "network")
    made.add(
        "advertisers", id="listed", name="Ozmerel Vantrik Foundry", domains="foundry.example", accounts="x/foundry"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decisions, "_keys", lambda *_: None)
        made.run(DAY_1)
    (made.folder / "out" / "register.jsonl").unlink()
    return made


def test_an_older_decision_keeps_the_keys_of_the_snapshot_that_it_names(older: MadeNetwork, tmp_path: Path) -> None:
    """Ledgers of earlier versions have them nowhere else."""
    made = older.copy(tmp_path / "network")
    made.drop("advertisers", "listed")

    made.run(DAY_2)

    row = made.register()[1]["listed"]
    assert (row.domains, row.accounts) == (("foundry.example",), ("x/foundry",))


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_a_run_stops_where_the_keys_of_a_refused_party_are_lost(
    older: MadeNetwork, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    """The gate would not find the party any more. Its row put back is enough to go on."""
    made = older.copy(tmp_path / "network")
    tables = made.last("listed").inputs.tables
    damage(made.folder / "snapshots" / f"{tables['advertisers'].removeprefix('sha256:')}.parquet")
    row, size = made.row("advertisers", "listed"), made.size()
    made.drop("advertisers", "listed")

    with pytest.raises(BadInput, match=r"the keys of advertiser listed are not known.*restore the file from a backup"):
        made.run(DAY_2)

    assert made.size() == size
    made.tables["advertisers"].append(row | {"prepaid": "5"})
    report = made.run(DAY_2)
    assert any("cannot be read; its keys are those of the tables" in each for each in report.warnings)


@pytest.mark.parametrize(
    "row",
    [
        {"owner": "nobody-has-this", "owned": "bakery", "share": "60 %"},
        {"owner": "", "owned": "bakery", "share": "60 %"},
        {"owner": "nobody-has-this", "owned": "bakery", "share": "", "kind": "control"},
    ],
)
def test_who_is_owned_by_somebody_whom_nobody_can_screen_is_held(
    begun: MadeNetwork, tmp_path: Path, row: dict[str, str]
) -> None:
    """A mistyped id hides an owner as well as a missing row does. With a name the owner is screened and all is well."""
    made = begun.copy(tmp_path / "network")
    made.add("ownership", **row)

    report = made.run(DAY_2)

    assert made.register()[1]["bakery"].outcome is Outcome.HOLD
    assert any("an owner whom nobody can screen" in each and "bakery" in each for each in report.warnings)
    made.tables["ownership"][-1]["owner_name"] = "Plain Grain Works"
    report = made.run(DAY_3)
    assert made.register()[1]["bakery"].outcome is Outcome.ALLOW
    assert report.lifted == ("Morning Crust Bakery (advertiser bakery): on hold until now, allowed from this run on",)


def test_an_owner_with_a_listed_name_and_no_id_counts(begun: MadeNetwork, tmp_path: Path) -> None:
    """The row was rejected for its missing id, and the company was allowed."""
    made = begun.copy(tmp_path / "network")
    made.add("ownership", owner="", owner_name="Dravik Mills", owned="bakery", share="60 %")

    made.run(DAY_2)

    assert made.last("bakery").outcome is Outcome.HOLD
    assert "possibly_owned_by_listed" in {each.kind for each in made.last("bakery").findings}


def test_an_owner_whom_nobody_can_screen_softens_nothing(begun: MadeNetwork, tmp_path: Path) -> None:
    """Its hold is for want of an answer; who is refused for what is known stays refused, on a first run too."""
    made = begun.copy(tmp_path / "network")
    made.add("advertisers", id="new", name="Newcomer", country="QM")
    made.add("ownership", owner="morvane", owned="new", share="60 %")
    made.add("ownership", owner="nobody-has-this", owned="new", share="10 %")

    made.run(DAY_2)

    assert made.last("new").outcome is Outcome.REFUSE


def test_an_owned_id_that_nobody_has_is_reported(begun: MadeNetwork, tmp_path: Path) -> None:
    """`o` for `0`: the company that was meant is taken for owned by nobody."""
    made = begun.copy(tmp_path / "network")
    made.add("ownership", owner="morvane", owned="bakerv", share="60 %")

    report = made.run(DAY_2)

    (told,) = (each for each in report.refused if each.column == "owned")
    assert (told.value, told.what) == ("bakerv", "value")


def test_a_row_of_nobody_known_is_no_input_of_the_others(tmp_path: Path) -> None:
    """Their pages would say that their own rows cannot be read, and each open match would be two tasks."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Person", name="Dravik Mills", topic="made-up")
    made.add("advertisers", id="namesake", name="Dravik Mills", schema="Person")
    made.add("advertisers", id="", name="No Number")
    made.add("ownership", owner="bakery", owned="", share="30 %")
    for number in range(6):
        made.add("advertisers", id=f"more-{number}", name=f"Made Up {number}")

    made.run(DAY_1)

    tasks = [(each.kind, each.concerned[0].id) for each in list_tasks(made.network, DAY_1, SUFFIXES)]
    assert sorted(tasks) == [("hold", "(advertisers line 4)"), ("match", "namesake")]
    assert made.last("namesake").unread == ("row of an unknown party, ownership.owned: ",)
    assert "advertisers.id: " in made.last("(advertisers line 4)").unread
