"""`evenhand audit plan` and `run`: the audit of a network's own ledger, the plan first."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AllowFuture, AsJson, AsLines, Folder, print_json, recorded_instant, say, tools
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.workflows.audit.audit_run import AuditRun

_At = Annotated[str | None, typer.Option("--at", help="Time of the record, ISO with offset; default: now.")]


def add_to(group: typer.Typer) -> None:
    """Add the verbs `plan` and `run` to the group `audit`."""
    group.command("plan")(plan)
    group.command("run")(run)


def plan(folder: Folder, at: _At = None, *, allow_future: AllowFuture = False, as_json: AsJson = False) -> None:
    """Register what an audit compares, as a record of the ledger, before any decision is read."""
    from evenhand.store.network import read_network
    from evenhand.workflows.audit.audit_plan import register_plan
    from evenhand.workflows.audit.audit_run import write_plan

    network, instant = read_network(folder), recorded_instant(at, allow_future=allow_future)
    with tools(quiet=as_json) as handed:
        found = register_plan(network, instant, handed)
    path = write_plan(network, found.plan)
    if as_json:
        print_json({"seq": found.seq, "new": found.is_new, "plan": found.plan})
        return
    say(f"The plan {'is registered' if found.is_new else 'was registered before'}: leaf {found.seq}, {path}")
    say(f"It compares decisions with the same {count(len(found.plan.facts), 'fact')} under the same rulebook,")
    say(f"whatever their {', '.join(found.plan.groups)}.")
    say(f"Now read the decisions: evenhand audit run {folder}")


def run(
    folder: Folder,
    at: _At = None,
    *,
    exploratory: Annotated[
        bool, typer.Option("--exploratory", help="Run without a registered plan; the report says so first.")
    ] = False,
    allow_future: AllowFuture = False,
    progress: AsLines = "",
    as_json: AsJson = False,
) -> None:
    """Audit the network's decisions by the plan registered last; record the report; exit 1 if there are findings."""
    from evenhand.render.audit_page import PAGE, write_audit
    from evenhand.store.network import read_network
    from evenhand.workflows.audit.audit_run import run_audit

    network, instant = read_network(folder), recorded_instant(at, allow_future=allow_future)
    with tools(quiet=as_json, lines=bool(progress)) as handed:
        done = run_audit(network, instant, handed, exploratory=exploratory)
        write_audit(done.report, network.settings.network.name, network.out / "audit")
    if as_json:
        print_json(done.report)
    else:
        show_run(done)
        say(f"Report: {network.out / 'audit' / PAGE} with its tables; report.json is recorded at leaf {done.seq}")
        if done.report.inconsistent:
            leaf = done.report.inconsistent[0].seq
            act = f"evenhand complain {folder} {leaf} --reason unequal_treatment --by audit --text FILE"
            say(f"To have an odd decision reviewed, file a complaint about its leaf: {act}")
    if done.report.found:
        raise typer.Exit(1)


def audited_by_plan(folder: Path, plan: Path) -> "AuditRun":
    """Return the audit of a network by a plan in a file; nothing is recorded."""
    from evenhand.audit import read_plan
    from evenhand.cli.common import progress_bar
    from evenhand.store.network import read_network
    from evenhand.workflows.audit.audit_run import audit_by_plan

    with progress_bar(quiet=False) as progress:
        return audit_by_plan(read_network(folder), read_plan(plan), progress)


def show_run(done: "AuditRun") -> None:
    """Print the report of a network for people."""
    from evenhand.render.network_audit import network_summary

    for line in network_summary(done.report):
        say(line)
