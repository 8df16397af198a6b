"""The addresses that a browser is sent to, and the form by which a code becomes an ID token."""

from base64 import b64encode
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from evenhand.model.sign_on import SsoSection
from evenhand.web.openid.metadata import Metadata


def authorization_address(
    metadata: Metadata, sso: SsoSection, back: str, *, state: str, nonce: str, verifier: str
) -> str:
    """Return where a browser begins a log-in; no more is asked for than who somebody is."""
    scope = "openid email" if sso.claim == "email" else "openid" if sso.claim == "sub" else "openid profile"
    address: str = prepare_grant_uri(
        metadata.authorization, sso.client_id, "code", redirect_uri=back, scope=scope, state=state, nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256",
        acr_values=sso.acr or None,
    )  # fmt: skip
    return address


def token_request(
    metadata: Metadata, sso: SsoSection, secret: str, back: str, *, code: str, verifier: str
) -> tuple[bytes, dict[str, str]]:
    """Return the form that exchanges a code, and its headers; the secret goes as the provider takes it.

    Source: RFC 6749, 2.3.1 and 4.1.3; RFC 7636, 4.5.
    """
    form = prepare_token_request("authorization_code", redirect_uri=back, code=code, code_verifier=verifier)
    if metadata.takes_basic:
        pair = f"{quote(sso.client_id, safe='')}:{quote(secret, safe='')}"
        return form.encode(), {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    return f"{form}&{urlencode({'client_id': sso.client_id, 'client_secret': secret})}".encode(), {}


def log_out_address(metadata: Metadata, sso: SsoSection, token: str, back: str) -> str:
    """Return where a browser ends its session at the provider, ``""`` where the provider has no such page.

    Source: OpenID Connect RP-Initiated Logout 1.0, 2.
    """
    if not metadata.log_out:
        return ""
    values = {"client_id": sso.client_id, "post_logout_redirect_uri": back, "id_token_hint": token}
    return f"{metadata.log_out}{'&' if '?' in metadata.log_out else '?'}{urlencode(values)}"
