"""Accounts on platforms, read as `service/handle` (`screening.md` §6), and apps by their pages in stores."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from evenhand.model.bid_texts import plain_id

_SERVICES = {
    "x.com": "x", "twitter.com": "x", "facebook.com": "facebook", "fb.com": "facebook", "fb.me": "facebook",
    "instagram.com": "instagram", "youtube.com": "youtube", "t.me": "telegram", "telegram.me": "telegram",
    "vk.com": "vk", "ok.ru": "ok", "tiktok.com": "tiktok", "rutube.ru": "rutube", "linkedin.com": "linkedin",
    "threads.net": "threads", "weibo.com": "weibo", "dzen.ru": "dzen",
}  # fmt: skip
_NAMES = {name: name for name in _SERVICES.values()} | {"twitter": "x", "fb": "facebook", "tg": "telegram"}
# Path segments before the handle that are not part of it, by service.
_BEFORE = {
    "youtube": ("channel", "user", "c"),
    "telegram": ("s",),
    "facebook": ("pg",),
}
# Path segments before ids that live in a space of their own: they stay part of the handle.
_SPACES = {
    "rutube": ("channel", "u"),
    "linkedin": ("company", "in", "school", "showcase"),
    "ok": ("group", "profile"),
}
_NO_HANDLES = frozenset({"watch", "playlist", "embed", "profile.php", "pages", "groups", "hashtag", "search", "live"})
# First path segments of the service's own pages, which it gives to no account.
_OWN_PAGES = {
    "facebook": ("people", "events", "share", "sharer", "sharer.php", "photo", "photo.php", "story.php",
                 "permalink.php", "reel", "marketplace", "login", "home.php"),
    "instagram": ("explore", "reel", "reels", "stories", "accounts"),
    "linkedin": ("feed", "posts", "jobs", "pulse"),
    "telegram": ("joinchat", "addstickers", "proxy", "share"),
    "vk": ("feed", "away.php", "share.php"),
    "x": ("home", "intent", "share", "explore"),
}  # fmt: skip
_PLAY = "play.google.com"
_STORES_AS_SERVICES = ("play", "appstore")
_APP_STORES = frozenset({"apps.apple.com", "itunes.apple.com"})
STORES = frozenset({_PLAY, *_APP_STORES})
"""Hosts of the stores of which `bundle_at` reads the addresses."""
_APP_NUMBER = re.compile(r"/id([0-9]{1,20})/?$")
_NUMBER_WITH_ID = re.compile(r"id([0-9]{1,20})", re.IGNORECASE)
_SHORTEST = 2
_MOBILE = re.compile(r"^(?:www|m|mobile)\.")


def account_of(written: str) -> str:
    """Return the `service/handle` that an address or such a pair names, lower case, or ``""`` if it names none.

    An app's page in a store names `play/<package>`, in the case of the package, or `appstore/<number>`.

    >>> account_of("https://m.facebook.com/BakhtarNews/about?x=1"), account_of("t.me/s/rian_ru"), account_of("tg/@rt")
    ('facebook/bakhtarnews', 'telegram/rian_ru', 'telegram/rt')
    >>> account_of("https://ok.ru/group/55"), account_of("https://www.youtube.com/watch?v=x"), account_of("@rt")
    ('ok/group/55', '', '')
    >>> account_of("https://play.google.com/store/apps/details?id=com.App&hl=de"), account_of("Play/com.App")
    ('play/com.App', 'play/com.App')
    """
    text = written.strip()
    return _social_account(text) or _app_page(text) or _named_app(text)


def _named_app(text: str) -> str:
    store, _, bundle = text.partition("/")
    is_app = store.lower() in _STORES_AS_SERVICES and bundle and not re.search(r"[\s/,|]", bundle)
    return f"{store.lower()}/{bundle_of(bundle)}" if is_app else ""


def _social_account(text: str) -> str:
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    service = _NAMES.get(host) or _SERVICES.get(_MOBILE.sub("", host), "")
    segments = [unquote(segment).strip().lower() for segment in parts.path.split("/") if segment.strip()]
    if segments and segments[0] in _BEFORE.get(service, ()):
        segments = segments[1:]
    length = 2 if segments and segments[0] in _SPACES.get(service, ()) else 1
    handle = "/".join(segments[:length]).lstrip("@")
    is_page = handle in _NO_HANDLES or handle in _OWN_PAGES.get(service, ())
    is_handle = service and len(segments) >= length and not is_page and not re.search(r"[\s,|]", handle)
    return f"{service}/{handle}" if is_handle and len(handle) >= _SHORTEST else ""


def bundle_at(address: str) -> str:
    """Return the bundle of the app whose page in the Play store or the App Store an address is, or ``""``.

    >>> bundle_at("https://play.google.com/store/apps/details?id=com.example.app&hl=de")
    'com.example.app'
    >>> bundle_at("apps.apple.com/de/app/an-app/id1234567890?mt=8"), bundle_at("https://apps.apple.com/de/charts")
    ('1234567890', '')
    """
    return app_of(_app_page(address))


def _app_page(address: str) -> str:
    """Return the app whose page an address is, as `play/<package>` or `appstore/<number>`, or ``""``."""
    if not any(host in address.lower() for host in STORES):
        return ""
    try:
        parts = urlsplit(address.strip() if "//" in address else f"//{address.strip()}")
        host = (parts.hostname or "").rstrip(".")
        package = parse_qs(parts.query, max_num_fields=32).get("id", [""])[0] if host == _PLAY else ""
    except ValueError:
        return ""
    number = _APP_NUMBER.search(unquote(parts.path)) if host in _APP_STORES else None
    return f"appstore/{number[1]}" if number is not None else f"play/{package}" if package else ""


def app_of(account: str) -> str:
    """Return the bundle of an app that stands as an account, ``""`` for any other account.

    >>> app_of("play/com.example.app"), app_of("appstore/1234567890"), app_of("telegram/rian_ru")
    ('com.example.app', '1234567890', '')
    """
    store, _, bundle = account.partition("/")
    return bundle if store in _STORES_AS_SERVICES else ""


def account_of_app(bundle: str) -> str:
    """Return the account that stands for an app of the Play store or the App Store, ``""`` for another bundle.

    >>> account_of_app("com.example.app"), account_of_app("1234567890"), account_of_app("B00ABCDEF1")
    ('play/com.example.app', 'appstore/1234567890', '')
    """
    if bundle.isdecimal():
        return f"appstore/{bundle}"
    return f"play/{bundle}" if "." in bundle else ""


def bundle_of(written: str) -> str:
    """Return the bundle that is meant: of an app's page in a store the app's, of Apple's `id1234567890` the number.

    Blanks around it are no part of it. What can be no bundle comes back as it is, trimmed.

    >>> bundle_of("id1234567890 "), bundle_of("1234567890.0"), bundle_of("https://apps.apple.com/us/app/x/id1234567890")
    ('1234567890', '1234567890', '1234567890')
    >>> bundle_of("com.example.app"), bundle_of("https://play.google.com/store/apps/details?id=com.example.app")
    ('com.example.app', 'com.example.app')
    """
    text = plain_id(written)
    if found := _NUMBER_WITH_ID.fullmatch(text):
        return found[1]
    return (bundle_at(text) or text) if "/" in text else text


def address_of(account: str) -> str:
    """Return an address that names an account, as a bid would write it; ``""`` where the service is not known.

    >>> address_of("telegram/rian_ru"), address_of("play/com.example.app"), address_of("club/x")
    ('https://t.me/rian_ru', 'https://play.google.com/store/apps/details?id=com.example.app', '')
    """
    service, _, handle = account.partition("/")
    if service == "play":
        return f"https://{_PLAY}/store/apps/details?id={handle}"
    if service == "appstore":
        return f"https://apps.apple.com/app/id{handle}"
    host = next((host for host, name in _SERVICES.items() if name == service), "")
    address = f"https://{host}/{handle}"
    return address if host and account_of(address) == account else ""
