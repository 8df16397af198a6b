"""Whom a provider of single sign-on may log in, in a console's tables."""

from evenhand.model.errors import BadInput, NotFound
from evenhand.model.sign_on import SignOn, SignOnRefusal
from evenhand.store.console_tables import ConsoleTables

_MOST_NAME = 255
_COLUMNS = "person, name, issuer, subject"


class SignOns:
    """The ties of accounts to people at a provider, in a console's tables."""

    def __init__(self, tables: ConsoleTables) -> None:
        self._tables = tables

    def of(self, person: str) -> SignOn | None:
        """Return whom a provider may log in as a person, None where nobody."""
        rows = self._tables.rows(f"SELECT {_COLUMNS} FROM sign_on WHERE person = ?", person)
        return _sign_on(rows[0]) if rows else None

    def tie(self, person: str, name: str) -> None:
        """Let a provider log in, as a person, the one who comes first with this name.

        An earlier tie of the person ends, and their sessions.

        Raises:
            BadInput: no name, or another account has it.
            NotFound: there is no such account.
        """
        folded = folded_name(name)
        if not folded or len(folded) > _MOST_NAME or not folded.isprintable():
            raise BadInput("no name at the provider", got=name, expected="an address or a subject, 255 characters")
        if not self._tables.rows("SELECT 1 FROM account WHERE person = ?", person):
            raise NotFound("nobody has an account of this name", got=person)
        with self._tables.together():
            rows = self._tables.rows("SELECT person FROM sign_on WHERE name = ? AND person != ?", folded, person)
            if rows:
                raise BadInput("another account has this name at the provider:", got=rows[0][0],
                               todo="untie that one first")  # fmt: skip
            self._tables.rows("INSERT OR REPLACE INTO sign_on VALUES (?, ?, '', '')", person, folded)
            self._tables.rows("DELETE FROM session WHERE person = ?", person)

    def untie(self, person: str) -> None:
        """Let no provider log in this person any more; sessions that are open end."""
        with self._tables.together():
            self._tables.rows("DELETE FROM sign_on WHERE person = ?", person)
            self._tables.rows("DELETE FROM session WHERE person = ?", person)

    def find(self, issuer: str, subject: str, name: str) -> SignOn | SignOnRefusal:
        """Return whose account a provider's word opens, or why none.

        The subject decides where it came before; else the name, whose account is tied to the subject from now on.
        """
        with self._tables.together():
            rows = self._tables.rows(
                f"SELECT {_COLUMNS} FROM sign_on WHERE issuer = ? AND subject = ?", issuer, subject
            )
            if not rows:
                rows = self._tables.rows(f"SELECT {_COLUMNS} FROM sign_on WHERE name = ?", folded_name(name))
                if not rows or not name:
                    return "unknown"
                if rows[0][3]:
                    return "other_subject"
            found = _sign_on(rows[0])
            if not self._tables.rows("SELECT 1 FROM account WHERE person = ? AND disabled = 0", found.person):
                return "disabled"
            self._tables.rows(
                "UPDATE sign_on SET issuer = ?, subject = ? WHERE person = ?", issuer, subject, found.person
            )
        return SignOn(person=found.person, name=found.name, issuer=issuer, subject=subject)

    def keep_token(self, session_hash: str, token: str) -> None:
        """Keep the ID token of a session as long as the session, for its log-out at the provider."""
        self._tables.rows("INSERT OR REPLACE INTO session_token VALUES (?, ?)", session_hash, token)

    def token_of(self, session_hash: str) -> str:
        """Return the ID token of a session, ``""`` where it was not opened by a provider."""
        rows = self._tables.rows("SELECT id_token FROM session_token WHERE secret_hash = ?", session_hash)
        return str(rows[0][0]) if rows else ""


def folded_name(name: str) -> str:
    r"""Return a name as it is compared: without blanks around it, and an address of ASCII in lower case.

    Other letters stay as they are: some that look different are one in lower case.

    >>> folded_name(" A.Lee@Ads.example "), folded_name("00uAbC"), folded_name("\u212aim@a.example") == "kim@a.example"
    ('a.lee@ads.example', '00uAbC', False)
    """
    stripped = name.strip()
    return stripped.lower() if stripped.isascii() and "@" in stripped else stripped


def _sign_on(row: tuple) -> SignOn:  # type: ignore[type-arg]  # a row of _COLUMNS
    person, name, issuer, subject = row
    return SignOn(person=person, name=name, issuer=issuer, subject=subject)
