"""Block lists for Google Ad Manager: addresses to paste into a protection, one a line.

Source: Google Ad Manager Help, "Block advertiser URLs" (answer 2913693, read on 27 November 2026): subdomains are
matched, `www.` is taken for the domain below it, names in other scripts are pasted as Punycode, apps by their address
in a store, channels by theirs, and a protection takes 25,000 addresses.
"""

import re
from pathlib import Path
from typing import Any, Final

from evenhand.gate.blocking.block_lists import BlockLists
from evenhand.gate.blocking.coverage import Says
from evenhand.gate.blocking.drift import Listed
from evenhand.gate.registers.row_keys import BUNDLE, DOMAIN
from evenhand.model.errors import BadInput

MOST: Final = 25_000
"""Addresses that a protection takes."""

_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+")
_APP_STORE = re.compile(r"[0-9]{8,11}")
_YOUTUBE = "youtube/"


class GamList:
    """The list to paste: domains as A-labels, apps as store addresses, YouTube handles; fits `formats.Format`."""

    says = Says(
        kinds=frozenset({DOMAIN, BUNDLE}),
        choices=frozenset(),
        until=False,
        most=MOST,
        notes=(
            "Google matches a domain with all its subdomains, so each is written once",
            "bundles that are no package name and no App Store number have no address and are left out",
            "YouTube handles are written as youtube.com/@handle; Google's page names channel ids alone",
        ),
    )

    def document(self, lists: BlockLists) -> dict[str, Any]:
        """Return the addresses as plain values."""
        return {"urls": sorted(_addresses(lists))}

    def text(self, lists: BlockLists) -> bytes:
        """Return the addresses, one a line."""
        return "".join(f"{address}\n" for address in sorted(_addresses(lists))).encode()

    def due(self, lists: BlockLists) -> Listed:
        """Return what a host should have."""
        return Listed({("url", address) for address in _addresses(lists)}, {})

    def read(self, data: bytes, where: Path) -> Listed:
        """Return what a host's list has: addresses between commas or line ends, in any case of the host.

        Raises:
            BadInput: no text in UTF-8.
        """
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadInput(f"not text: {error}", where=where, expected="one address a line, in UTF-8") from error
        found = (each.strip() for each in re.split(r"[,\r\n]", text))
        return Listed({("url", _plain(each)) for each in found if each}, {})


GAM: Final = GamList()


def _addresses(lists: BlockLists) -> frozenset[str]:
    apps = {address for bundle in lists.values("bundle") if (address := _app(bundle))}
    channels = {
        f"youtube.com/@{account.removeprefix(_YOUTUBE)}"
        for account in lists.values("account")
        if account.startswith(_YOUTUBE)
    }
    return frozenset({*lists.values("domain"), *apps, *channels})


def _app(bundle: str) -> str:
    if _APP_STORE.fullmatch(bundle):
        return f"apps.apple.com/app/id{bundle}"
    return f"play.google.com/store/apps/details?id={bundle}" if _PACKAGE.fullmatch(bundle) else ""


def _plain(address: str) -> str:
    """Return an address without scheme, its host in lower case and without `www.`, which Google reads alike."""
    rest = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", address)
    host, slash, path = rest.partition("/")
    return f"{host.lower().removeprefix('www.')}{slash}{path}" if path else host.lower().removeprefix("www.")
