"""`evenhand gate export` and `drift`: lists for hosts that do not ask the gate, and whether a host has them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple

import typer
from msgspec import to_builtins

from evenhand.cli.commands.registers import RegisterOption, StaleOption, register_of
from evenhand.cli.common import AsJson, instant, print_json, say, suffix_rules
from evenhand.model.errors import BadInput
from evenhand.model.output_streams import write_data
from evenhand.model.visible_text import visible

if TYPE_CHECKING:
    from evenhand.gate.blocking.block_lists import BlockLists
    from evenhand.gate.blocking.drift import OwnLists
    from evenhand.gate.blocking.formats import Report
    from evenhand.gate.blocking.traffic import Traffic

FormatOption = Annotated[
    str, typer.Option("--format", help="prebid-go, prebid-java, prebid-js, gam or csv.", show_default=False)
]
VersionOption = Annotated[
    str | None,
    typer.Option("--prebid-version", help="Version that reads it, as 11.20 (js) or 3.27 (java); default: the newest."),
]
ObservedOption = Annotated[
    Path | None, typer.Option("--observed", help="Traffic: one adomain spelling a line, from a log.")
]
_WORDS = {"until": "the end of the decision"}
_NO_PLACE = "its format has no place for that, only the gate applies it"
AtOption = Annotated[str | None, typer.Option("--at", help="The instant to list for, ISO with offset; default: now.")]


def export(
    *,
    form: FormatOption,
    register: RegisterOption,
    version: VersionOption = None,
    observed: ObservedOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default: standard output.")] = None,
    stale: StaleOption = None,
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Write what is refused or held as a list for another system, with a report of what cannot be exported."""
    from evenhand.gate.blocking.formats import format_of, report_on

    if out is not None and as_json:
        raise BadInput("--json and --out together", expected="one of them")
    target = format_of(form, version)
    lists = _lists(register, stale, observed, instant(at))
    report = report_on(lists, target)
    if as_json:
        print_json({**target.document(lists), "report": report})
    elif out is not None:
        _put(register, out, target.text(lists), ExportOptions(form, version, observed), lists.at)
        for line in _told(report):
            say(line)
    else:
        write_data(target.text(lists))
        for line in _told(report):
            sys.stderr.write(f"{visible(line)}\n")


def write_block_list(network: Path, out: Path, form: str, at: datetime) -> None:
    """Export the list that is due at `at` from a network's folder to a file, as `export` does, and say nothing."""
    from evenhand.gate.blocking.formats import format_of

    data = format_of(form, None).text(_lists(network, None, None, at))
    _put(network, out, data, ExportOptions(form, None, None), at)


def drift(
    *,
    form: FormatOption,
    host: Annotated[Path, typer.Option("--host", help="The host's own file.", show_default=False)],
    register: RegisterOption,
    version: VersionOption = None,
    observed: ObservedOption = None,
    requests: Annotated[
        Path | None, typer.Option("--requests", help="prebid-go: bid requests, one a line; those with a `badv` count.")
    ] = None,
    stale: StaleOption = None,
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Compare what a host has with the list due now; exit 1 if they differ, or if requests switch it off."""
    from evenhand.gate.blocking.drift import drift as compare
    from evenhand.gate.blocking.formats import format_of

    target = format_of(form, version)
    seen = None if requests is None else _seen_requests(requests, form)
    with _readable(host) as file:
        found = target.read(file.read(), host)
    lists = _lists(register, stale, observed, instant(at))
    difference = compare(target.due(lists), found)
    if as_json:
        print_json(difference if seen is None else {**to_builtins(difference), "requests": seen})
    else:
        for sign, values in (("-", difference.missing), ("+", difference.extra)):
            for value in values:
                say(f"{sign} {value}")
        say(f"{difference.same} the same, {len(difference.missing)} missing, {len(difference.extra)} extra")
        if seen is not None:
            say(
                f"{seen.own_badv:,} of {seen.requests:,} requests carry a `badv` of their own: the host blocks nothing"
                f" in their replies; {seen.unreadable:,} lines are no requests"
            )
    if difference.missing or difference.extra or (seen is not None and seen.own_badv):
        raise typer.Exit(1)


def _seen_requests(requests: Path, form: str) -> "OwnLists":
    from evenhand.gate.blocking.drift import own_lists

    if form != "prebid-go":
        raise BadInput("a request's own `badv` switches off lists of prebid-go alone", where="--requests", got=form)
    with _readable(requests) as lines:
        return own_lists(lines)


def _lists(register: Path, stale: str | None, observed: Path | None, at: datetime) -> "BlockLists":
    from evenhand.gate import Gate
    from evenhand.gate.blocking.block_lists import block_lists

    suffixes = suffix_rules()
    gate = Gate(*register_of(register, stale), suffixes)
    if observed is None:
        return block_lists(gate, at, suffixes)
    with _readable(observed) as lines:
        return block_lists(gate, at, suffixes, lines)


class ExportOptions(NamedTuple):
    """How a list was exported, so that it can be written and read again in the same way."""

    form: str
    version: str | None
    observed: Path | None


def _put(register: Path, out: Path, data: bytes, options: ExportOptions, at: datetime) -> None:
    """Write down where a list goes, then write it."""
    _note(register, out, data, options, at)
    _write(out, data)


def _note(register: Path, out: Path, data: bytes, options: ExportOptions, at: datetime) -> None:
    """Write down, in the network that the register is of, where a list goes; of a register on its own nobody knows.

    Raises:
        BadInput: it cannot be written down; then the list is not written either.
    """
    from evenhand.model.record import sha256_hex
    from evenhand.workflows.delivery.exported_lists import ExportedList, exporting_network, note_export

    folder = exporting_network(register)
    if folder is None:
        return
    exported = ExportedList(
        file=str(out.absolute()), format=options.form, version=options.version or "",
        observed="" if options.observed is None else str(options.observed.absolute()),
        sha256=sha256_hex(data), at=at,
    )  # fmt: skip
    try:
        note_export(folder, exported)
    except OSError as error:
        raise BadInput(
            "the export cannot be noted:", where=error.filename or folder, got=error.strerror or error,
            expected="a network's folder that can be written to",
            todo="no list was written; from a copy of the register elsewhere it is, and then nobody checks it for you",
        ) from error  # fmt: skip


def _write(out: Path, data: bytes) -> None:
    """Put a list in its place, whole or not at all."""
    from evenhand.gate.registers.files import replace_file

    try:
        replace_file(out, [data])
    except OSError as error:
        raise BadInput("the file cannot be written:", where=out, got=error.strerror or error) from error


@contextmanager
def _readable(path: Path) -> Iterator[BinaryIO]:
    """Open a file that was named on the command line."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput("the file cannot be read:", where=path, got=error.strerror or error) from error
    with file:
        yield file


def _told(report: "Report") -> Iterator[str]:
    """Yield the lines in which a report is told to people."""
    yield f"{report.entries:,} entries cover {report.covered:,} of {report.rows:,} rows refused or held outright"
    yield from _not_said(report)
    if report.renew_before is not None:
        then = report.renew_before.isoformat().replace("+00:00", "Z")
        yield f"what is refused or held changes at {then}: export the list again then"
    if report.stale:
        yield "the register is stale"
    if report.observed is not None:
        yield from _seen(report.observed)
    for note in report.notes:
        yield f"note: {note}"


def _not_said(report: "Report") -> Iterator[str]:
    for name, count in report.not_expressed.items():
        if count:
            parties = "1 party" if count == 1 else f"{count:,} parties"
            yield f"not in this list: {_WORDS.get(name, f'the {name}')} of {parties}; {_NO_PLACE}"
    for choice in report.choices:
        yield f"not in this list: the operator's choice {choice}; {_NO_PLACE}"
    for domain in report.above_allowed:
        yield f"an allowed party is below `{domain}`: a host that blocks all its subdomains keeps that party out"


def _seen(seen: "Traffic") -> Iterator[str]:
    yield f"observed: {seen.refused:,} of {seen.lines:,} lines name a refused or held party"
    yield (
        f"of these, {seen.by_domain:,} are written as its domain, {seen.by_spelling:,} in another spelling that is "
        f"covered, {seen.missed:,} in one that cannot be"
    )
    yield (
        f"further lines: {seen.conditional:,} name a party refused on some condition, {seen.unknown:,} nobody on file, "
        f"{seen.malformed:,} are malformed"
    )
