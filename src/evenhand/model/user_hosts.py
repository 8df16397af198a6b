"""Sites below whose domain anybody is given a host, though the public-suffix rules do not name them.

Like a public suffix, such a domain says nothing of who has a host below it. The names are general knowledge of
November 2026, taken from no register.
"""

from typing import Final

_SITES: Final = frozenset({
    "000webhostapp.com", "ameblo.jp", "angelfire.com", "bandcamp.com", "beehiiv.com", "bigcartel.com", "blog.hu",
    "blog.ir", "blog.jp", "blogfa.com", "blogger.com", "blogsky.com", "business.site", "canalblog.com",
    "clickfunnels.com", "deviantart.com", "egloos.com", "estranky.cz", "etsy.com", "exblog.jp", "fc2.com", "free.fr",
    "godaddysites.com", "gumroad.com", "home.pl", "hs-sites.com", "itch.io", "jimdo.com", "jimdosite.com", "kartra.com",
    "livedoor.jp", "livejournal.com", "medium.com", "mihanblog.com", "my-free.website", "mystrikingly.com", "narod.ru",
    "naver.com", "neocities.org", "nm.ru", "over-blog.com", "persianblog.ir", "pixnet.net", "prom.ua", "republika.pl",
    "sapo.pt", "site123.me", "skyrock.com", "squarespace.com", "strikingly.com", "substack.com", "tilda.ws",
    "tistory.com", "tripod.com", "tumblr.com", "typepad.com", "ucoz.com", "ucoz.ru", "unblog.fr", "webgarden.cz",
    "webnode.com", "webnode.page", "webs.com", "weebly.com", "wordpress.com",
})  # fmt: skip


def gives_hosts_to_others(registered: str) -> bool:
    """Return whether below a registered domain hosts are handed to others.

    >>> gives_hosts_to_others("wordpress.com"), gives_hosts_to_others("rt.com")
    (True, False)
    """
    return registered in _SITES
