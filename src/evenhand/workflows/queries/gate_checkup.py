"""What of a rulebook the gate cannot ask of a bid, or asks otherwise than its author may think."""

from collections.abc import Iterator
from datetime import UTC, datetime

from evenhand.model.run import Advice
from evenhand.policy import Rulebook
from evenhand.policy.time_of_day import reads_time_of_day
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.evaluation.last_run import read_last_run
from evenhand.workflows.evaluation.political_bids import unnamed_political_categories

_UTC = frozenset({"UTC", "UCT", "GMT", "Zulu", "Universal"})


def gate_findings(network: Network, rulebook: Rulebook, now: datetime) -> Iterator[Advice]:
    """Yield for what the gate holds bids unasked, what no bid can meet, and hours that the network's zone has not."""
    settings, last = network.folder / SETTINGS_FILE, read_last_run(network.state)
    for sentence in last.held_at_gate if last is not None else ():
        todo = f"let the rule ask what a bid tells: evenhand rules lint {network.rulebook}"
        yield Advice("warning", "rulebook", sentence, todo)
    for sentence in unnamed_political_categories(network.settings, rulebook.active(now.astimezone(UTC).date())):
        what, _, todo = sentence.rpartition("; ")
        yield Advice("warning", "rulebook", what, f"{todo}: edit {settings}")
    zone = network.settings.network.zone
    rules = [each.id for each in rulebook.source.policies if reads_time_of_day(each)]
    if rules and zone.removeprefix("Etc/") not in _UTC:
        what = f"the hours in {', '.join(rules)} are of UTC, the network's of {zone}"
        todo = f"write what is meant in UTC: evenhand rules explain {network.rulebook} {rules[0]}"
        yield Advice("warning", "rulebook", what, todo)
