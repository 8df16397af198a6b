"""Who may do something, in a line for whom it is not."""

from typing import Final

from evenhand.workflows.people.permitted_roles import Permitted

_MOST: Final = 6


def only_for(permitted: Permitted) -> str:
    """Return who may do it, and how somebody else comes to that.

    >>> only_for(Permitted(False, ("analyst", "legal"), ("ana", "lea")))
    'This is for the role analyst or legal (ana, lea). Your roles do not include it: an operator adds one of these \
roles to yours in staff.toml'
    """
    if not permitted.roles:
        return "No role may do this by the network's staff rules"
    more = len(permitted.people) - _MOST
    names = ", ".join(permitted.people[:_MOST]) + (f" and {more} more" if more > 0 else "")
    roles = _either(permitted.roles)
    how = "Your roles do not include it: an operator adds one of these roles to yours in staff.toml"
    return f"This is for the role {roles} ({names or 'nobody has it now'}). {how}"


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
