"""What would follow from an answer, asked of the parties that are tied to it alone, beside the whole network."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.model.task import Task
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.answer_drafts import try_answer
from evenhand.workflows.review.dry_run import Trial
from evenhand.workflows.review.kept_run import KeptRun
from evenhand.workflows.review.task_board import list_tasks
from evenhand.workflows.review.task_details import show_task
from tests.networks import DAY_1, SUFFIXES, TOOLS, MadeNetwork, full_network

LATER = DAY_1 + timedelta(hours=1)
NAMESAKES = ("Morvane Holding", "Tulquist Capital", "Dravik Mills")
PARTIES = ("n0", "n1", "n2", "owned", "minor", "civic", "bakery")
Row = tuple[str, str, int]


def rows() -> st.SearchStrategy[list[Row]]:
    """Who holds how much of whom, rings too."""
    row = st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES), st.sampled_from((10, 30, 50, 75)))
    return st.lists(row.filter(lambda each: each[0] != each[1]), max_size=6, unique_by=lambda each: each[:2])


def network_with(folder: Path, held: list[Row], pays: list[str]) -> MadeNetwork:
    """Return a network that ran, in which three advertisers bear names of listed entities, own and pay for others."""
    made = full_network(folder)
    for number, name in enumerate(NAMESAKES):
        made.add("advertisers", id=f"n{number}", name=name, domains=f"n{number}.example")
    for owner, owned, share in held:
        made.add("ownership", owner=owner, owned=owned, share=f"{share} %", kind="ownership")
    for number, advertiser in enumerate(pays):
        made.add("campaigns", id=f"c-{number}", advertiser_id=advertiser, payer_id=f"n{number % 3}", content="news")
    made.run(DAY_1)
    return made


@settings(max_examples=3)
@given(held=rows(), pays=st.lists(st.sampled_from(PARTIES), max_size=3))
@example(held=[("n0", "owned", 30), ("owned", "minor", 75), ("n1", "minor", 30)], pays=["civic"])
def test_an_outlook_of_those_who_are_tied_is_that_of_all(held: list[Row], pays: list[str]) -> None:
    """A page may leave out everybody else only if nothing that it says changes by that."""
    with tempfile.TemporaryDirectory() as scratch:
        made = network_with(Path(scratch) / "network", held, pays)
        tasks = list_tasks(made.network, LATER, SUFFIXES, kind="match")
        assert {f"n{number}" for number in range(3)} <= {party.id for task in tasks for party in task.concerned}
        with read_ledger(made.network.ledger) as ledger:
            run = KeptRun(made.network, ledger, LATER, SUFFIXES)
            for task in tasks:
                parties = {*(each.id for each in task.concerned), *(each.party_id for each in task.matches)}
                known = run.facts_around(ledger, parties, LATER)
                trial = Trial(made.network, known, run.rulebook(), run.lists, LATER)
                for answer in ("same", "not-same"):
                    near = try_answer(made.network, task, answer, (), LATER, TOOLS, trial=trial)
                    assert near == try_answer(made.network, task, answer, (), LATER, TOOLS)


def test_who_is_tied_to_nobody_is_looked_at_alone(tmp_path: Path) -> None:
    """Else a page about one of a hundred thousand takes as long as a run."""
    made = network_with(tmp_path / "network", [("n0", "owned", 30)], [])
    with read_ledger(made.network.ledger) as ledger:
        run = KeptRun(made.network, ledger, LATER, SUFFIXES)

        def around(party: str) -> set[str]:
            return {each.id for each in run.facts_around(ledger, [party], LATER).tables.advertisers}

        assert around("bakery") == {"bakery"}
        assert {"n0", "owned"} <= around("n0")
        assert not {"bakery", "civic"} & around("n0")


def test_a_task_is_shown_alike_from_what_is_kept_and_what_is_read(tmp_path: Path) -> None:
    """The console keeps what the last run left; the verb reads it: a person must see the same."""
    made = network_with(tmp_path / "network", [("n0", "owned", 30)], ["civic"])
    with read_ledger(made.network.ledger) as ledger:
        run = KeptRun(made.network, ledger, LATER, SUFFIXES)
    shown = [(show_task(made.network, each.id, LATER, TOOLS, kept=run), show_task(made.network, each.id, LATER, TOOLS))
             for each in _all(made)]  # fmt: skip

    assert all(one == other for one, other in shown)
    assert any(one.outlooks and one.matches and one.holds for one, _ in shown)


def _all(made: MadeNetwork) -> list[Task]:
    return list_tasks(made.network, LATER, SUFFIXES)
