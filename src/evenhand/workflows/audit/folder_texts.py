"""The two files of an auditor's folder that are no data: what is in it, and the program that checks it."""

import re
from collections.abc import Sequence
from inspect import getsource
from pathlib import Path

from evenhand.ledger import standalone_verifier
from evenhand.workflows.audit import (
    standalone_decisions,
    standalone_folder,
    standalone_reveal,
    standalone_statistics,
    standalone_table,
)
from evenhand.workflows.audit.folder_format import README, VERIFIER, FolderManifest
from evenhand.workflows.audit.folder_report import describe_report

EARLIER_VERIFIERS = frozenset({"eca5d165a684c57ae6e7d7ef4f60993024a571dd81b5c5c41004153d6626993e"})
"""SHA-256 of each `verify.py` that an earlier version wrote: a folder with one is Evenhand's own, not doctored."""

_OWN_IMPORT = re.compile(r"^from evenhand\.[^\n(]*(\([^)]*\))?\n", re.MULTILINE)
_MAIN = re.compile(r"\n\ndef main\(.*\Z", re.DOTALL)


def verifier_text() -> str:
    """Return the one file of plain Python that checks a folder: the modules below, without imports between them."""
    modules = standalone_verifier, standalone_decisions, standalone_reveal, standalone_table, standalone_statistics
    parts = map(getsource, modules)
    return "".join([
        *(_OWN_IMPORT.sub("", _MAIN.sub("\n\n", part)) for part in parts),
        _OWN_IMPORT.sub("", getsource(standalone_folder)),
    ])  # fmt: skip


def write_texts(folder: Path, manifest: FolderManifest) -> None:
    """Write `README.md` and `verify.py`."""
    (folder / VERIFIER).write_text(verifier_text(), "utf-8")
    (folder / README).write_text(_readme(manifest, describe_report(folder, manifest)), "utf-8")


def _readme(manifest: FolderManifest, of_report: Sequence[str]) -> str:
    decisions = manifest.kinds.get("decision", 0)
    span = f"{manifest.since or 'the first'} to {manifest.until or 'the last'}"
    named = " ".join(of_report)
    return f"""# Folder for an auditor

Decisions of `{manifest.origin}`, {span}: {decisions} decisions in leaves {manifest.start} to {manifest.end - 1} of
{manifest.size}. Opened in part: {manifest.shown}. Not opened, because they were committed to as a whole:
{manifest.withheld}. Erased, so that nobody can open them: {manifest.erased}.

Check it with the key of the log, as you know it from elsewhere, on any machine with Python 3.11 or later:

    python -I verify.py . KEY

or with Evenhand, which also makes every ruling again: `evenhand audit verify . --vkey KEY`. `verify.py` came
with the folder, so read it (half an hour), or make it from a copy of Evenhand that you trust:

    python -c "from evenhand.workflows.audit.folder_texts import verifier_text as t; print(t(), end='')" > verify.py

`evenhand audit verify` compares the file here with that. `-I` keeps Python from loading modules of this folder.

| file | holds |
|---|---|
| `SHA256SUMS` | the hash of each other file: `sha256sum -c SHA256SUMS` |
| `folder.json` | range, counts, and what the rules of each rulebook read |
| `log/` | the public log: key, signed checkpoint, tiles |
| `decisions.jsonl` | one line for each decision of the range: what is shown of it, and the salts that open it |
| `records.jsonl` | list versions, rulebooks with their proofs, plans and reports of audits |
| `report.json`, `table.csv` | if there is one: the last report of an audit, and its table, with numbers for parties |
| `rulebooks/` | each rulebook and its schema, by hash |

A proof is repeated with `evenhand rules prove rulebooks/HASH`. What stands as `{{"sealed": HASH}}` is not shown. Ids of
parties are closed, also where a rule reads one: such a decision is compared with its equals and not ruled again.

{named}
"""
