"""A person starts a run, or lets one go on although a list or table has lost something."""

from datetime import UTC, datetime
from typing import NamedTuple

from evenhand.model.errors import NotFound
from evenhand.model.staff import StaffAction, StaffCase
from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting, checked_person, permit
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.people.staff_overview import check_not_removed
from evenhand.workflows.review.judgements import checked_text
from evenhand.workflows.run.table_sizes import check_accepted
from evenhand.workflows.run.tools import Tools
from evenhand.workflows.uploads.input_notes import InputNote, record_note

_NAMED = ("advertisers", "payers")


class AcceptedLosses(NamedTuple):
    """The lists that may have lost entries, the tables that may have lost rows, and those with other names."""

    lists: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """Return them as `evenhand run` takes them."""
        named = (("--accept-list", self.lists), ("--accept-table", self.tables), ("--accept-names", self.names))
        return tuple(text for option, keys in named for key in keys for text in (option, key))


def permit_start(network: Network, acting: Acting, at: datetime) -> Acting:
    """Return who starts a run or a fetch of lists, with the role in which they may.

    Raises:
        NotPermitted: the staff's rules do not allow it, or `staff.toml` was taken away.
    """
    return _permitted(network, acting, "start_run", at)


def accept_losses(
    network: Network, losses: AcceptedLosses, words: str, acting: Acting, at: datetime, tools: Tools
) -> None:
    """Record that a person has seen what inputs have lost and accepts it; the run that follows is started with it.

    Raises:
        NotPermitted: the staff's rules do not allow it.
        NotFound: no such list.
        BadInput: no such table, or no reason.
    """
    at, why = at.astimezone(UTC), checked_text("the reason", words)
    _check_known(network, losses)
    acting = _permitted(network, acting, "accept_loss", at)
    _permitted(network, acting, "start_run", at)
    notes = [
        *(InputNote("list", key, f"Accepted although entries are missing: list {key}", why) for key in losses.lists),
        *(InputNote("table", key, f"Accepted although rows are missing: table {key}", why) for key in losses.tables),
        *(InputNote("table", key, f"Accepted although many names changed: table {key}", why) for key in losses.names),
    ]
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        record_staff(ledger, network, at)
        for note in notes:
            record_note(ledger, network, note, acting, at)
        ledger.publish(at)


def _permitted(network: Network, acting: Acting, action: StaffAction, at: datetime) -> Acting:
    acting = checked_person(acting)
    check_not_removed(network, at)
    return permit(network, acting, action, StaffCase(), at)


def _check_known(network: Network, losses: AcceptedLosses) -> None:
    known = [each.key for each in network.settings.lists]
    for key in losses.lists:
        if key not in known and not (network.lists / key / "current").is_file():
            raise NotFound("no such list", got=key, expected=", ".join(known))
    check_accepted(losses.tables)
    for name in losses.names:
        if name not in _NAMED:
            raise NotFound("no such table with names", got=name, expected=", ".join(_NAMED))
