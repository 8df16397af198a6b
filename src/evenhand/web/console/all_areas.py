"""The areas of the console, in the order of the menu."""

from typing import Final

from evenhand.web.console.area import Area
from evenhand.web.console.areas import account, components, log_in, today

AREAS: Final[tuple[Area, ...]] = (today.AREA, account.AREA, log_in.AREA, components.AREA)
