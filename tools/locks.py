"""The locked packages: names, versions and markers of a file of `requirements/`."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; ([^\\\n]+?))? *\\?$", re.MULTILINE)


class Pin(NamedTuple):
    """A package at one version; `marker` says on which platforms, "" on all."""

    name: str
    version: str
    marker: str

    @property
    def purl(self) -> str:
        """Return its package URL, which names a package of any registry in one form."""
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"


def read_pins(lock: str) -> list[Pin]:
    """Return the pins of a lock such as `run`, in its order."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return [Pin(name, version, marker.strip()) for name, version, marker in _PIN.findall(text)]
