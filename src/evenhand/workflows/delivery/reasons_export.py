"""Reasons records of a file: written in one form, one line a record, judged, and counted."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from evenhand.model.record import Record
from evenhand.model.visible_text import json_visible
from evenhand.reasons.exports import export_all
from evenhand.reasons.lint import Form
from evenhand.reasons.records import LINE_BYTES, lint_lines, read_records
from evenhand.reasons.report_counts import Numbers, numbers
from evenhand.store.atomic_files import lines_of, output_file


class Exported(Record, frozen=True, kw_only=True):
    """What an export came to: its records, how many of them have no body but errors, how many only warnings."""

    form: Form
    records: int
    refused: int
    warned: int


def export_file(source: Path, form: Form, out: Path) -> Exported:
    """Write `out`, whole or not at all, a line a record of `source`; records before it are each one's corpus.

    Where `out` is a link, the file is written that it leads to.
    Memory: some 400 bytes a record for the corpus, nothing else that grows.

    Raises:
        BadInput: a line is no record, or a file cannot be used; nothing is at `out` that was not there before.
    """
    place = out.resolve() if out.is_symlink() else out  # a link stays, its file is written
    records, refused, warned = 0, 0, 0
    encoder = msgspec.json.Encoder()
    with output_file(place) as file:
        for line in export_all(read_records(lines_of(source, LINE_BYTES), source), form):
            records, refused = records + 1, refused + (not line["ok"])
            warned += line["ok"] and "warnings" in line
            file.write(json_visible(encoder.encode(line)) + b"\n")
    return Exported(form=form, records=records, refused=refused, warned=warned)


def lint_file(source: Path, form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the id and the codes of each record of a file, in order. Raises as `export_file`."""
    return lint_lines(lines_of(source, LINE_BYTES), form, source)


def numbers_of(source: Path) -> Numbers:
    """Return what a transparency report counts of the records of a file. Raises as `export_file`."""
    return numbers(read_records(lines_of(source, LINE_BYTES), source))
