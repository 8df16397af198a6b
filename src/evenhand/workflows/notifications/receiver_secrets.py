"""The secrets of webhooks and of the mail server, from files outside of the network or from the environment."""

from collections.abc import Iterator, Mapping

from evenhand.model.errors import BadInput
from evenhand.store.network import Network
from evenhand.store.stated_secrets import stated_secret
from evenhand.workflows.notifications.webhook_signatures import secret_keys


def webhook_keys(network: Network, environment: Mapping[str, str]) -> dict[str, tuple[bytes, ...]]:
    """Return the keys of each webhook by its key in the settings, the newest first.

    Raises:
        BadInput: a file cannot be read, a variable is not set, or what is there is no secret.
    """
    return {
        each.key: secret_keys(*stated_secret(network.folder, each.secret_file, each.secret_env, environment))
        for each in network.settings.webhooks
    }


def mail_password(network: Network, environment: Mapping[str, str]) -> str:
    """Return the password of the mail server, ``""`` where nobody logs in. Raises as `webhook_keys`."""
    mail = network.settings.mail
    if not mail.user:
        return ""
    text, where = stated_secret(network.folder, mail.password_file, mail.password_env, environment)
    if not text:
        raise BadInput("no password of the mail server", where=where)
    return text


def secret_problems(network: Network, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the secrets, a sentence each."""
    for read in (webhook_keys, mail_password):
        try:
            read(network, environment)
        except BadInput as error:
            yield str(error)
