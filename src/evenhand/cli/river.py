"""`evenhand demo | init | run | explain`: the river."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.door import (
    PROGRAM,
    AllowFuture,
    AsJson,
    Folder,
    console,
    instant,
    print_json,
    recorded_instant,
    say,
    suffix_rules,
    tools,
)
from evenhand.cli.lists import AcceptList, chosen_lists

if TYPE_CHECKING:
    from evenhand.model.run import RunReport

At = Annotated[str | None, typer.Option("--at", help="The instant of the run, ISO with offset; default: now.")]

Accepted = Annotated[
    list[str] | None, typer.Option("--accept-table", metavar="TABLE", help="A table that may have lost rows.")
]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of the river to the command line."""
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("run")(run)
    app.command("explain")(explain)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to build it.")] = Path("demo-network"),
    as_json: AsJson = False,
) -> None:
    """Build a sample network and run it end to end: 2017, 2019 and 2026."""
    from evenhand.cli.demo import run_demo, where_to_look

    with tools(quiet=as_json) as handed:
        reports = run_demo(folder, handed)
    if as_json:
        print_json(reports[-1])
        return
    for report in reports:
        _show(report)
    for line in where_to_look(folder):
        say(line)


def init(
    folder: Folder,
    origin: Annotated[str, typer.Option(prompt="Name of the log, an address of yours such as ads.example.org/log")],
    name: Annotated[str | None, typer.Option(help="The network's name; default: the folder's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a network: settings to fill in, the house rulebook, empty tables, and a ledger with a new key."""
    from evenhand.cli.begin import begin

    made = begin(folder, name or folder.resolve().name, origin)
    if as_json:
        print_json({"network": str(folder), "origin": origin, "files": made})
        return
    for line in made:
        say(f"  {line}")
    say(f"Put your advertisers into {folder}/data/advertisers.csv, then: evenhand run {folder}")


def run(
    folder: Folder,
    at: At = None,
    *,
    accept_list: AcceptList = None,
    allow_future: AllowFuture = False,
    accept_table: Accepted = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with status 1 if the report has warnings.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the tables, screen, rule, record, publish; decisions are written only where something changed."""
    from evenhand.cases.run import run as walk
    from evenhand.cli.report import ReportPage
    from evenhand.model.decision import DecidedBy
    from evenhand.store.network import read_network

    network, instant_of_run = read_network(folder), recorded_instant(at, allow_future=allow_future)
    chosen_lists(network.settings.lists, accepted=accept_list or ())
    with tools(quiet=as_json) as handed:
        page = ReportPage()
        accepting = replace(
            handed,
            accept_lists=frozenset(accept_list or ()),
            accept_tables=frozenset(accept_table or ()),
            show=page.add,
        )
        report = walk(network, instant_of_run, DecidedBy(kind="run", id=PROGRAM), accepting)
    page.write(report, network.out / "report.html")
    if as_json:
        print_json(report)
    else:
        _show(report)
        say(f"Report: {network.out / 'report.html'}")
    if strict and report.warnings:
        raise typer.Exit(1)


def explain(
    folder: Folder,
    party: Annotated[str, typer.Argument(metavar="ADVERTISER", help="Id or name of an advertiser or payer.")],
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Show the whole case of an advertiser or payer: both sides of each match, rules, plan and receipt."""
    from evenhand.cases.explaining import explain as look_up
    from evenhand.cases.matches import with_matches
    from evenhand.cli.show import show_explained
    from evenhand.store.network import read_network

    network = read_network(folder)
    explained = with_matches(look_up(network, party, instant(at)), network, suffix_rules())
    if as_json:
        print_json(explained)
        return
    show_explained(explained, console())


def _show(report: "RunReport") -> None:
    from evenhand.cli.show import show_report

    show_report(report, console())
