"""`evenhand lists`: lists fetched and kept by version, which are in force, and how two versions differ."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from evenhand.cli.common import AsJson, AsLines, Folder, console, instant, print_json, say, shown_progress
from evenhand.cli.interrupts import is_interrupt
from evenhand.model.errors import EvenhandError, ListUnreadable, NotFound
from evenhand.model.listing import ListVersion
from evenhand.model.network import ListSource
from evenhand.model.run import ListNews
from evenhand.model.visible_text import visible
from evenhand.render.wording import list_news, short_hash

if TYPE_CHECKING:
    from evenhand.lists import Versions

AcceptList = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-list", "--accept-fewer", metavar="KEY", help="This list is right although entries are gone."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the group `lists` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("show")(show)
    group.command("update")(update)
    group.command("diff")(diff)
    group.command("entry")(entry)
    group.callback()(lambda: None)
    app.add_typer(group, name="lists", help="Fetches and shows lists, their entries, what changed.")


class Shown(NamedTuple):
    """A kept version, whether it is in force, when it was first fetched (None: it was not), and what was left out.

    `notes` are sentences on entries of the one in force that have ended or not begun.
    """

    version: ListVersion
    in_force: bool
    retrieved_at: datetime | None
    left_out: Mapping[str, int]
    notes: tuple[str, ...]


def show(folder: Folder, as_json: AsJson = False) -> None:
    """Show the kept versions of each configured list, when and by what they were read, and the one in force."""
    from evenhand.lists import Versions
    from evenhand.lists.updates import fetch_record
    from evenhand.store.network import SETTINGS_FILE, read_network

    network = read_network(folder)
    kept = Versions(network.lists)
    current = {source.key: kept.current(source.key) for source in network.settings.lists}
    day = instant(None).astimezone(network.settings.zone).date()
    shown = [
        Shown(
            version, current[key] == version, how.retrieved_at if how is not None else None, kept.left_out(version),
            _not_in_force(kept, version, day) if current[key] == version else (),
        )
        for key in current
        for version in kept.all(key)
        for how in [fetch_record(kept, version)]
    ]  # fmt: skip
    if as_json:
        print_json({"lists": [each._asdict() for each in shown]})
        return
    from evenhand.cli.render.case_tables import versions_table

    if shown:
        rows = ((each.version, f"{each.retrieved_at or ''}"[:10], each.in_force) for each in shown)
        console().print(versions_table(rows))
    for row in shown:
        if row.in_force:
            _tell_reading(row)
    for source in network.settings.lists:
        if current[source.key] is None:
            verb = "lists update" if source.urls else "run"
            say(f"{source.key}: no version yet; `evenhand {verb} {folder}` takes the first")
    if not current:
        say(f"no list is configured; name one in a [[list]] block of {folder / SETTINGS_FILE}")


def _tell_reading(row: Shown) -> None:
    left_out = ", ".join(f"{kind} {number:,}" for kind, number in row.left_out.items())
    by = f"{row.version.reader} {row.version.reader_version}"
    say(f"{row.version.key}: read by {by}" + (f"; left out: {left_out}" if left_out else ""))
    for note in row.notes:
        say(f"  {note}")


def _not_in_force(kept: "Versions", version: ListVersion, day: date) -> tuple[str, ...]:
    """Return what is to be said of entries that have ended or not begun, or that they cannot be read."""
    try:
        return kept.period_notes(version, day)
    except ListUnreadable as error:
        return (str(error),)


def update(
    folder: Folder,
    only: Annotated[
        list[str] | None, typer.Option("--list", metavar="KEY", help="Take this list only; may be repeated.")
    ] = None,
    accept: AcceptList = None,
    progress: AsLines = "",
    as_json: AsJson = False,
) -> None:
    """Fetch each list that has a url, read each that has a path, and put in force what is whole."""
    from evenhand.lists import Versions
    from evenhand.lists.updates import update_source
    from evenhand.store.network import read_network
    from evenhand.transport.downloads import web
    from evenhand.workflows.evaluation.decided_entries import recorded_entries
    from evenhand.workflows.run.list_intake import as_counted, guards

    network = read_network(folder)
    settings = network.settings
    sources, at = chosen_lists(settings.lists, only or [], accept or []), instant(None)
    kept, outside = Versions(network.lists), web(settings.fetch)
    day = at.astimezone(settings.zone).date()
    guard_of = guards(partial(recorded_entries, network.ledger, at), accept or (), day)
    news = []
    with shown_progress(quiet=as_json, lines=progress == "json") as show_progress:
        show_progress("lists", 0, len(sources))
        for source in sources:
            take = partial(update_source, source, kept, network.folder, outside, at, guard_of(source))
            each, _ = as_counted(kept, _updated(source, kept, take), day)
            news.append(each)
            show_progress("lists", len(news), len(sources))
            if not as_json:
                _tell(each)
    warnings = [source.unsafe for source in sources if source.unsafe]
    if as_json:
        print_json({"lists": news, "warnings": warnings})
    else:
        for warning in warnings:
            say(f"Warning: {warning}")
    if any(each.status == "kept" for each in news):
        raise typer.Exit(1)


def chosen_lists(
    sources: tuple[ListSource, ...], only: Sequence[str] = (), accepted: Sequence[str] = ()
) -> tuple[ListSource, ...]:
    """Return the configured lists named in `only`, all if none is; every key that is named must be configured.

    Raises:
        NotFound: a key is not configured.
    """
    keys = [source.key for source in sources]
    for key in (*only, *accepted):
        if key not in keys:
            raise NotFound("no such list", got=key, expected=", ".join(keys) or "a [[list]] block in evenhand.toml")
    return tuple(source for source in sources if source.key in only or not only)


def _updated(source: ListSource, kept: "Versions", take: Callable[[], ListNews]) -> ListNews:
    """Return what became of a list. Whatever fails is that list's failure, in one line, and the others go on."""
    try:
        return take()
    except Exception as error:
        if is_interrupt(error):
            raise
        what = str(error) if isinstance(error, EvenhandError) else f"{type(error).__name__}: {error}"
        try:
            current = kept.current(source.key)
        except (EvenhandError, OSError):
            current = None
        return ListNews(key=source.key, status="kept", version=current, problem=" ".join(what.split()))


def _tell(news: ListNews) -> None:
    """Print what became of a list as soon as it is known."""
    if news.status == "kept":
        sys.stderr.write(f"evenhand: {visible(f'{news.key}: {news.problem}')}\n")
    if news.version is not None:
        version = news.version
        dated = f"of {version.published_on}" if version.published_on else "without a date"
        entries = "1 entry" if version.entries == 1 else f"{version.entries:,} entries"
        say(f"{news.key}: {list_news(news)}; {entries} {dated} ({short_hash(version.sha256)})")
    for note in news.notes:
        say(f"  {note}")


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="File or folder of the earlier list.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="File or folder of the later one.", show_default=False)],
    key: Annotated[str, typer.Option("--list", metavar="KEY", help="The list's key, where the files do not say.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Print every change, uncut.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show which entries of a list were added, removed or amended, and in which fields."""
    from evenhand.lists.difference import difference
    from evenhand.render.list_changes import difference_lines

    found, captions = difference(old, new, key)
    if as_json:
        print_json(found)
        return
    for line in difference_lines(found, captions, every=every):
        say(line)


def entry(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The network's folder; left out with --list.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="The entry's id, or LIST:ID.")] = "",
    *,
    paths: Annotated[
        list[Path] | None, typer.Option("--list", metavar="PATH", help="A list's file or folder; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print an entry as its publisher lists it."""
    from evenhand.cli.commands.list_entries import entries_of, folder_and_id, lists_of
    from evenhand.cli.render.match_tables import entry_table

    where, wanted = folder_and_id([each for each in (folder, id_) if each])
    found = entries_of(wanted, lists_of(where, paths or ()))
    if as_json:
        print_json({"entries": found})
        return
    for each in found:
        console().print(entry_table(each))
