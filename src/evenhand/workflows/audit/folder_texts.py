"""The two files of an auditor's folder that are no data: what is in it, and the program that checks it."""

import re
from inspect import getsource
from pathlib import Path

from evenhand.ledger import standalone_verifier
from evenhand.workflows.audit import (
    standalone_decisions,
    standalone_files,
    standalone_folder,
    standalone_reveal,
    standalone_statistics,
    standalone_table,
)
from evenhand.workflows.audit.folder_format import README, VERIFIER

EARLIER_VERIFIERS = frozenset({"eca5d165a684c57ae6e7d7ef4f60993024a571dd81b5c5c41004153d6626993e"})
"""SHA-256 of each `verify.py` that an earlier version wrote: a folder with one is Evenhand's own, not doctored."""

_OWN_IMPORT = re.compile(r"^from evenhand\.[^\n(]*(\([^)]*\))?\n", re.MULTILINE)
_MAIN = re.compile(r"\n\ndef main\(.*\Z", re.DOTALL)


def verifier_text() -> str:
    """Return the one file of plain Python that checks a folder: the modules below, without imports between them."""
    modules = (
        standalone_verifier, standalone_decisions, standalone_files, standalone_reveal, standalone_table,
        standalone_statistics,
    )  # fmt: skip
    parts = map(getsource, modules)
    return "".join([
        *(_OWN_IMPORT.sub("", _MAIN.sub("\n\n", part)) for part in parts),
        _OWN_IMPORT.sub("", getsource(standalone_folder)),
    ])  # fmt: skip


def write_texts(folder: Path) -> None:
    """Write `README.md` and `verify.py`."""
    (folder / VERIFIER).write_text(verifier_text(), "utf-8")
    (folder / README).write_text(standalone_files.README, "utf-8")
