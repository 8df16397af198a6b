"""`evenhand gate filter` and `shadow`: the gate asked about a log of requests and responses."""

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.registers import RegisterOption, StaleOption, TellOption, names_beside, register_of, tell_of
from evenhand.cli.common import AsJson, collector_at_rest, console, instant, print_json, say
from evenhand.model.errors import BadInput
from evenhand.render.wording import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from evenhand.gate.shadow_report.traffic_log import Fault, Line

_MOST_TOLD = 20
_MOST_DAYS = 36_500

Log = Annotated[Path, typer.Argument(metavar="LOG.ndjson[.gz]", help="One line a response.", show_default=False)]

At = Annotated[
    str | None, typer.Option("--at", help="The instant of lines that say none, ISO with offset; default: now.")
]


def filter_log(
    log: Log,
    *,
    register: RegisterOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the lines go.", show_default=False)],
    stale: StaleOption = None,
    tell: TellOption = "nothing",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Write what the gate removes from each response of a log and what is left of it, in the log's order."""
    from evenhand.gate import Gate
    from evenhand.gate.shadow_report.traffic_log import filtered_line
    from evenhand.store.atomic_files import replacing

    _keep_apart(log, out, "--out")
    gate, now, choice = Gate(*register_of(register, stale)), instant(at), tell_of(tell)
    with replacing(out) as file, collector_at_rest():
        written, faults = _filtered(log, lambda line: filtered_line(line, gate, now, choice), file)
        malformed = faults.all
        if malformed and not written:
            raise _unreadable(log, faults.first[0].number, faults.first[0].what)
    if as_json:
        shown = [{"line": each.number, "what": each.what} for each in faults.first]
        print_json({"lines": written + malformed, "malformed_lines": malformed, "written": written, "faults": shown})
        return
    for fault in faults.first:
        say(f"{log}:{fault.number}: {fault.what}")
    if malformed > len(faults.first):
        say(f"… and {malformed - len(faults.first):,} more")
    say(f"{count(written, 'line')} written to {out}, {malformed:,} malformed")


def shadow_log(
    log: Log,
    *,
    register: RegisterOption,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=_MOST_DAYS, help="Only lines of so many days up to --at.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the report as one page.", show_default=False)
    ] = None,
    stale: StaleOption = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Say what a register would have stopped in a log: whom, bids, money, reasons, and what looks like a mistake."""
    from evenhand.cli.render.shadow_table import render_shadow, show_shadow
    from evenhand.gate import Gate
    from evenhand.gate.shadow_report.report import shadow, with_names
    from evenhand.render.pages import write_page

    _keep_apart(log, html, "--html")
    file, choice = register_of(register, stale)
    gate, now = Gate(file, choice), instant(at)
    with _opened(log) as lines, collector_at_rest():
        report = with_names(shadow(lines, gate, now, days), names_beside(file))
    if report.lines and report.malformed_lines == report.lines:
        raise _unreadable(log, report.faults[0].line, report.faults[0].what)
    if html is not None:
        write_page(render_shadow(report, log.name, now, days), html)
    if as_json:
        print_json(report)
        return
    show_shadow(report, log.name, console())
    if html is not None:
        say(f"Page: {html}")


def _unreadable(log: Path, line: int, what: str) -> BadInput:
    """Return the refusal of a log without a readable line: it is another file, and no report may say all is well."""
    return BadInput(
        f"no line of the log can be read: {what}", where=log, line=line,
        expected="one JSON object a line, with request and response",
    )  # fmt: skip


class _Faults:
    """Counts the lines that could not be judged, and keeps the first."""

    def __init__(self) -> None:
        self.all = 0
        self.first: list[Fault] = []

    def add(self, fault: "Fault") -> None:
        self.all += 1
        if len(self.first) < _MOST_TOLD:
            self.first.append(fault)


def _filtered(log: Path, answer: "Callable[[Line], bytes | Fault]", file: "IO[bytes]") -> tuple[int, _Faults]:
    """Write the answers and return how many lines were written, and the faults."""
    from evenhand.gate.shadow_report.traffic_log import Fault

    written, faults = 0, _Faults()
    with _opened(log) as lines:
        for line in lines:
            given = line if isinstance(line, Fault) else answer(line)
            if isinstance(given, Fault):
                faults.add(given)
            else:
                file.write(given)
                written += 1
    return written, faults


@contextmanager
def _opened(log: Path) -> "Iterator[Iterator[Line | Fault]]":
    """Open a log that was named on the command line."""
    from evenhand.gate.shadow_report.traffic_log import open_log

    with ExitStack() as opened:
        try:
            lines = opened.enter_context(open_log(log))
        except OSError as error:
            raise BadInput("the log cannot be read:", where=log, got=error.strerror or error) from error
        yield lines


def _keep_apart(log: Path, out: Path | None, option: str) -> None:
    """See to it that what is written has a folder, and replaces neither the log nor a device.

    Raises:
        BadInput: it has none, or would.
    """
    if out is None:
        return
    if not out.parent.is_dir():
        raise BadInput("no such folder", where=option, got=out.parent, expected="one that is there")
    if not out.exists():
        return
    if not out.is_file():
        raise BadInput("no regular file", where=option, got=out, expected="a file to write")
    if log.exists() and out.samefile(log):
        raise BadInput("the log would be written over", where=option, got=out, expected="another file")
