"""Log-in by an OpenID provider: the way there, and the way back with what it says of who came."""

import hmac
import os
from datetime import timedelta
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from evenhand.model.errors import EvenhandError
from evenhand.model.sign_on import SignOn, SignOnRefusal, SsoSection
from evenhand.web.console.area import Area, get
from evenhand.web.console.guard import own_path
from evenhand.web.console.provider_of import provider_of
from evenhand.web.console.responses import drop_step_cookie, set_step_cookie, step_cookie_name
from evenhand.web.console.second_step import open_session, refusal_of, show_log_in
from evenhand.web.console.visit import Visit
from evenhand.web.openid.failures import SignOnFailed
from evenhand.workflows.people.sign_on_setup import client_secret

STEP: Final = "sso"
_LASTS: Final = timedelta(minutes=10)
_MOST_PATH: Final = 1000
_MOST_WORDS: Final = 160
_OURS: Final = ("same-origin", "none")
_NOT_BEGUN: Final = (
    "This log-in was not begun in this browser, was used already, or is older than ten minutes. Begin anew."
)
_REFUSED: Final[dict[SignOnRefusal, str]] = {
    "unknown": "Nobody here has an account of the name that the provider gave. Ask who runs this console.",
    "other_subject": "The provider knew another person by this name before. Ask who runs this console.",
    "disabled": "This account is disabled. Ask who runs this console.",
}


def start(visit: Visit) -> Response:
    """Lead a browser to the provider; it keeps what shows that it was this browser, sealed, for ten minutes."""
    target = own_path(visit.query("next") or "/")
    if visit.request.headers.get("sec-fetch-site", "none") not in _OURS:
        return RedirectResponse("/login", 303)  # a page of another site does not log anybody in
    draw = visit.console.machine.random_text
    kept = {"state": draw(), "nonce": draw(), "verifier": draw(), "next": target if len(target) <= _MOST_PATH else "/"}
    try:
        provider = provider_of(visit)
        metadata = provider.metadata(visit.now)
    except EvenhandError as error:
        return _failed(visit, target, f"{error}", 503)
    from evenhand.web.openid.requests import authorization_address  # noqa: PLC0415  an extra

    address = authorization_address(
        metadata, provider.sso, _back(visit), state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"]
    )
    response = RedirectResponse(address, 303)
    sealed = visit.console.sealed.sealed(STEP, kept, visit.now, _LASTS)
    set_step_cookie(response, STEP, sealed, seconds=int(_LASTS.total_seconds()), https=visit.console.is_https)
    return response


def come_back(visit: Visit) -> Response:
    """Open a session for whom the provider names, if this browser began the log-in and all that it says holds."""
    kept = _begun(visit)
    if kept is None:
        return _failed(visit, "/", _NOT_BEGUN, 400)
    try:
        token, claims = _exchanged(visit, kept)
        found = _account(visit, claims)
    except EvenhandError as error:
        return _failed(visit, kept["next"], f"{error}", 401)
    if not isinstance(found, SignOn):
        return _failed(visit, kept["next"], _REFUSED[found], 403)
    if refusal := refusal_of(visit, found.person):
        return _failed(visit, kept["next"], refusal, 403)
    response = open_session(visit, found.person, kept["next"], " by single sign-on", token)
    drop_step_cookie(response, STEP, https=visit.console.is_https)
    return response


def _begun(visit: Visit) -> dict[str, str] | None:
    """Return what this browser keeps of the log-in that an answer is for, None where it is for no such log-in."""
    text = visit.request.cookies.get(step_cookie_name(STEP, https=visit.console.is_https), "")
    kept = visit.console.sealed.opened(STEP, text, visit.now)
    if kept is None or not hmac.compare_digest(kept["state"].encode(), visit.query("state").encode()):
        return None
    return kept if visit.console.sealed.use(kept["state"], visit.now, _LASTS) else None


def _exchanged(visit: Visit, kept: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the ID token and its claims.

    Raises:
        SignOnFailed: the provider refused, or something of its answer does not hold.
        BadInput: the secret of the client cannot be read.
    """
    provider = provider_of(visit)
    metadata = provider.metadata(visit.now)
    issuer = visit.query("iss")
    if issuer != metadata.issuer and (issuer or metadata.names_itself):  # RFC 9207
        raise SignOnFailed("the answer is of another provider", got=issuer[:_MOST_WORDS])
    if visit.query("error") or not visit.query("code"):
        words = ": ".join(filter(None, (visit.query("error"), visit.query("error_description"))))
        raise SignOnFailed("the provider did not log you in", got=words[:_MOST_WORDS] or "no code")
    return provider.exchanged(
        visit.query("code"), _back(visit), client_secret(visit.network, os.environ), verifier=kept["verifier"],
        nonce=kept["nonce"], now=visit.now,
    )  # fmt: skip


def _account(visit: Visit, claims: dict[str, Any]) -> SignOn | SignOnRefusal:
    sso = visit.network.settings.console.sso
    return visit.console.sign_ons.find(sso.issuer, claims["sub"], _name(claims, sso))


def _name(claims: dict[str, Any], sso: SsoSection) -> str:
    """Return the name by which an account is found the first time, ``""`` for none: an address must be verified."""
    value = claims.get(sso.claim)
    if not isinstance(value, str) or (sso.claim == "email" and claims.get("email_verified") is not True):
        return ""
    return value


def _failed(visit: Visit, target: str, problem: str, status: int) -> Response:
    visit.log_event("nobody", "single sign-on refused")
    response = show_log_in(visit, status, target, problem)
    drop_step_cookie(response, STEP, https=visit.console.is_https)
    return response


def _back(visit: Visit) -> str:
    """Return the address that the provider leads back to; it has to be registered there, letter for letter."""
    return f"{visit.own_address}/sso/callback"


AREA: Final = Area(menu=(), routes=(get("/sso/start", start), get("/sso/callback", come_back)))
