"""`evenhand audit`: were advertisers with the same facts treated alike?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands import audit_comparators, audit_folder, audit_network
from evenhand.cli.common import say
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.audit import AuditReport


def add_to(app: typer.Typer) -> None:
    """Add the group `audit` to the command line; without a verb it audits a table of decisions."""
    group = typer.Typer(rich_markup_mode=None, invoke_without_command=True)
    group.callback()(audit)
    audit_network.add_to(group)
    audit_comparators.add_to(group)
    audit_folder.add_to(group)
    app.add_typer(group, name="audit", help="Compare advertisers that have the same facts.")


def audit(
    context: typer.Context,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A table of decisions, as CSV or Parquet.", show_default=False),
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A network's folder; needs --plan.", show_default=False),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The plan; default: FILE.plan.json.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--json", metavar="OUT", help="Write the whole report there.", show_default=False),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write a page and tables there.", show_default=False),
    ] = None,
) -> None:
    """Compare advertisers that have the same facts under the same rulebook; status 1 if there are findings."""
    if context.invoked_subcommand is not None:
        return
    report = _audited_ledger(ledger, decisions, plan) if ledger is not None else _audited(decisions, plan, out)
    if folder is not None:
        _write(report, (decisions or ledger or folder).name, folder)
    _show(report, out)
    if report.found:
        raise typer.Exit(1)


def _audited_ledger(ledger: Path, decisions: Path | None, plan: Path | None) -> "AuditReport":
    if plan is None or decisions is not None:
        what = "no plan for the ledger" if plan is None else "both a table and a ledger to audit"
        raise BadInput(
            what, expected="--ledger DIR --plan FILE", todo="or register a plan: evenhand audit plan DIR, audit run DIR"
        )
    return audit_network.audited_by_plan(ledger, plan).report


def _audited(decisions: Path | None, plan: Path | None, out: Path | None) -> "AuditReport":
    if decisions is None:
        raise BadInput(
            "no decisions to audit", expected="--decisions FILE or --ledger DIR", todo="see `evenhand audit --help`"
        )
    from evenhand.audit import audit_table, read_plan
    from evenhand.audit.plan import default_plan_path
    from evenhand.model.record import sha256_hex

    if decisions.is_dir():
        raise BadInput("is a folder", where=decisions, expected="a table of decisions, or --ledger DIR for a network")
    if not decisions.is_file():
        raise BadInput("no such file", where=decisions, expected="a table of decisions")
    path = plan or default_plan_path(decisions)
    if out is not None and any(out.exists() and given.exists() and out.samefile(given) for given in (decisions, path)):
        raise BadInput("would be written over", where=out, expected="another file for --json")
    return audit_table(decisions, read_plan(path), plan_sha256=sha256_hex(path.read_bytes()))


def _write(report: "AuditReport", subject: str, folder: Path) -> None:
    from evenhand.render.audit_page import PAGE, write_audit

    if folder.exists() and not folder.is_dir():
        raise BadInput("is no folder", where=folder, expected="a folder for the page and its tables")
    write_audit(report, subject, folder)
    say(f"Page: {folder / PAGE}, with its tables beside it")


def _show(report: "AuditReport", out: Path | None) -> None:
    """Print the summary, or write the report and say in a line what is in it."""
    from evenhand.render.audit_summary import finding_counts, summary
    from evenhand.render.network_audit import network_summary

    if out is None:
        for line in summary(report) if report.proof is None else network_summary(report):
            say(line)
        return
    import msgspec

    from evenhand.store.atomic_files import write_whole

    write_whole(out, msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    say(report.first_line)
    say(f"{finding_counts(report)} Report: {out}")
