"""`evenhand doctor`: everything of a network looked at, and what to do, worst first."""

import os
import re
import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, say
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.workflows.queries.checkup import Machine

_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)(?: ; (.+?))? ?\\?$", re.M)


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("doctor")(doctor)


def doctor(
    folder: Folder,
    at: Annotated[
        str | None, typer.Option("--at", help="The instant to look from, ISO with offset; default: now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at everything of a network and say what to do, worst first; nothing is changed, exit 1 on a finding."""
    from evenhand.workflows.queries.checkup import AREAS, examine

    found = examine(folder, _machine(folder, at))
    if as_json:
        print_json({"network": str(folder), "looked_at": AREAS, "findings": found})
    else:
        for each in found:
            say(f"{each.level}: {each.area}: {each.what}")
            say(f"  do: {each.todo}")
        errors = sum(each.level == "error" for each in found)
        wrong = f"{count(errors, 'error')}, {count(len(found) - errors, 'warning')}" if found else "nothing is wrong"
        say(f"{folder}: {wrong}; looked at {', '.join(AREAS)}")
    if found:
        raise typer.Exit(1)


def _machine(folder: Path, at: str | None) -> "Machine":
    from evenhand.workflows.queries.checkup import Machine

    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    locked = locked_versions(_lock_text())
    installed = {name: known for name in locked if (known := _version(name)) is not None}
    return Machine(instant(at), shutil.disk_usage(there).free, installed, locked, os.environ)


def locked_versions(lock: str) -> Mapping[str, str]:
    """Return the version of each package that a file of requirements pins, without those for other systems.

    A package that is pinned differently for several systems is left out.

    >>> dict(locked_versions("a==1.0 \\\\\\nb==2 ; sys_platform == 'win32' \\\\\\n"))
    {'a': '1.0'}
    """
    return {name: version for name, version, marker in _PINNED.findall(lock) if not marker}


def _lock_text() -> str:
    """Return the lock of the checkout that this runs from; an installed wheel has none."""
    path = Path(__file__).parents[4] / "requirements" / "run.txt"
    return path.read_text("utf-8") if path.is_file() else ""


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
