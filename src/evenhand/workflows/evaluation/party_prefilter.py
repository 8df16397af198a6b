"""What tells an index at once which parties it cannot mean: as the last run kept it, or made by two processes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from evenhand.model.hosts import Suffixes
from evenhand.model.party import Payer
from evenhand.screening.index.cache import keep_prefilter, kept_prefilter, prefilter_is_due
from evenhand.screening.index.prefilter import Prefilter
from evenhand.workflows.evaluation.shared_screening import is_worth_two
from evenhand.workflows.evaluation.side_process import SideProcess

Key = TypeVar("Key")


def party_prefilter(
    path: Path, contents: Mapping[Key, str], parties: Mapping[Key, Payer], suffixes: Suffixes
) -> Prefilter | None:
    """Return the prefilter of parties that a file keeps, or a new one, which is kept there; None for a few parties.

    `contents` hash what is read of each. The one that was kept may not know all of them.

    Raises:
        ProcessEnded: the second process failed, or was ended.
    """
    known = kept_prefilter(path)
    if not prefilter_is_due(known, contents.values()):
        return known
    made = _made(list({content: parties[key] for key, content in contents.items()}.items()), suffixes)
    keep_prefilter(path, made)
    return made


def _made(parties: Sequence[tuple[str, Payer]], suffixes: Suffixes) -> Prefilter:
    if not is_worth_two(len(parties)):
        return Prefilter.of(parties, suffixes)
    half = len(parties) // 2
    process = SideProcess("the prefilter of parties", lambda: Prefilter.of(parties[half:], suffixes).packed())
    try:
        return Prefilter.of(parties[:half], suffixes).joined(Prefilter.unpacked(process.result()))
    finally:
        process.end()
