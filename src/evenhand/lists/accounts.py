"""Accounts on platforms, read from their addresses as `service/handle` (`screening.md` §6)."""

import re
from urllib.parse import unquote, urlsplit

_SERVICES = {
    "x.com": "x",
    "twitter.com": "x",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "vk.com": "vk",
    "ok.ru": "ok",
    "tiktok.com": "tiktok",
    "rutube.ru": "rutube",
    "linkedin.com": "linkedin",
}
# Path segments that stand before the handle without being part of it, by service.
_BEFORE = {
    "youtube": ("channel", "user", "c"),
    "telegram": ("s",),
    "ok": ("group",),
    "facebook": ("pg",),
}
# Path segments before ids that live in a space of their own: they stay part of the handle.
_SPACES = {"rutube": ("channel", "u"), "linkedin": ("company", "in", "school", "showcase")}
_NO_HANDLES = frozenset({"watch", "playlist", "embed", "profile.php", "pages", "groups", "hashtag", "search", "live"})
_MOBILE = re.compile(r"^(?:www|m|mobile)\.")


def account_of(url: str) -> str:
    """Return the `service/handle` that an address names, lower case, or ``""`` if it names none.

    >>> account_of("https://m.facebook.com/BakhtarNews/about?x=1"), account_of("https://t.me/s/rian_ru")
    ('facebook/bakhtarnews', 'telegram/rian_ru')
    """
    text = url.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
    except ValueError:
        return ""
    service = _SERVICES.get(_MOBILE.sub("", (parts.hostname or "").rstrip(".")), "")
    segments = [unquote(segment).strip().lower() for segment in parts.path.split("/") if segment.strip()]
    if service and segments and segments[0] in _BEFORE.get(service, ()):
        segments = segments[1:]
    length = 2 if segments and segments[0] in _SPACES.get(service, ()) else 1
    handle = "/".join(segments[:length]).lstrip("@")
    is_handle = service and len(segments) >= length and handle not in _NO_HANDLES and not re.search(r"\s", handle)
    return f"{service}/{handle}" if is_handle and handle else ""
