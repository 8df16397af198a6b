"""Forms that came in after their session had ended: kept for half an hour, for the person who filled them in alone."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from evenhand.model.console import KeptForm
from evenhand.store.console_tables import ConsoleTables

KEPT_FOR: Final = timedelta(minutes=30)
"""How long a form is kept."""

MOST: Final = 3
"""How many forms are kept for one person; the oldest gives way."""

_COLUMNS = "id, person, path, page, fields, files, at"


class KeptForms:
    """The kept forms in a console's tables. What has passed its time is deleted whenever one is kept or looked for."""

    def __init__(self, tables: ConsoleTables) -> None:
        self._tables = tables

    def keep(self, form: KeptForm) -> None:
        """Keep a form for its person."""
        with self._tables.together():
            self._delete_old(form.at)
            self._tables.rows(
                "INSERT INTO kept_form VALUES (?, ?, ?, ?, ?, ?, ?)", form.id, form.person, form.path, form.page,
                msgspec.json.encode(form.fields), form.files, int(form.at.timestamp()),
            )  # fmt: skip
            self._tables.rows(
                "DELETE FROM kept_form WHERE person = ? AND rowid NOT IN"
                " (SELECT rowid FROM kept_form WHERE person = ? ORDER BY rowid DESC LIMIT ?)",
                form.person, form.person, MOST,
            )  # fmt: skip

    def of(self, person: str, at: datetime) -> list[KeptForm]:
        """Return the forms that are kept for a person, the newest first."""
        self._delete_old(at)
        rows = self._tables.rows(
            f"SELECT {_COLUMNS} FROM kept_form WHERE person = ? AND at <= ? ORDER BY rowid DESC",
            person, int(at.timestamp()),
        )  # fmt: skip
        return [
            KeptForm(
                id=name, person=whose, path=path, page=page,
                fields=msgspec.json.decode(fields, type=dict[str, tuple[str, ...]]), files=files,
                at=datetime.fromtimestamp(kept, UTC),
            )
            for name, whose, path, page, fields, files, kept in rows
        ]  # fmt: skip

    def forget(self, person: str, *, path: str = "", form_id: str = "") -> None:
        """Delete the forms of a person that go to a path, or the one of an id."""
        self._tables.rows(
            "DELETE FROM kept_form WHERE person = ? AND (path = ? OR id = ?)", person, path or None, form_id or None
        )

    def _delete_old(self, at: datetime) -> None:
        self._tables.rows("DELETE FROM kept_form WHERE at < ?", int((at - KEPT_FOR).timestamp()))
