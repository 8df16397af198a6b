"""Going on without named staff: two of the people of the last `staff.toml` sign for it."""

from datetime import datetime

from msgspec import structs

from evenhand.model.errors import BadInput
from evenhand.model.staff import NO_STAFF, StaffCase, StaffRemoval
from evenhand.store.network import Network
from evenhand.store.staff import STAFF_FILE
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting, permit_under, sign_record, sign_second
from evenhand.workflows.people.staff_leaf import next_leaf, removed_staff
from evenhand.workflows.people.staff_rules import rules_as_recorded
from evenhand.workflows.run.tools import Tools


def remove_staff(network: Network, first: Acting, second: Acting, at: datetime, tools: Tools) -> StaffRemoval:
    """Record that a network whose `staff.toml` is gone goes on without it, and return what two people signed.

    They are those who may release a rulebook together, by the staff and rules of the last `staff` leaf.

    Raises:
        BadInput: the file is there, there never was one, it was recorded before, or the rules are not those recorded.
        NotPermitted: the rules refuse it, or a signature is missing or not of that person's key.
    """
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        gone = removed_staff(ledger, network, at)
        if gone is None or gone.removal is not None:
            raise BadInput("there is no staff to remove", where=network.folder / STAFF_FILE,
                           expected="a network whose staff.toml was taken away")  # fmt: skip
        rules = rules_as_recorded(network, gone.staff)
        acting = permit_under(rules, first, "approve_release", StaffCase(), at, second)
        removal = StaffRemoval(log=ledger.origin, leaf=gone.leaf, at=at)
        removal = sign_second(sign_record(removal, acting, rules, at), second, rules, at)
        ledger.append([next_leaf(ledger, structs.replace(NO_STAFF, removal=removal))], at)
        ledger.publish(at)
    return removal
