"""How one host may stand in an `adomain`: what a list must hold for a system that compares text exactly."""

from evenhand.model.hosts import host_of

_A_LABEL = "xn--"


def spellings(host: str) -> tuple[str, ...]:
    """Return a host and its Unicode form, each also with `www.`: what buyers write most. The host is `host_of`'s.

    >>> spellings("xn--e1afmkfd.xn--p1ai")
    ('xn--e1afmkfd.xn--p1ai', 'www.xn--e1afmkfd.xn--p1ai', 'пример.рф', 'www.пример.рф')
    """
    forms = dict.fromkeys([host, unicode_form(host)])
    return tuple(spelling for form in forms for spelling in (form, f"www.{form}"))


def unicode_form(host: str) -> str:
    """Return a host with its A-labels decoded; the host itself if it has none, or if what comes out is another host.

    >>> unicode_form("xn--fa-hia.de"), unicode_form("plum.example"), unicode_form("xn--0.example")
    ('faß.de', 'plum.example', 'xn--0.example')
    """
    try:
        form = ".".join(_decoded(label) for label in host.split("."))
    except UnicodeError:
        return host
    return form if host_of(form) == host else host


def _decoded(label: str) -> str:
    return label.removeprefix(_A_LABEL).encode().decode("punycode") if label.startswith(_A_LABEL) else label
