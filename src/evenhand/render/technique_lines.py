"""DISARM techniques that people set on a community, in lines."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenhand.model.task import TaskEvent
    from evenhand.model.technique import Technique


def technique_lines(techniques: "Sequence[Technique]") -> Iterator[str]:
    """Yield in a line what stands, by whom and since which day (UTC); nothing where nothing does."""
    if techniques:
        each_one = ", ".join(f"{each.id} (set by {each.by}, {each.at:%Y-%m-%d})" for each in techniques)
        yield f"DISARM techniques: {each_one}"


def techniques_done(event: "TaskEvent") -> str:
    """Return what an event sets and takes back, as the end of what a person did."""
    done = (("set", event.techniques), ("took back", event.removed_techniques))
    return "".join(f", {verb} DISARM {', '.join(ids)}" for verb, ids in done if ids)
