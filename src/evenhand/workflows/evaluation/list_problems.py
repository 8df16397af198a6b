"""Which lists the last run could not update and why, in `state/`, so that people are told until it is mended."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from evenhand.model.run import ListNews
from evenhand.store.atomic_files import write_whole

LIST_PROBLEMS = "list-problems.json"


class ListProblem(msgspec.Struct, frozen=True):
    """A list whose new version was not taken, why, since which run, and the hash of the version that is used."""

    key: str
    problem: str
    since: datetime
    version: str = ""


def keep_list_problems(folder: Path, news: Iterable[ListNews], at: datetime) -> None:
    """Write down which lists a run could not update; one that was known before keeps its beginning."""
    before = {each.key: each.since for each in read_list_problems(folder)}
    found = [
        ListProblem(each.key, each.problem, before.get(each.key, at), each.version.sha256 if each.version else "")
        for each in news
        if each.problem
    ]
    if found:
        write_whole(folder / LIST_PROBLEMS, msgspec.json.encode(found), mode=0o600)
    else:
        with suppress(FileNotFoundError):
            (folder / LIST_PROBLEMS).unlink()


def read_list_problems(folder: Path) -> list[ListProblem]:
    """Return what the last run wrote down, nothing where it had no problem or the file is lost."""
    try:
        return msgspec.json.decode((folder / LIST_PROBLEMS).read_bytes(), type=list[ListProblem])
    except (OSError, msgspec.MsgspecError):
        return []
