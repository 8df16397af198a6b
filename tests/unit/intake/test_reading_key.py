"""The key by which a run takes up the tables of the last one: whatever reads them is in it."""

import ast
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

from evenhand.intake.reading_key import _PACKAGES, _READ_WITH

# Packages that say nothing of a cell: what makes signatures, pictures and tables of the ledger.
BESIDE = {"cryptography", "xlsxwriter", "apsw", "psycopg", "psycopg-binary", "argon2-cffi", "pillow", "numpy"}

# What sends tables to Spark reads none of a network, and what copies one from an object store no cell of it.
NO_READERS = {"spark_engine.py", "spark_statements.py", "object_copies.py"}


def imported(path: Path) -> set[str]:
    """Return the packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_each_package_that_tables_are_read_with_is_in_the_key() -> None:
    """One that is left out gives old rows after it learned to read a cell better: so it was with workbooks."""
    folders = [Path(spec.origin).parent for name in _PACKAGES if (spec := find_spec(name)) and spec.origin]
    names = set[str]().union(
        *(imported(path) for folder in folders for path in folder.rglob("*.py") if path.name not in NO_READERS)
    )
    known = packages_distributions()
    used = {each.lower() for name in names - {"evenhand"} for each in known.get(name, ())}

    assert len(folders) == len(_PACKAGES)
    assert used - BESIDE == set(_READ_WITH)
