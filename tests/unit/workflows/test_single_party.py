"""One party decided, a step at a time."""

from pathlib import Path

import pytest

from evenhand.intake import read_tables
from evenhand.lists import Versions
from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook, rule
from evenhand.screening import Index, screen
from evenhand.workflows.evaluation.requests import standing
from evenhand.workflows.operations import open_ledger
from tests.networks import BY, DAY_2, SUFFIXES, MadeNetwork
from tests.single_party import decide, run_context_of


@pytest.mark.parametrize(("party", "is_changed"), [("frozen", False), ("outlet", False), ("bakery", True)])
def test_one_party_alone_is_decided_as_in_a_run(
    begun: MadeNetwork, tmp_path: Path, party: str, is_changed: bool
) -> None:
    """Nothing is written where the last decision says the same; what changed gets its decision and statement."""
    made = begun.copy(tmp_path / "network")
    if is_changed:
        made.row("advertisers", party)["domains"] = "ferrolit.example"
    made.write()
    network, size = made.network, made.size()
    given = network.settings
    tables = read_tables(network.folder, given.intake, given.fx, given.network.currency, SUFFIXES)
    kept = Versions(network.lists)
    versions = [news.version for source in given.lists if (news := kept.take(source, network.folder)).version]
    listed = [(version, kept.entities(version)) for version in versions if version is not None]
    rulebook = Rulebook.load(network.rulebook)

    findings = screen([("advertiser", each) for each in tables.advertisers], Index(listed, SUFFIXES))
    world = run_context_of(given, DAY_2, rulebook, tables, listed, findings)
    request = standing(world, world.advertisers[party])
    ruling = rule(request.facts, rulebook)
    with open_ledger(network.ledger) as ledger:
        decided = decide(world, request, ruling, ledger, BY)

    assert decided.outcome is Outcome.REFUSE
    assert decided.supersedes == (begun.last(party).id if is_changed else None)
    assert made.size() == size + (2 if is_changed else 0)
    assert made.run(DAY_2).decisions == (1 if is_changed else 0)  # the case of its order is open and follows
