"""Where a party can be reached: its hosts and accounts, read alike for advertisers and listed entities."""

import re
from collections.abc import Iterable

from evenhand.model.hosts import Suffixes, host_of, is_shared_host, registrable
from evenhand.screening.words import WEIGHTS

_SERVICES = {
    "facebook.com": "facebook", "fb.com": "facebook", "fb.me": "facebook", "twitter.com": "x", "x.com": "x",
    "instagram.com": "instagram", "telegram.me": "telegram", "t.me": "telegram", "youtube.com": "youtube",
    "tiktok.com": "tiktok", "vk.com": "vk", "ok.ru": "ok", "rutube.ru": "rutube", "threads.net": "threads",
    "linkedin.com": "linkedin", "weibo.com": "weibo", "dzen.ru": "dzen",
}  # fmt: skip
_NAMES = {name: name for name in _SERVICES.values()} | {"twitter": "x", "fb": "facebook", "tg": "telegram"}
_ROUTES = frozenset(
    {"s", "channel", "user", "c", "pages", "pg", "groups", "company", "in", "people", "profile.php", "video"}
)
_HANDLE = re.compile(r"[\w.-]{2,}")
_SHORTEST_LABEL = 5
_LONGEST_NAME_AS_HOST = 80
_FOLDED = str.maketrans("0135", "oles")


def account_of(written: str) -> str | None:
    """Return `service/handle` of an account written as such or as a URL; None if it names neither.

    >>> account_of("https://m.facebook.com/TassAgency/about?ref=x"), account_of("t.me/s/rian_ru"), account_of("@rt")
    ('facebook/tassagency', 'telegram/rian_ru', None)
    """
    text = re.split(r"[?#]", written.strip().lower())[0]
    text = re.sub(r"^(?:https?:)?//", "", text).removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    head, _, path = text.partition("/")
    service = _NAMES.get(head) or _SERVICES.get(head)
    parts = [part.lstrip("@") for part in path.split("/") if part.strip("@")]
    while len(parts) > 1 and parts[0] in _ROUTES:
        parts.pop(0)
    return f"{service}/{parts[0]}" if service and parts and _HANDLE.fullmatch(parts[0]) else None


def accounts(written: Iterable[str]) -> frozenset[str]:
    """Return the accounts among texts; what names none is left out."""
    return frozenset(found for each in written if (found := account_of(each)))


def hosts(written: Iterable[str]) -> frozenset[str]:
    """Return the hosts among texts without a leading `www.`; those of platforms name nobody and are left out."""
    found = (host_of(each.strip().rstrip(".")) for each in written)
    return frozenset(host.removeprefix("www.") for host in found if host and not is_shared_host(host))


def host_in_name(name: str, suffixes: Suffixes) -> str | None:
    """Return the host that stands where a name should (`PRESSTV.IR`), or None."""
    text = name.strip()
    if "." not in text or " " in text or len(text) > _LONGEST_NAME_AS_HOST:
        return None
    host = host_of(text)
    if host is None or is_shared_host(host) or registrable(host, suffixes) is None:
        return None
    return host.removeprefix("www.")


def label_of(host: str, suffixes: Suffixes) -> str:
    """Return the registered label of a host, ``""`` if it is too short or plain a word to be looked alike."""
    name = registrable(host, suffixes) or ""
    label = name.partition(".")[0]
    return label if len(label) >= _SHORTEST_LABEL and WEIGHTS.get(label, 1.0) == 1.0 else ""


def lookalikes(label: str) -> frozenset[str]:
    """Return the labels that a label may pass itself off as: itself, with digits read as letters, its parts."""
    plain = label.translate(_FOLDED).replace("rn", "m").replace("vv", "w")
    ends = {label[:cut] for cut in range(_SHORTEST_LABEL + 1, len(label))}
    ends |= {label[cut:] for cut in range(1, len(label) - _SHORTEST_LABEL)}
    return frozenset({label, plain, label.replace("-", ""), *label.split("-"), *ends})
