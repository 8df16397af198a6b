"""Whether single sign-on can work here as the settings say: the packages are there, and the client's secret."""

from collections.abc import Mapping
from importlib.util import find_spec

from evenhand.model.errors import BadInput
from evenhand.store.network import Network
from evenhand.store.stated_secrets import stated_secret


def check_sign_on(network: Network, environment: Mapping[str, str]) -> None:
    """Refuse settings that name a provider where single sign-on cannot work.

    Raises:
        BadInput: the extra is not installed, or the secret of the client cannot be read.
    """
    if not network.settings.console.sso.issuer:
        return
    if any(find_spec(name) is None for name in ("authlib", "joserfc")):
        raise BadInput("single sign-on needs Authlib", where="[console.sso] of evenhand.toml",
                       todo="run `pip install 'evenhand[sso]'`")  # fmt: skip
    client_secret(network, environment)


def client_secret(network: Network, environment: Mapping[str, str]) -> str:
    """Return the secret that the provider gave this console.

    Raises:
        BadInput: it cannot be read, or is empty.
    """
    sso = network.settings.console.sso
    secret, where = stated_secret(network.folder, sso.client_secret_file, sso.client_secret_env, environment)
    if not secret:
        raise BadInput("no secret for the provider of single sign-on", where=where)
    return secret
