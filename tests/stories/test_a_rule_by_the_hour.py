"""A rule that holds by the hour: the gate asks it of each bid, and no run decides by when it is made."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.model.errors import RulebookInvalid
from evenhand.workflows.delivery.publication import REGISTER
from tests.networks import DAY_1, empty_network
from tests.unit.policy.made_up import forbid

NIGHT = 'principal.verification < 2 && context.at.toTime() < duration("22h")'
SERVING = 'principal is Advertiser, action == Action::"serve", resource'


def test_what_holds_until_ten_in_the_evening_is_the_gates_and_no_decision(tmp_path: Path) -> None:
    """Runs at 16:18, 23:00 and 08:00 decide alike; a bid at noon is refused and one at half past ten passes."""
    made = empty_network(tmp_path / "network")
    made.edit_rules(lambda text: text + forbid(NIGHT, "night", SERVING))
    midnight = DAY_1.replace(hour=0, minute=0)
    hours = (timedelta(hours=16, minutes=18), timedelta(hours=23), timedelta(hours=32))

    for after in hours:
        report = made.run(midnight + after)
        assert report.outcomes_in_force["advertiser"] == {"allow": 1}
        gate = Gate(made.network.out / REGISTER, stale="last")
        noon, evening = midnight + timedelta(days=2, hours=12), midnight + timedelta(days=2, hours=22, minutes=30)
        answers = [gate.verdict(advertiser="bakery", at=at).outcome for at in (noon, evening)]
        assert answers == ["refuse", "allow"]
    assert len(made.decisions()) == 1


def test_a_rulebook_that_decides_on_buying_by_the_hour_is_no_rulebook(tmp_path: Path) -> None:
    """Otherwise everybody had a letter in the afternoon, was free at night and had a letter in the morning."""
    made = empty_network(tmp_path / "network")
    buying = SERVING.replace('== Action::"serve"', 'in Action::"dealing"')
    made.edit_rules(lambda text: text + forbid(NIGHT, "night", buying))

    with pytest.raises(RulebookInvalid, match="time-of-day of rule night"):
        made.run()
