"""The parts of a workbook (`.xlsx`): an archive of XML whose names and sizes are not believed."""

import html
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from posixpath import normpath
from typing import NamedTuple

from evenhand.model.errors import TableUnreadable

MOST_UNPACKED = 256 << 20
"""So many bytes a workbook may have unpacked."""
_MOST_OF_NAMES = 4 << 20  # bytes that the list of a workbook's sheets may have unpacked
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
SAVE_AGAIN = "open it in a spreadsheet program and save it again as .xlsx, or as CSV"


class SheetPart(NamedTuple):
    """A sheet with cells: its name, where in the archive it is, and whether its maker has hidden it."""

    name: str
    part: str
    is_hidden: bool


def sheet_names(path: Path) -> list[SheetPart]:
    """Return the sheets of a workbook in its order, hidden ones too, without reading a cell; none of another file.

    Raises:
        TableUnreadable: no whole workbook, encrypted, or its list of sheets is too large.
        OSError: there is no such file.
    """
    with path.open("rb") as file:
        if not file.read(4).startswith(_ARCHIVES):
            return []
    return sheet_parts(path, workbook_parts(path, (_WORKBOOK, _RELATIONS), _MOST_OF_NAMES))


def workbook_parts(path: Path, only: Collection[str] = (), most: int = 0) -> dict[str, bytes]:
    """Return the parts of a workbook that are XML, by name, or `only` some of them.

    What is unpacked is counted, not what the archive says: at most `most` bytes, 0 for `MOST_UNPACKED`.

    Raises:
        TableUnreadable: no whole workbook, encrypted, or too large.
    """
    parts: dict[str, bytes] = {}
    left = most = most or MOST_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise TableUnreadable("is encrypted", where=path.name, todo="save it without a password")
                name = entry.filename.lstrip("/")
                if not name.lower().endswith((".xml", ".rels")) or (only and name not in only):
                    continue
                with archive.open(entry) as part:
                    parts[name] = data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise TableUnreadable(
                        f"is larger than {most >> 20} MB unpacked", where=path.name, todo="save it as CSV"
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise TableUnreadable("is not a complete workbook", where=path.name, todo=SAVE_AGAIN) from error
    if _WORKBOOK not in parts:
        raise TableUnreadable(
            "is a zip archive or another kind of workbook", where=path.name,
            expected="CSV, XLSX, NDJSON or Parquet", todo="save it as .xlsx or CSV",
        )  # fmt: skip
    return parts


def sheet_parts(path: Path, parts: Mapping[str, bytes]) -> list[SheetPart]:
    """Return the sheets of a workbook that have cells, in its order.

    Raises:
        TableUnreadable: it has none.
    """
    relations = map(_attributes, _RELATION.findall(parts.get(_RELATIONS, b"")))
    targets = {relation.get("Id", ""): relation for relation in relations}
    found = []
    for raw in _SHEET.findall(parts[_WORKBOOK]):
        attributes = _attributes(raw)
        relation = targets.get(next((value for name, value in attributes.items() if name.endswith(":id")), ""), {})
        target = relation.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
        if relation.get("Type", "worksheet").endswith("worksheet"):
            found.append(SheetPart(attributes.get("name", ""), part, attributes.get("state", "visible") != "visible"))
    if not found:
        raise TableUnreadable("has no sheet with cells", where=path.name, todo=SAVE_AGAIN)
    return found


def _attributes(raw: bytes) -> dict[str, str]:
    return {
        name.decode(): html.unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(raw)
    }
