"""A client whose row left the table stays decided; who reads the numbers is told why they do not sum up."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.commands import Answer, evenhand
from tests.networks import DAY_1, MadeNetwork, empty_network

_LINE = "The tables have 2 advertisers, and 3 have a decision in force: rows that left the tables still count."


def _run(made: MadeNetwork, at: datetime) -> Answer:
    made.write()
    answer = evenhand("run", made.folder, "--at", f"{at:%Y-%m-%dT%H:%M:%SZ}", "--accept-table", "advertisers")
    assert answer.status == 0, answer.err
    return answer


def test_numbers_that_do_not_sum_up_say_why(tmp_path: Path) -> None:
    """Page and terminal alike, once a row with a decision is gone."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Dravik Mills", country="qp", topic="made-up")
    made.add("advertisers", id="mills", name="Dravik Mills", domains="mills.example")
    made.add("advertisers", id="plum", name="Plum Garden", domains="plum.example")
    page = made.folder / "out" / "report.html"
    _run(made, DAY_1)
    assert "still count" not in page.read_text("utf-8")

    made.drop("advertisers", "mills")
    answer = _run(made, DAY_1 + timedelta(days=1))

    assert _LINE in page.read_text("utf-8")
    assert _LINE in " ".join(answer.out.split())
