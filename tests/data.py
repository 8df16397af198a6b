"""Where third-party test data lies, and the mark for tests that need it."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("EVENHAND_DATA", Path(__file__).parents[2] / "shared" / "data"))

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"not there: third-party data is read from {DATA} (EVENHAND_DATA), never committed"
)
