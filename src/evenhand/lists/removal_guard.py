"""The check that a new version of a list has not lost too many entries to be accepted without a person."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from evenhand.model.errors import ListUnreadable

MAX_REMOVED = Decimal("0.1")
_MOST_SHOWN = 3


def no_entries() -> Collection[str]:
    """Return no id: no decision in force rests on the list, or that is unknown."""
    return ()


@dataclass(frozen=True)
class RemovalGuard:
    """What a new version must keep: `max_removed` is the largest share of entries, by id, that may be gone.

    `decided_on` returns the ids of the entries that decisions in force rest on; it is called for new versions only.
    If all of them are gone at once, the list may have been exchanged. A person who has looked accepts the version.
    With a `day` the entries in force on it are compared: one that has ended may go, and one that a new version ends is
    gone.
    """

    max_removed: Decimal = MAX_REMOVED
    decided_on: Callable[[], Collection[str]] = no_entries
    accepted: bool = False
    day: date | None = None

    def problem(
        self, key: str, before: Collection[str] | None, after: Collection[str], where: Path | str
    ) -> ListUnreadable | None:
        """Return why the version with the entries `after` is refused, None if it is not.

        `before` are the ids of the version in force, None if there is none.
        """
        if self.accepted:
            return None
        left = set(before or ()).difference(after)
        once = f"accept it once with `--accept-list {key}` of `evenhand run` or `lists update`"
        todo = f"check the list; if it is right, {once}"
        if before is not None and len(left) > self.max_removed * len(before):
            most = f"at most {float(self.max_removed) * 100:g} %"
            got = f"{len(left)} of {len(before)}"
            what = "too many entries are missing or have ended, the version in force stays:"
            return ListUnreadable(what, where=where, got=got, expected=most, todo=todo)
        decided = set(self.decided_on())
        if before is not None:
            decided &= set(before)
        if decided and decided.isdisjoint(after):
            names = ", ".join(sorted(decided)[:_MOST_SHOWN]) + (", ..." if len(decided) > _MOST_SHOWN else "")
            what = f"every entry that a decision in force rests on is missing ({len(decided)} of {len(decided)}):"
            return ListUnreadable(what, where=where, got=names, expected="at least one of them", todo=todo)
        return None


ORDINARY = RemovalGuard()
"""The default, where nothing is known of decisions."""
