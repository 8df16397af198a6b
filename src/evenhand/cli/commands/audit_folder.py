"""`evenhand audit export` and `verify`: the folder that an auditor is given, and what holds of one."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import (
    PROGRAM,
    AsJson,
    AsLines,
    Folder,
    collector_at_rest,
    day_or_instant,
    print_json,
    progress_bar,
    say,
    shown_progress,
)
from evenhand.model.errors import BadInput
from evenhand.model.visible_text import visible
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.workflows.audit.folder_export import FolderManifest
    from evenhand.workflows.audit.folder_verification import FolderReport

_MOST_SHOWN = 20


def add_to(group: typer.Typer) -> None:
    """Add the verbs `export` and `verify` to the group `audit`."""
    group.command("export")(export)
    group.command("verify")(verify)


def export(
    folder: Folder,
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new folder.", show_default=False)],
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="From this day or instant on; default: the first.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Before this day or instant; default: to the last.")
    ] = None,
    reveal: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="Show this field too, or `all`; may be repeated, or joined by commas."),
    ] = None,
    progress: AsLines = "",
    as_json: AsJson = False,
) -> None:
    """Write a folder with which an auditor checks the decisions; shown is what rules read and protected attributes."""
    from evenhand.store.network import read_network
    from evenhand.workflows.audit.folder_export import export_folder

    fields = [name.strip() for given in reveal or () for name in given.split(",") if name.strip()]
    with collector_at_rest(), shown_progress(quiet=as_json, lines=bool(progress)) as shown:
        manifest = export_folder(
            read_network(folder), out, since=day_or_instant("--from", since), until=day_or_instant("--until", until),
            reveal=fields, made_by=PROGRAM, progress=shown,
        )  # fmt: skip
    if as_json:
        print_json(manifest)
    else:
        _say_written(out, manifest)
    if manifest.report is None and "audit_report" in manifest.kinds:
        sys.stderr.write(
            "evenhand: warning: the last report of an audit that the log records is not in the folder: the report, a"
            " rulebook or a decision of it was changed or removed. The folder will not verify as complete: run"
            f" {visible(f'`evenhand audit run {folder}`')} again, and export to a new folder.\n"
        )


def _say_written(out: Path, manifest: "FolderManifest") -> None:
    from evenhand.workflows.audit.folder_export import describe_report

    say(f"{out}: {count(manifest.kinds.get('decision', 0), 'decision')} of {manifest.origin},"
        f" leaves {manifest.start} up to {manifest.end}")  # fmt: skip
    say(f"{manifest.shown} opened in part, {manifest.withheld} withheld, {manifest.erased} erased.")
    if manifest.withheld:
        say("Withheld are decisions that older versions committed to as a whole; `--reveal all` shows them whole.")
    if manifest.unkept:
        say(f"Not kept, so not in the folder: {', '.join(manifest.unkept)}")
    for sentence in describe_report(out, manifest):
        say(sentence)
    say(f"Check it with: evenhand audit verify {out} --vkey KEY, or python -I {out}/verify.py {out} KEY")


def verify(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="An auditor's folder.", show_default=False)],
    *,
    vkey: Annotated[str | None, typer.Option(help="The log's key as you know it.", show_default=False)] = None,
    vkey_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The same, in a file.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check an auditor's folder: log, commitments, completeness, and each ruling again; exit 1 if it does not hold."""
    from evenhand.cli.commands.receipts import read_key
    from evenhand.workflows.audit.folder_verification import verify_audit_folder

    key = read_key(vkey, vkey_file)
    if key is None:
        raise BadInput("no key to check against", expected="--vkey with the log's key, as you know it from elsewhere")
    with collector_at_rest(), progress_bar(as_json) as progress:
        report = verify_audit_folder(folder, key, progress)
    if as_json:
        print_json(report)
    else:
        _say(report)
    if not report.ok:
        raise typer.Exit(1)


def _say(report: "FolderReport") -> None:
    _say_problems(report)
    total = report.shown + report.withheld + report.erased
    if report.ok:
        say(f"{report.origin}: verified, {_what_is_here(report)}")
    say(f"{count(total, 'decision')}: {report.shown} open what they show, {report.withheld} withheld,"
        f" {report.erased} erased")  # fmt: skip
    _say_rulings(report)
    if report.report is not None and report.ok and not report.rows_not_held:
        say(f"The figures of the report of leaf {report.report} come out again, to nine significant digits.")
    elif report.report is not None and report.ok:
        say(f"The figures of the report of leaf {report.report} follow from {count(report.rows_not_held, 'row')} that"
            " were not checked, and from the others.")  # fmt: skip
    for sentence in _not_checked(report):
        say(sentence)
    if report.missing_report is not None:
        say("The folder is not complete: the report of an audit that leaf"
            f" {report.missing_report} records is missing.")  # fmt: skip


def _say_rulings(report: "FolderReport") -> None:
    """Print which decisions were compared with others and ruled again, and which not."""
    same = "" if any(each.kind == "outcome" for each in report.problems) else ", all with the same outcome"
    equals = count(report.compared - report.without_equal, "decision")
    say(f"{equals} with an earlier one of the same facts and rulebook{same};"
        f" {report.without_equal} without")  # fmt: skip
    if report.named:
        say(f"{count(report.named, 'decision')} by a rule that names a party, not compared with"
            f" {count(report.named_equals, 'equal')}")  # fmt: skip
    say(f"{report.replayed} ruled again by Cedar")
    if report.unfit:
        what = "with an attribute or a value that the schema does not know, as of a row that was not screened"
        say(f"{report.unfit} {what}: held")
    for reason, number in sorted(report.not_replayed.items()):
        say(f"{number} not ruled again: {reason}")


def _what_is_here(report: "FolderReport") -> str:
    """Return how much of a folder that holds could be seen; nobody can check why a decision is not shown."""
    hidden, span = report.withheld + report.erased, f"leaves {report.start} up to {report.end}"
    if not hidden:
        return f"every decision of {span} is here"
    are = "decision that is" if hidden == 1 else "decisions that are"
    return f"except {hidden} {are} not shown; every other one of {span} is here"


def _not_checked(report: "FolderReport") -> Iterator[str]:
    yield from (f"Not computed again: {sentence}" for sentence in report.not_computed)
    if report.cells:
        yield report.cells_in_words
    for name in report.not_compared:
        yield f"Not compared: {name}, which an earlier version of Evenhand wrote and nothing vouches for"


def _say_problems(report: "FolderReport") -> None:
    seen = Counter[str]()
    for problem in report.problems:
        seen[problem.kind] += 1
        if seen[problem.kind] <= _MOST_SHOWN:
            say(f"NOT verified: {problem}")
    for kind, number in seen.items():
        if number > _MOST_SHOWN:
            say(f"NOT verified: {number - _MOST_SHOWN} more of this kind: {kind}")
