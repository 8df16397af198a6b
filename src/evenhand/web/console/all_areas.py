"""The areas of the console, in the order of the menu."""

from typing import Final

from evenhand.web.console.area import Area
from evenhand.web.console.areas import (
    account,
    complaints,
    components,
    influence,
    jobs,
    lists,
    log_in,
    parties,
    rulebook,
    today,
    upload,
)

AREAS: Final[tuple[Area, ...]] = (
    today.AREA,
    parties.AREA,
    complaints.AREA,
    influence.AREA,
    jobs.AREA,
    lists.AREA,
    upload.AREA,
    rulebook.AREA,
    account.AREA,
    log_in.AREA,
    components.AREA,
)
