"""A reversal carried out, as `python -m benchmarks.settlement [--advertisers N]`; the figures are the last line.

In the sample network a payer that is refused for a match is cleared by a complaint: it has shares in five companies,
and two block lists are exported. Seconds to the gate are from the call of `settle` until the new register is in its
place, by the clock and of this process's work alone (`cpu`); every place that the decision reached is asked before and
after. With `--advertisers` the same in a made network of that size, for the first party restricted by one match alone.
"""

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from benchmarks.made import Made, make_network
from benchmarks.sizes import at_least
from evenhand.cli.app import run as command
from evenhand.cli.common import tools
from evenhand.model.complaint_events import ProbeBody
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Decision
from evenhand.model.outcome import Outcome
from evenhand.model.service import REGISTER_FILES
from evenhand.store.network import Network, read_network
from evenhand.workflows.complaint_records.complaint_store import open_complaints
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.reading import show
from evenhand.workflows.complaints.reviewing import Proposal, admit, confirm, propose, take
from evenhand.workflows.complaints.settlement import settle
from evenhand.workflows.evaluation.recorded_decisions import recorded_decisions
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.run.tools import Tools

PROGRAM, PARTY = "evenhand benchmark", "pay-morvane"
AT = datetime(2026, 11, 2, 13, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def main() -> None:
    """Reverse one decision and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--advertisers", type=at_least(10), help="a made network of this size instead of the sample network"
    )
    wanted = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "network")
        if wanted.advertisers:
            make_network(folder, Made(wanted.advertisers), None)
            assert command(["run", str(folder), "--at", f"{AT - 10 * MINUTE:%Y-%m-%dT%H:%M:%SZ}"]) == 0
        else:
            assert command(["demo", str(folder)]) == 0
        print(json.dumps(measure(folder, "" if wanted.advertisers else PARTY)))


def measure(folder: Path, party: str) -> dict[str, Any]:
    """Return the figures of one reversal in a network that has run."""
    network = read_network(folder)
    for form in ("csv", "prebid-go"):
        out = folder / f"blocked.{form}"
        arguments = ["gate", "export", "--register", str(folder), "--format", form, "--out", str(out)]
        assert command([*arguments, "--stale", "use-last"]) == 0
    decision = _restricted_by_one_match(folder, party)
    with tools(quiet=True) as handed:
        complaint = _decided(network, decision, handed)
        with _noticed(network.out / REGISTER_FILES[0]) as reached:
            start, start_cpu = time.perf_counter(), time.process_time()
            done = settle(network, complaint, Acting("otto"), AT + MINUTE, handed, program=PROGRAM)
            seconds = time.perf_counter() - start
    probes = [event.body for event in done.complaint.events if isinstance(event.body, ProbeBody)]
    counts = {
        f"{name}_{when}": sum(each.when == when and each.probe.agrees is (name == "green") for each in probes)
        for when in ("before", "after")
        for name in ("red", "green")
    }
    return {
        "party": decision.party.id,
        "outcome_before": decision.outcome.value,
        "proved": done.is_proved,
        "points": len(done.complaint.points),
        **counts,
        "gate_seconds": round(reached[0][0] - start, 2),
        "gate_cpu_seconds": round(reached[0][1] - start_cpu, 2),
        "seconds": round(seconds, 2),
    }


def _restricted_by_one_match(folder: Path, party: str) -> Decision:
    """Return the newest decision of this party, or of the first that is restricted by one match alone."""
    newest = {each.case: each for _, each in recorded_decisions(folder / "ledger") if each is not None}
    for each in newest.values():
        matches = {(finding.list, finding.entity_id, finding.party_id) for finding in each.findings}
        alone = len(matches) == 1 and next(iter(matches))[2] == each.party.id and next(iter(matches))[0]
        if each.outcome.severity >= Outcome.HOLD.severity and (each.party.id == party if party else alone):
            return each
    raise LookupError("nobody is restricted by one match alone")


def _decided(network: Network, decision: Decision, handed: Tools) -> str:
    """Return the id of a complaint that two people have decided: the match is wrong."""
    finding = next(each for each in decision.findings if each.entity_id)
    change = FactChange(kind="judgement", list=finding.list, entity_id=finding.entity_id, verdict="not-same")
    answers = {"not_the_entity": "You are another company."}
    proposal = Proposal("reversed", ("wrong_entity",), "You are right.", answers, {}, (change,))
    with open_complaints(network, AT, handed) as held:
        stated = StatedComplaint(words="We are another company.", reasons=("not_the_entity",), informed_on=AT.date())
        complaint = file_complaint(held, decision_named(held.ledger, decision.id), stated, PROGRAM).complaint
        complaint = take(held, admit(held, complaint, Acting("dora")), Acting("rita", conflict=False))
        complaint = propose(held, show(held, complaint, Acting("rita")), Acting("rita"), proposal)
        if complaint.state == "proposed":
            complaint = confirm(held, complaint, Acting("cora"))
    return complaint.id


@contextmanager
def _noticed(register: Path) -> Iterator[list[tuple[float, float]]]:
    """Give a list that gets the instants, by clock and CPU, at which another register is in its place."""
    reached: list[tuple[float, float]] = []
    old = register.stat().st_ino

    def watch() -> None:
        while register.stat().st_ino == old:
            time.sleep(0.005)
        reached.append((time.perf_counter(), time.process_time()))

    watcher = Thread(target=watch)
    watcher.start()
    yield reached
    watcher.join()


if __name__ == "__main__":
    main()
