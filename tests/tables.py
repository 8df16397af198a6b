"""What must hold of every file that is read as a table, whatever is in it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from evenhand.model.errors import TableUnreadable
from evenhand.store.tables import read_rows


def check_table_or_error(raw: bytes, name: str) -> None:
    """Hold that the bytes are a table whose whole rows are as wide as its heading, or one clear error."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(raw)
        try:
            table = read_rows(path)
            widths = {len(line.cells) for line in table.lines if not line.problem}
        except TableUnreadable:
            return
    assert widths <= {len(table.header)}
