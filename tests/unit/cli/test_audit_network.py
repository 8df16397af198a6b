"""`evenhand audit plan` and `run`: what a person reads, what a script reads, and the exit status."""

import json
from pathlib import Path

import pytest

from tests.commands import evenhand
from tests.networks import DAY_2, MADE_UP_RULE, MadeNetwork, empty_network, full_network

AT = f"{DAY_2:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network that has run once."""
    found = full_network(tmp_path_factory.mktemp("audits") / "network")
    found.run()
    return found


def test_the_plan_comes_first_then_the_report(made: MadeNetwork, tmp_path: Path) -> None:
    """Each says where its record and its file are."""
    network = made.copy(tmp_path / "network").folder

    refused = evenhand("audit", "run", network, "--at", AT)
    planned = evenhand("audit", "plan", network, "--at", AT)
    again = evenhand("audit", "plan", network, "--at", AT)
    run = evenhand("audit", "run", network, "--at", AT)

    assert (refused.status, refused.out) == (2, "")
    assert "register one first with `evenhand audit plan`" in refused.err
    assert planned.out.startswith("The plan is registered: leaf ")
    assert again.out.startswith("The plan was registered before: leaf ")
    assert run.status == 0
    lines = run.out.splitlines()
    assert lines[0].startswith("Audit by the plan at leaf ")
    assert lines[-1].startswith(f"Report: {network / 'out' / 'audit' / 'report.html'} with its tables; report.json is ")
    assert "Proof and replay, side by side" in lines
    assert "  nationality: proved: no outcome depends on it, except where a law says so" in run.out
    assert "People's part: possible matches" in run.out


def test_an_odd_decision_comes_with_the_command_that_has_it_reviewed(tmp_path: Path) -> None:
    """An audit decides nothing: a complaint in the network's own name starts the review."""
    network = empty_network(tmp_path / "network")
    network.add("advertisers", id="mill", name="Plum Mill", domains="mill.example", country="QM")
    rule = MADE_UP_RULE.format(condition='principal.country == "QM"')
    network.edit_rules(lambda text: text + rule, historic=True)
    network.run()

    run = evenhand("audit", "run", network.folder, "--exploratory", "--at", AT)

    (said,) = (line for line in run.out.splitlines() if "evenhand complain " in line)
    leaf = said.split(f"evenhand complain {network.folder} ")[1].split()[0]
    assert run.status == 1
    assert f"leaf {leaf}" in run.out


def test_a_script_gets_the_whole_report(made: MadeNetwork, tmp_path: Path) -> None:
    """As one object; the plan too."""
    network = made.copy(tmp_path / "network").folder

    planned = evenhand("audit", "plan", network, "--at", AT, "--json").json
    report = evenhand("audit", "run", network, "--at", AT, "--json").json

    assert (planned["new"], planned["plan"]["plan"]) == (True, 1)
    assert report == json.loads((network / "out" / "audit" / "report.json").read_text("utf-8"))
    assert report["schema"] == "evenhand-audit/1"


def test_a_ledger_is_audited_by_a_plan_in_a_file(made: MadeNetwork, tmp_path: Path) -> None:
    """The form for programs: the report goes to a file, nothing is recorded."""
    network = made.copy(tmp_path / "network")
    evenhand("audit", "plan", network.folder, "--at", AT)
    size, out = network.size(), tmp_path / "report.json"

    done = evenhand(
        "audit", "--ledger", network.folder, "--plan", network.folder / "out/audit/plan.json", "--json", out
    )
    refused = evenhand("audit", "--ledger", network.folder)

    assert done.status == 0
    assert json.loads(out.read_text("utf-8"))["ledger"]["size"] == size - 1
    assert network.size() == size
    assert (refused.status, "no plan for the ledger" in refused.err) == (2, True)
