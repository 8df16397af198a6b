"""What this program is called where a record says who made it."""

from importlib.metadata import version
from typing import Final

PROGRAM: Final = f"evenhand {version('evenhand')}"
