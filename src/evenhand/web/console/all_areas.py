"""The areas of the console, in the order of the menu."""

from typing import Final

from evenhand.web.console.area import Area
from evenhand.web.console.areas import (
    account,
    complaints,
    components,
    influence,
    log_in,
    parties,
    today,
)

AREAS: Final[tuple[Area, ...]] = (
    today.AREA,
    parties.AREA,
    complaints.AREA,
    influence.AREA,
    account.AREA,
    log_in.AREA,
    components.AREA,
)
