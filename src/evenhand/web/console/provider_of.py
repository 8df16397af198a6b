"""The provider of a console's settings; the extra `sso` is loaded when somebody logs in or out by it."""

from typing import TYPE_CHECKING

from evenhand.model.errors import BadInput, NotFound
from evenhand.web.console.visit import Visit
from evenhand.web.openid.failures import SignOnFailed

if TYPE_CHECKING:
    from evenhand.web.openid.provider import Provider


def provider_of(visit: Visit) -> "Provider":
    """Return the provider of the settings, made anew when they have changed.

    Raises:
        NotFound: the settings name none.
        BadInput: the extra is not installed.
    """
    sso = visit.network.settings.console.sso
    if not sso.issuer:
        raise NotFound("this console has no single sign-on", todo="log in by password")
    try:
        from evenhand.web.openid.provider import Provider  # noqa: PLC0415  an extra
    except ImportError:
        raise BadInput("single sign-on needs Authlib", todo="run `pip install 'evenhand[sso]'`") from None
    return visit.console.kept("openid", sso, lambda: Provider(sso))


def log_out_at_provider(visit: Visit, token: str) -> str:
    """Return where the session of an ID token ends at the provider, ``""`` where it does not or cannot be asked."""
    try:
        provider = provider_of(visit)
        metadata = provider.metadata(visit.now)
    except (SignOnFailed, NotFound, BadInput):
        return ""
    from evenhand.web.openid.requests import log_out_address  # noqa: PLC0415  an extra

    return log_out_address(metadata, provider.sso, token, f"{visit.own_address}/login")
