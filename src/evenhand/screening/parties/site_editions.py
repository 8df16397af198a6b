"""Which hosts are one website: those that only a device, or a language, tells apart.

The labels are general knowledge of November 2026, taken from no list.
"""

import re
from typing import Final

from evenhand.model.hosts import Suffixes, registrable

_DEVICE: Final = re.compile(r"(?:w{2,3}[0-9]?|m|mobi|mobile|amp|wap|touch|3g)\.")
_LANGUAGES: Final = frozenset({
    "am", "ar", "az", "be", "bg", "bn", "bs", "cs", "da", "de", "dv", "el", "en", "eng", "es", "et", "fa", "fi", "fr",
    "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "ko", "ku", "ky", "lo", "lt", "lv", "mk",
    "mn", "ms", "my", "ne", "nl", "no", "pa", "pl", "ps", "pt", "ro", "ru", "rus", "si", "sk", "sl", "so", "sq", "sr",
    "sv", "sw", "ta", "te", "tg", "th", "tk", "tl", "tr", "ug", "uk", "ur", "uz", "vi", "zh", "albanian", "amharic",
    "arabic", "armenian", "azerbaijani", "balkan", "bengali", "bulgarian", "chinese", "croatian", "czech", "dari",
    "deutsch", "dutch", "english", "espanol", "farsi", "francais", "french", "georgian", "german", "greek", "hausa",
    "hebrew", "hindi", "hungarian", "indonesian", "italian", "italiano", "japanese", "kazakh", "korean", "kurdish",
    "malay", "mongolian", "pashto", "persian", "polish", "portugues", "portuguese", "romanian", "russian", "russkiy",
    "serbian", "somali", "spanish", "swahili", "thai", "tibetan", "turkce", "turkish", "ukrainian", "urdu", "uyghur",
    "uzbek", "vietnamese",
})  # fmt: skip


def without_device(host: str, suffixes: Suffixes) -> str:
    """Return a host without the labels in front that name only a device, never less than its registered domain."""
    registered = registrable(host, suffixes) or host
    while host != registered and (device := _DEVICE.match(host)):
        host = host[device.end() :]
    return host


def without_edition(host: str, suffixes: Suffixes) -> str:
    """Return a host without the labels in front that name a device or language, never less than its registered domain.

    >>> from evenhand.store.public_suffixes import PublicSuffixes
    >>> rules = PublicSuffixes()
    >>> [without_edition(host, rules) for host in ("m.de.news.example", "en-gb.news.example", "de.co.uk")]
    ['news.example', 'news.example', 'de.co.uk']
    """
    registered = registrable(host, suffixes) or host
    while (host := without_device(host, suffixes)) != registered:
        label, _, rest = host.partition(".")
        if label.partition("-")[0] not in _LANGUAGES:
            break
        host = rest
    return host


def is_same_site(ours: str, theirs: str) -> bool:
    """Return whether two hosts of one registered domain are equal, labels in front that name a device aside."""
    return _without_devices(ours) == _without_devices(theirs)


def _without_devices(host: str) -> str:
    while device := _DEVICE.match(host):
        host = host[device.end() :]
    return host
