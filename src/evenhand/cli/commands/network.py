"""`evenhand demo | init | run | explain`: a network made, run and explained."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from evenhand.cli.commands.lists import AcceptList
from evenhand.cli.commands.table_options import Column, Currency, Dates, Decimals, MaxRefused, Sheet, chosen_columns
from evenhand.cli.common import (
    PROGRAM,
    AllowFuture,
    AsJson,
    AsLines,
    Folder,
    console,
    instant,
    print_json,
    recorded_instant,
    say,
    suffix_rules,
    tools,
)
from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome

if TYPE_CHECKING:
    from evenhand.cli.commands.own_table import OwnTable
    from evenhand.model.run import RunReport
    from evenhand.store.network import Network

At = Annotated[str | None, typer.Option("--at", help="The instant of the run, ISO with offset; default: now.")]

Accepted = Annotated[
    list[str] | None, typer.Option("--accept-table", metavar="TABLE", help="A table that may have lost rows.")
]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine", metavar="ENGINE", help="Where many rows are computed: duckdb, local[2], spark://HOST:PORT."
    ),
]
AcceptedNames = Annotated[
    list[str] | None,
    typer.Option("--accept-names", metavar="TABLE", help="A table where many names, websites or ids may be others."),
]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of networks to the command line."""
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("run")(run)
    app.command("explain")(explain)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to build it.")] = Path("demo-network"),
    as_json: AsJson = False,
) -> None:
    """Build a sample network and run it end to end: 2017, 2019 and 2026."""
    from evenhand.cli.commands.demo import audit_demo, run_demo, where_to_look

    with tools(quiet=as_json) as handed:
        reports = run_demo(folder, handed)
        audit_demo(folder, handed)
    if as_json:
        print_json(reports[-1])
        return
    for report in reports:
        _show(report)
    for line in where_to_look(folder):
        say(line)


def init(
    folder: Folder,
    origin: Annotated[str | None, typer.Option(help="Name of the log, such as ads.example.org/log.")] = None,
    name: Annotated[str | None, typer.Option(help="The network's name; default: the folder's.")] = None,
    *,
    table: Annotated[
        Path | None, typer.Option("--table", metavar="FILE", help="Your advertisers: XLSX, CSV, NDJSON or Parquet.")
    ] = None,
    lists: Annotated[
        list[Path] | None, typer.Option("--lists", metavar="PATH", help="A list, or a folder of lists; repeatable.")
    ] = None,
    sheet: Sheet = "",
    column: Column = None,
    dates: Dates = "",
    decimals: Decimals = "",
    max_refused: MaxRefused = "0.01",
    currency: Currency = "EUR",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Make a network, empty or from your own table and lists; with --table it runs at once."""
    from evenhand.cli.commands.init import Inputs, begin, check_currency
    from evenhand.store.network import read_network
    from evenhand.workflows.queries.letter_setup import before_first_letter

    check_currency(currency)
    if table is not None:
        from evenhand.cli.commands.own_table import OwnTable, check_day, default_origin

        log = default_origin(folder) if origin is None else origin
        own = OwnTable(table, lists or (), chosen_columns(tuple(column or ()), "advertisers"), sheet, dates, decimals)
        own = own._replace(max_refused=max_refused)
        instant_of_run = recorded_instant(at, allow_future=False)
        if at is not None:
            check_day(instant_of_run.date())
        _init_with_table(folder, log, name, own, instant_of_run, currency=currency, as_json=as_json)
        return
    _check_no_table_options({
        "--lists": lists, "--sheet": sheet, "--column": column, "--dates": dates, "--decimals": decimals, "--at": at,
        "--max-refused-share": max_refused != "0.01",
    })  # fmt: skip
    log = _origin_asked_for() if origin is None else origin
    made = begin(folder, name or folder.resolve().name, log, Inputs(currency=currency))
    before = tuple(before_first_letter(read_network(folder)))
    if as_json:
        print_json({"network": str(folder), "origin": log, "files": made, "before_first_letter": before})
        return
    for line in made:
        say(f"  {line}")
    say(f"Put your advertisers into {folder}/data/advertisers.csv, then: evenhand run {folder}")
    _say_before_letters(folder, before)


def _check_no_table_options(options: Mapping[str, object]) -> None:
    """Refuse options of a table, of those with a value, where no table is named.

    Raises:
        BadInput: there are some.
    """
    given = [option for option, value in options.items() if value]
    if given:
        raise BadInput(
            "an empty network cannot use what is about a table",
            where=", ".join(given),
            expected="--table FILE as well",
            todo="name the table, or leave it out and enter lists and columns in evenhand.toml",
        )


def _origin_asked_for() -> str:
    """Ask for the name of the log; a script, which nobody can ask, is told which option says it.

    Raises:
        BadInput: nobody is there to answer.
    """
    if sys.stdin.isatty():
        return str(typer.prompt("Name of the log, an address of yours such as ads.example.org/log"))
    if answer := sys.stdin.readline().strip():
        return answer
    raise BadInput(
        "the log needs a name, and there is no terminal to ask on", where="--origin",
        expected="--origin ads.example.org/log with an address of yours; or --table FILE and --lists PATH, which"
        " make a name from the folder's",
    )  # fmt: skip


def _init_with_table(
    folder: Path, log: str, name: str | None, own: "OwnTable", at: datetime, *, currency: str, as_json: bool
) -> None:  # fmt: skip
    """Look at everything first, then make the network and run it."""
    from evenhand.cli.commands.init import begin, check_place
    from evenhand.cli.commands.own_table import default_origin, look_at
    from evenhand.store.network import read_network
    from evenhand.workflows.queries.letter_setup import before_first_letter, letter_language
    from evenhand.workflows.queries.list_notes import list_notes

    check_place(folder, log)
    looked = look_at(own, folder, currency)
    language = letter_language(own.table, own.columns, own.sheet)
    inputs = looked.inputs._replace(language=language, currency=currency)
    made = begin(folder, name or folder.resolve().name, log, inputs)
    if not as_json:
        for key, found in looked.lists:
            size = len(found.read.entities)
            say(f"List {key}: {'1 entry' if size == 1 else f'{size:,} entries'}, {found.path}")
            for note in list_notes(key, found.read):
                say(f"  {note}")
        if log == default_origin(folder):
            say(f"Log: {log}, from the folder's name; it is part of every signature. To sign under an address of")
            say("  yours, make the network again with --origin before you publish anything.")
        say(f"Settings: {folder / made[0]}")
    network = read_network(folder)
    report = run_and_report(network, at, quiet=as_json)
    before = tuple(before_first_letter(network))
    if as_json:
        print_json(
            {"network": str(folder), "origin": log, "files": made, "before_first_letter": before, "report": report}
        )
        return
    _show(report)
    say(f"Report: {folder / 'out' / 'report.html'}")
    first = shlex.quote(report.cases[0].decision.party.id) if report.cases else "ID, with the id of a client"
    say(f"Why: evenhand explain {shlex.quote(str(folder))} {first}")
    _say_before_letters(folder, before)


def _say_before_letters(folder: Path, before: Sequence[str]) -> None:
    say(f"Before the first letter goes out ([reasons] in {folder / 'evenhand.toml'}):")
    for line in before:
        say(f"  {line}")


def run(
    folder: Folder,
    at: At = None,
    *,
    accept_list: AcceptList = None,
    allow_future: AllowFuture = False,
    accept_table: Accepted = None,
    accept_names: AcceptedNames = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with status 1 if the report has warnings.")] = False,
    engine: EngineName = "duckdb",
    progress: AsLines = "",
    as_json: AsJson = False,
) -> None:
    """Read the tables, screen, rule, record, publish; decisions are written only where something changed."""
    from evenhand.store.network import read_network

    network = read_network(folder)
    instant_of_run = recorded_instant(at, allow_future=allow_future) if at else None
    _check_known(network, accept_list or ())
    accepted = AcceptedLosses(*(frozenset(each or ()) for each in (accept_list, accept_table, accept_names)))
    report = run_and_report(network, instant_of_run, accepted, quiet=as_json, lines=progress == "json", engine=engine)
    if as_json:
        print_json(report)
    else:
        _show(report)
        say(f"Report: {network.out / 'report.html'}")
        if any(each.get(Outcome.HOLD, 0) for each in report.outcomes_in_force.values()):
            say(f"What waits for a person: evenhand tasks {shlex.quote(str(folder))}")
    if strict and report.warnings:
        raise typer.Exit(1)


class AcceptedLosses(NamedTuple):
    """The lists that may have lost entries, the tables that may have lost rows, and those with other names."""

    lists: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


_AS_IT_IS = AcceptedLosses()


def run_and_report(
    network: "Network", at: datetime | None, accepted: AcceptedLosses = _AS_IT_IS, *, quiet: bool, lines: bool = False,
    engine: str = "duckdb",
) -> "RunReport":  # fmt: skip
    """Run a network at an instant, or when it holds the ledger (None), and write its report."""
    from evenhand.cli.commands.influence_pages import write_pages
    from evenhand.model.decision import DecidedBy
    from evenhand.render.report import ReportPage
    from evenhand.store.spark_engine import chosen_engine
    from evenhand.workflows.run.network_run import run as walk

    with chosen_engine(engine) as spark, tools(quiet=quiet, lines=lines) as handed:
        page = ReportPage()
        accepting = replace(
            handed, show=page.add, accept_lists=accepted.lists, accept_tables=accepted.tables,
            accept_names=accepted.names, spark=spark,
        )  # fmt: skip
        report = walk(network, at or partial(instant, None), DecidedBy(kind="run", id=PROGRAM), accepting)
    if (network.out / "influence").exists():
        write_pages(network, report.at)
    page.write(report, network.out / "report.html")
    return report


def _check_known(network: "Network", keys: Sequence[str]) -> None:
    """Refuse the key of a list that the network neither names nor has kept: one that it had may be accepted too."""
    from evenhand.model.errors import NotFound

    known = [source.key for source in network.settings.lists]
    for key in keys:
        if key not in known and not (network.lists / key / "current").is_file():
            raise NotFound("no such list", got=key, expected=", ".join(known) or "a [[list]] block in evenhand.toml")


def explain(
    folder: Folder,
    party: Annotated[str, typer.Argument(metavar="ADVERTISER", help="Id or name of an advertiser or payer.")],
    at: Annotated[
        str | None, typer.Option("--at", help="In force at this instant, ISO with offset; default: now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the whole case of an advertiser or payer: both sides of each match, rules, plan and receipt."""
    from evenhand.cli.render.case_tables import show_explained
    from evenhand.store.network import read_network
    from evenhand.workflows.audit.precedents import with_precedents
    from evenhand.workflows.evaluation.matches import with_matches
    from evenhand.workflows.queries.explanation import explain as look_up

    network = read_network(folder)
    explained = with_matches(look_up(network, party, instant(at)), network, suffix_rules())
    explained = with_precedents(explained, network)
    if as_json:
        print_json(explained)
        return
    show_explained(explained, console())


def _show(report: "RunReport") -> None:
    from evenhand.cli.render.case_tables import show_report

    show_report(report, console())
