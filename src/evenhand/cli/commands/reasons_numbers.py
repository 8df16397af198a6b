"""`evenhand reasons numbers`: statements of a file counted, or the files of a network's transparency report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.complaint_statistics import day_of
from evenhand.cli.common import AsJson, instant, print_json, say
from evenhand.model.errors import BadInput
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.reasons.transparency_report import Period

_MOST_PROBLEMS = 50


def numbers(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR|RECORDS.jsonl]", help="A network's folder, or records.", show_default=False),
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day of the period.")] = "",
    last: Annotated[str, typer.Option("--until", metavar="DATE", help="Last day of the period, included.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Where the report's files go.", show_default=False)
    ] = None,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a report that differs.")] = False,
    check: Annotated[
        Path | None,
        typer.Option("--check", metavar="FOLDER", help="Check the files of a report instead.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a network's transparency report, check one, or count the statements of a file."""
    if check is not None:
        _check(check, as_json=as_json)
        return
    if source is None:
        raise BadInput("nothing to count", where="reasons numbers", expected="a network's folder, a file, or --check")
    if source.is_dir():
        _report(source, _period(first, last), out, replace=replace, as_json=as_json)
        return
    if first or last or out is not None:
        raise BadInput("is for a network's folder", where="--from, --until, --out", got=source, expected="a folder")
    _count(source, as_json=as_json)


def _report(folder: Path, period: "Period", out: Path | None, *, replace: bool, as_json: bool) -> None:
    from evenhand.store.network import read_network
    from evenhand.workflows.complaint_records.complaint_store import complaints_of
    from evenhand.workflows.delivery.transparency_report import write_report

    if out is None:
        raise BadInput("no folder for the report", where="--out", expected="a new folder")
    network = read_network(folder)
    known = complaints_of(network)
    written = write_report(network, period, known.by_id.values(), out, erased_complaints=known.erased, replace=replace)
    if as_json:
        print_json(written)
        return
    say(f"{out}: {', '.join(written.files)}")
    own = f"{written.own_measures} on own initiative"
    say(f"{count(written.measures, 'measure')} ({own}), {count(written.complaints, 'complaint')}, "
        f"{count(written.disputes, 'dispute')} out of court")  # fmt: skip
    for why, number in written.left_out.items():
        say(f"Not counted: {number}; {why}")
    for part, why in written.not_written.items():
        say(f"Part {part} not written: {why}")
    today = instant(None).date()
    if period.first > today:
        say(f"The period has not begun, so nothing counts in it yet: it runs from {period.first} until {period.last}")
    elif period.last >= today:
        say(f"The period has not ended: it runs until {period.last}")


def _period(first: str, last: str) -> "Period":
    from evenhand.reasons.transparency_report import Period

    period = Period(day_of("--from", first), day_of("--until", last))
    if period.first > period.last:
        raise BadInput("ends before it begins", where="--until", got=last, expected=f"{first} or later")
    return period


def _check(folder: Path, *, as_json: bool) -> None:
    """Say what is wrong with the files of a report; exit 1 if anything is."""
    from evenhand.workflows.delivery.transparency_report import check_report_folder

    files, problems = check_report_folder(folder, instant(None).date())
    if as_json:
        print_json({"files": files, "problems": problems})
    else:
        for each in problems[:_MOST_PROBLEMS]:
            place = f"{each.file}:{each.line}" if each.line else each.file
            say(f"{place}: {each.what} ({each.code})")
        more = f", the first {_MOST_PROBLEMS} shown" if len(problems) > _MOST_PROBLEMS else ""
        say(f"{count(len(files), 'file')} checked, {count(len(problems), 'problem')}{more}")
    if problems:
        raise typer.Exit(1)


def _count(records: Path, *, as_json: bool) -> None:
    """Count the statements of a file, each count out of all of them."""
    import msgspec

    from evenhand.workflows.delivery.reasons_export import numbers_of

    counted = numbers_of(records)
    if as_json:
        print_json(counted)
        return
    median = "none" if counted.days_to_notice is None else f"{counted.days_to_notice:g} days"
    say(f"{count(counted.statements, 'statement')}, {counted.left_out} left out; decision to notice, median: {median}")
    for head, counts in msgspec.structs.asdict(counted).items():
        if isinstance(counts, dict):
            say(f"{head}: {', '.join(f'{word} {number}' for word, number in counts.items()) or '–'}")
