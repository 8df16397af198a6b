"""The provider that the settings name, as this process knows it: asked rarely, and never by many threads at once."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from evenhand.model.sign_on import SsoSection
from evenhand.transport import openid_client
from evenhand.transport.openid_client import ProviderReply
from evenhand.web.openid.failures import SignOnFailed
from evenhand.web.openid.id_token import Expected, checked_claims
from evenhand.web.openid.metadata import Metadata, discovery_address, read_metadata
from evenhand.web.openid.requests import token_request

_KEPT: Final = timedelta(hours=1)
_MOST_AT_ONCE: Final = 4
_OK: Final = 200
_MOST_WORDS: Final = 160

Ask = Callable[[str, bytes | None, Mapping[str, str] | None], ProviderReply]


class Provider:
    """A provider; one object for all threads. What it says of itself, and its keys, are kept for an hour."""

    def __init__(self, sso: SsoSection, ask: Ask = openid_client.ask) -> None:
        self.sso, self._ask = sso, ask
        self._slots = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._kept: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def metadata(self, now: datetime) -> Metadata:
        """Return what the provider says of itself.

        Raises:
            SignOnFailed: it does not answer, or what it says is not of the issuer of the settings.
        """
        return read_metadata(self._read(discovery_address(self.sso.issuer), now), self.sso.issuer)

    def exchanged(
        self, code: str, back: str, secret: str, *, verifier: str, nonce: str, now: datetime
    ) -> tuple[str, dict[str, Any]]:
        """Return the ID token that a code stands for, and its claims, which hold.

        The other tokens of the answer are forgotten: nothing is asked of the provider in the person's name.

        Raises:
            SignOnFailed: the provider does not answer or refuses, or the token does not hold.
        """
        metadata = self.metadata(now)
        form, headers = token_request(metadata, self.sso, secret, back, code=code, verifier=verifier)
        reply = self._asked(metadata.token, form, headers)
        token = reply.data.get("id_token")
        if reply.status != _OK or not isinstance(token, str):
            raise SignOnFailed("the provider did not exchange the code", got=_words(reply))
        expected = Expected(self.sso.issuer, self.sso.client_id, nonce, int(now.timestamp()), self.sso.acr)

        def keys_of(fresh: bool) -> list[Any]:
            keys = self._read(metadata.keys, now, fresh=fresh).get("keys")
            return keys if isinstance(keys, list) else []

        return token, checked_claims(token, keys_of, expected)

    def _read(self, url: str, now: datetime, *, fresh: bool = False) -> dict[str, Any]:
        kept = self._kept.get(url)
        if kept is not None and not fresh and timedelta(0) <= now - kept[0] < _KEPT:
            return kept[1]
        reply = self._asked(url)
        if reply.status != _OK or not reply.data:
            raise SignOnFailed("the provider does not describe itself", where=url, got=f"status {reply.status}")
        self._kept[url] = (now, reply.data)
        return reply.data

    def _asked(self, url: str, form: bytes | None = None, headers: Mapping[str, str] | None = None) -> ProviderReply:
        with self._slot():
            try:
                return self._ask(url, form, headers)
            except OSError as error:
                raise SignOnFailed("the provider does not answer", got=str(error), todo="try again later") from None

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Let a few threads ask at once: pages go on while a provider is silent."""
        if not self._slots.acquire(blocking=False):
            raise SignOnFailed("the provider is being asked for others", todo="try again in a moment")
        try:
            yield
        finally:
            self._slots.release()


def _words(reply: ProviderReply) -> str:
    """Return what a provider says of an error, cut short."""
    words = ": ".join(str(reply.data[key]) for key in ("error", "error_description") if reply.data.get(key))
    return words[:_MOST_WORDS] or f"status {reply.status}"
