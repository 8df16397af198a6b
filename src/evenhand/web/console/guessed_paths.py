"""The pages that somebody means who guesses an address, or types it as another program would have it."""

from typing import Final
from urllib.parse import quote

_MEANT: Final = {
    "/": ("home", "index", "index.html", "today", "dashboard", "console"),
    "/tasks": ("queue", "task", "review", "reviews", "inbox", "matches", "holds", "work"),
    "/parties": ("party", "advertiser", "advertisers", "payer", "payers", "case", "cases", "decision", "decisions"),
    "/complaints": ("complaint", "appeal", "appeals"),
    "/evidence": ("document", "documents", "claims", "articles", "reports"),
    "/influence": ("community", "communities"),
    "/audit": ("audits",),
    "/jobs": ("run", "runs", "job"),
    "/lists": ("list", "sanctions", "screening"),
    "/upload": ("uploads", "table", "tables", "import", "data"),
    "/rules": ("rule", "rulebook", "rulebooks", "policy", "policies"),
    "/rules/draft": ("draft", "drafts", "editor"),
    "/people": ("person", "staff", "users", "user", "accounts", "team"),
    "/shown": ("reads", "read-log", "access-log"),
    "/account": ("me", "profile", "settings", "password", "sessions"),
    "/find": ("search",),
    "/login": ("log-in", "sign-in", "signin"),
}
_PAGES: Final = {word: page for page, words in _MEANT.items() for word in words}
_WITH_ID: Final = frozenset({"queue", "task", "complaint", "run", "runs", "job", "list", "rule", "document"})
"""Words behind which an id may stand, which the page itself takes behind its own."""


def meant_path(path: str) -> str:
    """Return the page that a guessed path means, ``""`` where nothing is near.

    >>> meant_path("/queue"), meant_path("/Runs/"), meant_path("/task/t4b089c0c9a"), meant_path("/lists/x/y")
    ('/tasks', '/jobs', '/tasks/t4b089c0c9a', '')
    """
    word, _, rest = path.strip("/").partition("/")
    page = _PAGES.get(word.lower(), "")
    if not rest:
        own = f"/{word.lower()}"
        return page or (own if own in _MEANT and own != path else "")
    return f"{page}/{quote(rest)}" if page and word.lower() in _WITH_ID and "/" not in rest else ""
