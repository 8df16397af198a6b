"""Evenhand decides who may buy advertising on a network, and lets anyone check it.

The names below are the stable interface for programs; each is loaded when it is first used.
`docs/explanation/compatibility.md` says what may change when.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.api.network import Network
    from evenhand.api.rulebook import Rulebook
    from evenhand.api.screener import Screener, screen
    from evenhand.api.table import Table
    from evenhand.api.verification import verify_log, verify_receipt
    from evenhand.gate import Gate
    from evenhand.model.errors import EvenhandError

_PLACES = {
    "EvenhandError": "evenhand.model.errors",
    "Gate": "evenhand.gate",
    "Network": "evenhand.api.network",
    "Rulebook": "evenhand.api.rulebook",
    "Screener": "evenhand.api.screener",
    "Table": "evenhand.api.table",
    "screen": "evenhand.api.screener",
    "verify_log": "evenhand.api.verification",
    "verify_receipt": "evenhand.api.verification",
}
__all__ = [
    "EvenhandError",
    "Gate",
    "Network",
    "Rulebook",
    "Screener",
    "Table",
    "screen",
    "verify_log",
    "verify_receipt",
]


def __getattr__(name: str) -> Any:
    """Return a name of the interface; a name that is not part of it is no attribute."""
    if name not in _PLACES:
        raise AttributeError(f"module 'evenhand' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    """Return the interface, so that a shell completes it before anything is loaded."""
    return sorted({*globals(), *__all__})
