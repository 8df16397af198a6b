"""Where third-party test data lies, and the mark for tests that need it."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("EVENHAND_DATA", Path(__file__).parents[2] / "shared" / "data"))

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"not there: third-party data is read from {DATA} (EVENHAND_DATA), never committed"
)


def first_entries(folder: Path, count: int) -> dict[str, bytes]:
    """Return the files of a list of OFAC's in CSV, cut to its first entries."""
    files = {path.name: path.read_bytes().removesuffix(b"\x1a").splitlines(keepends=True) for path in folder.iterdir()}
    kept = {line.partition(b",")[0] for line in files["sdn.csv"][:count]}
    return {name: b"".join(line for line in lines if line.partition(b",")[0] in kept) for name, lines in files.items()}
