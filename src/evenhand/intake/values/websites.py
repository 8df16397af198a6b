"""Cells of websites: what people write between them, the hosts that they name, and the accounts on platforms."""

import re
from collections.abc import Callable, Iterable

from evenhand.intake.values.cells import PLACEHOLDERS, Unusable, account, list_values
from evenhand.model.accounts import account_of
from evenhand.model.hosts import Suffixes, host_of, is_shared_host, registrable
from evenhand.model.page_hosts import is_page_of_others

_BETWEEN = re.compile(r"[\s,|]")
# A host with what stands before it, then a path or query: a blank ends it; a comma or bar inside it is its own, unless
# a blank or the next address follows.
_WEBSITE = re.compile(
    r"(?:https?:[/\\]{2})?[^\s,|/\\?#]+(?:[/\\?#]\S*?(?=[,|]?(?:\s|\Z)|[,|](?:https?://|www\.)))?", re.IGNORECASE
)
_WORDS_BETWEEN = PLACEHOLDERS | {
    "und", "and", "et", "y", "e", "i", "oraz", "и", "oder", "or", "ou", "o", "lub", "или", "&", "+",
}  # fmt: skip
_AT = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]*[^/\\?#]*@", re.IGNORECASE)


def website_values(text: str) -> list[str]:
    """Return the values of a cell of websites: also between commas, blanks, bars and words such as `and`.

    Where what would be between these is not always a host or URL, the value stays whole.

    >>> website_values("a.de, https://b.de/x,y | c.de und d.de"), website_values("a.de (old: b.de)")
    (['a.de', 'https://b.de/x,y', 'c.de', 'd.de'], ['a.de (old: b.de)'])
    """
    return [website for value in list_values(text) for website in addresses_in(value, host_of)]


def addresses_in(value: str, read: Callable[[str], object]) -> list[str]:
    """Return what is between commas, blanks, bars and words of a value if `read` can use each; else the value whole."""
    if not _BETWEEN.search(value):
        return [value]
    found = [each for each in _WEBSITE.findall(value) if each.casefold() not in _WORDS_BETWEEN]
    return found if found and all(map(read, found)) else [value]


def account_values(text: str) -> list[str]:
    """Return the values of a cell of accounts: also between commas, blanks, bars and words, where each is an account.

    >>> account_values("x/ghostx, telegram/ghostt und https://t.me/a"), account_values("x/ghostx (old)")
    (['x/ghostx', 'telegram/ghostt', 'https://t.me/a'], ['x/ghostx (old)'])
    """
    return [account for value in list_values(text) for account in _accounts_in(value)]


def _accounts_in(value: str) -> list[str]:
    parts = [each for each in _BETWEEN.split(value) if each and each.casefold() not in _WORDS_BETWEEN]
    return parts if len(parts) > 1 and all(map(_is_account, parts)) else [value]


def _is_account(text: str) -> bool:
    try:
        return bool(account(text))
    except Unusable:
        return False


def quick_account(text: str) -> str | None:
    """Return what `cells.account` does of a value that is one at a glance; None for any other."""
    return None if _BETWEEN.search(text) else account(text)


def web_host(text: str) -> str:
    """Return the host that a host or URL names."""
    host = host_of(text)
    if host is None:
        raise Unusable("a host or URL")
    return host


def own_host(text: str, suffixes: Suffixes) -> str | None:
    """Return the host of a website, if somebody registered it; None for the address of an account on a platform.

    A public suffix belongs to nobody, what stands behind the `@` of an e-mail address to the mail's provider, the host
    of a platform to the platform, and that of a marketplace on which the client has a page to the marketplace.
    """
    if _AT.match(text):
        raise Unusable("a website, not an e-mail address")
    host = web_host(text)
    if is_shared_host(host):
        if account_of(text):
            return None
        raise Unusable(f"a website of the client's own or the address of its account; `{host}` is a platform's")
    if is_page_of_others(text, host):
        raise Unusable(f"a website of the client's own, not a page on `{host}`, where others have pages too")
    if not suffixes.knows(host):
        raise Unusable(f"a host of the public DNS; nothing is registered under `{host.rpartition('.')[2]}`")
    if registrable(host, suffixes) is None:
        raise Unusable("a registered name, not a public suffix")
    return host


def accounts_at(websites: Iterable[str]) -> tuple[str, ...]:
    """Return the accounts on platforms of which some websites are the addresses, each once."""
    return tuple(dict.fromkeys(filter(None, map(_account, map(str.strip, websites)))))


def _account(website: str) -> str:
    host = "" if _AT.match(website) else host_of(website)
    return account_of(website) if host and is_shared_host(host) else ""


def quick_own_host(text: str, suffixes: Suffixes) -> str | None:
    """Return what `own_host` does of a value that is one website at a glance; None for any other."""
    return None if _BETWEEN.search(text) else own_host(text, suffixes)


def quick_no_account(text: str) -> tuple[str, ...] | None:
    """Return no accounts where a cell of websites has none at a glance; None where it must be looked at."""
    return () if "/" not in text or not accounts_at(website_values(text)) else None
