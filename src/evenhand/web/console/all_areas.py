"""The areas of the console, in the order of the menu."""

from typing import Final

from evenhand.web.console.area import Area
from evenhand.web.console.areas import (
    account,
    audit,
    complaints,
    components,
    evidence,
    find,
    influence,
    jobs,
    kept,
    lists,
    log_in,
    parties,
    queue,
    rulebook,
    second_factor,
    single_sign_on,
    task_acts,
    task_pages,
    today,
    upload,
    words,
)

AREAS: Final[tuple[Area, ...]] = (
    today.AREA,
    queue.AREA,
    task_pages.AREA,
    task_acts.AREA,
    find.AREA,
    parties.AREA,
    complaints.AREA,
    evidence.AREA,
    influence.AREA,
    audit.AREA,
    jobs.AREA,
    lists.AREA,
    upload.AREA,
    rulebook.AREA,
    account.AREA,
    log_in.AREA,
    kept.AREA,
    single_sign_on.AREA,
    second_factor.AREA,
    words.AREA,
    components.AREA,
)
