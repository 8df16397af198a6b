"""What is wrong with webhooks and mail: secrets that are missing, deliveries that were given up, events that wait."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from evenhand.model.notification import DeliveryState
from evenhand.model.run import Advice
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.notifications import outbox_rows, outbox_state
from evenhand.workflows.notifications.receiver_secrets import secret_problems

LONGEST_UNTRIED = timedelta(days=1)


class ClockAndSecrets(Protocol):
    """What these looks want of a machine: the instant by its clock, and the variables of its environment."""

    @property
    def now(self) -> datetime:
        """Return the instant."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the variables by name."""
        ...


def notification_findings(network: Network, machine: ClockAndSecrets) -> Iterator[Advice]:
    """Yield what keeps events from those who want them."""
    for problem in secret_problems(network, machine.environment):
        todo = f"correct it, or the webhook or mail in {network.folder / SETTINGS_FILE}"
        yield Advice("error", "notifications", problem, todo)
    state = outbox_state(network)
    if state.failed:
        failed = Counter(each.target for each in outbox_rows(network) if each.state is DeliveryState.FAILED)
        what = f"deliveries of events were given up: {state.failed:,}, to {', '.join(sorted(failed))}"
        todo = f"evenhand notify {network.folder} --list, mend the receiver, then --replay failed"
        yield Advice("warning", "notifications", what, todo)
    if state.untried_since is not None and machine.now - state.untried_since > LONGEST_UNTRIED:
        what = f"events wait since {state.untried_since:%Y-%m-%dT%H:%M:%SZ} and nobody sent them"
        todo = f"evenhand notify {network.folder}, every few minutes (the page webhooks of the documentation)"
        yield Advice("warning", "notifications", what, todo)
