"""Entries that lead to nothing are told: who is on a list and simply allowed is no silent miss."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from evenhand.cli.render.case_tables import show_explained
from evenhand.model.outcome import Outcome
from evenhand.render.case_views import case_views
from evenhand.store.network import read_network
from evenhand.workflows.delivery.next_steps import NOTHING, UNUSED_MATCH, next_action
from evenhand.workflows.evaluation.matches import with_matches
from evenhand.workflows.evaluation.unused_entries import read_unused_entries
from evenhand.workflows.queries.checkup import Machine, examine
from evenhand.workflows.queries.explanation import explain
from evenhand.workflows.queries.health import health
from evenhand.workflows.queries.list_overview import list_overview
from tests.networks import DAY_1, DAY_2, MadeNetwork, approve_changes, empty_network
from tests.suffixes import SUFFIXES

NO_RULE = "no rule uses this match: the list's entries have no designation"
SENTENCE = (
    "house-media: 1 of 3 entries has no designation and no media typology, so that a certain match with it decides"
    " nothing; give the list a designation in designations.csv of the rulebook, or the entries the topic"
    " `typology:` with a code, such as `typology:SC` (the page lists of the documentation)"
)


def with_an_entry_that_leads_nowhere(folder: Path) -> MadeNetwork:
    made = empty_network(folder)
    site = "https://telewave.example"
    made.add("house-media", id="m-1", schema="Organization", name="Vessari Telewave", website=site)
    made.add("house-media", id="m-2", schema="Organization", name="Quorrel Radio", topic="typology:SC")
    made.add("advertisers", id="tele", name="Vessari Telewave", domains="telewave.example")
    return made


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = with_an_entry_that_leads_nowhere(tmp_path_factory.mktemp("unused") / "network")
    made.run(DAY_1)
    return made


def told(made: MadeNetwork) -> Iterator[str]:
    """Yield the sentence of each place that people look at."""
    yield from (each.unused for each in list_overview(made.network, DAY_1) if each.unused)
    found = examine(made.folder, Machine(DAY_1, 1 << 40, {}, {}))
    yield from (f"{each.what}; {each.todo}" for each in found if each.area == "lists" and "decides" in each.what)


def test_run_lists_page_and_doctor_say_that_entries_decide_nothing(silent: MadeNetwork) -> None:
    """The party is allowed in spite of a certain match: whoever keeps the list takes it for refused."""
    assert silent.last("tele").outcome is Outcome.ALLOW
    assert list(told(silent)) == [SENTENCE, SENTENCE]
    assert "with entries that decide nothing: house-media" in [each.text for each in health(silent.network, DAY_1)]
    assert SENTENCE in silent.run(DAY_1).contested


def test_a_case_says_that_no_rule_uses_its_match(silent: MadeNetwork) -> None:
    """`certain match, score 1.00` beside `Allowed` reads like a fault of the screening."""
    explained = with_matches(explain(silent.network, "tele", DAY_1), silent.network, SUFFIXES)
    console = Console(width=160)
    with console.capture() as shown:
        show_explained(explained, console)

    assert [each.unused for each in explained.matches] == [NO_RULE]
    assert [match.certainty for view in case_views(explained) for match in view.matches] == [
        f"certain match with m-1 of house-media, score 1.00; {NO_RULE}"
    ]
    assert NO_RULE[1:] in shown.get()


def test_a_case_whose_match_no_rule_uses_has_something_to_do(silent: MadeNetwork) -> None:
    """`Nothing to do` beside a certain match ends the work where it should begin."""
    explained = with_matches(explain(silent.network, "tele", DAY_1), silent.network, SUFFIXES)
    with (silent.folder / "out" / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        steps = {row["id"]: row["next_step"] for row in csv.DictReader(file)}

    views = case_views(explained)
    assert [next_action(each.case.decision, letter="", waits=False, unused=each.has_unused) for each in views] == [
        UNUSED_MATCH
    ]
    assert steps["tele"] == UNUSED_MATCH
    assert steps["bakery"] == NOTHING


def test_entries_of_an_empty_programme_say_so(tmp_path: Path) -> None:
    """The list has a designation for other entries, so that it is not the list that has none."""
    made = with_an_entry_that_leads_nowhere(tmp_path / "network")
    made.row("house-media", "m-1")["topic"] = "weather"
    made.run(DAY_1)

    matches = with_matches(explain(made.network, "tele", DAY_1), made.network, SUFFIXES).matches

    assert [each.unused for each in matches] == [
        "no rule uses this match: the list's entries of its programme have no designation"
    ]


@pytest.mark.parametrize("mended", ["designation", "typology"])
def test_what_leads_somewhere_is_no_longer_told(tmp_path: Path, mended: str) -> None:
    """A sentence that stays after it was followed would be read over the next time."""
    made = with_an_entry_that_leads_nowhere(tmp_path / "network")
    made.run(DAY_1)
    if mended == "typology":
        made.row("house-media", "m-1")["topic"] = "typology:SC"
    else:
        path = made.folder / "rulebook" / "designations.csv"
        path.write_text(path.read_text("utf-8").replace("house-media,*,,no", "house-media,*,house-sanctions,yes"))
        approve_changes(made)

    contested = made.run(DAY_2).contested

    assert made.last("tele").outcome is not Outcome.ALLOW
    assert not [each for each in contested if "decides nothing" in each] + list(told(made))
    explained = with_matches(explain(made.network, "tele", DAY_2), made.network, SUFFIXES)
    assert not any(each.unused for each in explained.matches)


def test_lists_that_are_mapped_whole_are_not_told(begun: MadeNetwork) -> None:
    """Its media have a typology, its other list a designation: a false alarm hides the true ones."""
    assert not list(told(begun))
    assert read_unused_entries(read_network(begun.folder).state) == ()
