"""One run: what it refuses to begin, whom it waits for, and that it then has written nothing."""

import csv
import gc
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from evenhand.cli.common import collector_at_rest
from evenhand.model.errors import (
    BadInput,
    EvenhandError,
    HistoryConflict,
    LedgerBusy,
    ListsMissing,
    RulebookInvalid,
    TooManyRefused,
)
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook, rule
from evenhand.store.network import Network
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.operations import open_ledger, verify_folder
from evenhand.workflows.run import run
from tests.networks import BY, DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network, full_network

SECOND = timedelta(seconds=1)


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    return empty_network(tmp_path / "network")


def serve_rule(outcome: str, when: str) -> str:
    return (
        f'\n@id("at-the-gate")\n@title("Shown")\n@why("Shown.")\n@verdict("{outcome}")\n@ground("contract")\n'
        f'@notice_days("0")\n@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")\n@effective_from("2020-01-01")\n'
        f'@owner("o")\nforbid (principal, action == Action::"serve", resource) when {{ {when} }};\n'
    )


@pytest.mark.parametrize("earlier", [timedelta(days=1), timedelta(minutes=1), SECOND])
def test_time_never_goes_back(network: MadeNetwork, earlier: timedelta) -> None:
    """Not by a second: a decision made later would not yet be in force, and its party allowed."""
    network.run(DAY_1 + timedelta(seconds=30))
    size = network.size()

    given, last = DAY_1 + timedelta(seconds=30) - earlier, DAY_1 + timedelta(seconds=30)
    said = f"time before the last run's `{given:%Y-%m-%dT%H:%M:%SZ}`; expected {last:%Y-%m-%dT%H:%M:%SZ} or later"
    with pytest.raises(BadInput) as refused:
        network.run(given)

    assert str(refused.value) == said
    assert network.size() == size


def test_a_clock_is_asked_once_the_ledger_is_held(network: MadeNetwork) -> None:
    """A run that waits for another one must not bear a time from before it."""
    network.run(DAY_1)

    def clock() -> datetime:
        with pytest.raises(LedgerBusy), open_ledger(network.network.ledger):
            pass
        return DAY_2

    assert run(network.network, clock, BY, TOOLS).at == DAY_2


def test_what_a_run_decided_from_goes_with_it(tmp_path: Path) -> None:
    """While the collector rests, a context that holds itself keeps all tables of a network in memory."""
    made = full_network(tmp_path / "network")
    gc.collect()
    with collector_at_rest():
        made.run()
        left = [each for each in gc.get_objects() if type(each) is RunContext]

    assert not left


def test_an_instant_is_the_same_in_every_zone(network: MadeNetwork) -> None:
    """What is recorded is UTC, whatever the caller gives."""
    network.run(DAY_1.astimezone(timezone(timedelta(hours=5))))

    assert network.decisions()[0].facts["context"]["at"]["__extn"]["arg"] == "2026-03-02T12:00:00Z"
    assert network.run(DAY_1).decisions == 0


def test_a_second_run_waits_for_the_first_or_says_that_it_is_there(network: MadeNetwork) -> None:
    """Two runs would write two histories."""
    network.write()
    holds, lets_go = threading.Event(), threading.Event()

    def first() -> None:
        with open_ledger(network.folder / "ledger"):
            holds.set()
            lets_go.wait(120)

    thread = threading.Thread(target=first)
    thread.start()
    assert holds.wait(120)
    try:
        with pytest.raises(
            LedgerBusy,
            match="another process writes this ledger: process ",
        ):
            network.run(tools=replace(TOOLS, wait_s=0))
        threading.Timer(0.15, lets_go.set).start()
        report = network.run(tools=replace(TOOLS, wait_s=120))
    finally:
        lets_go.set()
        thread.join()

    assert report.decisions == 1


def test_an_edited_ledger_is_never_written_to(begun: MadeNetwork, tmp_path: Path) -> None:
    """Neither an entry that was changed nor a payload; the error says which one."""
    made = begun.copy(tmp_path / "network")
    tables = made.folder / "ledger" / "private" / "ledger.sqlite"
    with sqlite3.connect(tables) as edit:
        edit.execute("UPDATE entry SET leaf = replace(leaf, 'decision', 'judgment') WHERE seq = 4")
    edit.close()

    with pytest.raises(HistoryConflict, match="entry 4 was changed"):
        made.run(DAY_2)

    report = verify_folder(made.folder)
    assert (report.ok, report.entries) == (False, begun.size())


def test_too_many_refused_rows_stop_the_run_and_are_written_down(network: MadeNetwork) -> None:
    """Nothing is lost silently, and nothing is decided on half a table."""
    network.settings["intake"]["max_refused_share"] = "0.3"
    network.add("campaigns", id="c-1", advertiser_id="nobody")

    with pytest.raises(TooManyRefused, match="1 of 2 rows rejected"):
        network.run()

    with (network.folder / "out" / "rejected-input.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["line"], row["column"], row["value"], row["what"]) == ("2", "advertiser_id", "nobody", "row")
    assert network.size() == 0


def test_facts_that_do_not_fit_the_schema_hold_the_request(network: MadeNetwork) -> None:
    """An order whose content nobody can read waits for a person; the advertiser itself stays."""
    network.settings["intake"]["max_refused_share"] = "0.5"
    network.add("campaigns", id="c-1", advertiser_id="bakery", payer_id="bakery", content="horoscopes")

    network.run()

    decision = network.last("bakery", "campaign:c-1")
    assert (decision.outcome, decision.decision, decision.reasons) == (Outcome.HOLD, "nodecision", ())
    assert decision.grounds == (("(facts)", "rule_error", "Campaign.content"),)
    assert [finding.kind for finding in decision.findings] == ["rule_error"]
    assert network.last("bakery").outcome is Outcome.ALLOW


def test_too_many_unfit_requests_stop_the_run_before_the_ledger(network: MadeNetwork) -> None:
    """Then the tables or the schema are wrong, not the parties."""
    network.add("campaigns", id="c-1", advertiser_id="bakery", payer_id="bakery", content="horoscopes")

    with pytest.raises(TooManyRefused, match="1 of 2 requests do not fit the rulebook's schema `campaign:c-1`"):
        network.run()

    assert network.size() == 0


@pytest.mark.parametrize(
    ("outcome", "when", "decided"),
    [
        ("refuse", "!context.label_present", "refuse"),
        ("hold", "principal.verification == 0", "hold"),
        ("hold", "context.political", "allow"),
    ],
)
def test_a_rule_about_serving_alone_counts_for_the_standing_request(
    network: MadeNetwork, outcome: str, when: str, decided: str
) -> None:
    """The stricter of both rulings is decided, with the facts that it was ruled on: the record replays."""
    network.edit_rules(lambda text: text + serve_rule(outcome, when), historic=True)

    network.run()

    (decision,) = network.decisions()
    assert decision.outcome == decided
    assert decision.reasons == (("open-to-all",) if decided == "allow" else ("at-the-gate",))
    assert decision.facts["action"]["id"] == ("buy" if decided == "allow" else "serve")
    ruling = rule(msgspec.convert(decision.facts, Facts), Rulebook.load(network.folder / "rulebook"))
    assert (ruling.outcome, ruling.reasons) == (decision.outcome, decision.reasons)
    assert network.run(DAY_2).decisions == 0


def test_settings_of_another_log_are_refused(network: MadeNetwork) -> None:
    """The name on every signature cannot change."""
    network.settings["network"]["origin"] = "another.example/log"

    with pytest.raises(BadInput, match=r"origin in \[network\] is `another"):
        network.run()

    assert network.size() == 0


def test_a_schema_that_drops_an_attribute_of_the_facts_stops_the_run(network: MadeNetwork) -> None:
    """Everybody would be held: the attribute is named, and whatever was in force stays."""
    network.settings["rulebook"]["historic"] = True  # no release stops it, then
    network.run()
    schema = network.folder / "rulebook" / "schema.cedarschema"
    text = schema.read_text("utf-8")
    schema.write_text(text.replace("  spend_micros: Long,\n", "  spent_micros: Long,\n"), "utf-8")
    size = network.size()

    with pytest.raises(TooManyRefused) as failed:
        network.run(DAY_2)

    assert str(failed.value).startswith(f"{schema}: 1 of 1 requests do not fit")
    assert str(failed.value).endswith("Advertiser.spend_micros is not in the schema; "
                                      "Advertiser.spent_micros is not among the facts")  # fmt: skip
    assert network.size() == size


def no_row_for_a_list(made: MadeNetwork) -> None:
    made.lists["house-other"] = []


def no_rulebook(made: MadeNetwork) -> None:
    made.edit_rules(lambda text: text + "forbid (principal", historic=True)


@pytest.mark.parametrize(
    ("spoil", "says"), [(no_row_for_a_list, "no row for a configured list `house-other`"), (no_rulebook, "house.cedar")]
)
def test_a_rulebook_that_does_not_hold_decides_nothing(
    network: MadeNetwork, spoil: Callable[[MadeNetwork], None], says: str
) -> None:
    """One line, and the ledger as it was."""
    spoil(network)

    with pytest.raises(RulebookInvalid, match=says) as failed:
        network.run()

    assert isinstance(failed.value, EvenhandError)
    assert "\n" not in str(failed.value)
    assert network.size() == 0


def test_a_list_that_was_never_readable_stops_the_run_unless_it_may_be_missing(network: MadeNetwork) -> None:
    """Nothing is decided; where the setting allows it, the others are screened and the report says what is missing."""
    network.row("house-media", "m-none")["schema"] = "Planet"

    with pytest.raises(ListsMissing, match=r"house-media: .*unknown schema `Planet`"):
        network.run()
    assert network.size() == 0
    optional = network.network
    first, second = optional.settings.lists
    settings = structs.replace(optional.settings, lists=(structs.replace(first, required=False), second))
    report = run(Network(network.folder, settings), DAY_1, BY, TOOLS)

    assert [(each.key, each.status, each.version is None) for each in report.lists] == [
        ("house-media", "kept", True), ("house-sanctions", "unchanged", False),
    ]  # fmt: skip
    assert report.warnings[0].startswith("house-media was not screened against: it has no version and is not required")
    assert set(network.decisions()[0].inputs.lists) == {"house-sanctions"}


def test_the_leaves_of_a_run_come_in_their_order(network: MadeNetwork) -> None:
    """Lists and rulebook before what rests on them, each once; the register last."""
    network.add("advertisers", id="namesake", name="Ozmerel Vantrik Foundry")
    network.run()
    network.run(DAY_2)

    with open_ledger(network.folder / "ledger") as ledger:
        leaves = [leaf for _, leaf, _ in ledger.entries()]

    assert [leaf.kind for leaf in leaves] == [
        "list_version", "list_version", "rulebook", "decision", "decision", "statement", "register",
    ]  # fmt: skip
    assert len({leaf.lists for leaf in leaves[3:6]}) == 1
    assert leaves[3].rulebook == network.decisions()[0].inputs.rulebook


def test_a_party_that_nobody_could_address_is_held(network: MadeNetwork) -> None:
    """A name of signs alone has no letter to be told by: one such row must not stop the run for all others."""
    network.settings["intake"]["max_refused_share"] = "0.5"
    network.add("advertisers", id="signs", name=":")

    report = network.run()

    assert [(each.column, each.what) for each in report.refused] == [("name", "row")]
    assert {row.id: row.outcome for row in network.register()[1].values()} == {"bakery": "allow", "signs": "hold"}
