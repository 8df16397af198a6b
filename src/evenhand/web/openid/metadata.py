"""What a provider says of itself at `/.well-known/openid-configuration`, as far as it is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.model.public_addresses import is_secure_address
from evenhand.web.openid.failures import SignOnFailed

WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Metadata:
    """The addresses of a provider; `log_out` is ``""`` where it ends no sessions for others."""

    issuer: str
    authorization: str
    token: str
    keys: str
    log_out: str
    takes_basic: bool
    names_itself: bool


def discovery_address(issuer: str) -> str:
    """Return where a provider describes itself (OpenID Connect Discovery 1.0, 4.1).

    >>> discovery_address("https://id.example/staff/")
    'https://id.example/staff/.well-known/openid-configuration'
    """
    return issuer.rstrip("/") + WELL_KNOWN


def read_metadata(raw: Mapping[str, Any], issuer: str) -> Metadata:
    """Return a provider's own description, where it is of the issuer that the settings name, letter for letter.

    Raises:
        SignOnFailed: it is another's, an address is missing or not https, or there is no code flow with S256.
    """
    if raw.get("issuer") != issuer:
        raise SignOnFailed("the provider describes another issuer", got=raw.get("issuer"), expected=issuer)
    methods = raw.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise SignOnFailed("the provider does not take PKCE", got=str(methods), expected="S256")
    types = raw.get("response_types_supported", ["code"])
    if not isinstance(types, list) or "code" not in types:
        raise SignOnFailed("the provider has no code flow", got=str(types), expected="code")
    ways = raw.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        issuer=issuer,
        authorization=_address(raw, issuer, "authorization_endpoint"),
        token=_address(raw, issuer, "token_endpoint"),
        keys=_address(raw, issuer, "jwks_uri"),
        log_out=_address(raw, issuer, "end_session_endpoint") if "end_session_endpoint" in raw else "",
        takes_basic=not isinstance(ways, list) or "client_secret_basic" in ways or "client_secret_post" not in ways,
        names_itself=raw.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(raw: Mapping[str, Any], issuer: str, key: str) -> str:
    """Return one address; a provider elsewhere cannot name one on this machine by plain HTTP."""
    url = raw.get(key)
    is_fit = isinstance(url, str) and is_secure_address(url) and "#" not in url
    if not isinstance(url, str) or not is_fit or (issuer.startswith("https:") and not url.startswith("https:")):
        raise SignOnFailed(
            "an address of the provider", where=key, got=url or "missing", expected="https:// and a host"
        )
    return url
