"""Block lists as a table of keys, for hosts that take uploads: `type,value,outcome,decision,until`."""

import csv
import io
import re
from pathlib import Path
from typing import Any, Final

from evenhand.gate.blocking.block_lists import BlockLists, Entry
from evenhand.gate.blocking.coverage import Says
from evenhand.gate.blocking.drift import Listed
from evenhand.gate.blocking.refused_keys import KINDS
from evenhand.model.errors import BadInput
from evenhand.model.visible_text import visible

HEADINGS: Final = Entry._fields
_FORMULA = ("=", "+", "-", "@")
# A spreadsheet of another locale parts cells at `;` as well. What is written so is read back as it was.
_INNER = re.compile("(;)('*[=+@-])")
_INNER_QUOTED = re.compile("(;)'('*[=+@-])")


class CsvList:
    """The table: a row a key, sorted, UTF-8; fits `formats.Format`.

    A value that a spreadsheet would take for a formula begins with an apostrophe; what shows nothing is an escape.
    """

    says = Says(
        kinds=frozenset(KINDS),
        choices=frozenset(),
        until=True,
        notes=("a domain is one row, without further spellings: the host must block it with all its subdomains",),
    )

    def document(self, lists: BlockLists) -> dict[str, Any]:
        """Return the rows as plain values."""
        return {"rows": [entry._asdict() for entry in lists.entries]}

    def text(self, lists: BlockLists) -> bytes:
        """Return the table as a file."""
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(HEADINGS)
        for entry in lists.entries:
            until = "" if entry.until is None else entry.until.isoformat().replace("+00:00", "Z")
            writer.writerow([*map(_safe, entry[:3]), _safe(entry.decision or ""), until])
        return table.getvalue().encode()

    def due(self, lists: BlockLists) -> Listed:
        """Return what a host should have."""
        return Listed({(entry.type, visible(entry.value)) for entry in lists.entries}, {})

    def read(self, data: bytes, where: Path) -> Listed:
        """Return what a host's table has; only the columns `type` and `value` are looked at, in any order.

        Raises:
            BadInput: no UTF-8 table with these columns, or a row with another type or without a value.
        """
        try:
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadInput(f"not a table: {error}", where=where, expected="CSV in UTF-8") from error
        if not rows or not {"type", "value"} <= set(rows[0]):
            raise BadInput("not in this format", where=where, line=1, expected="the columns `type` and `value`")
        columns = rows[0].index("type"), rows[0].index("value")
        return Listed({_key(row, columns, where, line) for line, row in enumerate(rows[1:], 2) if row}, {})


CSV: Final = CsvList()


def _key(row: list[str], columns: tuple[int, int], where: Path, line: int) -> tuple[str, str]:
    kind, value = (row[column] if column < len(row) else "" for column in columns)
    if kind not in KINDS.values() or not value:
        raise BadInput(
            "invalid entry", where=where, line=line, got=",".join(row), expected="a type, as domain, and a value"
        )
    return kind, _INNER_QUOTED.sub(r"\1\2", value[1:] if _is_quoted(value) else value)


def _safe(value: str) -> str:
    shown = _INNER.sub(r"\1'\2", visible(value))
    return f"'{shown}" if shown.lstrip("'").startswith(_FORMULA) else shown


def _is_quoted(value: str) -> bool:
    return value.startswith("'") and value.lstrip("'").startswith(_FORMULA)
