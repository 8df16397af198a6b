"""Where a party can be reached: its hosts and accounts, read alike for advertisers and listed entities."""

from collections.abc import Iterable

from evenhand.model.accounts import account_of
from evenhand.model.host_likeness import folded_label, is_slip
from evenhand.model.hosts import Suffixes, host_of, is_shared_host, registrable
from evenhand.model.page_hosts import is_page_of_others
from evenhand.screening.names.words import WEIGHTS

_SHORTEST_LABEL = 5
_LONGEST_NAME_AS_HOST = 80
_FOLDED = str.maketrans("0135", "oles")


def accounts(written: Iterable[str]) -> frozenset[str]:
    """Return the accounts among texts; what names none is left out."""
    return frozenset(found for each in written if (found := account_of(each)))


def hosts(written: Iterable[str]) -> frozenset[str]:
    """Return the hosts among texts without a leading `www.`; those of platforms name nobody and are left out.

    So is the host of a page that somebody has on a site of others.
    """
    found = ((each, host_of(each.strip().rstrip("."))) for each in written)
    return frozenset(
        host.removeprefix("www.")
        for text, host in found
        if host and not is_shared_host(host) and not is_page_of_others(text, host)
    )


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


def looks_like(label: str, listed: str) -> bool:
    """Tell whether a label may pass itself off as a listed one: as in `lookalikes`, by like signs, or by a slip."""
    return listed in lookalikes(label) or folded_label(label) == folded_label(listed) or is_slip(label, listed)


def lookalikes(label: str) -> frozenset[str]:
    """Return the labels that a label may pass itself off as: itself, with digits read as letters, its parts."""
    plain = label.translate(_FOLDED).replace("rn", "m").replace("vv", "w")
    ends = {label[:cut] for cut in range(_SHORTEST_LABEL + 1, len(label))}
    ends |= {label[cut:] for cut in range(1, len(label) - _SHORTEST_LABEL)}
    return frozenset({label, plain, label.replace("-", ""), *label.split("-"), *ends})
