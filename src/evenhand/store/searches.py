"""The searches of the queue that a person saved: a name and a query of the page's address each."""

from evenhand.model.errors import BadInput
from evenhand.store.console_tables import ConsoleTables

MOST = 20
_MOST_NAME, _MOST_QUERY = 60, 500


class Searches:
    """The saved searches in a console's tables."""

    def __init__(self, tables: ConsoleTables) -> None:
        self._tables = tables

    def of(self, person: str) -> list[tuple[str, str]]:
        """Return name and query of each search of a person, by name."""
        rows = self._tables.rows("SELECT name, query FROM search WHERE person = ? ORDER BY name", person)
        return [(name, query) for name, query in rows]

    def save(self, person: str, name: str, query: str) -> None:
        """Keep a search under a name; one of that name is replaced.

        Raises:
            BadInput: the name is empty or too long, or there are too many.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= _MOST_NAME or len(query) > _MOST_QUERY:
            raise BadInput("no name for a search", got=name, expected=f"1 to {_MOST_NAME} characters")
        with self._tables.together():
            known = [each for each, _ in self.of(person)]
            if name not in known and len(known) >= MOST:
                raise BadInput("too many saved searches", expected=f"at most {MOST}", todo="delete one first")
            self._tables.rows("INSERT OR REPLACE INTO search VALUES (?, ?, ?)", person, name, query)

    def delete(self, person: str, name: str) -> None:
        """Delete a search; nothing where there is none of the name."""
        self._tables.rows("DELETE FROM search WHERE person = ? AND name = ?", person, name)
