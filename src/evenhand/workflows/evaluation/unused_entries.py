"""Entries of lists that lead to no designation and no media typology: a certain match with one decides nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from evenhand.model.errors import ListUnreadable
from evenhand.model.finding import Finding
from evenhand.model.matches import EntryShown
from evenhand.policy import Rulebook
from evenhand.store.atomic_files import write_whole
from evenhand.workflows.evaluation.findings import Lists

UNUSED_ENTRIES: Final = "unused-entries.json"
_MATCHES: Final = ("listed", "state_media")
_OWN_LIST: Final = "house-csv"


class UnusedEntries(msgspec.Struct, frozen=True):
    """How many entries of a list, of all that its version in force has, lead to nothing; `is_own`: a house list."""

    key: str
    unused: int
    entries: int
    is_own: bool = False

    @property
    def what(self) -> str:
        """Return what is wrong, as a sentence without full stop."""
        whole = "entry" if self.entries == 1 else "entries"
        lead, them = ("has", "it") if self.unused == 1 else ("have", "one of them")
        return (
            f"{self.key}: {self.unused:,} of {self.entries:,} {whole} {lead} no designation and no media typology, so"
            f" that a certain match with {them} decides nothing"
        )

    @property
    def todo(self) -> str:
        """Return what mends it, in the imperative."""
        topic = ", or the entries the topic `typology:` with a code, such as `typology:SC`" if self.is_own else ""
        where = "designations.csv of the rulebook"
        return f"give the list a designation in {where}{topic} (the page lists of the documentation)"

    def __str__(self) -> str:
        """Return both as one sentence."""
        return f"{self.what}; {self.todo}"


def unused_entries(lists: Lists, rulebook: Rulebook) -> tuple[UnusedEntries, ...]:
    """Return each list in force with entries that lead to nothing.

    Only lists of which a row in `designations.csv` is empty are read; one that cannot be read is told elsewhere.
    """
    found = []
    for key, version in sorted(lists.versions.items()):
        if not rulebook.may_lead_nowhere(key):
            continue
        try:
            entities = lists.entities(version)
        except ListUnreadable:
            continue
        unused = sum(
            not leads_somewhere(rulebook, key, each.values("program"), each.values("controlTypology"))
            for each in entities
        )
        if unused:
            found.append(UnusedEntries(key, unused, len(entities), version.reader == _OWN_LIST))
    return tuple(found)


def leads_somewhere(rulebook: Rulebook, list_key: str, programs: Iterable[str], media_control: Iterable[str]) -> bool:
    """Return whether an entry with these programmes and codes of media control is under anything that a rule asks."""
    return bool(tuple(media_control) or rulebook.designation_for(list_key, programs))


def unused_match(finding: Finding, entries: Iterable[EntryShown], rulebook: Rulebook) -> str:
    """Return that no rule uses a certain match, ``""`` where one can; `entries` are the finding's own."""
    entry = next((each for each in entries if (each.list, each.entity_id) == (finding.list, finding.entity_id)), None)
    if entry is None or not finding.certain or finding.kind not in _MATCHES:
        return ""
    if leads_somewhere(rulebook, entry.list, entry.programmes, entry.media_control):
        return ""
    which = " of its programme" if entry.programmes else ""
    return f"no rule uses this match: the list's entries{which} have no designation"


def keep_unused_entries(folder: Path, found: Iterable[UnusedEntries]) -> None:
    """Write down which lists a run found to have such entries, until the next one looks again."""
    several = tuple(found)
    if several:
        write_whole(folder / UNUSED_ENTRIES, msgspec.json.encode(several), mode=0o600)
    else:
        (folder / UNUSED_ENTRIES).unlink(missing_ok=True)


def read_unused_entries(folder: Path) -> tuple[UnusedEntries, ...]:
    """Return what the last run wrote down; nothing where it found none or the file is lost."""
    try:
        return msgspec.json.decode((folder / UNUSED_ENTRIES).read_bytes(), type=tuple[UnusedEntries, ...])
    except (OSError, msgspec.MsgspecError):
        return ()
