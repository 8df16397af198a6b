"""What the check-up says of rules that the gate cannot ask, or asks otherwise than their author may think."""

from pathlib import Path

from evenhand.policy import Rulebook
from evenhand.workflows.queries.gate_checkup import gate_findings
from tests.networks import DAY_1, MadeNetwork, empty_network
from tests.unit.policy.made_up import forbid

SERVING = 'principal is Advertiser, action == Action::"serve", resource'


def found(made: MadeNetwork) -> list[str]:
    return [each.what for each in gate_findings(made.network, Rulebook.load(made.network.rulebook, True), DAY_1)]


def test_the_checkup_says_what_the_gate_holds_and_which_hours_are_not_the_networks(tmp_path: Path) -> None:
    """22:00 in a rule is 23:00 or midnight in Berlin, and whoever reads the rule does not see it."""
    made = empty_network(tmp_path / "network")
    night = forbid('resource.landing_host == "x" && context.at.toTime() < duration("22h")', "night", SERVING)
    made.edit_rules(lambda text: text + night, historic=True)
    del made.settings["gate.political_categories"]
    made.run()

    held, political, hours = found(made)
    made.settings["network"]["zone"] = "Etc/UTC"
    made.write()

    assert held.startswith("rule `night` holds bids of one advertiser at the gate: it asks for `resource.landing_host`")
    assert political.startswith("no bid counts as political by its category")
    assert hours == "the hours in night are of UTC, the network's of Europe/Berlin"
    assert found(made) == [held, political]


def test_the_house_rules_need_no_word_about_the_gate(tmp_path: Path) -> None:
    """They ask what a bid tells, and no hours."""
    made = empty_network(tmp_path / "network")
    made.run()

    assert found(made) == []
