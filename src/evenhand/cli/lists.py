"""`evenhand lists`: which versions of which lists are kept, and how two of them differ."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.door import AsJson, Folder, console, print_json, say


def add_to(app: typer.Typer) -> None:
    """Add the group `lists` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("show")(show)
    group.command("diff")(diff)
    group.callback()(lambda: None)
    app.add_typer(group, name="lists", help="Which versions of lists are kept, and how two of them differ.")


def show(folder: Folder, as_json: AsJson = False) -> None:
    """Show the kept versions of each configured list, and the one in force."""
    from evenhand.lists import Versions
    from evenhand.store.network import SETTINGS_FILE, read_network

    network = read_network(folder)
    kept = Versions(network.lists)
    current = {source.key: kept.current(source.key) for source in network.settings.lists}
    versions = [
        (version, current[source.key] == version)
        for source in network.settings.lists
        for version in kept.all(source.key)
    ]
    if as_json:
        print_json({"lists": [{"version": version, "in_force": in_force} for version, in_force in versions]})
        return
    from evenhand.cli.show import versions_table

    if versions:
        console().print(versions_table(versions))
    for key in (key for key, version in current.items() if version is None):
        say(f"{key}: no version yet; `evenhand run {folder}` takes the first")
    if not current:
        say(f"no list is configured; name one in a [[list]] block of {folder / SETTINGS_FILE}")


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="File or folder of the earlier list.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="File or folder of the later one.", show_default=False)],
    key: Annotated[str, typer.Option("--list", metavar="KEY", help="The list's key, where the files do not say.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Print every change, uncut.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show which entries of a list were added, removed or amended, and in which fields."""
    from evenhand.cli.changes import difference_lines
    from evenhand.lists.difference import difference

    found, captions = difference(old, new, key)
    if as_json:
        print_json(found)
        return
    for line in difference_lines(found, captions, every=every):
        say(line)
