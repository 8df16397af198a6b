"""Names beside lists, from a program: every match ranked, with the sentence that says why."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from evenhand.api.arguments import instant_of, names_of, path_of, paths_of
from evenhand.api.table import Table
from evenhand.cli.common import suffix_rules
from evenhand.intake.names import Named
from evenhand.model.errors import BadInput
from evenhand.workflows.queries.lookup import ScreenedName, compared_name, look_up
from evenhand.workflows.queries.screening_index import index_of, listed_in

Name = str | Mapping[str, str]
"""A name alone, or with what else is known of it: `name`, `country`, `birth_date`, `website`, as tables have it."""

COLUMNS = {
    "row": "BIGINT", "name": "VARCHAR", "rank": "BIGINT", "score": "DOUBLE", "strength": "VARCHAR", "kind": "VARCHAR",
    "list": "VARCHAR", "entity_id": "VARCHAR", "caption": "VARCHAR", "sentence": "VARCHAR",
}  # fmt: skip


class Screener:
    """Lists read once and indexed, to be asked as often as wanted.

    `lists` are files or folders of lists; `network` a network's folder, whose lists in force are taken; `index` a file
    that keeps the index, built anew where lists or scorer have changed. Entries in force today are asked: make it anew
    each day.

    Raises:
        BadInput: nothing to screen against.
        ListUnreadable: a list cannot be read, or two have one key.
    """

    def __init__(
        self,
        lists: str | Path | Iterable[str | Path] = (),
        *,
        network: str | Path | None = None,
        index: str | Path | None = None,
    ) -> None:
        self._suffixes = suffix_rules()
        folder = None if network is None else path_of(network, "network")
        file = None if index is None else path_of(index, "index")
        files = paths_of(lists, "lists")
        if not files and folder is None and file is None:
            raise BadInput("no list to screen against", expected="lists, network or index")
        self._listed = listed_in(files, folder, instant_of(None))
        self._index, _ = index_of(file, self._listed, self._suffixes)

    def screen(self, names: Name | Iterable[Name], *, limit: int = 10) -> Table:
        """Return a table with a row a match: `row` is the name's place in `names` from 0, `rank` 1 is its best match.

        `score` is 0 to 1; `strength` is `certain`, `possible` or `name_only`. A name without a match has no row.

        Raises:
            BadInput: a name is none, a value of it is unusable, or a column is unknown.
        """
        if not isinstance(limit, int) or limit < 1:
            raise BadInput("no number of matches", where="limit", got=str(limit), expected="1 or more")
        parties = [self._named(each, at) for at, each in enumerate(names_of(names))]
        answers = look_up(parties, self._index, limit, lambda *_: None, self._listed)
        return Table.of([row for at, answer in enumerate(answers) for row in _rows(at, answer)], COLUMNS)

    def _named(self, name: dict[str, str], at: int) -> Named:
        try:
            return compared_name(name, self._suffixes)
        except BadInput as error:
            raise BadInput(f"names[{at}] cannot be screened: {error}") from error


def screen(
    names: Name | Iterable[Name],
    lists: str | Path | Iterable[str | Path] = (),
    *,
    network: str | Path | None = None,
    limit: int = 10,
) -> Table:
    """Return every match of some names in lists, a row a match; `Screener` keeps the index for more names."""
    return Screener(lists, network=network).screen(names, limit=limit)


def _rows(at: int, answer: ScreenedName) -> Iterator[dict[str, Any]]:
    for match in answer.matches:
        shown = {name: getattr(match, name) for name in COLUMNS if name not in ("row", "name")}
        yield {"row": at, "name": answer.name, **shown}
