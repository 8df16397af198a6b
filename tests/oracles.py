"""What only few tests compare with, loaded when one of them first asks.

Every process collects all tests. At the head of a module, scipy and statsmodels (with pandas) are a third of what each
process compiles before its first test on a fresh checkout, and a second of loading on any other.
"""

from importlib import import_module
from typing import Any


class Later:
    """A module by its name; its names are looked up when they are used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # pytest asks whatever a module of tests holds for marks of its own
            raise AttributeError(name)
        return getattr(import_module(self._name), name)


contingency = Later("scipy.stats.contingency")
contingency_tables = Later("statsmodels.stats.contingency_tables")
stats = Later("scipy.stats")
