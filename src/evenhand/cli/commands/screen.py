"""`evenhand screen`: who among some names may be listed, and on what ground; no network is needed."""

import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.commands.table_options import Column, Dates, Sheet, TableOptions
from evenhand.cli.common import AsJson, collector_at_rest, instant, print_json, progress_bar, say, suffix_rules
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.visible_text import visible
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.intake.names import Names
    from evenhand.model.hosts import Suffixes
    from evenhand.screening import Index
    from evenhand.workflows.queries.lookup import ScreenedName


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("screen")(screen)


def _said(of: str) -> Any:
    return typer.Option(help=f"With --name: {of}")


def screen(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[NAMES] [LIST]...", help="A table or plain list of names; lists.")
    ] = None,
    *,
    lists: Annotated[
        list[Path] | None, typer.Option("--lists", metavar="LIST", help="A list's file or folder; may be repeated.")
    ] = None,
    network: Annotated[
        Path | None, typer.Option("--network", metavar="DIR", help="Take the lists that are in force there.")
    ] = None,
    index: Annotated[
        Path | None, typer.Option("--index", metavar="FILE", help="Keep the index here, and reuse it while up to date.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Screen this one name.")] = None,
    country: Annotated[str, _said("its country, two letters.")] = "",
    schema: Annotated[str, _said("person, organization, company, vessel ...")] = "",
    birth_date: Annotated[str, _said("a person's, YYYY[-MM[-DD]].")] = "",
    website: Annotated[str, _said("hosts or URLs, separated by `;`.")] = "",
    account: Annotated[str, _said("service/handle or its address.")] = "",
    registration_number: Annotated[str, _said("as registered, with --country.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write a row a match as CSV.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Matches a name, at most.")] = 10,
    sheet: Sheet = "",
    column: Column = None,
    dates: Dates = "",
    every: Annotated[bool, typer.Option("--all", help="Show names without a match too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Screen a table of names, or one name, against lists; every match is ranked and says why."""
    from evenhand.workflows.queries import lookup, screening_index

    values = {"country": country, "schema": schema, "birth_date": birth_date, "website": website}
    values |= {"account": account, "registration_number": registration_number}
    suffixes = suffix_rules()
    rest = list(paths or ())
    table = rest.pop(0) if rest and name is None else None
    _check(table, name, values, out)
    names = (
        _one(name or "", values, suffixes)
        if table is None
        else _names(TableOptions(table, sheet, tuple(column or ()), dates), network, suffixes)
    )
    with collector_at_rest(), progress_bar(as_json) as progress:
        progress("reading lists", 0, 1)
        listed = screening_index.listed_in([*(lists or ()), *rest], network, instant(None))
        progress("reading lists", 1, 1)
        opened, kept = screening_index.index_of(index, listed, suffixes)
        answers = list(lookup.look_up(names.named, opened, limit, progress, listed))
    shown = [each for each in answers if each.matches or every]
    if out is not None:
        from evenhand.cli.render.screening_answers import write_answers

        write_answers(out, shown)
    if as_json:
        print_json(_object(opened, kept, names, answers, shown))
        return
    _tell(opened, kept, names, answers, () if out else shown)
    if out is not None:
        say(f"Matches: {out}")


def _check(table: Path | None, name: str | None, values: dict[str, str], out: Path | None) -> None:
    if table is None and name is None:
        raise BadInput("no names to screen", expected="a file of names, or --name")
    if name is None and any(values.values()):
        given = ", ".join(f"--{key.replace('_', '-')}" for key, value in values.items() if value)
        raise BadInput("is about one name, and no name is given", where=given, expected="--name as well")
    if table is not None and not table.is_file():
        raise NotFound("no such file", where=table, expected="a table or plain list of names")
    if table is not None and out is not None and out.exists() and out.samefile(table):
        raise BadInput("would be written over", where=out, expected="another file for --out")


def _one(name: str, values: dict[str, str], suffixes: "Suffixes") -> "Names":
    from evenhand.intake.names import Names
    from evenhand.workflows.queries.lookup import compared_name

    return Names((compared_name({"name": name, **values}, suffixes),), ())


def _names(options: TableOptions, network: Path | None, suffixes: "Suffixes") -> "Names":
    from evenhand.intake.names import read_names

    return read_names(options.source(network), suffixes)


def _object(
    index: "Index", kept: str, names: "Names", answers: Sequence["ScreenedName"], shown: Sequence["ScreenedName"]
) -> dict[str, Any]:
    from evenhand.screening.names.weights import THRESHOLD

    return {
        "scorer": index.about.scorer,
        "threshold": THRESHOLD,
        "lists": index.about.versions,
        "index": kept,
        "names": len(answers),
        "names_with_match": sum(bool(each.matches) for each in answers),
        "understood": names.understood,
        "refused": names.refused,
        "answers": shown,
    }


def _tell(
    index: "Index", kept: str, names: "Names", answers: Sequence["ScreenedName"], shown: Sequence["ScreenedName"]
) -> None:
    from evenhand.cli.render.screening_answers import answer_lines, refused_lines, version_line

    for line in refused_lines(names.refused):
        sys.stderr.write(f"evenhand: {visible(line)}\n")
    if kept:
        say(kept)
    for line in names.understood.lines if names.understood is not None else ():
        say(line)
    for line in chain.from_iterable(map(answer_lines, shown)):
        say(line)
    matches = [match for each in answers for match in each.matches]
    found = sum(bool(each.matches) for each in answers)
    summary = f"{found:,} of {count(len(answers), 'name')} with a match"
    if matches:
        certain = sum(match.certain for match in matches)
        only = sum(match.strength == "name_only" for match in matches)
        summary += f": {len(matches):,} in all, {certain:,} certain"
        summary += f", {only:,} by the name only" if only else ""
    left_out = len({each.line for each in names.refused if each.what == "row"})
    summary += f"; {count(left_out, 'row')} left out" if left_out else ""
    say(f"{summary}; lists: {', '.join(map(version_line, index.about.versions))}; scorer {index.about.scorer}")
