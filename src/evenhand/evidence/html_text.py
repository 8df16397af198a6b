"""The article of a saved web page: trafilatura finds it, where it finds none all lines of the page are taken."""

import re
from html import unescape
from itertools import islice
from typing import Any, Final

from evenhand.evidence.decoding import charset_of, decode
from evenhand.evidence.document_text import DocumentText
from evenhand.evidence.page_dates import published_at
from evenhand.model.claims import PublishedAt
from evenhand.model.errors import BadInput

_LARGEST: Final = 1_000_000
"""Characters of a page, without scripts, that are looked through for an article; all of a larger one is taken."""
_MOST_READ: Final = 10_000_000
_DEEPEST: Final = 200
_LONGEST_TAG: Final = 4_000
_PAGE_TITLE: Final = re.compile(r"<title\b[^<>]{0,200}>([^<>]{1,600})</title", re.IGNORECASE)
_META: Final = re.compile(r"<meta\s([^<>]{1,1500})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"([a-z:_-]{1,40})\s{0,5}=\s{0,5}(?:\"([^\"]{0,1000})\"|'([^']{0,1000})')", re.IGNORECASE
)
_LINKED_DATE: Final = re.compile(r"\"datePublished\"\s{0,5}:\s{0,5}\"([^\"]{4,40})\"")
_LINKED_AUTHOR: Final = re.compile(
    r"\"author\"\s{0,5}:\s{0,5}\[?\s{0,5}\{[^{}]{0,300}?\"name\"\s{0,5}:\s{0,5}\"([^\"]{2,80})\""
)
_TIME: Final = re.compile(r"<time\s[^<>]{0,300}?datetime\s?=\s?[\"']([^\"'<>]{4,40})[\"']", re.IGNORECASE)
_TITLE: Final = re.compile(r"<h1\b[^<>]{0,1000}>(.{1,600}?)</h1\s{0,3}>", re.IGNORECASE | re.DOTALL)
_PUBLISHED: Final = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date.issued",
    "dc.date",
    "pubdate",
    "date",
)
_TAG: Final = re.compile(r"<[!/?a-zA-Z][^<>]*>")
_LONG_TAG: Final = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9]{{0,20}})\b[^<>]{{{_LONGEST_TAG},}}>")
_OPENING: Final = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|td|tr|th|dt|dd|option)\b)[a-zA-Z][^<>]*?(/?)>"
)
_BLOCK: Final = re.compile(
    r"<(?:/?(?:p|div|h[1-6]|li|ul|ol|tr|table|section|article|header|footer|nav|aside|main|figure|figcaption|blockquote|pre"
    r"|form|dl|dt|dd|title|option|button|address)\b[^<>]*|br\s*/?|hr\s*/?)>",
    re.IGNORECASE,
)
_NOT_SHOWN: Final = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<noscript", "</noscript"),
                     ("<svg", "</svg"), ("<template", "</template"))  # fmt: skip


def html_text(data: bytes, media_type: str | None) -> DocumentText:
    """Return the article of a page as a line a paragraph, its headline first, with what its metadata say.

    The text is what all offsets count; it is kept beside the bytes. Scripts, styles and comments are never read.

    Raises:
        BadInput: trafilatura is not installed; the message says which extra brings it.
    """
    trafilatura = _trafilatura()
    page, notes = decode(data, _with_charset(data, media_type))
    if len(page) > _MOST_READ:
        notes += (f"only the first {_MOST_READ:,} of {len(page):,} characters of the page were read",)
        page = page[:_MOST_READ]
    shown = _LONG_TAG.sub(r"<\1>", _without_hidden(page))
    title = _title(page, shown)
    found, captions = None, frozenset[str]()
    if len(shown) > _LARGEST or _depth(shown) > _DEEPEST:
        notes += ("the page is too large or too deeply nested to look for its article; all lines of it were taken",)
    else:
        found, captions = _article(trafilatura, shown)
        if not found and _TAG.sub("", shown).strip():
            notes += ("no article was found in the page; all lines of it were taken",)
    text = found or _all_lines(shown)
    if found and (left := _left_out(shown, found, title)):
        notes += (f"{left:,} lines of the page are not in the text: navigation, asides, comments and the like",)
    if title and found and not _stands_above(title, text):
        text = f"{title}\n\n{text}"
    meta = _metadata(page)
    return DocumentText(
        text,
        notes,
        title=title,
        published=_published(page, meta),
        authors=_authors(page, meta),
        publisher=meta.get("og:site_name"),
        captions=captions,
        reader=f"trafilatura {trafilatura.__version__}",
    )


def _trafilatura() -> Any:
    """Return the package of the extra `html`; it is typed by what is called below."""
    try:
        import trafilatura  # noqa: PLC0415  an extra
    except ImportError:
        raise BadInput("reading HTML needs trafilatura", todo="run `pip install 'evenhand[html]'`") from None
    return trafilatura


def _with_charset(data: bytes, media_type: str | None) -> str | None:
    """Return the media type with the encoding that the page itself names, where none is declared."""
    if "charset" in (media_type or "").lower():
        return media_type
    named = charset_of(data[:2048].decode("ascii", "replace"))
    return f"text/html; charset={named}" if named else media_type


def _without_hidden(page: str) -> str:
    """Return a page without what is never shown; what is never closed stays. Linear in its length."""
    for opening, closing in _NOT_SHOWN:
        lower, kept, at = page.lower(), [], 0
        if len(lower) != len(page):  # a letter with a longer small form would move the places
            lower = page
        while (start := lower.find(opening, at)) >= 0 and (end := lower.find(closing, start)) >= 0:
            kept.append(page[at:start])
            after = lower.find(">", end + len(closing) - 1)
            at = after + 1 if after >= 0 else len(page)
        page = " ".join([*kept, page[at:]]) if kept else page
    return page


def _depth(page: str) -> int:
    """Return how deep elements are nested at most, counting tags."""
    deepest = depth = 0
    for tag in _OPENING.finditer(page):
        depth = max(0, depth - 1) if tag[1] else depth + (not tag[2])
        deepest = max(deepest, depth)
    return deepest


def _article(trafilatura: Any, page: str) -> tuple[str | None, frozenset[str]]:
    """Return the article that trafilatura finds, a line a paragraph, and those of its lines that are captions.

    It takes a table for data, drops captions and can lose where the headline stood: before, tables that lay a page out
    become divisions, captions and headlines paragraphs.
    """
    tree = trafilatura.load_html(page)
    if tree is None:
        return None, frozenset()
    for table in list(tree.iter("table")):
        if any(table.find(f".//{name}") is not None for name in ("p", "h1", "h2", "div")):
            for element in table.iter("table", "tbody", "thead", "tr", "td", "th"):
                element.tag = "div"
    for heading in list(tree.iter("h1")):
        heading.tag = "p"
    captions = set()
    for caption in list(tree.iter("figcaption")):
        caption.tag = "p"
        captions.add(" ".join("".join(caption.itertext()).split()))
    for figure in list(tree.iter("figure")):
        figure.tag = "div"
    found = trafilatura.extract(tree, include_comments=False, favor_recall=True)
    # Its mark of an item of a list stands in no page.
    return re.sub(r"(?m)^- ", "", found or "") or None, frozenset(captions)


def _stands_above(title: str, text: str) -> bool:
    """Return whether a line of a text is the title and a fifth of the text or more stands below it."""
    at = f"\n{text}\n".find(f"\n{title}\n")
    return at >= 0 and (at + len(title)) * 5 <= len(text) * 4


def _all_lines(page: str) -> str:
    """Return all words of a page, a line for each block."""
    flat = _TAG.sub("", _BLOCK.sub("\n", page.replace("\n", " ")))
    lines = (" ".join(line.split()) for line in unescape(flat).split("\n"))
    return "\n".join(line for line in lines if line)


def _left_out(page: str, article: str, title: str | None) -> int:
    """Return how many lines of a page trafilatura left out of its article."""
    held = " ".join((title or "", *article.split()))
    return sum(line not in held for line in _all_lines(page).split("\n"))


def _title(page: str, shown: str) -> str | None:
    """Return the headline of a page: the longest `<h1>` that its metadata name too, else what those say."""
    meta = _metadata(page)
    named = meta.get("og:title") or " ".join(unescape(found[1] if (found := _PAGE_TITLE.search(shown)) else "").split())
    headings = [" ".join(unescape(_TAG.sub(" ", found[1])).split()) for found in islice(_TITLE.finditer(shown), 20)]
    fitting = [words for words in headings if words and (words in named or named in words)]
    if fitting and named:
        return max(fitting, key=len)
    return meta.get("og:title") or max(headings, key=len, default="") or None


def _metadata(page: str) -> dict[str, str]:
    """Return the `<meta>` of a page: the first content of each name or property, in small letters."""
    found: dict[str, str] = {}
    for tag in _META.finditer(page[:_LARGEST]):
        held = {key.lower(): unescape(double or single) for key, double, single in _ATTRIBUTE.findall(tag[1])}
        name = held.get("property") or held.get("name") or held.get("itemprop")
        if name and held.get("content", "").strip():
            found.setdefault(name.lower(), held["content"].strip())
    return found


def _published(page: str, meta: dict[str, str]) -> PublishedAt | None:
    """Return when the page was published, as its metadata say: they are written for machines and have one form."""
    linked = _LINKED_DATE.search(page)
    shown = _TIME.search(page)
    dates = [linked[1] if linked else "", *(meta.get(name, "") for name in _PUBLISHED), shown[1] if shown else ""]
    for written in dates:
        found, _ = published_at(written, [(0, len(written))], [])
        if found.date:
            return PublishedAt(date=found.date, time=found.time, zone=found.zone)
    return None


def _authors(page: str, meta: dict[str, str]) -> tuple[str, ...]:
    linked = _LINKED_AUTHOR.search(page)
    named = meta.get("author") or meta.get("article:author") or (unescape(linked[1]) if linked else "")
    return () if not named or "://" in named or "@" in named else (named,)
