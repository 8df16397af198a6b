"""What an object of an act is called, whichever table names it: one thing has one name."""

import re
from typing import Final
from unicodedata import normalize

import msgspec

from evenhand.intake.list_cells import NoTexts, list_members
from evenhand.model.coordination import OBJECT_TYPES, STATIC
from evenhand.model.hosts import Suffixes, host_of, registrable

NO_THING: Final = frozenset({
    "", "-", "--", "---", "–", "—", "?", "??", "???", "n/a", "#n/a", "n.a.", "n. a.", "<na>", "nan", "null", "nil",
    "none", "(none)", "(empty)", "undefined", "false", "0", "0.0", "deleted", "removed", "about:blank",
})  # fmt: skip
"""Marks of nothing, case folded: who has them has nothing in common."""

_IN_ANY_CASE: Final = frozenset(
    ("address", "host", "hashtag", "creative_text", "targeting", "tracker_id", "payment_token_hash")
)
_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d][\w-]+(?::\d+)?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:https?:)?//(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:.]+\])(?:[:/?#]|$)", re.IGNORECASE)
_NO_HOST = re.compile(r"^https?://(?=\w*/?$)|(?<=[a-z:/])/$")
_AROUND: Final = " \t\r\n[](){}'\"`"
_CLICK = re.compile(r"utm_.*|fbclid|gclid", re.IGNORECASE)


class NoObject(ValueError):
    """A text names no object of its kind; the message says what was expected."""


def checked_objects(kind: str, text: str, suffixes: Suffixes) -> tuple[str, ...]:
    """Return what the objects of a cell of a table of acts are called: one, or each of a list.

    Raises:
        NoObject: the cell is a mark of nothing, or names an object of another kind, or no address where one is due.
    """
    first, colon, rest = text.partition(":")
    if colon and first != kind and first in OBJECT_TYPES:
        raise NoObject(f"an object of `{kind}`, not one of `{first}`; or `{first}` in object_type")
    if kind not in STATIC:
        return (object_name(kind, text, suffixes),)
    if first.casefold() == kind and colon and not rest.strip():
        raise NoObject(f"a value after `{kind}:`")
    try:
        found = _given(kind, text)
    except NoTexts:
        raise NoObject("a text or a list of texts, not a list of other things") from None
    if not found:
        raise NoObject("an object, not a mark of nothing")
    if kind == "landing_url" and not all(map(_is_address, found)):
        raise NoObject("the address of a page, such as https://example.org/a")
    return _names(kind, found, suffixes)


def named_objects(kind: str, text: str, suffixes: Suffixes) -> tuple[str, ...]:
    """Return what the objects of a cell of another table are called; none for a mark of nothing.

    >>> from evenhand.store.public_suffixes import PublicSuffixes
    >>> named_objects("tracker_id", '["GTM-1", "GTM-2"]', PublicSuffixes())
    ('tracker_id:gtm-1', 'tracker_id:gtm-2')
    >>> named_objects("address", "[]", PublicSuffixes())
    ()
    """
    try:
        return _names(kind, _given(kind, text), suffixes)
    except NoTexts:
        return (object_name(kind, text, suffixes),)


def _given(kind: str, text: str) -> list[str]:
    return [each for each in list_members(kind, bare(kind, text)) if not is_nothing(each)]


def _names(kind: str, found: list[str], suffixes: Suffixes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(object_name(kind, each, suffixes) for each in found))


def bare(kind: str, text: str) -> str:
    """Return what stands after the kind of an object, all of it where it does not begin with that kind.

    >>> bare("address", "Address:Lindenweg 4"), bare("address", "Lindenweg 4")
    ('Lindenweg 4', 'Lindenweg 4')
    """
    first, colon, rest = text.partition(":")
    return rest if colon and first.casefold() == kind else text


def is_nothing(text: str) -> bool:
    """Return whether a text is what people and programs write where there is nothing, in brackets or quotes or not.

    >>> is_nothing("N/A"), is_nothing("null "), is_nothing("[None]"), is_nothing("{}"), is_nothing("#"), is_nothing("7")
    (True, True, True, True, True, False)
    """
    bare_text = _NO_HOST.sub("", text.strip(_AROUND).casefold())
    return bare_text in NO_THING or (bare_text.isascii() and not any(map(str.isalnum, bare_text)))


def _is_address(text: str) -> bool:
    """Return whether a text is the address of a page, or of a place in an app (`market://details?id=x`)."""
    scheme = _SCHEME.match(text.strip())
    if scheme is not None and not _WEB.fullmatch(scheme[0]):
        return any(map(str.isalnum, text.strip()[scheme.end() :]))
    host = host_of(text)
    return "." in host if host is not None else _NUMBERED.match(text.strip()) is not None


def object_name(kind: str, text: str, suffixes: Suffixes) -> str:
    """Return what an object is called, whichever table names it: its kind, a colon and its value in one form.

    Of kinds where case and blanks say nothing both are made equal, of pages what leads to one page, of a host the part
    that somebody registered; of the others the value stays as written.

    >>> from evenhand.store.public_suffixes import PublicSuffixes
    >>> suffixes = PublicSuffixes()
    >>> object_name("address", "Address: Lindenweg 4,  BERLIN", suffixes)
    'address:lindenweg 4, berlin'
    >>> object_name("landing_url", "https://WWW.example.org/A/?utm_source=x&id=7#top", suffixes)
    'landing_url:example.org/A?id=7'
    >>> object_name("host", "https://Shop.example.co.uk/a", suffixes)
    'host:example.co.uk'
    """
    if kind == "landing_url":
        return f"{kind}:{page_name(text.removeprefix(f'{kind}:'))}"
    if kind not in _IN_ANY_CASE:
        return text if text.startswith(f"{kind}:") else f"{kind}:{text}"
    if text[: len(kind) + 1].casefold() == f"{kind}:":
        text = text[len(kind) + 1 :]
    if kind == "host":
        return f"{kind}:{_registered(text, suffixes)}"
    return f"{kind}:{_targeting(text) if kind == 'targeting' else folded(text)}"


def _registered(text: str, suffixes: Suffixes) -> str:
    """Return the registrable part of a host, all of it where nobody can register one; what is no host, as a text."""
    host = host_of(text.strip())
    return folded(text) if host is None else registrable(host, suffixes) or host


def page_name(address: str) -> str:
    """Return an address without scheme, `www.`, fragment, slash at the end and what only tells clicks apart.

    What is no address of the web stays as it is; the case of a path and the order of parameters may matter, and stay.
    """
    scheme = _WEB.match(address)
    place, _, query = address[scheme.end() if scheme else 0 :].partition("#")[0].partition("?")
    host, slash, path = place.partition("/")
    if not host or not (scheme or _HOST.fullmatch(host)):
        return address
    kept = "&".join(each for each in query.split("&") if each and not _CLICK.fullmatch(each.partition("=")[0]))
    page = f"{host.lower().removeprefix('www.')}{slash}{path}".rstrip("/")
    return f"{page}?{kept}" if kept else page


def folded(text: str) -> str:
    """Return a text in one case, with single spaces, its characters in the forms that Unicode holds for equal."""
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def _targeting(text: str) -> str:
    """Return a selection in one order: JSON with sorted keys, else the parts between semicolons sorted."""
    if text.lstrip().startswith("{"):
        try:
            return msgspec.json.Encoder(order="sorted").encode(msgspec.json.decode(text)).decode()
        except (msgspec.DecodeError, RecursionError):
            pass
    return ";".join(sorted(filter(None, map(str.strip, folded(text).split(";")))))
