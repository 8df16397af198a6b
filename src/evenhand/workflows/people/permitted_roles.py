"""Which roles may do something, and who has them: for a page that says it before somebody fills in a form."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, get_args

from evenhand.model.errors import NotPermitted
from evenhand.model.outcome import Outcome
from evenhand.model.staff import Role, StaffAction, StaffCase
from evenhand.store.network import Network
from evenhand.workflows.people.staff_rules import StaffRules, network_staff

_ROLES: tuple[Role, ...] = get_args(Role)


class Permitted(NamedTuple):
    """Whether a person may do one of some acts; `roles` that may, the ids of the active `people` who have them."""

    is_permitted: bool
    roles: tuple[Role, ...]
    people: tuple[str, ...]


def permitted_roles(network: Network, person: str, actions: Iterable[StaffAction], at: datetime) -> Permitted | None:
    """Return who may do one of these acts, by their roles; None where the network has no `staff.toml`.

    What a case adds (who decided it before, whether a law asks for a second person) is not looked at: the workflow
    does.
    """
    staff = network_staff(network)
    if staff is None:
        return None
    several = tuple(actions)
    roles = tuple(role for role in _ROLES if any(_may(staff, role, action, at) for action in several))
    able = tuple(each.id for each in staff.staff.people if set(each.roles) & set(roles)
                 and staff.staff.is_active(each, at))  # fmt: skip
    return Permitted(person in able, roles, able)


def check_may_some(network: Network, person: str, actions: Iterable[StaffAction], at: datetime) -> None:
    """Refuse who may do none of these acts, as `permitted_roles` says it; without `staff.toml` nobody is refused.

    Raises:
        NotPermitted: it names the roles that may.
    """
    several = tuple(actions)
    permitted = permitted_roles(network, person, several, at)
    staff = network_staff(network)
    if staff is None or permitted is None or permitted.is_permitted:
        return
    words = f"`{several[0].replace('_', ' ')}`" if len(several) == 1 else "this"
    own = " or ".join(staff.person(person, at).roles)
    needed = f"somebody of the role {' or '.join(permitted.roles)}" if permitted.roles else "a rule that permits it"
    raise NotPermitted(f"{words} is not for the role {own}", rule="roles", person=person, needed=needed)


def _may(staff: StaffRules, role: Role, action: StaffAction, at: datetime) -> bool:
    return staff.answer("", role, action, StaffCase(), at, proposing=True).outcome is Outcome.ALLOW
