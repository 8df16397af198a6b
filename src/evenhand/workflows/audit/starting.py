"""A person has an audit planned or started by a program: whether the staff's rules let them."""

from datetime import datetime

from evenhand.model.errors import NotPermitted
from evenhand.model.staff import StaffCase
from evenhand.store.network import Network
from evenhand.workflows.people.acting import Acting, checked_person, permit
from evenhand.workflows.people.staff_overview import check_not_removed


def permit_audit(network: Network, acting: Acting, at: datetime) -> Acting:
    """Return who registers a plan, starts an audit or has the auditor's folder made, with the role in which they may.

    Raises:
        NotPermitted: the staff's rules do not allow it, or `staff.toml` was taken away.
    """
    acting = checked_person(acting)
    check_not_removed(network, at)
    return permit(network, acting, "start_audit", StaffCase(), at)


def may_audit(network: Network, acting: Acting, at: datetime) -> bool:
    """Return whether they may."""
    try:
        permit_audit(network, acting, at)
    except NotPermitted:
        return False
    return True
