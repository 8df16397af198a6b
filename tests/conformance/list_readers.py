"""Do our readers read a raw list as the reference reads it?

    python -m tests.conformance.list_readers PATH --reference REF

PATH is a file or folder of a publisher, REF holds FollowTheMoney lines (`.jsonl` or `.jsonl.gz`). The last line
is one JSON object: `cases`, `agree`, `disagree` (`screening.md` §9). A disagreement is printed, one line an entry.
"""

import argparse
import sys
from pathlib import Path

from evenhand.lists import read_list
from evenhand.model.listing import ListedEntity
from tests.conformance.cases import Arguments, answering, execute

_SETS = (("name", "alias", "previousName"), ("weakAlias",), ("program",), ("controlTypology",), ("parent",))


def compare(path: Path, reference: Path) -> tuple[int, list[str]]:
    """Return the number of entries of either side and a line for each on which they disagree."""
    ours = {entity.id: _view(entity) for entity in read_list(path, "list-read").entities}
    theirs = {entity.id: _view(entity) for entity in read_list(reference, "list-reference").entities}
    ids = sorted(ours.keys() | theirs.keys())
    return len(ids), [
        f"{id_}: ours {ours.get(id_)} theirs {theirs.get(id_)}" for id_ in ids if ours.get(id_) != theirs.get(id_)
    ]


def _view(entity: ListedEntity) -> tuple[str, list[list[str]]]:
    return entity.schema, [sorted(set(entity.values(*names))) for names in _SETS]


def work(chosen: argparse.Namespace) -> dict[str, int]:
    """Print the disagreements and return the counts."""
    with answering(chosen.path):
        cases, disagreements = compare(chosen.path, chosen.reference)
    for line in disagreements:
        print(line)
    return {"cases": cases, "agree": cases - len(disagreements), "disagree": len(disagreements)}


def main(argv: list[str] | None = None) -> int:
    """Compare what the command line names and print the counts as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("path", type=Path)
    arguments.add_argument("--reference", type=Path, required=True)
    return execute(arguments, work, argv)


if __name__ == "__main__":
    sys.exit(main())
