"""What is wrong with the settings of the console: how people log in, and the provider of single sign-on."""

import re
from collections.abc import Iterator
from pathlib import Path

from evenhand.model.network import Settings
from evenhand.model.public_addresses import is_secure_address
from evenhand.model.sign_on import SsoSection
from evenhand.store.stated_secrets import Wrong, wrong_secret

_CLAIM = re.compile(r"[A-Za-z0-9_:/.-]{1,100}")
_MOST_TEXT = 200


def wrong_console(settings: Settings, folder: Path) -> Iterator[Wrong]:
    """Yield what is wrong with `[console]` of the network in `folder`."""
    console = settings.console
    if console.sso != SsoSection():
        yield from _wrong_sso(console.sso, folder)
    elif not console.passwords:
        yield "console.passwords", "false", "true, or a provider in [console.sso]: nobody could log in"


def _wrong_sso(sso: SsoSection, folder: Path) -> Iterator[Wrong]:
    if not is_secure_address(sso.issuer) or "?" in sso.issuer or "#" in sso.issuer:
        yield "console.sso.issuer", sso.issuer or "missing", "https:// with a host, as the provider states it"
    if not sso.client_id or not sso.client_id.isprintable() or len(sso.client_id) > _MOST_TEXT:
        yield "console.sso.client_id", sso.client_id or "missing", "the id that the provider gave this console"
    yield from wrong_secret("console.sso.client_secret", (sso.client_secret_file, sso.client_secret_env), folder)
    if not _CLAIM.fullmatch(sso.claim):
        yield "console.sso.claim", sso.claim, "the name of a claim, such as email, sub or preferred_username"
    for key in ("acr", "label"):
        text = getattr(sso, key)
        if not text.isprintable() or len(text) > _MOST_TEXT or (key == "label" and not text.strip()):
            yield f"console.sso.{key}", text, "a line of text"
